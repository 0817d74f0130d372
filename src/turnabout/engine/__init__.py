"""The matching engine: exact, proven, reproducible, explained. A library in its own right, without Django.

    from turnabout.engine import Candidate, Problem, solve

    plan = solve(Problem(mentors=(...), mentees=(...)))
    plan.pairs, plan.unmatched, plan.certificate

See docs/engine/python-api.md.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from turnabout.engine.plan import Certificate, CriterionScore, Pairing, Plan, StageProof, Unmatched
from turnabout.engine.problem import (
    DEFAULT_WEIGHTS,
    Candidate,
    Criterion,
    DistanceException,
    Nomination,
    Objective,
    Problem,
    ProofFailed,
    Refusal,
    Rules,
    ScoreList,
    Seniority,
    Side,
    Weight,
)
from turnabout.engine.reasons import FLAGS, SENTENCES, ReasonCode

if TYPE_CHECKING:
    from turnabout.engine.explain import Explainer as Explainer
    from turnabout.engine.folder import write_folder as write_folder
    from turnabout.engine.hours import hours_in_utc as hours_in_utc
    from turnabout.engine.rules import reasons_between as reasons_between
    from turnabout.engine.solving import solve as solve
    from turnabout.engine.verify import Verdict as Verdict
    from turnabout.engine.verify import verify_folder as verify_folder

# Loaded on first use, so that the verifier runs where only NumPy is installed and a command starts fast.
_LOADED_ON_FIRST_USE = {
    "Explainer": "turnabout.engine.explain",
    "Verdict": "turnabout.engine.verify",
    "hours_in_utc": "turnabout.engine.hours",
    "reasons_between": "turnabout.engine.rules",
    "solve": "turnabout.engine.solving",
    "verify_folder": "turnabout.engine.verify",
    "write_folder": "turnabout.engine.folder",
}

__all__ = [
    "DEFAULT_WEIGHTS",
    "FLAGS",
    "SENTENCES",
    "Candidate",
    "Certificate",
    "Criterion",
    "CriterionScore",
    "DistanceException",
    "Explainer",
    "Nomination",
    "Objective",
    "Pairing",
    "Plan",
    "Problem",
    "ProofFailed",
    "ReasonCode",
    "Refusal",
    "Rules",
    "ScoreList",
    "Seniority",
    "Side",
    "StageProof",
    "Unmatched",
    "Verdict",
    "Weight",
    "hours_in_utc",
    "reasons_between",
    "solve",
    "verify_folder",
    "write_folder",
]


def __getattr__(name: str) -> object:
    if name not in _LOADED_ON_FIRST_USE:
        raise AttributeError(name)
    return getattr(importlib.import_module(_LOADED_ON_FIRST_USE[name]), name)
