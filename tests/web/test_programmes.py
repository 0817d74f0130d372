"""From a starting design to an open round, as a programme lead walks it."""

import pytest
from django.urls import reverse

from tests import factories
from turnabout.blueprints import catalogue
from turnabout.engine import Criterion
from turnabout.matching.queries import weights_of
from turnabout.programmes.models import Charter, Cohort, Office, Programme
from turnabout.programmes.ranges import WEIGHTS

PURPOSE = {
    "purpose": "Learn what we cannot learn alone.",
    "problem": "We decide without doing.",
    "ends_on": "2027-12-01",
    "measure_1": "Would recommend",
    "today_1": "",
}
NAMES = {
    "name": "Turning tables",
    "words": "reverse",
    "mentor_word": "mentor",
    "mentee_word": "mentee",
    "entity_word": "business",
}


@pytest.fixture
def olu(cast, client_of, clock_at):
    return client_of(cast.olu)


@pytest.fixture
def started(cast, olu) -> Programme:
    olu.post(reverse("programme_design", args=["global-digital"]), NAMES)
    return Programme.objects.get()


def test_an_empty_list_leads_to_the_designs(cast, olu):
    page = olu.get(reverse("programmes")).content.decode()
    assert "No programme yet" in page
    assert reverse("programme_designs") in page


def test_nine_designs_are_offered(olu):
    assert len(olu.get(reverse("programme_designs")).context["designs"]) == 9


@pytest.mark.parametrize("key", [design.key for design in catalogue.designs()])
def test_each_design_shows_its_sources_with_their_warnings_and_our_own_lines(olu, key):
    page = olu.get(reverse("programme_design", args=[key]))
    design = catalogue.design(key)
    shown = page.context["lines"]
    assert sorted(line.text for group in shown for line in group["facts"]) == sorted(line.text for line in design.from_source)
    assert sum(len(group["ours"]) for group in shown) == len(design.our_design)


def test_starting_saves_a_draft_and_goes_to_the_purpose(cast, olu):
    response = olu.post(reverse("programme_design", args=["global-digital"]), NAMES)
    programme = Programme.objects.get()
    cohort = Cohort.objects.get()
    assert (response.status_code, response["Location"]) == (302, reverse("programme_purpose", args=[programme.pk]))
    assert (programme.name, cohort.state, cohort.sessions, str(cohort.starts_on)) == (
        "Turning tables",
        "draft",
        6,
        "2027-04-12",
    )


def test_a_programme_needs_a_name(olu):
    response = olu.post(reverse("programme_design", args=["global-digital"]), NAMES | {"name": ""})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["name"])


def test_only_the_programme_lead_starts_one(cast, client_of, clock_at):
    assert client_of(cast.cleo).post(reverse("programme_design", args=["global-digital"]), NAMES).status_code == 404
    assert client_of(cast.cleo).get(reverse("programme_design", args=["no-such-design"])).status_code == 404


def test_the_steps_lead_from_purpose_to_an_open_round(cast, olu, started, sent):
    cohort = Cohort.objects.get()
    assert (
        olu.get(reverse("programme_purpose", args=[started.pk])).context["form"].initial["purpose"]
        == catalogue.design("global-digital").charter.purpose
    )
    response = olu.post(reverse("programme_purpose", args=[started.pk]), PURPOSE)
    people = reverse("programme_people", args=[started.pk])
    assert response["Location"] == people
    olu.post(people, {"duty": "sponsor", "who": cast.sol.email})
    olu.post(people, {"duty": "contact", "who": "nadia@elsewhere.test", "name": "Nadia Haddad", "phone": "+33 1"})
    assert sorted((office.duty, office.account.display_name) for office in Office.objects.all()) == [
        ("contact", "Nadia Haddad"),
        ("sponsor", "Sol Lindqvist"),
    ]
    look = reverse("cohort_open", args=[cohort.pk])
    assert [lack.url for lack in olu.get(look).context["lacks"]] == [reverse("programme_charter", args=[started.pk])]
    olu.post(reverse("programme_charter_sign", args=[started.pk]), {"version": "1"})
    response = olu.post(look)
    cohort.refresh_from_db()
    assert (response["Location"], cohort.state, Charter.objects.get().purpose) == (
        reverse("cohort", args=[cohort.pk]),
        "enrolling",
        PURPOSE["purpose"],
    )
    assert olu.get(look)["Location"] == reverse("cohort", args=[cohort.pk])


