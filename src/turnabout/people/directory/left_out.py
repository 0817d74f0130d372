"""Columns that Turnabout does not take, whatever they hold, and why."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from turnabout.people.directory.fields import words

AGE = _("Age: who is senior is never decided by age here.")
GENDER = _("Gender: nobody is paired by it.")
PAY = _("Pay: matching does not need it, and coordinators should not see it.")
HEALTH = _("Health and absence: this belongs to the person alone.")
APPRAISAL = _("Appraisal: mentoring is no part of judging anybody’s work.")
FAMILY = _("Private life: it is nobody’s concern at work.")
BELIEF = _("Origin, belief or identity: people say such things themselves, where and if they want to.")

_SINGLE = (
    (AGE, "age alter ages edad eta leeftijd idade alder birth birthday birthdate born dob geburtsdatum geburtstag geburtsjahr naissance nacimiento nascita geboortedatum nascimento generation over18 jahrgang"),
    (GENDER, "gender sex geschlecht sexe genre sexo genero sesso geslacht kon kjonn salutation anrede civilite pronoun pronouns"),
    (PAY, "pay salary income wage wages rate compensation bonus gehalt lohn entgelt salaire remuneration sueldo salario stipendio loon stock hike overtime allowance benefits iban bank payroll"),
    (HEALTH, "health sick sickness absence absences absenteeism disability disabled handicap handicapped medical krank krankheit krankheitstage schwerbehindert sante maladie salud discapacidad salute malattia pregnancy pregnant"),
    (APPRAISAL, "performance rating appraisal review evaluation potential talent satisfaction involvement engagement bewertung beurteilung leistung desempeno valutazione beoordeling ninebox promotion disciplinary warning warnings balance"),
    (FAMILY, "marital married spouse children kids dependants dependents familienstand kinder conjoint enfants hijos figli familystatus passport ssn"),
    (BELIEF, "ethnicity ethnic race religion religious nationality nationalite nationalitat staatsangehorigkeit nacionalidad union belief political orientation identity characteristics konfession"),
)  # fmt: skip
REASONS: dict[str, Promise] = {word: reason for reason, names in _SINGLE for word in names.split()}
TOGETHER: dict[str, Promise] = {
    "overtime": PAY, "over18": AGE, "worklifebalance": APPRAISAL, "estadocivil": FAMILY, "statocivile": FAMILY,
    "situationdefamille": FAMILY, "dateofbirth": AGE, "fechadenacimiento": AGE, "datedenaissance": AGE,
    "distancefromhome": FAMILY, "homeaddress": FAMILY, "homephone": FAMILY, "privateaddress": FAMILY,
}  # fmt: skip
ALLOWED = frozenset({"payrollnumber"})  # a number that tells people apart
UNMISTAKABLE: dict[str, Promise] = {  # also within names written without a break, such as MONTHLYSALARY
    "salary": PAY, "income": PAY, "gender": GENDER, "marital": FAMILY, "religion": BELIEF, "ethnic": BELIEF, "disabilit": HEALTH, "birth": AGE,
}  # fmt: skip


def reason_to_leave_out(column: str) -> Promise | None:
    """Why this column is not taken, or None when it may be."""
    parts = words(column)
    together = "".join(parts)
    if together in ALLOWED:
        return None
    if together in TOGETHER:
        return TOGETHER[together]
    named = next((REASONS[part] for part in (*parts, together) if part in REASONS), None)
    return named or next((reason for word, reason in UNMISTAKABLE.items() if word in together), None)
