"""What the texts promise, tried out in the product."""

import html
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories
from tests.cast import NOON
from turnabout.accounts import links
from turnabout.core.models import Event
from turnabout.enrolments.models import Enrolment
from turnabout.matching.models import Proposal, Run
from turnabout.notifications.models import Notice
from turnabout.pairs.models import Pair
from turnabout.programmes.models import Cohort
from turnabout.scheduling import services as scheduling
from turnabout.scheduling.models import Session


@pytest.fixture
def second_session(cast, clock_at) -> Session:
    """Mia and Sol, who have just met for the second time."""
    assert cast.cleo
    scheduling.plan_sessions(cast.mia_and_sol, now=NOON)
    for number in (1, 2):
        session = Session.objects.select_related("pair__cohort__programme").get(pair=cast.mia_and_sol, number=number)
        scheduling.report_session(session, said="met", by=cast.sol.account, now=NOON, met_on=NOON.date())
    return session


def test_after_session_two_each_is_asked_alone_how_to_go_on(second_session, cast, client_of, sent, clock_at):
    assert [mail for mail in sent() if mail.template == "review.asked"] == []
    clock_at(NOON + timedelta(days=1))
    mails = {mail.to: mail for mail in sent() if mail.template == "review.asked"}
    assert set(mails) == {cast.mia.email, cast.sol.email}
    assert ("Nadia Haddad" in mails[cast.mia.email].text, "Nadia Haddad" in mails[cast.sol.email].text) == (True, False)
    page = client_of(None).get(mails[cast.mia.email].url)
    assert [choice["value"] for choice in page.context["choices"]] == ["continue", "adjust", "change", "stop"]
    before = (Event.objects.count(), Notice.objects.count())
    done = client_of(None).post(mails[cast.mia.email].url, {"answer": "continue"})
    assert (done.status_code, (Event.objects.count(), Notice.objects.count())) == (200, before)
    client_of(None).post(mails[cast.sol.email].url, {"answer": "change"})
    assert (Pair.objects.get().state, Event.objects.get(name="pair.ended").actor) == ("ended", "")
    told = {mail.to: mail.text for mail in sent() if mail.template == "pair.ended"}
    assert all("Cleo will offer you a new partner." in text for text in told.values())


@pytest.mark.parametrize(
    ("answer", "state", "place"),
    [
        ("continue", "active", "registered"),
        ("adjust", "active", "registered"),
        ("change", "ended", "registered"),
        ("stop", "ended", "withdrawn"),
    ],
)
def test_each_answer_does_what_it_says_from_the_page_as_well(answer, state, place, second_session, cast, client_of):
    response = client_of(cast.mia).post(
        reverse("pair_review", kwargs={"pair_id": cast.mia_and_sol.pk}), {"answer": answer}, follow=True
    )
    assert (response.status_code, Pair.objects.get().state) == (200, state)
    assert Enrolment.objects.get(pk=cast.mia_place.pk).state == place
    assert Enrolment.objects.get(pk=cast.sol_place.pk).state == "registered"


