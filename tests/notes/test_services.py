"""What a pair writes: readable by the two alone."""

from datetime import timedelta

import pytest

from tests.cast import NOON
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.notes import jobs, queries, services
from turnabout.notes.models import CommonGround, NextStep, Note
from turnabout.pairs import services as pair_services
from turnabout.scheduling import services as scheduling_services

OUTSIDERS = ("cleo", "olu", "ada", "sana", "nadia", "ash")


@pytest.fixture
def pair(cast):
    return cast.mia_and_sol


def write(pair, who, kind, body="words"):
    return services.write_note(pair, kind=kind, body=body, by=who.account, now=NOON)


def test_shared_notes_are_read_by_both_and_private_ones_by_their_writer(cast, pair):
    write(pair, cast.mia, "shared", " for us ")
    write(pair, cast.mia, "private", "for me")
    assert [(note.text, note.is_mine, note.author_role) for note in queries.words_of(pair, cast.mia).notes] == [
        ("for us", True, "mentor"),
        ("for me", True, "mentor"),
    ]
    assert [(note.text, note.is_mine) for note in queries.words_of(pair, cast.sol).notes] == [("for us", False)]


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_else_reads_or_writes_anything(cast, pair, who):
    write(pair, cast.mia, "shared")
    account = getattr(cast, who)
    assert queries.words_of(pair, getattr(account, "person", None)) == queries.PairWords()
    with pytest.raises(NotAllowed):
        services.write_note(pair, kind="shared", body="x", by=account, now=NOON)


def test_outsiders_who_are_people_read_nothing(cast, pair):
    note = write(pair, cast.mia, "shared")
    for person in (cast.otto, cast.kofi, cast.max, None):
        assert list(Note.objects.visible_to(person)) == []
        assert list(NextStep.objects.visible_to(person)) == []
        assert list(CommonGround.objects.visible_to(person)) == []
        assert queries.note_of(pair, person, note.pk) is None


def test_common_ground_opens_when_both_have_written(cast, pair):
    services.write_common_ground(pair, body="bees", looking_forward="soon", by=cast.mia.account, now=NOON)
    assert queries.words_of(pair, cast.sol).their_ground is None
    services.write_common_ground(pair, body="boats", looking_forward="later", by=cast.sol.account, now=NOON)
    theirs, mine = queries.words_of(pair, cast.sol).their_ground, queries.words_of(pair, cast.sol).my_ground
    assert theirs is not None
    assert mine is not None
    assert (theirs.text, theirs.looking_forward, theirs.author_role, mine.text) == ("bees", "soon", "mentor", "boats")


def test_a_note_is_changed_by_its_writer_and_once_from_each_version(cast, pair):
    note = write(pair, cast.mia, "shared")
    assert services.edit_note(note, body="new", by=cast.mia.account, version=1, now=NOON).body == "new"
    with pytest.raises(NotPossible, match="another window"):
        services.edit_note(note, body="newer", by=cast.mia.account, version=1, now=NOON)
    with pytest.raises(NotAllowed, match="Add a line of your own"):
        services.edit_note(note, body="newer", by=cast.sol.account, version=2, now=NOON)
    with pytest.raises(NotAllowed):
        services.remove_note(note, by=cast.sol.account)
    services.remove_note(note, by=cast.mia.account)
    assert Note.objects.count() == 0


def test_a_next_step_is_held_by_either_and_ticked_by_either(cast, pair):
    step = services.add_step(pair, body="ask Ana", holder="mentor", by=cast.sol.account, now=NOON)
    assert services.mark_step(step, is_done=True, by=cast.mia.account, now=NOON).done_at == NOON
    assert services.mark_step(step, is_done=False, by=cast.sol.account, now=NOON).done_at is None
    assert queries.step_of(pair, cast.sol, step.pk) == step
    assert [(one.text, one.holder_role, one.is_mine) for one in queries.words_of(pair, cast.mia).steps] == [
        ("ask Ana", "mentor", True)
    ]
    with pytest.raises(NotPossible, match="which of you"):
        services.add_step(pair, body="x", holder="nobody", by=cast.sol.account, now=NOON)


@pytest.mark.parametrize(("body", "words"), [("  ", "nothing to keep yet"), ("x" * 4001, "longer than 4000 characters")])
def test_empty_and_endless_texts_are_refused(cast, pair, body, words):
    with pytest.raises(NotPossible, match=words):
        write(pair, cast.mia, "shared", body)


def test_kinds_and_sessions_must_fit(cast, pair):
    with pytest.raises(NotPossible, match="for both of you or for yourself"):
        write(pair, cast.mia, "public")
    other = scheduling_services.plan_sessions(pair, now=NOON)[0]
    other.pair_id = 0
    with pytest.raises(NotPossible, match="belongs to another pair"):
        services.write_note(pair, kind="agenda", body="x", by=cast.mia.account, now=NOON, session=other)


def test_a_closed_pair_reads_and_does_not_write_and_is_forgotten_after_thirty_days(cast, pair):
    write(pair, cast.mia, "shared")
    services.add_step(pair, body="x", holder="mentor", by=cast.mia.account, now=NOON)
    pair_services.end_pair(pair, by=cast.mia.account, now=NOON)
    assert len(queries.words_of(pair, cast.sol).notes) == 1
    with pytest.raises(NotPossible, match="still read and copy"):
        write(pair, cast.mia, "shared")
    assert services.purge(now=NOON + timedelta(days=30) - timedelta(seconds=1)) == 0
    assert services.purge(now=NOON + timedelta(days=30)) == 2
    assert queries.words_of(pair, cast.sol).notes == ()


def test_the_nightly_job_forgets(cast, clock_at):
    clock_at(NOON)
    jobs.forget()
    assert Note.objects.count() == 0


def test_writing_leaves_no_event(cast, pair):
    before = Event.objects.count()
    write(pair, cast.mia, "feedback")
    assert Event.objects.count() == before
