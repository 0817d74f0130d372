from dataclasses import replace
from datetime import date

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.programmes import opening, rounds, services, texts
from turnabout.programmes.models import Charter, Office, Programme
from turnabout.programmes.words import words_for


def naming(**fields: str) -> services.Naming:
    return services.Naming(**({"name": "Turning tables"} | fields))


def start(cast, design: str = "global-digital") -> Programme:
    return services.start_programme(design, naming=naming(), by=cast.olu, now=NOON)


def newest(programme: Programme) -> Charter:
    charter = rounds.newest_charter(programme)
    assert charter is not None
    return charter


def test_a_programme_starts_with_the_answers_of_its_design(cast):
    programme = start(cast)
    charter = newest(programme)
    assert (charter.version, len(charter.measures), charter.signed_at) == (1, 3, None)
    assert charter.purpose.startswith("Leaders who decide about digital")
    assert [event.name for event in Event.objects.all()] == ["programme.started"]


def test_a_coordinator_starts_no_programme(cast):
    with pytest.raises(NotAllowed, match="Only the programme lead can change a programme"):
        services.start_programme("global-digital", naming=naming(), by=cast.cleo, now=NOON)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "  "}, "Name: give the programme a name that people will recognise in a mail."),
        ({"words": "sideways"}, "Kind of mentoring: choose one of the words offered."),
        ({"mentor_word": " "}, "Words: both sides and the places of work need a word."),
    ],
)
def test_a_programme_without_a_usable_name_is_refused(cast, fields, sentence):
    with pytest.raises(NotPossible) as refusal:
        services.start_programme("global-digital", naming=naming(**fields), by=cast.olu, now=NOON)
    assert refusal.value.sentence == sentence


def test_words_of_the_product_are_known_and_others_stay_as_typed(cast):
    programme = services.rename_programme(
        cast.programme,
        naming=naming(words="mutual", mentor_word="guide | guides", mentee_word="learner", entity_word="store"),
        by=cast.olu,
        now=NOON,
    )
    assert [(event.name, event.actor, event.data) for event in Event.objects.all()] == [
        ("programme.renamed", f"account:{cast.olu.pk}", {})
    ]
    words = words_for(programme)
    assert (words.mentors, words.mentees, words.entities, words.kind) == ("guides", "learners", "stores", "mutual mentoring")
    assert (words.Mentor, words.Mentees, words.Entity, words.of("mentee"), words.many("mentor")) == (
        "Guide",
        "Learners",
        "Store",
        "learner",
        "guides",
    )
    assert (words.Mentors, words.Mentee, words.Entities) == ("Guides", "Learner", "Stores")


def test_an_unsigned_charter_is_edited_and_a_signed_one_begins_a_new_version(cast):
    programme = start(cast)
    answers = services.CharterAnswers(
        purpose=" Learn. ",
        measures=(services.Measure(name="Recommend", today="61 %"), services.Measure(name=" ")),
        ends_on=date(2027, 9, 30),
    )
    first = services.save_charter(programme, answers=answers, by=cast.olu, now=NOON)
    assert (first.version, first.purpose, first.measures) == (1, "Learn.", [{"name": "Recommend", "today": "61 %"}])
    services.sign_charter(first, by=cast.olu, now=NOON)
    kept = services.CharterAnswers.of(first)
    second = services.save_charter(programme, answers=replace(kept, purpose="Learn more."), by=cast.olu, now=NOON)
    assert (second.version, second.signed_at, Charter.objects.get(pk=first.pk).purpose) == (2, None, "Learn.")


def test_four_measures_are_one_too_many(cast):
    answers = services.CharterAnswers(measures=tuple(services.Measure(name=str(number)) for number in range(4)))
    with pytest.raises(NotPossible, match="keep the three measures"):
        services.save_charter(cast.programme, answers=answers, by=cast.olu, now=NOON)


def test_the_sponsor_signs_and_it_says_whether_it_was_recorded(cast):
    programme = start(cast)
    factories.office(cast.sana, programme, Office.Duty.SPONSOR)
    charter = newest(programme)
    signed = services.sign_charter(charter, by=cast.sana, now=NOON)
    assert (signed.signed_by, Event.objects.get(name="charter.signed").data) == (cast.sana, {"version": 1, "is_recorded": False})
    with pytest.raises(NotPossible, match="signed already"):
        services.sign_charter(signed, by=cast.olu, now=NOON)


def test_a_stranger_signs_nothing(cast):
    with pytest.raises(NotAllowed, match="Only the sponsor signs"):
        services.sign_charter(newest(start(cast)), by=cast.cleo, now=NOON)


def test_an_older_version_cannot_be_signed(cast):
    programme = start(cast)
    first = services.sign_charter(newest(programme), by=cast.olu, now=NOON)
    services.save_charter(programme, answers=services.CharterAnswers(purpose="New."), by=cast.olu, now=NOON)
    with pytest.raises(NotPossible, match="The text has changed since this version"):
        services.sign_charter(first, by=cast.olu, now=NOON)


