from datetime import timedelta

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.enrolments.models import Enrolment
from turnabout.matching import answers, boards, queries
from turnabout.matching.answers import Choice
from turnabout.matching.models import NotAvailable, Proposal, Rest, Run
from turnabout.pairs.models import Pair

DEADLINE = NOON + timedelta(days=10)


@pytest.fixture
def proposal(cast) -> Proposal:
    run = Run.objects.create(cohort=cast.cohort, state="published", created_at=NOON)
    return Proposal.objects.create(
        run=run,
        mentor=cast.mia_place,
        mentee=cast.sol_place,
        state="asking_mentor",
        published_at=NOON,
        asked_at=NOON,
        expires_at=DEADLINE,
    )


def answer(proposal, who, choice):
    return answers.answer_proposal(proposal, by=who.account, choice=choice, now=NOON + timedelta(days=1))


def test_mentor_is_asked_first_and_a_yes_asks_the_mentee(cast, proposal):
    assert answer(proposal, cast.mia, Choice.YES).state == Proposal.State.ASKING_MENTEE
    assert Pair.objects.count() == 0


def test_both_saying_yes_makes_a_pair(cast, proposal):
    answer(proposal, cast.mia, Choice.YES)
    accepted = answer(proposal, cast.sol, Choice.YES)
    assert (accepted.state, accepted.pair.mentor, accepted.pair.mentee) == (
        Proposal.State.ACCEPTED,
        cast.mia_place,
        cast.sol_place,
    )
    assert set(Enrolment.objects.values_list("places_taken", flat=True)) == {1}


def test_mentee_cannot_answer_before_the_mentor(cast, proposal):
    with pytest.raises(NotAllowed):
        answer(proposal, cast.sol, Choice.YES)


def test_stranger_cannot_answer(cast, proposal):
    with pytest.raises(NotAllowed):
        answer(proposal, cast.otto, Choice.YES)


def test_answering_twice_is_refused(cast, proposal):
    answer(proposal, cast.mia, Choice.NOT_THIS_PERSON)
    with pytest.raises(NotPossible):
        answer(proposal, cast.mia, Choice.YES)


def traces(proposal) -> tuple:
    """Everything that is kept of how a suggestion ended, once its time is over."""
    answers.expire_due(now=DEADLINE)
    closed = Proposal.objects.get(pk=proposal.pk)
    events = Event.objects.filter(subject=f"proposal:{proposal.pk}").values_list("name", "actor", "audience", "data")
    return (
        closed.state,
        closed.closed_at,
        closed.is_answered,
        closed.pair_id,
        NotAvailable.objects.count(),
        [(name, actor, audience, str(data)) for name, actor, audience, data in events],
    )


EXPECTED = ("closed", DEADLINE, False, None, 1, [("proposal.closed", "", "private", "{}")])


def test_no_leaves_no_trace(cast, proposal):
    answer(proposal, cast.mia, Choice.NOT_THIS_PERSON)
    assert traces(proposal) == EXPECTED


def test_not_now_looks_like_a_no(cast, proposal):
    answer(proposal, cast.mia, Choice.NOT_NOW)
    assert traces(proposal) == EXPECTED
    assert Enrolment.objects.get(pk=cast.mia_place.pk).state == Enrolment.State.REGISTERED
    assert Rest.objects.get().enrolment == cast.mia_place


def test_expiry_looks_like_a_no(cast, proposal):
    assert answers.expire_due(now=DEADLINE - timedelta(seconds=1)) == 0
    assert traces(proposal) == EXPECTED


def test_withdrawal_looks_like_a_no(cast, proposal):
    answer(proposal, cast.mia, Choice.STOP)
    assert traces(proposal) == EXPECTED
    assert Enrolment.objects.get(pk=cast.mia_place.pk).state == Enrolment.State.WITHDRAWN


@pytest.mark.parametrize("choice", [Choice.NOT_THIS_PERSON, Choice.NOT_NOW, Choice.STOP])
def test_until_the_deadline_a_question_stands_as_if_nobody_had_answered(choice, cast, proposal):
    answer(proposal, cast.mia, choice)
    after = Proposal.objects.get(pk=proposal.pk)
    assert (after.state, after.expires_at, after.closed_at) == (Proposal.State.ASKING_MENTOR, DEADLINE, None)
    assert Event.objects.filter(name__startswith="proposal.").count() == 0
    assert queries.held_places(cast.cohort) == {cast.mia_place.pk: 1, cast.sol_place.pk: 1}
    answers.expire_due(now=DEADLINE)
    assert queries.held_places(cast.cohort) == {}


