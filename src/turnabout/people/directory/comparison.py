"""What a file would change, before anything is written."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from turnabout.people.directory import lines
from turnabout.people.directory.businesses import Businesses, KnownBusiness
from turnabout.people.directory.drafts import Draft, Problem
from turnabout.people.directory.fields import label_of

TEXTS = ("given_name", "family_name", "email", "job_title", "unit", "function", "time_zone", "locale")
DAYS = ("hired_on", "in_profession_since")
FORMER_SHOWN = 20
LEAVERS_BRAKE = 20  # people; with the tenth of the directory, more than an ordinary month brings
COMPARED = (*TEXTS, *DAYS, "grade", "grade_label", "languages", "weekly_hours")


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownPerson:
    """A person of the directory as it is now; `values` by the model's field names."""

    id: int
    employee_number: str
    is_present: bool
    manager: str | None
    line: str
    entity_code: str
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What one row does: `values` holds only what differs from now."""

    row: int
    employee_number: str
    person_id: int | None
    is_return: bool
    values: Mapping[str, Any]
    entity_code: str | None  # None: as it is
    manager: str | None
    line: str | None  # None: manager and line stay as they are


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    new: list[Change]
    changed: list[Change]
    unchanged: int
    left: list[KnownPerson]
    problems: list[Problem]
    warnings: list[str]
    businesses: Businesses
    unknown_lines: int  # people of the whole directory whose line is not known once the file is written
    present_before: int

    @property
    def needs_confirmation(self) -> bool:
        """So many would be marked as left that the file may be a part of the directory by mistake."""
        return len(self.left) > LEAVERS_BRAKE and len(self.left) * 10 > self.present_before


def compare(
    drafts: Sequence[Draft],
    known: Iterable[KnownPerson],
    businesses: Iterable[KnownBusiness],
    *,
    is_full_export: bool,
) -> Comparison:
    """Set the file's people against those of the directory. Pure; O(people of both)."""
    people = {person.employee_number: person for person in known}
    by_number = {draft.employee_number: draft for draft in drafts}
    found = Businesses(businesses, drafts)
    leaving = [person for number, person in people.items() if is_full_export and person.is_present and number not in by_number]
    gone = {person.employee_number for person in leaving}
    staying = {number for number, person in people.items() if person.is_present and number not in gone} | by_number.keys()
    chart = _Chart(people, by_number, staying)
    changes = [_change(draft, people.get(draft.employee_number), found, chart) for draft in by_number.values()]
    made = [change for change in changes if change is not None]
    problems = [*chart.problems(), *_taken_addresses(people, by_number, staying)]
    heads = [draft for draft in by_number.values() if chart.line_of(draft) == "head"]
    return Comparison(
        new=[change for change in made if change.person_id is None],
        changed=[change for change in made if change.person_id is not None],
        unchanged=len(changes) - len(made),
        left=leaving,
        problems=sorted(problems, key=lambda problem: problem.row),
        warnings=[*_warn_of_heads(heads), *found.warnings(), *_warn_of_former_addresses(made, people, staying)],
        businesses=found,
        unknown_lines=chart.unknown_lines(),
        present_before=sum(person.is_present for person in people.values()),
    )


def _target(draft: Draft) -> dict[str, Any]:
    """The model's fields that this row fills, empty cells as empty values."""
    given = draft.values
    target: dict[str, Any] = {}
    if "full_name" in given:
        target["given_name"], target["family_name"] = given["full_name"] or ("", "")
    target |= {key: given[key] or "" for key in TEXTS if key in given}
    target |= {key: given[key] for key in DAYS if key in given}
    if "grade" in given:
        target["grade"], target["grade_label"] = given["grade"] or (None, "")
    if "languages" in given:
        target["languages"] = given["languages"] or {}
    if given.get("weekly_hours"):
        target["weekly_hours"] = given["weekly_hours"]
    return target


def _change(draft: Draft, person: KnownPerson | None, businesses: Businesses, chart: "_Chart") -> Change | None:
    target = _target(draft)
    names_business = "entity" in draft.values or "country" in draft.values
    code = businesses.code_of(draft) if names_business else None
    line = chart.line_of(draft)
    if person is not None:
        target = {key: value for key, value in target.items() if person.values[key] != value}
        code = None if code == person.entity_code else code
        if line == person.line and draft.manager is not None and (draft.manager or None) == person.manager:
            line = None
        if person.is_present and not target and code is None and line is None:
            return None
    return Change(
        row=draft.row,
        employee_number=draft.employee_number,
        person_id=person.id if person else None,
        is_return=person is not None and not person.is_present,
        values=target,
        entity_code=code,
        manager=draft.manager or None,
        line=line,
    )


