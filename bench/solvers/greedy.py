"""The best pair first, then the next best: what matching by hand does."""

from __future__ import annotations

import numpy as np

from bench.instance import Instance

PACKAGE = "numpy"


def solve(instance: Instance) -> list[tuple[int, int]]:
    """One look at each pair, from the highest score down."""
    left, right, pairs = instance.mentors.tolist(), instance.mentees.tolist(), []
    order = np.argsort(-instance.score, kind="stable")
    for i, j in zip(instance.mentor[order].tolist(), instance.mentee[order].tolist(), strict=True):
        if left[i] and right[j]:
            left[i], right[j] = left[i] - 1, right[j] - 1
            pairs.append((i, j))
    return pairs