@pytest.mark.parametrize("has_answered", [False, True])
def test_taking_back_frees_both_at_once_whether_or_not_there_was_an_answer(has_answered, cast, proposal):
    if has_answered:
        answer(proposal, cast.mia, Choice.NOT_THIS_PERSON)
    taken_back = boards.retract(proposal, by=cast.olu, now=NOON + timedelta(days=2))
    assert (taken_back.state, taken_back.is_answered, queries.held_places(cast.cohort), NotAvailable.objects.count()) == (
        Proposal.State.CLOSED,
        False,
        {},
        1,
    )
    with pytest.raises(NotPossible, match="no longer open"):
        boards.retract(proposal, by=cast.olu, now=NOON + timedelta(days=2))


def told(sent) -> list[tuple[str, str]]:
    return [(mail.to, mail.subject) for mail in sent() if mail.template == "proposal.closed"]


@pytest.mark.parametrize("choice", [None, Choice.NOT_THIS_PERSON, Choice.NOT_NOW, Choice.STOP])
def test_mentor_who_said_yes_is_told_at_the_deadline_whatever_the_mentee_did(choice, cast, proposal, sent, clock_at):
    assert cast.cleo
    answer(proposal, cast.mia, Choice.YES)
    if choice is not None:
        answer(proposal, cast.sol, choice)
    deadline = NOON + timedelta(days=11)
    clock_at(deadline - timedelta(seconds=1))
    answers.expire_due(now=deadline - timedelta(seconds=1))
    assert told(sent) == []
    clock_at(deadline)
    answers.expire_due(now=deadline)
    assert told(sent) == [(cast.mia.email, "Your suggested partner, Sol Lindqvist")]
    (mail,) = [mail for mail in sent() if mail.template == "proposal.closed"]
    for words in ("did not become a pair this time. It is nobody's fault.", "Cleo looks for another partner", "Nadia Haddad"):
        assert words in mail.text


def test_mentor_who_was_asked_only_and_mentor_who_left_are_told_nothing(cast, proposal, sent, clock_at):
    clock_at(NOON + timedelta(days=12))
    answers.expire_due(now=DEADLINE)
    assert told(sent) == []
    again = factories.proposal(
        proposal.run, cast.mia_place, factories.enrolment(cast.cohort, cast.rosa, "mentee"), state="asking_mentee"
    )
    Enrolment.objects.filter(pk=cast.mia_place.pk).update(state="withdrawn")
    boards.retract(again, by=cast.olu, now=NOON)
    assert told(sent) == []


def test_expiring_twice_closes_once(cast, proposal):
    answers.expire_due(now=NOON + timedelta(days=11))
    assert answers.expire_due(now=NOON + timedelta(days=11)) == 0


def test_overdue_suggestion_takes_no_yes(cast, proposal):
    with pytest.raises(NotPossible):
        answers.answer_proposal(proposal, by=cast.mia.account, choice=Choice.YES, now=NOON + timedelta(days=10))


def test_suggestion_ends_when_one_side_leaves(cast, proposal):
    answer(proposal, cast.mia, Choice.YES)
    answers.ask_no_more_about([cast.mia_place.pk])
    with pytest.raises(NotPossible):
        answer(proposal, cast.sol, Choice.YES)


def test_mentor_whose_place_was_filled_meanwhile_gets_no_second_pair(cast, proposal):
    answer(proposal, cast.mia, Choice.YES)
    other = factories.enrolment(cast.cohort, cast.rosa, "mentee")
    factories.pair(cast.mia_place, other)
    with pytest.raises(NotPossible):
        answer(proposal, cast.sol, Choice.YES)
    assert Proposal.objects.get(pk=proposal.pk).state == Proposal.State.ASKING_MENTEE


def test_a_pair_in_one_line_starts_only_when_both_declared_that_neither_has_a_say(cast, proposal):
    Proposal.objects.filter(pk=proposal.pk).update(reasons={"flags": ["distance_exception"]})
    for who in (cast.mia, cast.sol):
        with pytest.raises(NotPossible, match="A yes needs your tick"):
            answer(proposal, who, Choice.YES)
        answers.answer_proposal(proposal, by=who.account, choice=Choice.YES, now=NOON, has_no_say=True)
    assert Pair.objects.get().distance_exception is True