class _Chart:
    """Who reports to whom once the file is written."""

    def __init__(self, people: Mapping[str, KnownPerson], drafts: Mapping[str, Draft], staying: set[str]) -> None:
        self.people, self.drafts, self.staying = people, drafts, staying
        self.manager_of: dict[str, str | None] = {number: people[number].manager for number in staying if number in people}
        self.manager_of |= {number: draft.manager or None for number, draft in drafts.items() if draft.manager is not None}
        self.reports = Counter(manager for manager in self.manager_of.values() if manager is not None)

    def line_of(self, draft: Draft) -> str | None:
        """Known with a manager, head where somebody reports to a person without one, else unknown."""
        if draft.manager is None:
            return None
        return "known" if draft.manager else "head" if self.reports[draft.employee_number] else "unknown"

    def unknown_lines(self) -> int:
        after = {number: self.line_of(draft) for number, draft in self.drafts.items()}
        return sum(
            (after.get(number) or (self.people[number].line if number in self.people else "unknown")) == "unknown"
            for number in self.staying
        )

    def problems(self) -> Iterable[Problem]:
        for draft in self.drafts.values():
            if draft.manager and draft.manager == draft.employee_number:
                yield _line_problem(
                    draft,
                    _("This person is named as their own manager."),
                    _("Leave the cell empty for the head of the organisation, or correct the number."),
                )
            elif draft.manager and draft.manager not in self.staying:
                yield _line_problem(
                    draft,
                    self._absent(draft.manager),
                    _("Add a row for that person, correct the number, or empty the cell; then the line counts as not known."),
                )
        for circle in lines.circles(self.manager_of):
            yield from self._circle(circle)

    def _absent(self, manager: str) -> str:
        if manager in self.people:
            return _("The manager %(number)s has left or would leave with this file.") % {"number": manager}
        return _("The manager %(number)s is neither in this file nor in the directory.") % {"number": manager}

    def _circle(self, circle: tuple[str, ...]) -> Iterable[Problem]:
        if len(circle) == 1:
            return  # named as their own manager, told above
        shown = " → ".join([*circle[:8], *(["…"] if len(circle) > 8 else []), circle[0]])
        for number in circle:
            if number in self.drafts:
                yield _line_problem(
                    self.drafts[number],
                    _("These people report to each other in a circle: %(circle)s.") % {"circle": shown},
                    _("Correct one of these managers."),
                )


def _line_problem(draft: Draft, reason: str, remedy: str) -> Problem:
    return Problem(row=draft.row, field=label_of("manager"), reason=reason, remedy=remedy)


def _taken_addresses(people: Mapping[str, KnownPerson], drafts: Mapping[str, Draft], staying: set[str]) -> Iterable[Problem]:
    """Addresses that would belong to two people of the directory; twice in the file is told elsewhere."""
    owners = {people[number].values["email"]: number for number in staying if number not in drafts}
    for draft in drafts.values():
        person = people.get(draft.employee_number)
        address = draft.values["email"] if "email" in draft.values else person.values["email"] if person else ""
        if address and address in owners:
            yield Problem(
                row=draft.row,
                field=label_of("email"),
                reason=_("The address %(address)s belongs to %(number)s, who is not in this file.")
                % {"address": address, "number": owners[address]},
                remedy=_("Correct the address, or mark that person as left first."),
            )


def _warn_of_heads(heads: Sequence[Draft]) -> list[str]:
    if len(heads) < 2:
        return []
    shown = ", ".join(draft.employee_number for draft in heads[:10])
    return [
        ngettext(
            "%(count)s person has no manager and people reporting to them, so the file has that many heads: %(numbers)s.",
            "%(count)s people have no manager and people reporting to them, so the file has that many heads: %(numbers)s.",
            len(heads),
        )
        % {"count": len(heads), "numbers": shown}
    ]


def _warn_of_former_addresses(changes: Sequence[Change], people: Mapping[str, KnownPerson], staying: set[str]) -> list[str]:
    """New numbers under the address of a leaver: the same person come back, or another one? A file does not say."""
    former = {people[number].values["email"]: number for number in people.keys() - staying}
    found = [change for change in changes if change.person_id is None and change.values.get("email") in former.keys() - {""}]
    if not found:
        return []
    shown = [_renumbered(change, former[change.values["email"]]) for change in found[:FORMER_SHOWN]]
    return [
        ngettext(
            "New here, with the work mail of somebody who has left or leaves with this file: %(people)s. If it is the same person, open the page of %(numbers)s, put the new number there, and check the file again: they keep their account and what they wrote. If it is somebody else, they get an account of their own.",
            "New here, with the work mail of people who have left or leave with this file: %(people)s. Where it is the same person, open the page of the old number (%(numbers)s), put the new number there, and check the file again: they keep their account and what they wrote. Whoever is somebody else gets an account of their own.",
            len(found),
        )
        % {
            "people": _some(shown, len(found)),
            "numbers": _some([former[change.values["email"]] for change in found[:FORMER_SHOWN]], len(found)),
        }
    ]


def _renumbered(change: Change, old: str) -> str:
    name = f"{change.values.get('given_name') or ''} {change.values.get('family_name') or ''}".strip()
    words = {"name": name, "new": change.employee_number, "old": old}
    return _("%(name)s, %(new)s (was %(old)s)") % words if name else _("%(new)s (was %(old)s)") % words


def _some(texts: Sequence[str], count: int) -> str:
    return ", ".join([*texts, *(["…"] if count > len(texts) else [])])
