"""Stage 6: a fair draw among plans that are equally good, decided by the seed and the keys alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.network import Ints
from turnabout.engine.pool import Flags, Pool

Words = NDArray[np.uint64]
DRAW_BITS = 30


def tie_break_gains(pool: Pool, kept: Flags, seed: int) -> Ints:
    """A number from 1 to 2^30 per kept pair that depends on nothing but the seed and the two keys."""
    left = _lots("mentor", pool.left.keys, seed)[pool.mentor[kept]]
    right = _lots("mentee", pool.right.keys, seed)[pool.mentee[kept]]
    drawn: Ints = (_mixed(left + _mixed(right)) >> np.uint64(64 - DRAW_BITS)).astype(np.int64) + 1
    return drawn


def _lots(side: str, keys: Iterable[str], seed: int) -> Words:
    digests = b"".join(hashlib.sha256(f"{seed}|{side}|{key}".encode()).digest() for key in keys)
    # The first eight of the 32 bytes of each.
    return np.frombuffer(digests, dtype=">u8")[::4].astype(np.uint64)


def _mixed(words: Words) -> Words:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit of the input moves half the output."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Words = words ^ (words >> np.uint64(31))
    return mixed