def test_opening_too_early_says_the_first_thing_that_is_missing(cast, olu, started):
    response = olu.post(reverse("cohort_open", args=[Cohort.objects.get().pk]))
    assert response.status_code == 409
    assert "Say when the programme ends or is reviewed." in response.content.decode()


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        (
            {"duty": "sponsor", "who": "99999"},
            "who",
            "Nobody in the directory has this number. Check it, or type a work address and a name.",
        ),
        (
            {"duty": "sponsor", "who": "new@example.test"},
            "name",
            "This address is not in the directory: add the person's name, or check the address.",
        ),
    ],
)
def test_an_unknown_person_in_charge_is_explained(olu, started, form, field, sentence):
    response = olu.post(reverse("programme_people", args=[started.pk]), form)
    assert (response.status_code, response.context["form"].errors[field]) == (422, [sentence])


def test_the_lead_cannot_be_the_named_contact(cast, olu, started):
    response = olu.post(reverse("programme_people", args=[started.pk]), {"duty": "contact", "who": cast.olu.sign_in_name})
    assert list(response.context["form"].errors) == ["who"]


def test_a_duty_is_ended_from_the_list(cast, olu, started):
    office = factories.office(factories.account("Ines Roy"), started, "coordinator", entities=[cast.paris])
    assert "Ines Roy" in olu.get(reverse("programme_people", args=[started.pk])).content.decode()
    olu.post(reverse("programme_office_end", args=[started.pk, office.pk]))
    assert Office.objects.get(pk=office.pk).ended_at is not None


def test_readiness_is_a_step_where_the_design_asks(cast, olu):
    olu.post(reverse("programme_design", args=["diverse-voices"]), NAMES)
    programme = Programme.objects.get()
    page = olu.get(reverse("programme_readiness", args=[programme.pk]))
    keys = [row["check"].key for row in page.context["rows"]]
    response = olu.post(reverse("programme_readiness", args=[programme.pk]), dict.fromkeys(keys, "green") | {keys[0]: "red"})
    assert response["Location"] == reverse("cohort_settings", args=[Cohort.objects.get().pk])
    page = olu.get(reverse("programme_readiness", args=[programme.pk]))
    assert page.context["rows"][0]["check"].remedy in page.content.decode()


def round_form(cohort: Cohort, **changes: str) -> dict[str, object]:
    from turnabout.programmes.ranges import RoundSettings  # noqa: PLC0415 - the form's own names are what is tested
    from turnabout.web.programme_forms import RoundForm  # noqa: PLC0415 - as above

    values = RoundForm.values_of(RoundSettings.of(cohort))
    return {key: "" if value is None else value for key, value in values.items()} | changes


def test_a_round_is_saved_or_told_which_range_it_left(olu, started):
    cohort = Cohort.objects.get()
    url = reverse("cohort_settings", args=[cohort.pk])
    bad = olu.post(url, round_form(cohort, sessions="13"))
    assert (bad.status_code, bad.context["form"].errors["sessions"]) == (422, ["Sessions: use a number from 4 to 12."])
    good = olu.post(url, round_form(cohort, sessions="8", weight_topics="70"))
    cohort.refresh_from_db()
    assert (good["Location"], cohort.sessions, cohort.weights["topics"]) == (reverse("programme_texts", args=[started.pk]), 8, 70)


def test_a_criterion_set_to_nothing_is_left_out_of_the_matching(olu, started):
    cohort = Cohort.objects.get()
    assert Criterion.COUNTRY in weights_of(cohort)
    olu.post(reverse("cohort_settings", args=[cohort.pk]), round_form(cohort, weight_country="0", weight_entity=""))
    cohort.refresh_from_db()
    assert (cohort.weights["country"], cohort.weights["entity"]) == (0, 0)
    assert {str(name) for name in weights_of(cohort)} == {"topics", "language", "hours", "format", "function"}
    page = olu.get(reverse("cohort_settings", args=[cohort.pk]))
    assert (page.context["form"]["weight_country"].value(), page.context["form"]["weight_topics"].value()) == (0, 60)


