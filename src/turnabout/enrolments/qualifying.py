"""Who may be asked as a mentor and who as a mentee, from what the round counts as experience. Never from age."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from turnabout.people.models import Person
from turnabout.programmes.models import Cohort

IN_YEARS = {Cohort.Seniority.SERVICE, Cohort.Seniority.PROFESSION}


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """Up to `mentor_at_most` a person can be a mentor, from `mentee_at_least` a mentee; the gap lies between."""

    measure: str
    mentor_at_most: float
    mentee_at_least: float

    def side_of(self, value: float | None) -> str | None:
        if value is None:
            return None
        if value <= self.mentor_at_most:
            return "mentor"
        return "mentee" if value >= self.mentee_at_least else None


def measured(person: Person, measure: str, *, on: date, levels: Mapping[int, int]) -> float | None:
    """Experience by the round's measure; for the tree, a higher number is nearer to the top."""
    if measure == Cohort.Seniority.GRADE:
        return person.grade
    if measure == Cohort.Seniority.SERVICE:
        return person.years_of_service(on)
    if measure == Cohort.Seniority.PROFESSION:
        return person.years_in_profession(on)
    if measure == Cohort.Seniority.TREE_LEVEL:
        depth = levels.get(person.pk)
        return None if depth is None else -depth
    return None


def suggested_cut(cohort: Cohort, *, low: float | None, high: float | None) -> Cut | None:
    """A place to cut between the lowest and the highest value, with the round's gap between the two sides.

    None where the round names its people one by one, where years decide without a limit, or where nothing is known.
    """
    if cohort.seniority == Cohort.Seniority.NAMED_LIST:
        return None
    under, over = cohort.mentor_years_under, cohort.mentee_years_over
    if cohort.seniority in IN_YEARS and (under is not None or over is not None):
        return _cut_by_limits(cohort, under, over)
    if low is None or high is None or high - low < cohort.seniority_gap:
        return None
    mentor_at_most = low + (high - low - cohort.seniority_gap) // 2
    return Cut(measure=cohort.seniority, mentor_at_most=mentor_at_most, mentee_at_least=mentor_at_most + cohort.seniority_gap)


def _cut_by_limits(cohort: Cohort, under: int | None, over: int | None) -> Cut:
    """The limit that is not set follows from the other and the gap."""
    mentor_under = under if under is not None else max(0, (over or 0) - cohort.seniority_gap)
    mentee_over = over if over is not None else mentor_under + cohort.seniority_gap
    return Cut(measure=cohort.seniority, mentor_at_most=mentor_under - 0.001, mentee_at_least=mentee_over)


def in_words(cut: Cut | None, measure: str) -> str:
    """The suggestion in a sentence that an organiser can agree or disagree with."""
    if cut is None:
        return (
            _("This round names its people one by one, so nothing is suggested here.")
            if measure == Cohort.Seniority.NAMED_LIST
            else _("The directory does not say enough to suggest who could take which side. Choose by name.")
        )
    values = {"mentor": _number(cut.mentor_at_most), "mentee": _number(cut.mentee_at_least)}
    if measure == Cohort.Seniority.GRADE:
        return _("We suggest mentors up to grade %(mentor)s and mentees from grade %(mentee)s.") % values
    if measure == Cohort.Seniority.TREE_LEVEL:
        return _("We suggest mentors at least %(mentor)s levels below the top, and mentees at most %(mentee)s.") % {
            "mentor": _number(-cut.mentor_at_most),
            "mentee": _number(-cut.mentee_at_least),
        }
    if measure == Cohort.Seniority.PROFESSION:
        return _("We suggest mentors with under %(mentor)s years in the profession and mentees with %(mentee)s or more.") % values
    return _("We suggest mentors with under %(mentor)s years of service and mentees with %(mentee)s or more.") % values


def _number(value: float) -> str:
    return str(round(value))
