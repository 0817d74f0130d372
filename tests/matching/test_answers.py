from datetime import timedelta

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.enrolments.models import Enrolment
from turnabout.matching import answers
from turnabout.matching.answers import Choice
from turnabout.matching.models import NotAvailable, Proposal, Rest, Run
from turnabout.pairs.models import Pair


@pytest.fixture
def proposal(cast) -> Proposal:
    run = Run.objects.create(cohort=cast.cohort, state="published", created_at=NOON)
    return Proposal.objects.create(
        run=run,
        mentor=cast.mia_place,
        mentee=cast.sol_place,
        state="asking_mentor",
        asked_at=NOON,
        expires_at=NOON + timedelta(days=10),
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
    """Everything others can see of how a suggestion ended."""
    closed = Proposal.objects.get(pk=proposal.pk)
    events = Event.objects.filter(subject=f"proposal:{proposal.pk}").values_list("name", "actor", "audience", "data")
    return (
        closed.state,
        closed.pair_id,
        NotAvailable.objects.count(),
        [(name, actor, audience, str(data)) for name, actor, audience, data in events],
    )


EXPECTED = ("closed", None, 1, [("proposal.closed", "", "private", "{}")])


def test_no_leaves_no_trace(cast, proposal):
    answer(proposal, cast.mia, Choice.NOT_THIS_PERSON)
    assert traces(proposal) == EXPECTED


def test_not_now_looks_like_a_no(cast, proposal):
    answer(proposal, cast.mia, Choice.NOT_NOW)
    assert traces(proposal) == EXPECTED
    assert Enrolment.objects.get(pk=cast.mia_place.pk).state == Enrolment.State.REGISTERED
    assert Rest.objects.get().enrolment == cast.mia_place


def test_expiry_looks_like_a_no(cast, proposal):
    assert answers.expire_due(now=NOON + timedelta(days=11)) == 1
    assert traces(proposal) == EXPECTED


def test_withdrawal_looks_like_a_no(cast, proposal):
    answer(proposal, cast.mia, Choice.STOP)
    assert traces(proposal) == EXPECTED
    assert Enrolment.objects.get(pk=cast.mia_place.pk).state == Enrolment.State.WITHDRAWN


def test_expiring_twice_closes_once(cast, proposal):
    answers.expire_due(now=NOON + timedelta(days=11))
    assert answers.expire_due(now=NOON + timedelta(days=11)) == 0


def test_overdue_suggestion_takes_no_yes(cast, proposal):
    with pytest.raises(NotPossible):
        answers.answer_proposal(proposal, by=cast.mia.account, choice=Choice.YES, now=NOON + timedelta(days=10))


def test_suggestion_ends_when_one_side_leaves(cast, proposal):
    answer(proposal, cast.mia, Choice.YES)
    answers.close_of_places([cast.mia_place.pk], now=NOON + timedelta(days=2))
    with pytest.raises(NotPossible):
        answer(proposal, cast.sol, Choice.YES)


def test_mentor_whose_place_was_filled_meanwhile_gets_no_second_pair(cast, proposal):
    answer(proposal, cast.mia, Choice.YES)
    other = factories.enrolment(cast.cohort, cast.rosa, "mentee")
    factories.pair(cast.mia_place, other)
    with pytest.raises(NotPossible):
        answer(proposal, cast.sol, Choice.YES)
    assert Proposal.objects.get(pk=proposal.pk).state == Proposal.State.ASKING_MENTEE
