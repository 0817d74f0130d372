"""Exact answers about a plan: why this pair, why not that one, why nobody, and who else."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Literal

import numpy as np

from turnabout.engine.blocking import reasons_of
from turnabout.engine.canonical import canonical
from turnabout.engine.detours import Detours, Tree, detours
from turnabout.engine.evenness import below, in_one_number, step_levels
from turnabout.engine.network import Network
from turnabout.engine.outcome import pairings
from turnabout.engine.plan import Pairing, Plan, Unmatched
from turnabout.engine.pool import Flags, gather
from turnabout.engine.problem import Problem, Refusal, Side
from turnabout.engine.proofs import prices_of
from turnabout.engine.reasons import EXCLUDING, FLAGS, ReasonCode, codes_in
from turnabout.engine.shortages import Shortage, shortages

SWAPS_SHOWN = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One pair that a detour adds to the plan or takes out of it."""

    mentor: str
    mentee: str
    is_added: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """What the whole programme loses if one pair is forced or forbidden and everything else is done best.

    pairs    fewer pairs
    wishes   less breadth, priority or nominations served, in the engine's own weights; 0 where none is lost
    levels   more pairs below the plan's floor, then below each level after it, for a plan that was made so step by
             step; () for any other
    points   lower total (below zero only where something before it is lost); all of them 0 = interchangeable
    floor    the worst side afterwards, at most what it is now
    chain    every pair that changes, in order; names other people, so it is for coordinators only
    within   with side constraints, where a plan is not proven best: the points may be off by so many; else 0
    """

    pairs: int
    wishes: int
    points: int
    floor: int
    levels: tuple[int, ...] = ()
    chain: tuple[Change, ...] = ()
    within: int = 0

    @property
    def shown(self) -> tuple[Change, ...]:
        """The first three swaps of the chain."""
        return self.chain[: 2 * SWAPS_SHOWN]

    @property
    def more(self) -> int:
        """How many changes are not in `shown`."""
        return len(self.chain) - len(self.shown)


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyNot:
    """Why two people are not a pair: the rules that exclude them, or what forcing them would cost.

    reasons       empty when the pair is eligible
    flags         what would need a declaration or a mention
    pairing       their scores, when eligible
    is_in_plan    they are a pair
    loss          None when excluded, in the plan, or when locked pairs, minimums or constraints leave no room for it
    """

    mentor: str
    mentee: str
    reasons: tuple[ReasonCode, ...]
    flags: tuple[ReasonCode, ...] = ()
    pairing: Pairing | None = None
    is_in_plan: bool = False
    loss: Loss | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Alternative:
    """A possible partner with the exact loss of choosing them, cheapest first.

    is_current   already a partner; the loss is then that of parting them
    """

    key: str
    score: int
    for_mentor: int
    for_mentee: int
    is_current: bool
    pairs: int
    wishes: int
    points: int
    levels: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyUnmatched:
    """Why a person has no partner: what blocked whom, and what there is too little of."""

    unmatched: Unmatched
    shortages: tuple[Shortage, ...]


