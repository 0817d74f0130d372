"""Reporting lines as a map from each person to their manager, by any key."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TypeVar

Key = TypeVar("Key", int, str)


def ancestors(of: Key, manager_of: Mapping[Key, Key | None]) -> tuple[Key, ...]:
    """Manager, manager's manager and so on to the top; a circle, which services refuse, ends where it closes."""
    found: list[Key] = []
    seen = {of}
    above = manager_of.get(of)
    while above is not None and above not in seen:
        found.append(above)
        seen.add(above)
        above = manager_of.get(above)
    return tuple(found)


def circles(manager_of: Mapping[Key, Key | None]) -> Iterator[tuple[Key, ...]]:
    """Every group of people who report to each other in a circle, each once. O(people)."""
    finished: set[Key] = set()
    for start in manager_of:
        path: dict[Key, int] = {}
        at: Key | None = start
        while at is not None and at not in finished and at not in path:
            path[at] = len(path)
            at = manager_of.get(at)
        if at is not None and at in path:
            yield tuple(list(path)[path[at] :])
        finished |= path.keys()


def heads_of_groups(manager_of: Mapping[Key, Key | None], group_of: Mapping[Key, int]) -> frozenset[Key]:
    """Who is at the top of each group: nobody of the group above them, and more than half of its others below them.

    A group whose people report in several directions has no head. O(people x line length).
    """
    below: Counter[Key] = Counter()
    under_nobody = []
    for person, group in group_of.items():
        above = [other for other in ancestors(person, manager_of) if group_of.get(other) == group]
        below.update(above)
        if not above:
            under_nobody.append(person)
    size = Counter(group_of.values())
    return frozenset(person for person in under_nobody if 2 * below[person] > size[group_of[person]] - 1)
