"""Each person's best pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.network import Ints, Places
from turnabout.engine.prices import ranges

BITS = 63


def best_of_each(person: NDArray[np.int32], gain: Ints, most: int) -> Places:
    """Places of so many pairs at most of each person: the highest gain first, then the order in which they stand.

    person, gain   (E,) whose pair it is, from 0, and what it is worth
    O(E log E)
    """
    if not len(person):
        return np.zeros(0, dtype=np.intp)
    counts = np.bincount(person)
    stops = np.cumsum(counts)
    starts = stops - counts
    return _ranked(person, gain)[ranges(starts, np.minimum(starts + most, stops))]


def _ranked(person: NDArray[np.int32], gain: Ints) -> Places:
    """All places by person, then gain. In one number where that fits, because numbers sort ten times as fast as rows."""
    highest, lowest = int(gain.max()), int(gain.min())
    place_bits, gain_bits = (len(person) - 1).bit_length(), (highest - lowest).bit_length()
    if int(person.max()).bit_length() + gain_bits + place_bits > BITS:
        return np.lexsort((-gain, person))
    packed = ((person.astype(np.int64) << gain_bits) + (highest - gain) << place_bits) + np.arange(len(person))
    packed.sort()
    ranked: Places = packed & ((1 << place_bits) - 1)
    return ranked
