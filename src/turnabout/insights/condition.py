"""How a pair is doing, from dates and states alone: a word, the reasons in sentences, and whom to ask first.

Nothing a pair writes and nothing it answers enters here. Pure: the facts and the day are arguments.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from turnabout.pairs.models import Pair
from turnabout.scheduling.models import Session

State = Pair.State
FIRST_SESSION_WITHIN = timedelta(days=21)
TELL_US_WITHIN = timedelta(days=3)
DECLARE_WITHIN = timedelta(days=7)
SIGN_BEFORE = timedelta(days=7)
DOOR_BEFORE = timedelta(days=7)
CLOSE_BEFORE = timedelta(days=28)
REVIEW_FOR = timedelta(days=14)
CANCELLATIONS_TO_NOTICE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionFact:
    number: int
    state: str
    starts_on: date
    met_on: date | None = None
    mentee_cancellations: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class PairFacts:
    """Dates and states of one pair, as an organiser may see them."""

    state: str
    started_on: date
    total: int
    interval_weeks: int
    review_after: int
    sessions: Sequence[SessionFact] = ()
    mentor_signed: bool = False
    mentee_signed: bool = False
    undeclared: Sequence[str] = ()  # the roles who have not declared yet that no line joins them, where it is asked
    is_door_open: bool = True  # the mentee has done what comes before session 1, or nothing does
    ends_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One thing noticed: `ask` is the side to ask first, `action` what one press could do about it."""

    key: str
    text: str
    next_step: str
    ask: str  # mentor | mentee | both
    action: str  # rebook | prepare | report | sign | declare | review | close
    weight: int
    since: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """`need` sorts: 0 nothing to do, higher is sooner."""

    word: str
    tone: str
    need: int = 0
    reasons: tuple[Reason, ...] = ()

    @property
    def first(self) -> Reason | None:
        return self.reasons[0] if self.reasons else None

    @property
    def next_step(self) -> str:
        return self.reasons[0].next_step if self.reasons else ""

    @property
    def ask(self) -> str:
        return self.reasons[0].ask if self.reasons else ""

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(reason.text for reason in self.reasons)


NEEDS_YOU = 5  # reasons of this weight and more are for today


def condition_of(facts: PairFacts, *, on: date) -> Condition:
    """The condition of a pair on a day, the weightiest reason first."""
    settled = {
        State.ENDED: lambda: Condition(word=_("Closed early"), tone="quiet"),
        State.CLOSED: lambda: Condition(word=_("Complete"), tone="good"),
        State.PAUSED: lambda: Condition(word=_("Resting"), tone="quiet"),
    }
    if facts.state in settled:
        return settled[State(facts.state)]()
    reasons = tuple(sorted((reason for look in LOOKS for reason in look(facts, on)), key=lambda reason: -reason.weight))
    if not reasons:
        return Condition(word=_("On track"), tone="good")
    need = reasons[0].weight
    word = _("Needs you") if need >= NEEDS_YOU else _("Worth a look")
    return Condition(word=word, tone="watch", need=need, reasons=reasons)


def _never_met(facts: PairFacts, on: date) -> Iterator[Reason]:
    if _met(facts):
        return
    if not any(fact.number == 1 and fact.state in Session.AHEAD for fact in facts.sessions):
        yield Reason(
            key="no_first_date",
            text=_("They have no date for their first session."),
            next_step=_("Ask the mentee to find a time for it."),
            ask="mentee", action="rebook", weight=8, since=facts.started_on,
        )  # fmt: skip
    elif on - facts.started_on > FIRST_SESSION_WITHIN:
        days = (on - facts.started_on).days
        yield Reason(
            key="no_first_session",
            text=ngettext(
                "They have not met yet, %(days)s day after both said yes.", "They have not met yet, %(days)s days after both said yes.", days
            ) % {"days": days},
            next_step=_("Ask whether they met, and offer a nearer date."),
            ask="mentee", action="rebook", weight=7, since=facts.started_on,
        )  # fmt: skip


def _door(facts: PairFacts, on: date) -> Iterator[Reason]:
    """Said while there is time to do it; once they have met, whether they were prepared is no reason to write to anybody."""
    first = next((fact for fact in facts.sessions if fact.number == 1 and fact.state in Session.AHEAD), None)
    if facts.is_door_open or first is None or not timedelta() <= first.starts_on - on <= DOOR_BEFORE:
        return
    yield Reason(
        key="door",
        text=_("Session 1 is on %(day)s, and the mentee has not done the preparation that comes before it.")
        % {"day": _day(first.starts_on)},
        next_step=_("Send the preparation once more; the session takes place all the same."),
        ask="mentee", action="prepare", weight=5, since=facts.started_on,
    )  # fmt: skip


def _gap(facts: PairFacts, on: date) -> Iterator[Reason]:
    met = _met(facts)
    if not met or len(met) >= facts.total:
        return
    last = max(met)
    if on - last > timedelta(days=facts.interval_weeks * 7 * 1.5):
        yield Reason(
            key="gap",
            text=_("They have not met since %(day)s.") % {"day": _day(last)},
            next_step=_("Ask the mentee first to find a time."),
            ask="mentee", action="rebook", weight=6, since=last,
        )  # fmt: skip


