"""rules.toml: hard rules, weights, and which column of a file means what. Documented in docs/engine/file-formats.md."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from turnabout.engine import entries
from turnabout.engine.entries import Toml
from turnabout.engine.problem import (
    DEFAULT_WEIGHTS,
    Criterion,
    DistanceException,
    Nomination,
    Objective,
    PairKey,
    Picker,
    Refusal,
    Rules,
    Seniority,
    Side,
    SideConstraint,
    Weight,
)

ATTRIBUTES = (
    "key",
    "capacity",
    "minimum",
    "offers",
    "wishes",
    "languages",
    "time_zone",
    "hours",
    "grade",
    "years_of_service",
    "years_in_profession",
    "tree_level",
    "entity",
    "country",
    "unit",
    "team",
    "function",
    "manager",
    "decides_for",
    "formats",
    "past_partners",
    "conflicts",
    "not_available",
    "is_opted_out",
    "priority",
    "interests",
)
SETTINGS = ("column", "columns", "constant", "default", "separator", "level", "order", "years_until")
CONDITIONS = ("column", "equals", "any_of", "at_least", "at_most")
TOP = (
    "objective",
    "breadth_first",
    "exempt",
    "leximin_to",
    "seed",
    "mentee_share",
    "columns",
    "mentors",
    "mentees",
    "rules",
    "weights",
    "locks",
    "forbidden",
    "nominations",
    "last_plan",
    "constraints",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where one attribute comes from: columns of the file, or one constant for everybody."""

    columns: tuple[str, ...] = ()
    constant: str | None = None
    default: str | None = None
    separator: str = ";"
    level: int = 2
    order: tuple[str, ...] = ()
    years_until: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """Which rows of a file count: all of these must hold for the column's text or number."""

    column: str
    any_of: tuple[str, ...] | None = None
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SideMapping:
    """How one file is read."""

    sources: Mapping[str, Source] = field(default_factory=dict)
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RulesFile:
    """Everything rules.toml says; what it leaves out has the engine's defaults."""

    mentors: SideMapping
    mentees: SideMapping
    rules: Rules
    weights: Mapping[Criterion, Weight]
    mentee_share: float = 0.5
    objective: Objective | None = None
    breadth_first: bool = False
    exempt: int = 0
    leximin_to: int = 0
    seed: int = 0
    locks: tuple[PairKey, ...] = ()
    forbidden: tuple[PairKey, ...] = ()
    last_plan: tuple[PairKey, ...] = ()
    nominations: tuple[Nomination, ...] = ()
    constraints: tuple[SideConstraint, ...] = ()


