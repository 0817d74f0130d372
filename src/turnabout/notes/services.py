"""Writing for the two. No event is recorded: what a pair writes, and when, is nobody else's business."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.enrolments.models import Enrolment
from turnabout.notes.models import CommonGround, NextStep, Note
from turnabout.pairs import policies
from turnabout.pairs.models import Pair
from turnabout.scheduling.models import Session

LONGEST = 4000


def write_common_ground(pair: Pair, *, body: str, looking_forward: str, by: Account, now: datetime) -> CommonGround:
    """Three things one chose to share and why one looks forward; the partner reads it once both have written."""
    side = _writing_side(pair, by)
    ground, _made = CommonGround.objects.update_or_create(
        pair=pair, author=side, defaults={"body": _text(body), "looking_forward": _text(looking_forward), "written_at": now}
    )
    return ground


def write_note(pair: Pair, *, kind: str, body: str, by: Account, now: datetime, session: Session | None = None) -> Note:
    """A line of the agenda, a shared or private note, feedback, or something received."""
    side = _writing_side(pair, by)
    if kind not in Note.Kind.values:
        raise NotPossible(_("Say whether this is for both of you or for yourself alone."))
    if session is not None and session.pair_id != pair.pk:
        raise NotPossible(_("This session belongs to another pair. Open it from your own page."))
    return Note.objects.create(pair=pair, session=session, author=side, kind=kind, body=_text(body), written_at=now)


def edit_note(note: Note, *, body: str, by: Account, version: int, now: datetime) -> Note:
    """Change one's own words; refused when they were changed in another window meanwhile."""
    side = _writing_side(note.pair, by)
    if note.author_id != side.pk:
        raise NotAllowed(_("Only the one who wrote this can change it. Add a line of your own instead."))
    unchanged = Note.objects.filter(pk=note.pk, version=version)
    changed = unchanged.update(body=_text(body), version=version + 1, written_at=now)
    if not changed:
        raise NotPossible(_("You changed this note in another window. Reload the page and look at it again."))
    return Note.objects.get(pk=note.pk)


def remove_note(note: Note, *, by: Account) -> None:
    side = policies.side_of(by, note.pair)
    if side is None or note.author_id != side.pk:
        raise NotAllowed(_("Only the one who wrote this can take it away."))
    note.delete()


def add_step(
    pair: Pair, *, body: str, holder: str, by: Account, now: datetime, due_on: date | None = None, session: Session | None = None
) -> NextStep:
    """One thing that either of the two will do."""
    _writing_side(pair, by)
    if holder not in Enrolment.Role.values:
        raise NotPossible(_("Say which of you will do it."))
    place = pair.mentor if holder == Enrolment.Role.MENTOR else pair.mentee
    return NextStep.objects.create(pair=pair, holder=place, session=session, body=_text(body), due_on=due_on, written_at=now)


def mark_step(step: NextStep, *, is_done: bool, by: Account, now: datetime) -> NextStep:
    """Either of the two ticks it off, or takes that back."""
    _writing_side(step.pair, by)
    NextStep.objects.filter(pk=step.pk).update(done_at=now if is_done else None)
    return NextStep.objects.get(pk=step.pk)


@transaction.atomic
def purge(*, now: datetime) -> int:
    """Delete what pairs wrote, once their round's days after the end have passed; pairs whose words went."""
    over = list(Pair.objects.kept_long_enough(now).values_list("pk", flat=True))
    deleted = [model.objects.filter(pair__in=over).delete()[0] for model in (CommonGround, Note, NextStep)]
    return sum(deleted)


def _writing_side(pair: Pair, by: Account) -> Enrolment:
    side = policies.side_of(by, pair)
    if side is None:
        raise NotAllowed(_("Only the two of you write here."))
    if not Pair.objects.unfinished().filter(pk=pair.pk).exists():
        raise NotPossible(_("This pair has closed. You can still read and copy what you wrote."))
    return side


def _text(body: str) -> str:
    body = body.strip()
    if not body:
        raise NotPossible(_("There is nothing to keep yet. Write a few words first."))
    if len(body) > LONGEST:
        raise NotPossible(_("This is longer than %(count)s characters. Shorten it, or split it into two.") % {"count": LONGEST})
    return body
