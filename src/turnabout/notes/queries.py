"""The one place where what a pair wrote becomes readable: for one of the two, as frozen texts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from turnabout.enrolments.models import Enrolment
from turnabout.notes.models import CommonGround, NextStep, Note
from turnabout.pairs.models import Pair
from turnabout.people.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A note or a line of the agenda as its reader sees it."""

    key: int
    kind: str
    text: str
    author_role: str
    is_mine: bool
    session_id: int | None
    written_at: datetime
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    key: int
    text: str
    holder_role: str
    is_mine: bool
    due_on: date | None
    done_at: datetime | None
    session_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """What one of the two chose to share before session 1."""

    text: str
    looking_forward: str
    author_role: str
    is_mine: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PairWords:
    """All that one person may read of what their pair wrote."""

    notes: tuple[Written, ...] = ()
    steps: tuple[Step, ...] = ()
    grounds: tuple[Ground, ...] = ()

    def of_kind(self, kind: str, session_id: int | None = None) -> list[Written]:
        return [note for note in self.notes if note.kind == kind and (session_id is None or note.session_id == session_id)]

    @property
    def my_ground(self) -> Ground | None:
        return next((ground for ground in self.grounds if ground.is_mine), None)

    @property
    def their_ground(self) -> Ground | None:
        return next((ground for ground in self.grounds if not ground.is_mine), None)


def words_of(pair: Pair, reader: Person | None) -> PairWords:
    """Three queries; empty for anybody who is not one of the two."""
    side = pair.side_of(reader)
    if side is None:
        return PairWords()
    return PairWords(
        notes=tuple(
            _note(note, side.pk, pair) for note in Note.objects.visible_to(reader).filter(pair=pair).order_by("written_at", "pk")
        ),
        steps=tuple(
            _steps(NextStep.objects.visible_to(reader).filter(pair=pair).order_by("done_at", "due_on", "pk"), side.pk, pair)
        ),
        grounds=tuple(
            Ground(
                text=row.body,
                looking_forward=row.looking_forward,
                author_role=_role(row.author_id, pair),
                is_mine=row.author_id == side.pk,
            )
            for row in CommonGround.objects.visible_to(reader).filter(pair=pair)
        ),
    )


def has_ground(pair: Pair, side: Enrolment) -> bool:
    """Whether this side has written its common ground; nothing is decrypted."""
    return CommonGround.objects.filter(pair=pair, author=side).exists()


def note_of(pair: Pair, reader: Person | None, key: int) -> Note | None:
    """A note that the reader may see, or None."""
    return Note.objects.visible_to(reader).filter(pair=pair, pk=key).first()


def step_of(pair: Pair, reader: Person | None, key: int) -> NextStep | None:
    return NextStep.objects.visible_to(reader).filter(pair=pair, pk=key).first()


def _note(note: Note, mine: int, pair: Pair) -> Written:
    return Written(
        key=note.pk,
        kind=note.kind,
        text=note.body,
        author_role=_role(note.author_id, pair),
        is_mine=note.author_id == mine,
        session_id=note.session_id,
        written_at=note.written_at,
        version=note.version,
    )


def _steps(rows: Iterable[NextStep], mine: int, pair: Pair) -> list[Step]:
    return [
        Step(
            key=row.pk,
            text=row.body,
            holder_role=_role(row.holder_id, pair),
            is_mine=row.holder_id == mine,
            due_on=row.due_on,
            done_at=row.done_at,
            session_id=row.session_id,
        )
        for row in rows
    ]


def _role(enrolment_id: int, pair: Pair) -> str:
    return "mentor" if enrolment_id == pair.mentor_id else "mentee"
