"""Scored pairs with places, the file they travel in, and what a plan on them comes to.

Needs NumPy only, because it is loaded in the environments of the peers too.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Instance:
    """Everything every solver is told.

    mentors, mentees   (M,) and (N,), places of each person
    mentor, mentee     (E,) int32, the people of each eligible pair, in the order of mentor, then mentee
    score, worse       (E,), what totals add up, and what the one of the two gets who gains less
    people, data       the people this was scored from, by name, and the folder of their files; or empty
    """

    mentors: Ints
    mentees: Ints
    mentor: NDArray[np.int32]
    mentee: NDArray[np.int32]
    score: Ints
    worse: Ints
    people: str = ""
    data: str = ""

    def save(self, file: Path) -> None:
        """Write it for the solvers' processes."""
        np.savez(file, **asdict(self))

    @classmethod
    def load(cls, file: Path) -> Instance:
        """What `save` wrote."""
        with np.load(file) as stored:
            fields: dict[str, Any] = {name: stored[name] for name in stored.files}
        return cls(**{**fields, "people": str(fields["people"]), "data": str(fields["data"])})

    def counted(self, pairs: Ints) -> dict[str, int]:
        """People with a partner, pairs, total and floor of a plan, given as rows of mentor and mentee.

        Raises ValueError for a plan that breaks a rule, so that nobody wins by that.
        """
        key = self.mentor.astype(np.int64) * len(self.mentees) + self.mentee
        wanted = np.sort(pairs[:, 0] * len(self.mentees) + pairs[:, 1])
        place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        if np.any(key[place] != wanted):
            raise ValueError("It paired two people who are not eligible for each other.")
        if np.any(wanted[1:] == wanted[:-1]):
            raise ValueError("It paired the same two people twice.")
        partners = np.bincount(pairs[:, 0], minlength=len(self.mentors)), np.bincount(pairs[:, 1], minlength=len(self.mentees))
        if np.any(partners[0] > self.mentors) or np.any(partners[1] > self.mentees):
            raise ValueError("It gave somebody more partners than they have places.")
        return {
            "people": int((partners[0] > 0).sum() + (partners[1] > 0).sum()),
            "pairs": len(pairs),
            "total": int(self.score[place].sum()),
            "floor": int(self.worse[place].min()) if len(pairs) else 0,
        }