def read_rules(raw: bytes, *, name: str = "rules.toml") -> RulesFile:
    """Read rules.toml. Raises Refusal naming the entry, what is wrong and what to write."""
    try:
        content = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refusal(f"{name} is not UTF-8 text: save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise Refusal(f"{name} is not TOML: {error}.") from None
    try:
        return _rules_file(content)
    except Refusal as refusal:
        raise Refusal(f"{name}: {refusal}") from None


def _rules_file(content: Mapping[str, Toml]) -> RulesFile:
    entries.refuse_unknown("", content, TOP)
    shared = entries.table(content, "columns")
    return RulesFile(
        mentors=_side("mentors", shared, entries.table(content, "mentors")),
        mentees=_side("mentees", shared, entries.table(content, "mentees")),
        rules=_rules(entries.table(content, "rules")),
        weights=_weights(content.get("weights")),
        mentee_share=entries.number("mentee_share", content.get("mentee_share", 0.5)),
        objective=_objective(content.get("objective")),
        breadth_first=entries.yes_no("breadth_first", content.get("breadth_first", False)),
        exempt=entries.whole("exempt", content.get("exempt", 0)),
        leximin_to=entries.whole("leximin_to", content.get("leximin_to", 0)),
        seed=entries.whole("seed", content.get("seed", 0)),
        locks=_pairs("locks", content.get("locks", [])),
        forbidden=_pairs("forbidden", content.get("forbidden", [])),
        last_plan=_pairs("last_plan", content.get("last_plan", [])),
        nominations=_nominations(content.get("nominations", [])),
        constraints=_constraints(content.get("constraints", [])),
    )


def _side(name: str, shared: Mapping[str, Toml], own: Mapping[str, Toml]) -> SideMapping:
    where = own.get("where", [])
    merged = {**shared, **{key: value for key, value in own.items() if key != "where"}}
    entries.refuse_unknown(name, merged, ATTRIBUTES)
    return SideMapping(
        sources={attribute: _source(f"{name}.{attribute}", value) for attribute, value in merged.items()},
        where=tuple(_condition(f"{name}.where", one) for one in (where if isinstance(where, list) else [where])),
    )


def _source(entry: str, value: Toml) -> Source:
    if isinstance(value, str):
        return Source(columns=(value,))
    if isinstance(value, int) and not isinstance(value, bool):
        return Source(constant=str(value))
    if not isinstance(value, dict):
        raise Refusal(f"{entry} is {value!r}: write the name of a column, or a table with column or constant.")
    entries.refuse_unknown(entry, value, SETTINGS)
    columns = (str(value["column"]),) if "column" in value else entries.listed(f"{entry}.columns", value.get("columns", []))
    if not columns and "constant" not in value:
        raise Refusal(f"{entry} says neither column nor constant: add one of them.")
    return Source(
        columns=columns,
        constant=str(value["constant"]) if "constant" in value else None,
        default=str(value["default"]) if "default" in value else None,
        separator=str(value.get("separator", ";")),
        level=entries.whole(f"{entry}.level", value.get("level", 2)),
        order=entries.listed(f"{entry}.order", value.get("order", [])),
        years_until=entries.date(f"{entry}.years_until", value["years_until"]) if "years_until" in value else None,
    )


def _condition(entry: str, value: Toml) -> Condition:
    if not isinstance(value, dict) or "column" not in value:
        raise Refusal(f"{entry} is {value!r}: write {{ column = ..., at_most = ... }}.")
    entries.refuse_unknown(entry, value, CONDITIONS)
    wanted = [value["equals"]] if "equals" in value else value.get("any_of")
    return Condition(
        column=str(value["column"]),
        any_of=None if wanted is None else entries.listed(f"{entry}.any_of", wanted),
        at_least=entries.optional(f"{entry}.at_least", value.get("at_least")),
        at_most=entries.optional(f"{entry}.at_most", value.get("at_most")),
    )


def _rules(table: Mapping[str, Toml]) -> Rules:
    known = (
        "same_team",
        "distance",
        "seniority",
        "language_level",
        "overlap_minutes",
        "history",
        "entity",
        "function",
        "formats",
    )
    entries.refuse_unknown("rules", table, known)
    overlap = table.get("overlap_minutes")
    return Rules(
        same_team=entries.yes_no("rules.same_team", table.get("same_team", True)),
        distance=_distance(table.get("distance")),
        seniority=_seniority(entries.table(table, "seniority")),
        language_level=entries.language_level("rules.language_level", table.get("language_level")),
        overlap_minutes=None if overlap is None else entries.whole("rules.overlap_minutes", overlap),
        history=entries.yes_no("rules.history", table.get("history", True)),
        entity=entries.choice("rules.entity", "entity", table.get("entity", "any")),
        function=entries.choice("rules.function", "function", table.get("function", "any")),
        formats=entries.yes_no("rules.formats", table.get("formats", False)),
    )


def _distance(table: Toml) -> DistanceException | None:
    if table is None:
        return None
    if not isinstance(table, dict):
        raise Refusal(f"rules.distance is {table!r}: write a table with heads or allowed_for, and levels.")
    entries.refuse_unknown("rules.distance", table, ("allowed_for", "heads", "levels"))
    return DistanceException(
        allowed_for=frozenset(entries.listed("rules.distance.allowed_for", table.get("allowed_for", []))),
        heads=entries.yes_no("rules.distance.heads", table.get("heads", False)),
        levels=entries.whole("rules.distance.levels", table.get("levels", 3)),
    )


def _seniority(table: Mapping[str, Toml]) -> Seniority:
    known = ("basis", "minimum_gap", "mentor_at_most", "mentee_at_least", "senior")
    entries.refuse_unknown("rules.seniority", table, known)
    return Seniority(
        basis=entries.choice("rules.seniority.basis", "basis", table.get("basis", "none")),
        minimum_gap=entries.number("rules.seniority.minimum_gap", table.get("minimum_gap", 0)),
        mentor_at_most=entries.optional("rules.seniority.mentor_at_most", table.get("mentor_at_most")),
        mentee_at_least=entries.optional("rules.seniority.mentee_at_least", table.get("mentee_at_least")),
        senior=frozenset(entries.listed("rules.seniority.senior", table.get("senior", []))),
    )


def _weights(table: Toml) -> Mapping[Criterion, Weight]:
    if table is None:
        return dict(DEFAULT_WEIGHTS)
    entries.refuse_unknown("weights", table, tuple(Criterion))
    return {Criterion(name): _weight(f"weights.{name}", value) for name, value in table.items()}


def _weight(entry: str, value: Toml) -> Weight:
    if not isinstance(value, dict):
        return Weight(weight=entries.number(entry, value))
    entries.refuse_unknown(entry, value, ("weight", "direction"))
    return Weight(
        weight=entries.number(f"{entry}.weight", value.get("weight", 1)),
        direction=entries.choice(f"{entry}.direction", "direction", value.get("direction", "similar")),
    )


def _objective(value: Toml) -> Objective | None:
    if value is None:
        return None
    if value not in tuple(Objective):
        raise Refusal(f"objective is {value!r}: use {', '.join(Objective)}.")
    return Objective(value)


def _nominations(value: Toml) -> tuple[Nomination, ...]:
    return tuple(map(_nomination, value if isinstance(value, list) else [value]))


def _nomination(value: Toml) -> Nomination:
    if not isinstance(value, dict) or not {"mentor", "mentee"} <= set(value):
        raise Refusal(f"nominations has {value!r}: write {{ mentor = ..., mentee = ..., rank = 1 }}.")
    entries.refuse_unknown("nominations", value, ("mentor", "mentee", "rank"))
    rank = entries.whole("nominations.rank", value.get("rank", 1))
    return Nomination(mentor=str(value["mentor"]), mentee=str(value["mentee"]), rank=rank)


def _constraints(value: Toml) -> tuple[SideConstraint, ...]:
    if not isinstance(value, list) or any(not isinstance(one, dict) for one in value):
        raise Refusal(f"constraints is {value!r}: write each as a table of its own, [[constraints]].")
    return tuple(_constraint(f"constraints[{place}]", one) for place, one in enumerate(value, start=1))


def _constraint(entry: str, value: Mapping[str, Toml]) -> SideConstraint:
    """Reads one; whether its values make sense with these people is checked before solving."""
    known = ("name", "mentor", "mentee", "same", "at_least", "at_most", "in_percent", "together", "side")
    entries.refuse_unknown(entry, value, known)
    if not isinstance(value.get("name"), str):
        raise Refusal(f"{entry} has no name: add name = ... in words that people will understand.")
    side, same, together = value.get("side", Side.MENTEE), value.get("same"), value.get("together", [])
    if side not in tuple(Side):
        raise Refusal(f"{entry}.side is {side!r}: use {', '.join(Side)}.")
    if not isinstance(together, list):
        raise Refusal(f'{entry}.together is {together!r}: write keys such as ["key", "key"].')
    limits = {name: entries.whole(f"{entry}.{name}", value[name]) for name in ("at_least", "at_most") if name in value}
    return SideConstraint(
        name=value["name"],
        mentor=_picker(f"{entry}.mentor", value.get("mentor", {})),
        mentee=_picker(f"{entry}.mentee", value.get("mentee", {})),
        same=None if same is None else str(same),
        in_percent=entries.yes_no(f"{entry}.in_percent", value.get("in_percent", False)),
        together=tuple(map(str, together)),
        side=Side(side),
        **limits,
    )


def _picker(entry: str, value: Toml) -> Picker:
    if not isinstance(value, dict):
        raise Refusal(f"{entry} is {value!r}: write {{ entity = ... }}, with one value or a list.")
    return {name: tuple(map(str, some if isinstance(some, list) else [some])) for name, some in value.items()}


def _pairs(entry: str, value: Toml) -> tuple[PairKey, ...]:
    if not isinstance(value, list) or any(not isinstance(one, list) or len(one) != 2 for one in value):
        raise Refusal(f'{entry} is {value!r}: write pairs such as [["mentor", "mentee"]].')
    return tuple((str(mentor), str(mentee)) for mentor, mentee in value)
