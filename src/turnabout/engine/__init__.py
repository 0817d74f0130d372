"""The matching engine: exact, proven, reproducible, explained. A library in its own right, without Django.

    from turnabout.engine import Candidate, Problem, solve

    plan = solve(Problem(mentors=(...), mentees=(...)))
    plan.pairs, plan.unmatched, plan.certificate

See docs/engine/python-api.md.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from turnabout.engine.plan import Certificate, CriterionScore, Pairing, Plan, StageProof, Standing, Unmatched
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
    SideConstraint,
    Weight,
)
from turnabout.engine.reasons import FLAGS, SENTENCES, ReasonCode

if TYPE_CHECKING:
    from turnabout.engine.explain import Alternative as Alternative
    from turnabout.engine.explain import Change as Change
    from turnabout.engine.explain import Explainer as Explainer
    from turnabout.engine.explain import Loss as Loss
    from turnabout.engine.explain import WhyNot as WhyNot
    from turnabout.engine.explain import WhyUnmatched as WhyUnmatched
    from turnabout.engine.folder import write_folder as write_folder
    from turnabout.engine.hours import hours_in_utc as hours_in_utc
    from turnabout.engine.reading import read_plan as read_plan
    from turnabout.engine.rules import reasons_between as reasons_between
    from turnabout.engine.rules import reasons_of as reasons_of
    from turnabout.engine.rules import without_partner as without_partner
    from turnabout.engine.shortages import Shortage as Shortage
    from turnabout.engine.solving import solve as solve
    from turnabout.engine.verify import Verdict as Verdict
    from turnabout.engine.verify import verify_folder as verify_folder

# Loaded on first use, so that the verifier runs where only NumPy is installed and a command starts fast.
_LOADED_ON_FIRST_USE = {
    "Alternative": "turnabout.engine.explain",
    "Change": "turnabout.engine.explain",
    "Explainer": "turnabout.engine.explain",
    "Loss": "turnabout.engine.explain",
    "Shortage": "turnabout.engine.shortages",
    "Verdict": "turnabout.engine.verify",
    "WhyNot": "turnabout.engine.explain",
    "WhyUnmatched": "turnabout.engine.explain",
    "hours_in_utc": "turnabout.engine.hours",
    "read_plan": "turnabout.engine.reading",
    "reasons_between": "turnabout.engine.rules",
    "reasons_of": "turnabout.engine.rules",
    "solve": "turnabout.engine.solving",
    "verify_folder": "turnabout.engine.verify",
    "without_partner": "turnabout.engine.rules",
    "write_folder": "turnabout.engine.folder",
}

__all__ = [
    "DEFAULT_WEIGHTS",
    "FLAGS",
    "SENTENCES",
    "Alternative",
    "Candidate",
    "Certificate",
    "Change",
    "Criterion",
    "CriterionScore",
    "DistanceException",
    "Explainer",
    "Loss",
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
    "Shortage",
    "Side",
    "SideConstraint",
    "StageProof",
    "Standing",
    "Unmatched",
    "Verdict",
    "Weight",
    "WhyNot",
    "WhyUnmatched",
    "hours_in_utc",
    "read_plan",
    "reasons_between",
    "reasons_of",
    "solve",
    "verify_folder",
    "without_partner",
    "write_folder",
]


def __getattr__(name: str) -> object:
    if name not in _LOADED_ON_FIRST_USE:
        raise AttributeError(name)
    return getattr(importlib.import_module(_LOADED_ON_FIRST_USE[name]), name)
