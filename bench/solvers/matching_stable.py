"""`matching`: the stable plan of hospitals (mentors, some places) and residents (mentees, one place)."""

from __future__ import annotations

import sys
import threading

import numpy as np
from matching.games import HospitalResident

from bench.instance import Instance

PACKAGE = "matching"
STACK = 1 << 29


def solve(instance: Instance) -> list[tuple[int, int]]:
    """Everybody ranks by score. It copies the players recursively, which needs a deeper stack than there is."""
    found: list[tuple[int, int]] = []
    sys.setrecursionlimit(10**6)
    threading.stack_size(STACK)
    thread = threading.Thread(target=lambda: found.extend(_stable(instance)))
    thread.start()
    thread.join()
    assert found, "The thread ended without a plan."
    return found


def _stable(instance: Instance) -> list[tuple[int, int]]:
    wishes: dict[int, list[int]] = {}
    offers: dict[int, list[int]] = {}
    for place in np.argsort(-instance.score, kind="stable").tolist():
        i, j = int(instance.mentor[place]), int(instance.mentee[place])
        wishes.setdefault(j, []).append(i)
        offers.setdefault(i, []).append(j)
    places = {i: int(instance.mentors[i]) for i in offers}
    game = HospitalResident.create_from_dictionaries(wishes, offers, places)
    return [(mentor.name, mentee.name) for mentor, mentees in game.solve().items() for mentee in mentees]