class Explainer:
    """Answers questions about one plan; prepares once, then each answer takes milliseconds.

    For a plan with a floor, losses are those at that floor: everybody else keeps it, and a forced pair below
    it lowers it to its own worse side. For a plan made even step by step, losses are those at the plan's levels. With
    side constraints nothing short of solving again is exact, so that is done for each question. Of other plans, one
    that is not proven best is refused.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        certificate = plan.certificate
        if certificate.gap and not problem.constraints:
            raise Refusal("The search for this plan was stopped early, so losses are not known exactly. Solve it to the end.")
        pool = gather(canonical(problem), objective=certificate.objective, breadth_first=certificate.breadth_first)
        self.pool, self.plan = pool, plan
        self._mentors = {key: place for place, key in enumerate(pool.left.keys)}
        self._mentees = {key: place for place, key in enumerate(pool.right.keys)}
        levels = step_levels(pool, certificate)
        self._low = [below(pool, level) for level in levels]
        self._kept: Flags = np.ones(len(pool.score), dtype=bool) if levels else pool.above(certificate.floor_level)
        self._places = pool.mentor.astype(np.int64) * len(self._mentees) + pool.mentee
        named = [self._mentors[pair.mentor] * len(self._mentees) + self._mentees[pair.mentee] for pair in plan.pairs]
        self._chosen: Flags = np.isin(self._places, np.array(named, dtype=np.int64))
        self._network: Network = pool.network(self._kept)
        self._graph: Detours | None = None if problem.constraints else self._detours(stepwise=bool(levels))
        # Asked for with every answer; both go over the whole plan, so they are worked out once.
        self._floor = plan.floor or 0
        self._worse_side = self.pool.worse_side

    def _detours(self, *, stepwise: bool) -> Detours:
        pool, network, kept = self.pool, self._network, self._kept
        if stepwise:
            gains, prices = in_one_number(pool, network, self.plan.certificate)
        else:
            gains, prices = pool.total_gains(network, kept), prices_of(network, self.plan.certificate.total)
        return detours(
            network,
            gains,
            prices,
            network.flow(self._chosen[kept]),
            points=pool.score_gains(network, kept),
            wishes=pool.preference_gains(network, kept),
        )

    def why(self, mentor: str, mentee: str) -> tuple[Pairing, Loss | None]:
        """A pair of the plan with its scores, and what forbidding it would cost (None: a lock or a minimum needs it).

        Raises KeyError if they are not a pair.
        """
        place = self._place(mentor, mentee)
        if not self._chosen[place]:
            raise KeyError(f"{mentor} and {mentee} are not a pair of this plan")
        pairing = self._pairing(place)
        return pairing, None if pairing.is_locked else self._loss_of_parting(place)

    def why_not(self, mentor: str, mentee: str) -> WhyNot:
        """The reasons that exclude a pair, or the exact loss of forcing it. Raises KeyError for unknown keys."""
        here = np.array([self._mentors[mentor]], dtype=np.intp)
        mask = int(reasons_of(self.pool, Side.MENTOR, here)[0, self._mentees[mentee]])
        if mask & EXCLUDING:
            return WhyNot(mentor=mentor, mentee=mentee, reasons=codes_in(mask & EXCLUDING))
        place = self._place(mentor, mentee)
        is_in_plan = bool(self._chosen[place])
        return WhyNot(
            mentor=mentor,
            mentee=mentee,
            reasons=(),
            flags=tuple(code for code in codes_in(mask) if code in FLAGS),
            pairing=self._pairing(place),
            is_in_plan=is_in_plan,
            loss=None if is_in_plan else self._loss_of_forcing(place),
        )

    def alternatives(self, key: str, side: Side | str) -> tuple[Alternative, ...]:
        """Every eligible partner of a person with the exact loss, current partners first, then cheapest first.

        One Dijkstra. Partners that locked pairs or minimums leave no way to are left out. Raises KeyError, and Refusal
        for a plan with side constraints, where each partner would take a matching of its own.
        """
        if self._graph is None:
            raise Refusal(
                "This plan has constraints on the plan as a whole, so the price of every partner at once cannot be "
                "told exactly. Ask about one pair at a time with turnabout why-not."
            )
        is_mentor = Side(side) is Side.MENTOR
        own = self._mentors[key] if is_mentor else self._mentees[key]
        places = np.flatnonzero((self.pool.mentor if is_mentor else self.pool.mentee) == own)
        root = 1 + own if is_mentor else 1 + len(self._mentors) + own
        forcing = self._graph.tree(root, towards=is_mentor)
        found = [self._alternative(int(place), is_mentor, forcing) for place in places]
        listed = [one for one in found if one is not None]
        return tuple(sorted(listed, key=_cheapest_first))

    def why_unmatched(self, key: str, side: Side | str) -> WhyUnmatched:
        """Why somebody has no partner. Raises KeyError if they have one, or are not known."""
        wanted = Side(side)
        for one in self.plan.unmatched:
            if (one.key, one.side) == (key, wanted):
                return WhyUnmatched(unmatched=one, shortages=shortages(self.pool, one))
        raise KeyError(f"{wanted.value} {key} is not without a partner in this plan")

    def _place(self, mentor: str, mentee: str) -> int:
        wanted = self._mentors[mentor] * len(self._mentees) + self._mentees[mentee]
        place = int(np.searchsorted(self._places, wanted))
        if place == len(self._places) or self._places[place] != wanted:
            raise KeyError(f"{mentor} and {mentee} may not be paired")
        return place

    def _pairing(self, place: int) -> Pairing:
        return pairings(self.pool, np.array([place], dtype=np.intp))[0]

    def _ends(self, place: int) -> tuple[int, int]:
        return 1 + int(self.pool.mentor[place]), 1 + len(self._mentors) + int(self.pool.mentee[place])

    def _loss_of_forcing(self, place: int) -> Loss | None:
        if self._graph is None:
            try:
                return self._decided_anew(place, "force")
            except Refusal:
                return None
        mentor, mentee = self._ends(place)
        tree = self._graph.tree(mentee)
        if not tree.reaches(mentor):
            return None
        arcs = self._graph.way(tree, mentor)
        added = Change(mentor=self.pool.left.keys[mentor - 1], mentee=self._mentee(mentee), is_added=True)
        return self._loss(place, tree, mentor, (added, *self._changes(arcs)), self._levels(place, arcs, 1), is_added=True)

    def _decided_anew(self, place: int, change: Literal["force", "forbid"]) -> Loss:
        # Only this needs the solvers, and answers are also wanted where there are none.
        again = importlib.import_module("turnabout.engine.again")
        mentor, mentee = self.pool.left.keys[self.pool.mentor[place]], self.pool.right.keys[self.pool.mentee[place]]
        loss: Loss = again.loss_again(self.pool.problem, self.plan, mentor, mentee, change=change)[0]
        return loss

    def _loss_of_parting(self, place: int) -> Loss | None:
        if self._graph is None:
            return self._decided_anew(place, "forbid")
        mentor, mentee = self._ends(place)
        tree = self._graph.tree(mentor)
        if not tree.reaches(mentee):
            return None
        arcs = self._graph.way(tree, mentee)
        parted = Change(mentor=self.pool.left.keys[mentor - 1], mentee=self._mentee(mentee), is_added=False)
        return self._loss(place, tree, mentee, (parted, *self._changes(arcs)), self._levels(place, arcs, -1), is_added=False)

    def _levels(self, place: int, arcs: list[int], sign: int) -> tuple[int, ...]:
        """How many more pairs lie below each of the plan's levels when the arcs of a way change and a pair with them."""
        if not self._low:
            return ()
        span = self._network.pair_arcs
        changed = [arc - span.start for arc in arcs if span.start <= arc < span.stop]
        signs = np.where(self._chosen[changed], -1, 1)
        return tuple(int((low[changed] * signs).sum()) + sign * int(low[place]) for low in self._low)

    def _loss(
        self, place: int, tree: Tree, end: int, chain: tuple[Change, ...], levels: tuple[int, ...], *, is_added: bool
    ) -> Loss:
        sign = 1 if is_added else -1
        floor = self._floor
        return Loss(
            pairs=-int(tree.pairs[end]) - sign,
            wishes=-int(tree.wishes[end]) - sign * int(self.pool.nominated[place]),
            points=-int(tree.points[end]) - sign * int(self.pool.score[place]),
            floor=min(floor, int(self._worse_side[place])) if is_added else floor,
            levels=levels,
            chain=chain,
        )

    def _alternative(self, place: int, is_mentor: bool, forcing: Tree) -> Alternative | None:
        mentor, mentee = self._ends(place)
        is_current = bool(self._chosen[place])
        end = mentee if is_mentor else mentor
        if is_current:
            parting = None if self.pool.locked[place] else self._loss_of_parting(place)
            loss = parting or Loss(pairs=0, wishes=0, points=0, floor=0, levels=(0,) * len(self._low))
        elif not forcing.reaches(end):
            return None
        else:
            arcs = self._graph.way(forcing, end, towards=is_mentor) if self._graph and self._low else []
            loss = self._loss(place, forcing, end, (), self._levels(place, arcs, 1), is_added=True)
        partner = self._mentee(mentee) if is_mentor else self.pool.left.keys[mentor - 1]
        return Alternative(
            key=partner,
            score=int(self.pool.score[place]),
            for_mentor=int(self.pool.for_mentor[place]),
            for_mentee=int(self.pool.for_mentee[place]),
            is_current=is_current,
            pairs=loss.pairs,
            wishes=loss.wishes,
            points=loss.points,
            levels=loss.levels,
        )

    def _changes(self, arcs: list[int]) -> list[Change]:
        """The pairs among the arcs of a way; those in the plan go, the others come."""
        span = self._network.pair_arcs
        kept = np.flatnonzero(self._kept)
        found = []
        for arc in arcs:
            if span.start <= arc < span.stop:
                place = int(kept[arc - span.start])
                mentor, mentee = self._ends(place)
                found.append(
                    Change(
                        mentor=self.pool.left.keys[mentor - 1],
                        mentee=self._mentee(mentee),
                        is_added=not self._chosen[place],
                    )
                )
        return found

    def _mentee(self, node: int) -> str:
        return self.pool.right.keys[node - 1 - len(self._mentors)]


def _cheapest_first(one: Alternative) -> tuple[bool, int, int, tuple[int, ...], int, int, str]:
    return (not one.is_current, one.pairs, one.wishes, one.levels, one.points, -one.score, one.key)
