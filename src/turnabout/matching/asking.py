"""Questions to a solved run, answered about exactly the problem and the plan that were solved."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from turnabout.engine import Change, Explainer, Loss, Pairing, ReasonCode, Shortage, Side
from turnabout.engine import Unmatched as EngineUnmatched
from turnabout.engine import WhyNot as EngineWhyNot
from turnabout.enrolments.models import Enrolment
from turnabout.matching import keeping
from turnabout.matching.candidates import key_of
from turnabout.matching.keeping import Solved
from turnabout.matching.models import Run
from turnabout.matching.runs import UNCOUNTED, shared_topics

KEPT_READY = 2  # boards that people look at at the same time, per process
SWAPS_SHOWN = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Swap:
    """One mentee whose partner changes; keys, and nothing where there is nobody."""

    mentee: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What a choice costs the whole round, and who else changes.

    swaps   at most three mentees whose partner changes; `more` says how many others
    ended   pairs of the plan that end
    """

    pairs: int
    wishes: int
    points: int
    floor: int
    floor_now: int
    swaps: tuple[Swap, ...]
    more: int
    ended: int

    @property
    def lowers_floor(self) -> bool:
        return self.floor < self.floor_now

    @property
    def is_nothing(self) -> bool:
        return not self.pairs and not self.wishes and self.points <= 0 and not self.lowers_floor


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyNot:
    """Why two people are not a pair.

    rules          the broken rules; what is private about two people is never among them
    is_available   False when one of them took no part, or the two are closed to each other, for whatever reason
    """

    rules: tuple[ReasonCode, ...] = ()
    is_available: bool = True
    is_in_plan: bool = False
    pairing: Pairing | None = None
    cost: Cost | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Alternative:
    """A possible partner and what choosing them costs."""

    key: str
    score: int
    is_current: bool
    pairs: int
    wishes: int
    points: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One person in the plan: partners or why there is none, and everybody who could be one."""

    alternatives: tuple[Alternative, ...]
    left_over: EngineUnmatched | None
    shortages: tuple[Shortage, ...]


def solved_of(run: Run) -> Solved:
    """The problem and the plan of a run; kept ready for the next question."""
    return _solved(run.pk, run.input_hash)


def explainer_of(run: Run) -> Explainer:
    """An explainer over exactly the solved problem and plan; kept ready for the next question."""
    return _explainer(run.pk, run.input_hash)


@lru_cache(maxsize=KEPT_READY)
def _solved(run_id: int, _input_hash: str) -> Solved:
    return keeping.solved(Run(pk=run_id))


@lru_cache(maxsize=KEPT_READY)
def _explainer(run_id: int, input_hash: str) -> Explainer:
    found = _solved(run_id, input_hash)
    return Explainer(found.problem, found.plan)


def why_not(run: Run, mentor: Enrolment, mentee: Enrolment) -> WhyNot:
    """Why two people of the round are not a pair. Whoever was not in the pool is simply not available."""
    ask = explainer_of(run)
    try:
        found = ask.why_not(key_of(mentor.person), key_of(mentee.person))
    except KeyError:
        return WhyNot(is_available=False)
    if found.reasons:
        rules = tuple(code for code in found.reasons if code not in UNCOUNTED)
        return WhyNot(rules=rules, is_available=bool(rules))
    return WhyNot(is_in_plan=found.is_in_plan, pairing=found.pairing, cost=_cost_of(ask, found))


def _cost_of(ask: Explainer, found: EngineWhyNot) -> Cost | None:
    if found.is_in_plan:
        loss = ask.why(found.mentor, found.mentee)[1]
        return None if loss is None else cost(loss, ask.plan.floor or 0)
    return None if found.loss is None else cost(found.loss, ask.plan.floor or 0, asked=found.mentee)


def topics_between(run: Run, mentor: str, mentee: str) -> dict[str, list[str]]:
    """What one could share with the other and what would come back, as it was when the plan was made."""
    problem = solved_of(run).problem
    one = next(person for person in problem.mentors if person.key == mentor)
    other = next(person for person in problem.mentees if person.key == mentee)
    return shared_topics(one.offers, other.wishes, other.offers, one.wishes)


def worth(run: Run, mentor: Enrolment, mentee: Enrolment) -> Cost | None:
    """What the round would lose without a pair of the plan; None when it is locked or not of the plan."""
    ask = explainer_of(run)
    try:
        _pairing, loss = ask.why(key_of(mentor.person), key_of(mentee.person))
    except KeyError:
        return None
    return None if loss is None else cost(loss, ask.plan.floor or 0)


def standing(run: Run, place: Enrolment) -> Standing:
    """Everybody who could be a person's partner, cheapest first, and why they have none if they have none."""
    ask, key, side = explainer_of(run), key_of(place.person), Side(place.role)
    try:
        found = ask.alternatives(key, side)
    except KeyError:
        return Standing(alternatives=(), left_over=None, shortages=())
    alternatives = tuple(
        Alternative(
            key=one.key, score=one.score, is_current=one.is_current, pairs=one.pairs, wishes=one.wishes, points=one.points
        )
        for one in found
    )
    try:
        why = ask.why_unmatched(key, side)
    except KeyError:
        return Standing(alternatives=alternatives, left_over=None, shortages=())
    return Standing(alternatives=alternatives, left_over=why.unmatched, shortages=why.shortages)


def cost(loss: Loss, floor_now: int, *, asked: str = "") -> Cost:
    """A loss with its chain told mentee by mentee; the mentee who was asked about is not told again."""
    swaps = [swap for swap in swaps_of(loss.chain) if swap.mentee != asked]
    return Cost(
        pairs=loss.pairs,
        wishes=loss.wishes,
        points=loss.points,
        floor=loss.floor,
        floor_now=floor_now,
        swaps=tuple(swaps[:SWAPS_SHOWN]),
        more=max(0, len(swaps) - SWAPS_SHOWN),
        ended=sum(not change.is_added for change in loss.chain),
    )


def swaps_of(chain: Iterable[Change]) -> list[Swap]:
    """Who goes from whom to whom, in the order in which one change makes the next."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    order: dict[str, None] = {}
    for change in chain:
        order.setdefault(change.mentee)
        (after if change.is_added else before)[change.mentee] = change.mentor
    return [Swap(mentee=mentee, before=before.get(mentee, ""), after=after.get(mentee, "")) for mentee in order]
