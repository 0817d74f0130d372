"""What comes out of the engine: pairs with their scores, people left over with reasons, and the proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from turnabout.engine.canonical import input_hash
from turnabout.engine.problem import Criterion, Objective, Side
from turnabout.engine.reasons import ReasonCode


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionScore:
    """One line of a pair's score: what each side gains by one criterion, in thousandths, and its weight."""

    criterion: Criterion
    weight: float
    for_mentor: int
    for_mentee: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Pairing:
    """Two people the plan brings together.

    score               0 to 1000, the recorded combination of both sides (or the score brought along)
    for_mentor, for_mentee   either side's own score
    criteria            the same by criterion; empty for scores brought along
    flags               what needs a declaration or a mention (unknown line, distance exception)
    is_locked           was asked for, not chosen
    """

    mentor: str
    mentee: str
    score: int
    for_mentor: int
    for_mentee: int
    criteria: tuple[CriterionScore, ...] = ()
    flags: tuple[ReasonCode, ...] = ()
    is_locked: bool = False

    @property
    def worse_side(self) -> int:
        """The score of whoever gains less: what the fairness floor looks at."""
        return min(self.for_mentor, self.for_mentee)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unmatched:
    """A person without a partner, and why.

    eligible   how many partners the rules allow; when it is not 0, there were too few places, not a rule
    blocked    reason -> how many possible partners it excludes (one partner may count under several)
    opens      reason -> how many partners would become eligible if only this rule were relaxed; rules that
               are never relaxed (line, decider, conflict) are not in it
    """

    key: str
    side: Side
    eligible: int
    blocked: Mapping[ReasonCode, int] = field(default_factory=dict)
    opens: Mapping[ReasonCode, int] = field(default_factory=dict)
    is_shortage: bool = False
    sentence: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class StageProof:
    """Prices of one stage, one whole number per person in key order, and the bound they prove.

    multipliers   with side constraints: what one unit of each constraint's limit is worth, over `denominator`;
                  the prices are then over the same
    """

    mentor_prices: tuple[int, ...]
    mentee_prices: tuple[int, ...]
    bound: int
    multipliers: tuple[int, ...] = ()
    denominator: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """Everything the verifier needs besides the input and the pairs.

    exempt       so many pairs may lie below the floor
    leximin_to   the level up to which pairs above the floor were made even; 0 when that was not asked for
    leximin_width   of the bands in which scores were looked at for that
    floor_level  every chosen pair's worse side reaches this, all but the exempt ones; 0 when no floor was sought
    next_level   the floor that is ruled out, one above it; None when locked and exempt pairs alone serve as many
    people       stage 2 on all eligible pairs: nobody can serve more; None when no floor was sought,
                 because stage 4's prices then prove it too
    floor        stage 3 at `next_level`: fewer would be served, or more pairs than are exempt would lie below it
    evenness     stage 3 step by step, on what each step leaves equal: no plan has fewer pairs below the floor, then
                 below each level up to `leximin_to`; empty where pairs below the floor were left out altogether
    total        stages 2 and 4 at `floor_level`: nobody can reach more people or a higher total; with `evenness`,
                 stage 4 on what its last step leaves equal
    stay         stage 5 on what stage 4 leaves equal; None without a last plan
    spread       more different people, on what staying leaves equal; None where nobody has a second place
    tie_break    stage 6 on what that leaves equal; None when a gap is left, and with side constraints, which have no draw
    aims         with side constraints, in the place of `people`: pairs, priority, breadth and nominations, each on
                 its own as far as it is wanted
    gap          no plan that is as good in all before the total can have a total higher by more than this
    not_ruled_out   with side constraints: what else a better plan might have, as parts of a sentence
    """

    score_hash: str
    objective: Objective
    breadth_first: bool
    seed: int
    floor_level: int
    next_level: int | None
    people: StageProof | None
    floor: StageProof | None
    total: StageProof
    stay: StageProof | None
    spread: StageProof | None
    tie_break: StageProof | None
    exempt: int = 0
    leximin_to: int = 0
    leximin_width: int = 0
    evenness: tuple[StageProof, ...] = ()
    aims: tuple[StageProof, ...] = ()
    gap: int = 0
    not_ruled_out: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The proven result. `pairs` and `unmatched` are in key order.

    sealed_input   the canonical input as the output folder holds it: file name -> bytes
    people    distinct people who have at least one partner, both sides together
    total     sum of the pairs' scores
    floor     the lowest `worse_side` of any pair; None when there is no pair
    gap       no plan can have a total higher by more than this
    is_proven_best   nothing better is possible in any aim; only side constraints can leave that open
    decimals  scores shown to people are score / 10^decimals (scores brought along)
    """

    pairs: tuple[Pairing, ...]
    unmatched: tuple[Unmatched, ...]
    certificate: Certificate
    sealed_input: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    decimals: int = 0

    @property
    def input_hash(self) -> str:
        """Fingerprint of the sealed input."""
        return input_hash(self.sealed_input)

    @property
    def people(self) -> int:
        """How many distinct people have at least one partner; a key on both sides is one person."""
        return len({pair.mentor for pair in self.pairs} | {pair.mentee for pair in self.pairs})

    @property
    def total(self) -> int:
        """Sum of the pairs' scores."""
        return sum(pair.score for pair in self.pairs)

    @property
    def exempted(self) -> tuple[Pairing, ...]:
        """Pairs below the floor that holds for all others; those that are locked are not among them."""
        level = self.certificate.floor_level
        return tuple(pair for pair in self.pairs if pair.worse_side < level and not pair.is_locked)

    @property
    def gap(self) -> int:
        """The best total is at most so much higher; 0 = proven best."""
        return self.certificate.gap

    @property
    def floor(self) -> int | None:
        """What the worst-off person of any pair gets."""
        return min((pair.worse_side for pair in self.pairs), default=None)

    @property
    def is_proven_best(self) -> bool:
        """Whether nothing is left open."""
        return not (self.certificate.gap or self.certificate.not_ruled_out)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How far a matching has come: a plan in hand, and how much better any other could be at most.

    pairs, total   the plan in hand
    gap            the best total is at most so much higher; None while the number of pairs is not proven
    """

    pairs: int
    total: int
    gap: int | None
