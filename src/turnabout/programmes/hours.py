"""What a place costs in hours, as its round is set: one answer for every page and mail that promises it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from turnabout.blueprints import catalogue
from turnabout.blueprints.designs import Blueprint, HoursOfOneSide
from turnabout.programmes.models import Cohort
from turnabout.programmes.ranges import DAYS_OF_A_MONTH


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """Hours over the whole round, for as many partners as somebody takes."""

    total: float
    in_words: str


def promised(cohort: Cohort, role: str, *, partners: int = 1) -> Promise:
    """Sessions and the time between them for each partner; preparation and circles once, as the design counts them.

    The design's own words stay while they are true: for one partner, at the design's pace.
    """
    design = catalogue.design(cohort.programme.design)
    side = design.hours.mentor if role == "mentor" else design.hours.mentee
    with_one = cohort.sessions * (cohort.minutes / 60 + side.between_sessions / design.settings.sessions)
    total = partners * with_one + side.preparation + side.circles
    if partners == 1 and _has_the_designs_pace(cohort, design):
        return Promise(total=total, in_words=side.in_words)
    return Promise(total=total, in_words=_in_words(cohort, side, total=total, partners=partners))


def _has_the_designs_pace(cohort: Cohort, design: Blueprint) -> bool:
    settings = design.settings
    return (cohort.sessions, cohort.minutes, cohort.interval_weeks) == (
        settings.sessions,
        settings.minutes,
        settings.interval_weeks,
    )


def _in_words(cohort: Cohort, side: HoursOfOneSide, *, total: float, partners: int) -> str:
    values = {
        "hours": round(total),
        "months": _months(cohort),
        "sessions": cohort.sessions,
        "minutes": cohort.minutes,
        "partners": partners,
    }
    sentences = [
        _("About %(hours)s hours over %(months)s months.") % values,
        _("That is %(sessions)s sessions of %(minutes)s minutes, time to get ready for them, and the preparation at the start.")
        % values
        if partners == 1
        else _(
            "That is %(sessions)s sessions of %(minutes)s minutes with each of %(partners)s partners, time to get ready for them, and the preparation at the start."
        )
        % values,
    ]
    if side.circles:
        sentences.append(_("Time in circles with others who share is counted in."))
    return " ".join(sentences)


def _months(cohort: Cohort) -> int:
    if cohort.starts_on is not None and cohort.ends_on is not None:
        days = (cohort.ends_on - cohort.starts_on).days
    else:
        days = cohort.sessions * cohort.interval_weeks * 7
    return max(1, round(days / DAYS_OF_A_MONTH))