def test_the_review_session_is_the_rounds_own(cast, clock_at):
    Cohort.objects.filter(pk=cast.cohort.pk).update(review_after_session=3)
    scheduling.plan_sessions(cast.mia_and_sol, now=NOON)
    for number, count in ((2, 0), (3, 2)):
        session = Session.objects.select_related("pair__cohort__programme").get(pair=cast.mia_and_sol, number=number)
        scheduling.report_session(session, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
        assert Notice.objects.filter(template="review.asked").count() == count


def test_a_pair_that_has_closed_is_not_asked(second_session, cast, client_of, sent, clock_at):
    cast.mia_and_sol.refresh_from_db()
    client_of(cast.sol).post(reverse("pair_end", kwargs={"pair_id": cast.mia_and_sol.pk}))
    clock_at(NOON + timedelta(days=1))
    assert [mail for mail in sent() if mail.template == "review.asked"] == []
    assert client_of(cast.mia).get(reverse("pair_review", kwargs={"pair_id": cast.mia_and_sol.pk})).status_code == 409


def test_please_contact_me_reaches_the_named_contact_only_when_it_is_pressed(second_session, cast, client_of, sent):
    url = reverse("pulse", kwargs={"pair_id": cast.mia_and_sol.pk, "session_id": second_session.pk})
    client_of(cast.sol).post(url, {"useful": "1", "could_say": "1", "energy": "1"})
    assert Notice.objects.filter(template="contact.asked").count() == 0
    client_of(cast.mia).post(url, {"useful": "5", "could_say": "5", "contact_me": "1"})
    (mail,) = [mail for mail in sent() if mail.template == "contact.asked"]
    assert (mail.to, mail.subject) == (cast.nadia.email, "Mia Okafor asks you to get in touch")
    assert [word for word in ("Sol", "Lindqvist", "useful") if word in mail.text] == []
    assert Counter(Event.objects.filter(name__startswith="contact").values_list("name", flat=True)) == Counter()


def test_the_contacts_telephone_is_on_the_printed_card_of_who_shares_and_on_no_other(cast, client_of, clock_at):
    clerk, manager = (factories.person(name, "Sousa", entity=cast.paris, has_mailbox=False) for name in ("Ana", "Rui"))
    factories.enrolment(cast.cohort, clerk, "mentor")
    factories.enrolment(cast.cohort, manager, "mentee")
    cards = [
        client_of(cast.cleo).post(reverse("person_card", kwargs={"person_id": person.pk})).content.decode()
        for person in (clerk, manager)
    ]
    assert ["+33 1 23 45 67 89" in card for card in cards] == [True, False]


@pytest.mark.parametrize(("role", "levels", "is_told"), [("mentor", 3, True), ("mentor", None, False), ("mentee", 3, False)])
def test_the_distance_exception_is_told_to_who_shares_in_the_invitation_and_on_its_page(
    role, levels, is_told, cast, client_of, sent, clock_at
):
    Cohort.objects.filter(pk=cast.cohort.pk).update(distance_exception=levels)
    cast.cohort.refresh_from_db()
    person = cast.mia if role == "mentor" else cast.sol
    place = factories.enrolment(cast.cohort, person, role, state="invited", is_prepared=False)
    client_of(cast.cleo).post(reverse("places_act", kwargs={"cohort_id": cast.cohort.pk}), {"do": "resend", "place": [place.pk]})
    (mail,) = sent()
    page = client_of(None).get(mail.url).content.decode()
    sentence = "at least 3 levels apart, and never anybody who decides on your pay or promotion"
    assert (sentence in mail.text, sentence in page) == (is_told, is_told)


def test_a_suggestion_in_one_line_says_so_to_the_mentor_however_it_was_made(cast, client_of, sent, clock_at):
    run = factories.run(cast.cohort)
    made = factories.proposal(run, cast.mia_place, cast.sol_place, is_by_hand=True, warnings=["language", "distance_exception"])
    client_of(cast.olu).post(reverse("publish", kwargs={"run_id": run.pk}), {"subject": "", "body": ""})
    (mail,) = [mail for mail in sent() if mail.template == "proposal.asked"]
    page = client_of(cast.mia).get(reverse("suggestion", kwargs={"proposal_id": made.pk})).content.decode()
    assert [text.count("You are in one reporting line, far apart.") for text in (mail.text, page)] == [1, 1]
    for person in (cast.mia, cast.sol):
        client_of(person).post(
            reverse("suggestion_answer", kwargs={"proposal_id": made.pk}), {"answer": "yes", "has_no_say": "on"}
        )
    assert Pair.objects.get().distance_exception is True


@pytest.mark.parametrize("asked", ["mentor", "mentee"])
@pytest.mark.parametrize("has_link", [True, False])
def test_a_yes_to_somebody_in_ones_own_line_waits_for_the_declaration_about_pay_and_promotion(
    asked, has_link, cast, client_of, clock_at
):
    run, person = factories.run(cast.cohort), cast.mia if asked == "mentor" else cast.sol
    flags = {"flags": ["distance_exception"]}
    made = factories.proposal(run, cast.mia_place, cast.sol_place, state=f"asking_{asked}", reasons=flags)
    token = links.mint(
        person.account,
        kind=links.Kind.ACTION,
        verb="proposal.answer",
        subject=made,
        expires_at=NOON + timedelta(days=1),
        now=NOON,
    )
    link, answer = reverse("link", kwargs={"token": token}), reverse("suggestion_answer", kwargs={"proposal_id": made.pk})
    client, url = (client_of(None), link) if has_link else (client_of(person), answer)
    sentence = "I do not decide on {0}'s pay or promotion, and {0} does not decide on mine.".format(
        cast.sol.first_name if asked == "mentor" else cast.mia.first_name
    )
    shown = client.get(link if has_link else reverse("suggestion", kwargs={"proposal_id": made.pk}))
    assert sentence in html.unescape(shown.content.decode())
    again = client.post(url, {"answer": "yes"})
    words = html.unescape(again.content.decode())
    assert (again.status_code, "A yes needs your tick" in words, sentence in words, 'action=""' in words) == (
        422,
        True,
        True,
        True,
    )
    assert Proposal.objects.get(pk=made.pk).state == f"asking_{asked}"
    client.post(url, {"answer": "yes", "has_no_say": "on"})
    assert Proposal.objects.get(pk=made.pk).state == ("asking_mentee" if asked == "mentor" else "accepted")


def test_every_other_answer_goes_without_that_declaration_and_other_suggestions_do_not_ask_for_it(cast, client_of, clock_at):
    run = factories.run(cast.cohort)
    made = factories.proposal(run, cast.mia_place, cast.sol_place, state="asking_mentor", warnings=["distance_exception"])
    address = {"proposal_id": made.pk}
    assert client_of(cast.mia).post(reverse("suggestion_answer", kwargs=address), {"answer": "not_now"}).status_code == 302
    Proposal.objects.filter(pk=made.pk).update(warnings=[], is_answered=False)
    assert "pay or promotion" not in client_of(cast.mia).get(reverse("suggestion", kwargs=address)).content.decode()


@pytest.mark.parametrize(("role", "step"), [("mentor", "limits"), ("mentee", "confirm")])
def test_the_question_whom_not_to_be_paired_with_names_what_counts(role, step, cast, client_of, clock_at):
    place = factories.enrolment(cast.cohort, cast.mia if role == "mentor" else cast.sol, role, state="started", is_prepared=False)
    words = client_of(place.person).get(reverse("register_step", kwargs={"place_id": place.pk, "step": step})).content.decode()
    cases = ("family", "grievance", "pay or promotion", "selection, disciplinary or grievance panel")
    assert [case for case in cases if case not in words] == []


def test_the_mentor_reads_the_mentees_name_before_the_mentee_learns_anything(cast, client_of, sent, clock_at):
    run = factories.run(cast.cohort)
    made = factories.proposal(run, cast.mia_place, cast.sol_place)
    client_of(cast.olu).post(reverse("publish", kwargs={"run_id": run.pk}), {"subject": "", "body": ""})
    assert [(mail.to, "Sol Lindqvist" in mail.text) for mail in sent()] == [(cast.mia.email, True)]
    sol = client_of(cast.sol)
    assert "Mia" not in sol.get("/").content.decode()
    assert sol.get(reverse("suggestion", kwargs={"proposal_id": made.pk})).status_code == 404
    client_of(cast.mia).post(reverse("suggestion_answer", kwargs={"proposal_id": made.pk}), {"answer": "yes"})
    assert [mail.to for mail in sent()] == [cast.mia.email, cast.sol.email]
    assert "Mia Okafor" in sol.get("/").content.decode()
    assert (Proposal.objects.get().state, Run.objects.count()) == ("asking_mentee", 1)
