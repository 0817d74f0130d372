"""The steps from a starting design to an open round, and which of them still lack something."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from turnabout.programmes import opening, rounds
from turnabout.programmes.models import Cohort, Programme

ORDER = ("purpose", "people", "readiness", "round", "texts", "open")


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    label: str
    state: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Lack:
    """Something missing, with the address of the step that mends it."""

    sentence: str
    url: str


def url_of(step: str, programme: Programme, cohort: Cohort) -> str:
    if step in {"round", "open"}:
        return reverse("cohort_settings" if step == "round" else "cohort_open", args=[cohort.pk])
    name = {
        "people": "programme_people",
        "purpose": "programme_purpose",
        "readiness": "programme_readiness",
        "texts": "programme_texts",
        "charter": "programme_charter",
    }[step]
    return reverse(name, args=[programme.pk])


def steps(programme: Programme, cohort: Cohort, current: str, lacks: list[opening.Missing]) -> list[Step]:
    """The stepper: done up to the present step, as far as nothing is missing there."""
    labels = {
        "purpose": _("Purpose"),
        "people": _("People in charge"),
        "readiness": _("Readiness"),
        "round": _("The round"),
        "texts": _("Texts"),
        "open": _("Look and open"),
    }
    lacking = {lack.step for lack in lacks}
    shown = [step for step in ORDER if step != "readiness" or opening.checks(programme.design, None)]
    here = shown.index(current) if current in shown else len(shown)
    done = [Step(label=_("Starting design"), state="done", url=reverse("programme_design", args=[programme.design]))]
    for position, step in enumerate(shown):
        state = "current" if step == current else "done" if position < here and step not in lacking else "todo"
        done.append(Step(label=labels[step], state=state, url=url_of(step, programme, cohort)))
    return done


def after(programme: Programme, cohort: Cohort, current: str) -> str:
    """The address of the next step."""
    shown = [step for step in ORDER if step != "readiness" or opening.checks(programme.design, None)]
    return url_of(shown[shown.index(current) + 1], programme, cohort)


def draft_of(programme: Programme) -> Cohort | None:
    """The round that the steps prepare: the newest one, or None where none was planned."""
    return programme.cohorts.select_related("programme").order_by("-pk").first()


def lacks_of(programme: Programme, cohort: Cohort) -> list[Lack]:
    return [Lack(sentence=lack.sentence, url=url_of(lack.step, programme, cohort)) for lack in rounds.missing(cohort)]