def test_a_charter_without_a_purpose_cannot_be_signed(cast):
    charter = services.save_charter(start(cast), answers=services.CharterAnswers(), by=cast.olu, now=NOON)
    with pytest.raises(NotPossible, match="nothing to sign yet"):
        services.sign_charter(charter, by=cast.olu, now=NOON)


def test_the_sponsor_is_asked_to_sign_by_mail_and_signs_from_it(cast, sent, clock_at, client_of):
    programme = start(cast)
    charter = newest(programme)
    with pytest.raises(NotPossible, match="There is no sponsor to ask yet"):
        services.present_charter(charter, by=cast.olu, now=NOON)
    factories.office(cast.sana, programme, Office.Duty.SPONSOR)
    services.present_charter(charter, by=cast.olu, now=NOON)
    mail = sent()[0]
    assert (mail.to, mail.template) == (cast.sana.email, "charter.presented")
    stranger = client_of(None)
    assert "Sign this" in stranger.get(mail.url).content.decode()
    assert stranger.post(mail.url).status_code == 200
    charter.refresh_from_db()
    assert charter.signed_by == cast.sana
    with pytest.raises(NotPossible, match="signed already"):
        services.present_charter(charter, by=cast.olu, now=NOON)


def test_an_office_is_given_changed_and_ended(cast):
    programme = cast.programme
    account = factories.account("Ines Roy")
    office = services.give_office(account, programme, "coordinator", entities=[cast.paris], by=cast.olu, now=NOON)
    again = services.give_office(account, programme, "coordinator", entities=[cast.lagos], phone=" 1 ", by=cast.olu, now=NOON)
    assert (again.pk, list(again.entities.all()), again.phone) == (office.pk, [cast.lagos], "1")
    assert [event.data for event in Event.objects.filter(name="office.given")] == [{"duty": "coordinator"}]
    services.end_office(again, by=cast.olu, now=NOON)
    with pytest.raises(NotPossible, match="ended already"):
        services.end_office(again, by=cast.olu, now=NOON)


def test_an_unknown_duty_is_refused(cast):
    with pytest.raises(NotPossible, match="Duty: choose"):
        services.give_office(cast.ada, cast.programme, "treasurer", by=cast.olu, now=NOON)


def test_the_named_contact_is_nobody_who_runs_the_programme(cast):
    for account in (cast.cleo, cast.olu):
        with pytest.raises(NotPossible, match="somebody outside the programme"):
            services.give_office(account, cast.programme, "contact", by=cast.olu, now=NOON)


def test_an_open_round_keeps_its_contact_until_there_is_another(cast):
    assert cast.cohort
    only = Office.objects.get(account=cast.nadia)
    with pytest.raises(NotPossible, match="name the successor first"):
        services.end_office(only, by=cast.olu, now=NOON)
    services.give_office(factories.account("Ines Roy"), cast.programme, "contact", by=cast.olu, now=NOON)
    assert services.end_office(only, by=cast.olu, now=NOON).ended_at == NOON


def test_a_text_is_the_designs_until_it_is_edited_and_every_version_stays(cast):
    programme, key = cast.programme, "announcement.all_staff.subject"

    def text() -> str:
        return next(entry.text for entry in texts.editable(programme) if entry.key == key)

    assert text() == "Would you teach one of our leaders?"
    for changed in ("Teach a leader", "Teach a leader", "Come and teach"):
        programme = services.edit_texts(programme, {key: changed}, by=cast.olu, now=NOON)
    assert (text(), [version["text"] for version in programme.texts[key]]) == (
        "Come and teach",
        ["Teach a leader", "Come and teach"],
    )
    with pytest.raises(NotPossible, match="no such text"):
        services.edit_texts(programme, {"announcement.song": "La"}, by=cast.olu, now=NOON)


def test_readiness_takes_known_questions_and_colours_only(cast):
    programme = start(cast, "diverse-voices")
    question = opening.checks(programme.design, None)[0].key
    charter = services.answer_readiness(programme, answers={question: "green"}, by=cast.olu, now=NOON)
    assert charter.readiness == {question: "green"}
    for answers in ({"weather": "green"}, {question: "blue"}):
        with pytest.raises(NotPossible, match="green, amber or red"):
            services.answer_readiness(programme, answers=answers, by=cast.olu, now=NOON)


def test_a_programme_without_a_charter_gets_its_first(cast):
    charter = services.save_charter(cast.programme, answers=services.CharterAnswers(purpose="Learn."), by=cast.olu, now=NOON)
    assert charter.version == 1


def test_a_request_to_sign_what_is_signed_and_a_round_that_closed_send_nothing(cast, sent, clock_at):
    programme = start(cast)
    factories.office(cast.sana, programme, Office.Duty.SPONSOR)
    factories.office(cast.cleo, programme, Office.Duty.COORDINATOR)
    services.present_charter(newest(programme), by=cast.olu, now=NOON)
    services.sign_charter(newest(programme), by=cast.olu, now=NOON)
    assert sent() == []