def _cancellations(facts: PairFacts, on: date) -> Iterator[Reason]:
    count = sum(fact.mentee_cancellations for fact in facts.sessions)
    if count < CANCELLATIONS_TO_NOTICE:
        return
    again = max((fact.starts_on for fact in facts.sessions if fact.mentee_cancellations), default=None)
    if any(fact.met_on and again and fact.met_on > again for fact in facts.sessions):
        return  # they have met since
    yield Reason(
        key="cancellations",
        text=ngettext("%(count)s of their dates was cancelled.", "%(count)s of their dates were cancelled.", count) % {"count": count},
        next_step=_("Ask the mentee what would make it easier; an assistant may keep the diary."),
        ask="mentee", action="rebook", weight=5, since=again,
    )  # fmt: skip


def _untold(facts: PairFacts, on: date) -> Iterator[Reason]:
    waiting = [fact for fact in facts.sessions if fact.state in Session.AHEAD and on - fact.starts_on > TELL_US_WITHIN]
    if waiting:
        fact = min(waiting, key=lambda fact: fact.starts_on)
        yield Reason(
            key="untold",
            text=_("Session %(number)s was planned for %(day)s. Nobody has said yet whether it took place.")
            % {"number": fact.number, "day": _day(fact.starts_on)},
            next_step=_("Ask whether they met, or note what they told you."),
            ask="mentee", action="report", weight=4, since=fact.starts_on,
        )  # fmt: skip


def _unsigned(facts: PairFacts, on: date) -> Iterator[Reason]:
    if facts.mentor_signed and facts.mentee_signed:
        return
    second = next((fact for fact in facts.sessions if fact.number == 2 and fact.state in Session.AHEAD), None)
    if second is None or not _met(facts) or second.starts_on - on > SIGN_BEFORE:
        return
    ask = "mentee" if facts.mentor_signed else "mentor" if facts.mentee_signed else "both"
    yield Reason(
        key="unsigned",
        text=_("The agreement is not signed by both yet, so session 2 on %(day)s is only held.") % {"day": _day(second.starts_on)},
        next_step=_("Send the agreement once more."),
        ask=ask, action="sign", weight=5, since=min(_met(facts)),
    )  # fmt: skip


def _undeclared(facts: PairFacts, on: date) -> Iterator[Reason]:
    if not facts.undeclared or on - facts.started_on <= DECLARE_WITHIN:
        return
    yield Reason(
        key="undeclared",
        text=_("Their reporting lines are not known, and not both have declared yet that neither manages the other."),
        next_step=_("Ask for the declaration; it is one press."),
        ask=facts.undeclared[0] if len(facts.undeclared) == 1 else "both",
        action="declare", weight=4, since=facts.started_on,
    )  # fmt: skip


def _no_next_date(facts: PairFacts, on: date) -> Iterator[Reason]:
    met = _met(facts)
    if not met or len(met) >= facts.total or any(fact.state in Session.AHEAD for fact in facts.sessions):
        return
    yield Reason(
        key="no_next_date",
        text=_("They have no further date."),
        next_step=_("Ask the mentee first to find a time."),
        ask="mentee", action="rebook", weight=5, since=max(met),
    )  # fmt: skip


def _review(facts: PairFacts, on: date) -> Iterator[Reason]:
    met = sorted(_met(facts))
    if len(met) == facts.review_after and on - met[-1] <= REVIEW_FOR:
        yield Reason(
            key="review",
            text=ngettext(
                "They have met %(count)s time: a good moment to ask each of them how it goes.",
                "They have met %(count)s times: a good moment to ask each of them how it goes.",
                len(met),
            ) % {"count": len(met)},
            next_step=_("Ask each of the two on their own: continue, adjust, change partner or stop."),
            ask="both", action="review", weight=2, since=met[-1],
        )  # fmt: skip


def _closing(facts: PairFacts, on: date) -> Iterator[Reason]:
    last = next((fact for fact in facts.sessions if fact.number == facts.total and fact.met_on), None)
    if last is not None and last.met_on is not None:
        yield Reason(
            key="not_closed",
            text=_("Their closing session was on %(day)s. They have not said yet how they go on.") % {"day": _day(last.met_on)},
            next_step=_("Send the closing form once more, or close the pair."),
            ask="both", action="close", weight=3, since=last.met_on,
        )  # fmt: skip
    elif facts.ends_on is not None and facts.ends_on - on <= CLOSE_BEFORE and _met(facts):
        yield Reason(
            key="closing_due",
            text=_("The round ends on %(day)s and their closing session has not taken place.") % {"day": _day(facts.ends_on)},
            next_step=_("Ask them to bring the closing session forward."),
            ask="mentee", action="close", weight=4, since=None,
        )  # fmt: skip


LOOKS: tuple[Callable[[PairFacts, date], Iterator[Reason]], ...] = (
    _never_met, _door, _gap, _cancellations, _untold, _unsigned, _undeclared, _no_next_date, _review, _closing,
)  # fmt: skip


def _met(facts: PairFacts) -> list[date]:
    return [fact.met_on for fact in facts.sessions if fact.met_on is not None]


def _day(day: date) -> str:
    return date_format(day, "j F")
