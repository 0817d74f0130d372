"""Which solvers there are, where each runs and what it can take. Standard library only, see `running`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Places = Literal["both sides", "mentors only", "one to one"]
Kind = Literal["ours", "part", "peer", "baseline"]
# Of memory, so that one solver does not end the whole run.
LARGEST_TABLE = 4_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """An instance, as far as it decides who can take it."""

    name: str
    file: str = ""
    missing: str = ""
    mentors: int = 0
    mentees: int = 0
    pairs: int = 0
    mentor_places: int = 1
    mentee_places: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Solver:
    """One row of every table.

    call          module in `bench.solvers`, function, and what prepares its input before the clock starts
    environment   name of its environment, with requirements/bench-NAME.txt; empty for the product's own
    kind          ours, the stages of ours, a peer, or the baseline that no proof or optimum is claimed for
    places        where it can give somebody more than one partner
    most_pairs    above so many it is not tried: it would take longer than the limit
    cell_bytes    what a cell of its full table of mentors x mentees takes; too large a table is not tried
    """

    name: str
    call: tuple[str, str] | tuple[str, str, str]
    environment: str = ""
    kind: Kind = "peer"
    places: Places = "both sides"
    most_pairs: int | None = None
    cell_bytes: int = 0

    def refusal(self, facts: Facts, *, is_tried_anyway: bool = False) -> str:
        """Why it is not tried on an instance; empty if it is. Anyway: even if it will not end in time."""
        if self.places == "one to one" and (facts.mentor_places, facts.mentee_places) != (1, 1):
            return "one to one only"
        if self.places == "mentors only" and facts.mentee_places != 1:
            return "places on one side only"
        table = facts.mentors * facts.mentees * self.cell_bytes
        if table > LARGEST_TABLE:
            return f"needs a table of {table / 1e9:.0f} GB"
        if self.most_pairs is not None and facts.pairs > self.most_pairs and not is_tried_anyway:
            return f"more than {self.most_pairs:,} pairs"
        return ""


SOLVERS = (
    Solver(name="Turnabout, most people", call=("turnabout", "most_people", "candidates"), kind="ours"),
    Solver(name="Turnabout, most people, breadth first", call=("turnabout", "breadth_first", "candidates"), kind="ours"),
    Solver(name="Turnabout, fairest", call=("turnabout", "fairest", "candidates"), kind="ours"),
    Solver(name="Turnabout, most people, stages alone", call=("turnabout", "proven", "pool"), kind="part"),
    Solver(name="OR-Tools minimum-cost flow, raw", call=("ortools_flow", "solve")),
    Solver(name="HiGHS linear programme (scipy)", call=("scipy_matching", "highs"), most_pairs=1_000_000),
    Solver(name="scipy linear_sum_assignment", call=("scipy_matching", "assignment"), places="one to one", cell_bytes=24),
    Solver(name="scipy min_weight_full_bipartite_matching", call=("scipy_matching", "full_bipartite"), places="one to one"),
    Solver(
        name="networkx max_flow_min_cost",
        call=("networkx_matching", "flow"),
        environment="networkx",
        most_pairs=300_000,
    ),
    Solver(
        name="networkx max_weight_matching",
        call=("networkx_matching", "weight_matching"),
        environment="networkx",
        places="one to one",
        most_pairs=300_000,
    ),
    Solver(
        name="matching HospitalResident (stable)",
        call=("matching_stable", "solve"),
        environment="matching",
        places="mentors only",
        most_pairs=300_000,
    ),
    Solver(name="mentor-match, in rounds", call=("mentor_match", "solve"), environment="mentor-match", cell_bytes=640),
    Solver(name="greedy, best pair first", call=("greedy", "solve"), kind="baseline"),
)
