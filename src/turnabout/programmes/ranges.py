"""Every default of a round has an allowed range; a refusal names the field and the range."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from turnabout.blueprints import catalogue
from turnabout.programmes.models import Cohort

RANGES: dict[str, tuple[int, int]] = {
    "sessions": (4, 12),
    "minutes": (30, 90),
    "interval_weeks": (2, 8),
    "mentor_cap": (1, 2),
    "answer_days": (3, 30),
    "review_after_session": (1, 4),
    "notes_kept_days": (7, 365),
    "answers_needed": (5, 50),
    "seniority_gap": (0, 40),
    "mentor_years_under": (1, 40),
    "mentee_years_over": (1, 50),
    "distance_exception": (3, 9),
    "common_language_level": (1, 4),
    "weekly_overlap_hours": (1, 20),
    "mentor_places": (1, 20_000),
    "mentee_places": (1, 20_000),
}
MAY_BE_EMPTY = {"mentor_years_under", "mentee_years_over", "distance_exception", "mentor_places", "mentee_places"}
DAYS_OF_A_MONTH = 30.44
DAYS = (75, 372)  # three to twelve months
WEIGHTS = ("topics", "language", "hours", "format", "function", "unit", "entity", "country")

LABELS = {
    "name": gettext_lazy("Name of the round"),
    "starts_on": gettext_lazy("First day"),
    "ends_on": gettext_lazy("Last day"),
    "sessions": gettext_lazy("Sessions"),
    "minutes": gettext_lazy("Minutes of a session"),
    "interval_weeks": gettext_lazy("Weeks between sessions"),
    "mentor_cap": gettext_lazy("Partners one mentor may have"),
    "answer_days": gettext_lazy("Days to answer a question"),
    "review_after_session": gettext_lazy("First review after session"),
    "notes_kept_days": gettext_lazy("Days until notes are deleted"),
    "answers_needed": gettext_lazy("Answers needed before results are shown"),
    "preparation": gettext_lazy("Who is prepared before what"),
    "seniority": gettext_lazy("What counts as more experienced"),
    "seniority_gap": gettext_lazy("Difference between the two"),
    "mentor_years_under": gettext_lazy("Years of the mentor, under"),
    "mentee_years_over": gettext_lazy("Years of the mentee, over"),
    "distance_exception": gettext_lazy("Levels apart for heads with nobody outside their line"),
    "entity_rule": gettext_lazy("Where the two may come from"),
    "common_language_level": gettext_lazy("Level of a common language"),
    "weekly_overlap_hours": gettext_lazy("Common working hours a week"),
    "weights": gettext_lazy("What counts in matching"),
    "mentor_places": gettext_lazy("Places for mentors"),
    "mentee_places": gettext_lazy("Places for mentees"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RoundSettings:
    """Everything about a round that an organiser may set."""

    name: str
    starts_on: date | None = None
    ends_on: date | None = None
    sessions: int = 6
    minutes: int = 60
    interval_weeks: int = 4
    mentor_cap: int = 1
    answer_days: int = 10
    review_after_session: int = 2
    notes_kept_days: int = 30
    answers_needed: int = 5
    preparation: str = Cohort.Preparation.MENTORS_FIRST
    seniority: str = Cohort.Seniority.GRADE
    seniority_gap: int = 2
    mentor_years_under: int | None = None
    mentee_years_over: int | None = None
    distance_exception: int | None = None
    entity_rule: str = "any"
    common_language_level: int = 2
    weekly_overlap_hours: int = 2
    weights: dict[str, int] = field(default_factory=dict)
    mentor_places: int | None = None
    mentee_places: int | None = None

    @classmethod
    def of(cls, cohort: Cohort) -> "RoundSettings":
        values = {entry.name: getattr(cohort, entry.name) for entry in fields(cls)}
        return cls(**values | {"weights": weights_of(cohort)})

    def changed_from(self, cohort: Cohort) -> list[str]:
        before = RoundSettings.of(cohort)
        return [entry.name for entry in fields(self) if getattr(self, entry.name) != getattr(before, entry.name)]


def weights_of(cohort: Cohort) -> dict[str, int]:
    """What counts in the round's matching, by criterion: what was set, zeros included; the design's where nothing was set.

    A round of an earlier release may name a criterion that there is no more; it counts nothing.
    """
    stored = whole(cohort.weights)
    return stored if any(stored.values()) else whole(catalogue.design(cohort.programme.design).settings.weights.by_criterion)


def whole(weights: Mapping[str, int]) -> dict[str, int]:
    """Every criterion with its weight; one that is not named counts nothing."""
    return {name: weights.get(name, 0) for name in WEIGHTS}


def problems(settings: RoundSettings) -> dict[str, str]:
    """Field -> one sentence with the field, its range and nothing else; empty when all is well."""
    found = {name: sentence for name in RANGES if (sentence := _outside(name, getattr(settings, name)))}
    if not settings.name.strip():
        found["name"] = _("Give the round a name, such as Spring 2027.")
    for name, choices in (
        ("preparation", Cohort.Preparation.values),
        ("seniority", Cohort.Seniority.values),
        ("entity_rule", ["any", "same", "different"]),
    ):
        if getattr(settings, name) not in choices:
            found[name] = _("%(field)s: choose one of the answers offered.") % {"field": LABELS[name]}
    return found | _weight_problems(settings.weights) | _date_problems(settings)


def _outside(name: str, value: int | None) -> str:
    if value is None and name in MAY_BE_EMPTY:
        return ""
    low, high = RANGES[name]
    if value is not None and low <= value <= high:
        return ""
    return _("%(field)s: use a number from %(low)s to %(high)s.") % {"field": LABELS[name], "low": low, "high": high}


def _weight_problems(weights: dict[str, int]) -> dict[str, str]:
    if all(name in WEIGHTS and 0 <= value <= 100 for name, value in weights.items()) and (not weights or any(weights.values())):
        return {}
    return {"weights": _("What counts in matching: give each criterion 0 to 100, and at least one of them more than 0.")}


def _date_problems(settings: RoundSettings) -> dict[str, str]:
    if settings.starts_on is None or settings.ends_on is None:
        return {}
    days = (settings.ends_on - settings.starts_on).days
    if DAYS[0] <= days <= DAYS[1]:
        return {}
    return {"ends_on": _("Last day: choose a day three to twelve months after the first day.")}
