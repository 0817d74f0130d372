"""Linear and whole-number programmes over a network with side constraints, by HiGHS through SciPy.

What comes out is never believed: plans are checked in whole numbers, and bounds are computed anew from rounded
multipliers. HiGHS runs in one thread, without a time limit, so the same input gives the same answer.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.bounds import System
from turnabout.engine.constraints import NO_LIMIT
from turnabout.engine.network import Ints
from turnabout.engine.pool import Flags
from turnabout.engine.problem import ProofFailed

Floats = NDArray[np.float64]
OPTIMAL, LIMIT, INFEASIBLE = 0, 1, 2
# A search that takes longer is stopped at the same point on every machine; the gap says what that may cost.
MOST_NODES = 2_000
SLACK_GAIN = -1.0
# Numbers with a point are right to about so much of their size.
ROOM = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class Relaxed:
    """A solved linear programme.

    flow          (arcs,) 0 outside the arcs that took part
    prices        (nodes,) what a unit at each node is worth, ground 0
    multipliers   (rows,) what a unit of each row's limit is worth
    violation     by how much the rows had to be broken, where that was allowed
    """

    flow: Floats
    prices: Floats
    multipliers: Floats
    violation: float


def _scipy(part: str) -> Any:
    # Half a second to load, and only matchings with side constraints need it.
    return importlib.import_module(f"scipy.{part}")


def scipy_version() -> str:
    """Which release solved."""
    return str(importlib.import_module("scipy").__version__)


def relaxed(system: System, taking_part: Flags, *, may_break: bool = False) -> Relaxed | None:
    """The linear programme over some arcs; None if nothing fits.

    may_break   rows may be broken, and that as little as possible is all that counts
    """
    sparse, network, rows = _scipy("sparse"), system.network, system.rows
    arcs = np.flatnonzero(taking_part)
    balance, table = _balance(system, arcs), _table(system, arcs)
    low, high = _limits(system)
    above, below = np.flatnonzero(high < np.inf), np.flatnonzero(low > -np.inf)
    limited = sparse.vstack([table[above], -table[below]])
    limits = np.concatenate([high[above], -low[below]])
    gains = system.gains[arcs].astype(float)
    bounds = np.stack([network.lower[arcs], network.upper[arcs]], axis=1).astype(float)
    if may_break:
        slack = len(limits)
        limited = sparse.hstack([limited, -sparse.identity(slack)])
        balance = sparse.hstack([balance, sparse.csr_array((balance.shape[0], slack))])
        gains = np.concatenate([np.zeros(len(arcs)), np.full(slack, SLACK_GAIN)])
        bounds = np.concatenate([bounds, np.tile([0, np.inf], (slack, 1))])
    nothing = np.zeros(balance.shape[0])
    found = _scipy("optimize").linprog(
        -gains, A_ub=limited.tocsc(), b_ub=limits, A_eq=balance.tocsc(), b_eq=nothing, bounds=bounds, method="highs"
    )
    if found.status == INFEASIBLE:
        return None
    _require(found.status == OPTIMAL, found.message)
    worth = -found.ineqlin.marginals
    multipliers = np.zeros(len(rows.names))
    np.add.at(multipliers, above, worth[: len(above)])
    np.subtract.at(multipliers, below, worth[len(above) :])
    flow = np.zeros(len(taking_part))
    flow[arcs] = found.x[: len(arcs)]
    return Relaxed(
        flow=flow,
        prices=np.concatenate([[0.0], found.eqlin.marginals]),
        multipliers=multipliers,
        violation=float(found.x[len(arcs) :].sum()),
    )


def in_whole_numbers(system: System, lower: Ints, upper: Ints) -> tuple[Flags | None, bool]:
    """The best whole-number flow within some limits of the arcs: which pairs are chosen, and if that is settled.

    None when nothing fits. Not settled: the search was stopped, and a better (or any) plan may exist.
    """
    found = _searched(system, lower, upper)
    if found.x is None:
        return None, bool(found.status == INFEASIBLE)
    return _chosen(system, lower, upper, found.x), bool(found.status == OPTIMAL)


def _searched(system: System, lower: Ints, upper: Ints) -> Any:
    """The solver's answer, asked again in a simpler way where it does not keep to what was asked."""
    for presolve in (True, False):
        found = _milp(system, lower, upper, presolve=presolve)
        if found.x is None or system.fits(_chosen(system, lower, upper, found.x)):
            return found
    raise ProofFailed("The plan found breaks a constraint by rounding. It was not used.")


def _chosen(system: System, lower: Ints, upper: Ints, parts: Floats) -> Flags:
    every = lower.astype(float)
    every[upper > lower] = parts
    chosen: Flags = every[system.network.pair_arcs] > 1 / 2
    return chosen


def _milp(system: System, lower: Ints, upper: Ints, *, presolve: bool) -> Any:
    optimize, free = _scipy("optimize"), np.flatnonzero(upper > lower)
    every = np.arange(len(upper))
    balance, table = _balance(system, every), _table(system, every)
    fixed = np.where(upper > lower, 0, lower).astype(float)
    settled, used = balance @ fixed, table @ fixed
    low, high = _limits(system)
    found = optimize.milp(
        -system.gains[free].astype(float),
        integrality=np.ones(len(free)),
        bounds=optimize.Bounds(lower[free].astype(float), upper[free].astype(float)),
        constraints=[
            optimize.LinearConstraint(balance[:, free], -settled, -settled),
            optimize.LinearConstraint(table[:, free], low - used, high - used),
        ],
        options={"mip_rel_gap": 0, "node_limit": MOST_NODES, "presolve": presolve},
    )
    _require(found.status in (OPTIMAL, LIMIT, INFEASIBLE), found.message)
    return found


def _limits(system: System) -> tuple[Floats, Floats]:
    """Limits of the rows as HiGHS takes them. Rows of whole numbers leave room for half of one, which large ones need."""
    rows = system.rows
    low = np.where(rows.lower > -NO_LIMIT, rows.lower, -np.inf)
    high = np.where(rows.upper < NO_LIMIT, rows.upper, np.inf)
    return low - _room(low), high + _room(high)


def _room(limits: Floats) -> Floats:
    return np.minimum(np.abs(limits) * ROOM, 1 / 2)


def _balance(system: System, arcs: NDArray[np.intp]) -> Any:
    """What comes into each node less what goes out; ground follows from the others."""
    network, number = system.network, np.arange(len(arcs))
    signs = np.concatenate([np.ones(len(arcs)), -np.ones(len(arcs))])
    ends = np.concatenate([network.head[arcs], network.tail[arcs]])
    places = (ends, np.concatenate([number, number]))
    return _scipy("sparse").csr_array((signs, places), shape=(network.nodes, len(arcs)))[1:]


def _table(system: System, arcs: NDArray[np.intp]) -> Any:
    rows = system.rows
    table = _scipy("sparse").csc_array(
        (rows.value.astype(float), (rows.row, rows.arc)), shape=(len(rows.names), len(system.gains))
    )
    return table[:, arcs].tocsr()


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise ProofFailed(f"The programme with side constraints ended without a result ({message}). It was not used.")