def test_a_round_in_which_nothing_counts_is_not_saved(olu, started):
    cohort = Cohort.objects.get()
    nothing = {f"weight_{name}": "0" for name in WEIGHTS}
    refused = olu.post(reverse("cohort_settings", args=[cohort.pk]), round_form(cohort, **nothing))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["weight_topics"])


def test_the_form_offers_no_criterion_that_nobody_is_asked_about(olu, started):
    page = olu.get(reverse("cohort_settings", args=[Cohort.objects.get().pk]))
    assert {field.name.removeprefix("weight_") for field in page.context["form"].weights} == set(WEIGHTS)
    assert "interests" not in WEIGHTS


def test_texts_are_edited_group_by_group_and_only_by_the_lead(cast, olu, started, client_of):
    url = reverse("programme_texts", args=[started.pk])
    texts = {row["text"].key: row["text"].text for row in olu.get(url).context["rows"]}
    olu.post(url, {f"text-{key}": text for key, text in texts.items()} | {"text-announcement.poster.headline": "Teach the boss"})
    started.refresh_from_db()
    assert list(started.texts) == ["announcement.poster.headline"]
    assert "Teach the boss" in olu.get(reverse("programme_announcement", args=[started.pk])).content.decode()
    factories.office(cast.cleo, started, "coordinator")
    assert client_of(cast.cleo).post(url, {}).status_code == 404
    assert client_of(cast.cleo).get(url + "?group=2").status_code == 200


def test_name_and_words_change(olu, started):
    assert olu.post(reverse("programme_rename", args=[started.pk]), NAMES | {"mentor_word": ""}).status_code == 422
    olu.post(reverse("programme_rename", args=[started.pk]), NAMES | {"mentor_word": "guide"})
    started.refresh_from_db()
    assert started.mentor_word == "guide"


def test_the_sponsor_reads_and_signs_with_one_button(cast, client_of, clock_at):
    assert [cast.cohort, factories.charter(cast.programme, signed_at=None)]
    sana = client_of(cast.sana)
    page = sana.get(reverse("programme_charter", args=[cast.programme.pk]))
    assert page.context["may_sign"] is True
    sana.post(reverse("programme_charter_sign", args=[cast.programme.pk]), {"version": "2"})
    assert Charter.objects.get(version=2).signed_by == cast.sana
    assert sana.get(reverse("programme_charter", args=[cast.programme.pk])).context["may_sign"] is False


def test_the_lead_asks_the_sponsor_to_sign(cast, olu, sent):
    assert [cast.cohort, factories.charter(cast.programme, signed_at=None)]
    olu.post(reverse("programme_charter_present", args=[cast.programme.pk]), {"version": "2"})
    assert [(mail.to, mail.template) for mail in sent()] == [(cast.sana.email, "charter.presented")]


def test_a_further_round_begins_with_the_last_ones_settings(cast, olu):
    Cohort.objects.filter(pk=cast.cohort.pk).update(sessions=9)
    response = olu.post(reverse("cohort_new", args=[cast.programme.pk]))
    newest = Cohort.objects.latest("pk")
    assert (newest.state, newest.sessions, newest.starts_on, response["Location"]) == (
        "draft",
        9,
        None,
        reverse("cohort_settings", args=[newest.pk]),
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_programmes(rows, cast, olu, django_assert_num_queries):
    for _ in range(rows):
        factories.cohort(factories.programme(by=cast.olu))
    olu.get("/")
    with django_assert_num_queries(6):
        assert len(olu.get(reverse("programmes")).context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_a_programme_costs_the_same_for_any_number_of_rounds(rows, cast, olu, django_assert_num_queries):
    assert cast.nadia
    for _ in range(rows):
        factories.cohort(cast.programme)
    olu.get("/")
    with django_assert_num_queries(10):
        assert len(olu.get(reverse("programme", args=[cast.programme.pk])).context["cohorts"]) == rows


def test_a_coordinator_of_another_programme_finds_nothing(cast, client_of, clock_at):
    other = factories.programme(by=cast.olu, name="Elsewhere")
    for name in ("programme", "programme_charter", "programme_texts"):
        assert client_of(cast.cleo).get(reverse(name, args=[other.pk])).status_code == 404
