"""What still stands between a round and its opening, each thing with the step that mends it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from turnabout.blueprints import catalogue
from turnabout.blueprints.designs import Blueprint, Gate
from turnabout.programmes.models import Charter, Cohort

CONFIRMED = (Gate.PEER_CIRCLES_PLANNED, Gate.PAID_TIME_CONFIRMED)  # an organiser says so, in the readiness check


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """One thing, in a sentence that says what to do, and the step where it is done."""

    step: str  # purpose | people | readiness | round | charter
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One line of the readiness check with the answer given so far."""

    key: str
    question: str
    green: str
    red: str
    remedy: str
    is_blocking: bool
    answer: str  # "", "green", "amber" or "red"


def checks(design_key: str, charter: Charter | None) -> list[Check]:
    """The questions of the design, then what its gates ask an organiser to confirm."""
    design = catalogue.design(design_key)
    answers = {} if charter is None else charter.readiness
    asked = [
        Check(
            key=entry.key,
            question=entry.question,
            green=entry.green,
            red=entry.red,
            remedy=entry.remedy,
            is_blocking=entry.is_blocking,
            answer=answers.get(entry.key, ""),
        )
        for entry in design.readiness
    ]
    return asked + [
        _confirmation(design, gate, answers.get(gate.value, "")) for gate in CONFIRMED if gate in design.settings.gates
    ]


def missing_for_opening(cohort: Cohort, charter: Charter | None, *, has_sponsor: bool, has_contact: bool) -> list[Missing]:
    """Everything that must be there first, in the order of the steps; empty when the round may open."""
    design = catalogue.design(cohort.programme.design)
    found = []
    if charter is None or not charter.purpose.strip():
        found.append(Missing(step="purpose", sentence=_("Write down the purpose: what is this programme for?")))
    if charter is None or charter.ends_on is None:
        found.append(Missing(step="purpose", sentence=_("Say when the programme ends or is reviewed.")))
    if not has_sponsor:
        found.append(Missing(step="people", sentence=_("Name the sponsor, who takes part and stands up for the programme.")))
    if not has_contact:
        found.append(Missing(step="people", sentence=_("Name the contact outside the reporting line whom a mentor can turn to.")))
    if cohort.starts_on is None or cohort.ends_on is None:
        found.append(Missing(step="round", sentence=_("Choose the first and the last day of the round.")))
    found += _not_ready(design, charter)
    if Gate.CHARTER_SIGNED in design.settings.gates and charter is not None and charter.signed_at is None:
        found.append(
            Missing(
                step="charter",
                sentence=_("The sponsor has not signed purpose and promises yet: ask for the signature, or record it."),
            )
        )
    return found


def _not_ready(design: Blueprint, charter: Charter | None) -> list[Missing]:
    must_all_be_green = Gate.READINESS_GREEN in design.settings.gates
    found = []
    for check in checks(design.key, charter):
        if not check.is_blocking and not (must_all_be_green and check.answer == "red"):
            continue
        if check.answer == "":
            found.append(
                Missing(
                    step="readiness", sentence=_("Answer the readiness question: %(question)s") % {"question": check.question}
                )
            )
        elif check.answer != "green":
            found.append(
                Missing(
                    step="readiness",
                    sentence=_("Not ready: %(reason)s %(remedy)s") % {"reason": check.red, "remedy": check.remedy},
                )
            )
    return found


def _confirmation(design: Blueprint, gate: Gate, answer: str) -> Check:
    if gate is Gate.PAID_TIME_CONFIRMED:
        return Check(
            key=gate.value,
            question=_("Is the time of everybody who takes part paid working time?"),
            green=_("Yes, and their managers know."),
            red=_("Time is not confirmed as paid working time yet."),
            remedy=_("Agree it with those who plan the shifts, then come back."),
            is_blocking=True,
            answer=answer,
        )
    return Check(
        key=gate.value,
        question=_("Are %(count)s circles planned in which mentors meet each other?") % {"count": design.settings.peer_circles},
        green=_("Yes, with dates."),
        red=_("The mentor circles have no dates yet."),
        remedy=_("Set the dates and find somebody to host them, then come back."),
        is_blocking=True,
        answer=answer,
    )
