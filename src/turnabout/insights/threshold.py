"""Which counts of a table are not shown, so that no small one can be worked out from the others and their sums.

The method is cell suppression on a table of two levels: first the small counts, then, for each sum that would give one away,
one more of its parts or the sum itself. Source: Hundepool and others, Statistical Disclosure Control, Wiley 2012, chapter 4.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST_SHOWN = 5  # to whoever may see aggregates only


@dataclass(frozen=True, kw_only=True, slots=True)
class Withheld:
    """What is not shown: positions of counts, groups whose sum is not shown, and whether the sum of all is not."""

    counts: frozenset[int] = frozenset()
    groups: frozenset[str] = frozenset()
    is_total: bool = False


def withheld(values: Sequence[int], groups: Sequence[str]) -> Withheld:
    """What to withhold of counts whose sums by group, and whose sum of all, are shown too.

    Nought is shown, so whoever reads the table knows that a withheld count is at least one. What the withheld counts of a sum
    have beyond one each may belong to any of them: with four to spare, each may be one, five or any number between, and so
    is never surely a small one. Adding one count of at least five always leaves enough to spare. O(n log n) for n counts.
    """
    parts: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        if values[number]:
            parts.setdefault(group, []).append(number)
    sums = {group: sum(values[number] for number in numbers) for group, numbers in parts.items()}
    hidden = {group: _hidden_parts(values, numbers) for group, numbers in parts.items()}
    without_sum = {group for group in parts if not _is_open(values, hidden[group])}
    if _is_open(values, (number for group in without_sum for number in hidden[group])):
        more, is_total = [], False
    else:
        more = sorted(parts.keys() - without_sum, key=lambda group: (sums[group], group))[:1]
        is_total = not more
    for group in more:
        hidden[group] = hidden[group] or {min(parts[group], key=values.__getitem__)}
    return Withheld(
        counts=frozenset(number for numbers in hidden.values() for number in numbers),
        groups=frozenset(without_sum.union(more)),
        is_total=is_total,
    )


def _hidden_parts(values: Sequence[int], numbers: Sequence[int]) -> set[int]:
    """Of the counts of one sum the small ones and, where these have too little to spare, the smallest of the others."""
    small = {number for number in numbers if values[number] < FEWEST_SHOWN}
    others = sorted(set(numbers) - small, key=lambda number: (values[number], number))
    return small if _is_open(values, small) else small.union(others[:1])


def _is_open(values: Sequence[int], hidden: Iterable[int]) -> bool:
    """Whether their sum tells too little about these counts to give one away."""
    spare = [values[number] - 1 for number in hidden]
    return not spare or sum(spare) >= FEWEST_SHOWN - 1
