from datetime import timedelta

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.enrolments import jobs, nominations
from turnabout.enrolments.models import Enrolment, Nomination
from turnabout.notifications.models import Notice
from turnabout.people.models import Person


@pytest.fixture
def leader(cast) -> Enrolment:
    """Sol's place in a round in which leaders name whom they would like to learn from."""
    programme = factories.programme(by=cast.olu, design="executives-find-their-mentor")
    return factories.enrolment(factories.cohort(programme), cast.sol, "mentee")


def ask(leader: Enrolment, *people: Person) -> list[Nomination]:
    assert leader.person.account is not None
    return nominations.name_people(leader, people=people, by=leader.person.account, now=NOON)


def test_each_person_named_is_asked_privately_and_not_told_by_whom(cast, leader, sent, clock_at):
    ask(leader, cast.kofi, cast.otto)
    mails = sent()
    assert [(mail.to, mail.subject) for mail in mails] == [
        (person.email, "Somebody would value learning from you") for person in (cast.kofi, cast.otto)
    ]
    assert not any("Sol" in mail.text or "Lindqvist" in mail.text for mail in mails)
    assert {event.audience for event in Event.objects.all()} == {"private"}


def test_a_no_leaves_no_trace(cast, leader):
    (nomination,) = ask(leader, cast.kofi)
    before = (Event.objects.count(), Notice.objects.count(), Enrolment.objects.count())
    nominations.decline_nomination(nomination, by=cast.kofi.account, now=NOON)
    nomination.refresh_from_db()
    assert (Event.objects.count(), Notice.objects.count(), Enrolment.objects.count()) == before
    assert nomination.state == "closed"


def test_a_yes_becomes_an_invitation(cast, leader):
    (nomination,) = ask(leader, cast.kofi)
    place = nominations.accept_nomination(nomination, by=cast.kofi.account, now=NOON)
    nomination.refresh_from_db()
    assert (place.role, place.source, place.state, nomination.state) == ("mentor", "nomination", "invited", "accepted")
    with pytest.raises(NotPossible, match="This question is closed"):
        nominations.accept_nomination(nomination, by=cast.kofi.account, now=NOON)


def test_only_the_person_asked_answers(cast, leader):
    (nomination,) = ask(leader, cast.kofi)
    with pytest.raises(NotAllowed, match="asked of somebody else"):
        nominations.accept_nomination(nomination, by=cast.sol.account, now=NOON)


def test_a_no_does_not_free_a_name(cast, leader):
    first = ask(leader, cast.kofi, cast.otto)
    nominations.decline_nomination(first[0], by=cast.kofi.account, now=NOON)
    with pytest.raises(NotPossible, match="up to 3 people in all"):
        ask(leader, cast.rosa, factories.person())
    assert ask(leader, cast.kofi) == []


def test_no_answer_closes_like_a_no(cast, leader, clock_at):
    (nomination,) = ask(leader, cast.kofi)
    late = NOON + timedelta(days=11)
    with pytest.raises(NotPossible, match="This question is closed"):
        nominations.accept_nomination(nomination, by=cast.kofi.account, now=late)
    clock_at(late)
    jobs.close_expired_nominations()
    nomination.refresh_from_db()
    assert nomination.state == "closed"


def test_people_of_ones_own_line_team_or_past_are_not_named(cast, leader):
    peer = factories.person("Pia", "Roth", manager=cast.head)
    report = factories.person("Rhea", "Bond", manager=cast.sol)
    below = factories.person("Ben", "Low", manager=report)
    gone = factories.person("Zoe", "Lang", state="left")
    for person, sentence in (
        (cast.sol, "Name somebody other than yourself"),
        (peer, "has the same manager as you"),
        (report, "in your own reporting line"),
        (below, "in your own reporting line"),
        (cast.head, "in your own reporting line"),
        (gone, "has left the organisation"),
    ):
        with pytest.raises(NotPossible, match=sentence):
            ask(leader, person)


def test_only_who_takes_part_to_learn_names_people(cast):
    with pytest.raises(NotPossible, match="Only somebody who takes part to learn"):
        nominations.name_people(cast.mia_place, people=[cast.otto], by=cast.mia.account, now=NOON)
