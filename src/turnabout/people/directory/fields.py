"""What a file can say about a person, and the names that columns have for it."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from turnabout.core.text import folded

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Promise  # exists for the type checker only
else:
    from django.utils.functional import Promise

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+|\d+")


def words(column: str) -> tuple[str, ...]:
    """'JobLevel', 'job_level' and 'Job level' alike: ('job', 'level')."""
    plain = "".join(folded(letter) or letter for letter in column) if column.isupper() else _unaccented(column)
    return tuple(word.casefold() for word in _WORD.findall(plain))


def _unaccented(column: str) -> str:
    return "".join((folded(letter).upper() if letter.isupper() else folded(letter)) or letter for letter in column)


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    key: str
    label: Promise
    synonyms: frozenset[str]  # words of a column's name, written together
    longest: int = 160
    hint: Promise | str = ""


def _field(key: str, label: Promise, synonyms: str, *, longest: int = 160, hint: Promise | str = "") -> Field:
    return Field(key=key, label=label, synonyms=frozenset(synonyms.split()), longest=longest, hint=hint)


FIELDS = (
    _field("employee_number", _("Employee number"), "employeenumber employeeid employeeno employee empid empno empnumber personnelnumber personnelno personid staffnumber staffid workerid staffno payrollnumber matricule nummatricule numerodematricule personalnummer personalnr mitarbeiternummer mitarbeiterid pernr numerodeempleado idempleado numeroempleado matricola codicedipendente personeelsnummer matricula numerodefuncionario anstallningsnummer medarbejdernummer ansattnummer", longest=60, hint=_("The only one that is required. It tells people apart from one file to the next.")),
    _field("given_name", _("Given name"), "givenname givennames firstname forename prenom vorname nombre nome voornaam fornamn fornavn preferredname", longest=120),
    _field("family_name", _("Family name"), "familyname lastname surname nom nomdefamille nachname familienname apellido apellidos cognome achternaam sobrenome apelido efternamn etternavn", longest=120),
    _field("full_name", _("Full name, to be split"), "fullname name displayname employeename nomcomplet nomprenom prenomnom vollername namevorname nombrecompleto nomecompleto nomecognome volledigenaam nomeecognome", longest=240, hint=_("For files with one column for the whole name.")),
    _field("email", _("Work mail"), "email mail emailaddress mailaddress workemail workmail businessemail adressemail courriel adresseelectronique emailadresse correo correoelectronico indirizzoemail eposta epost mailadresse", longest=254),
    _field("job_title", _("Job title"), "jobtitle title position jobrole role job jobid jobname poste intitulededuposte fonctionexercee emploi stelle stellenbezeichnung berufsbezeichnung cargo puesto qualifica mansione functietitel funcao befattning stilling", longest=160),
    _field("grade", _("Grade"), "grade joblevel level band jobgrade gradelevel careerlevel managementlevel echelon niveau classification stufe ebene karrierestufe tarifgruppe nivel livello niveaufonction schaal nivahierarquico nivell", longest=60, hint=_("A number, or words that you put in order below.")),
    _field("entity", _("Business"), "entity legalentity company businessunit organisation organization subsidiary division site location entite societe filiale etablissement gesellschaft unternehmen niederlassung werk entidad empresa filial societa azienda stabilimento bedrijf vestiging bolag foretag selskab store", longest=200, hint=_("Its code or its name. A business that is new is created and listed before anything is written.")),
    _field("country", _("Country of the business"), "country countrycode countryname pays paysiso land staat pais paese landcode", longest=80, hint=_("A name or a two-letter code such as FR.")),
    _field("unit", _("Team"), "unit team department departmentname departmentid dept orgunit organisationalunit organizationalunit service equipe departement direction abteilung team bereich organisationseinheit equipo departamento reparto squadra ufficio afdeling avdelning avdeling", longest=160, hint=_("Two people of one team are never paired.")),
    _field("function", _("Function or profession"), "function jobfamily profession discipline fonction famillemetier metier filiere funktion beruf fachbereich funcion profesion funzione professione functie yrke", longest=160),
    _field("hired_on", _("Hired on"), "hiredate hiredon datehired startdate joiningdate dateofjoining joinedon entrydate seniritydate dateembauche datedentree datedembauche embauchele eintrittsdatum eintritt einstellungsdatum fechadeingreso fechaingreso fechadecontratacion dataassunzione datadiassunzione datumindienst dataadmissao anstallningsdatum"),
    _field("in_profession_since", _("In the profession since"), "inprofessionsince professionsince careerstart careerstartdate experiencesince debutdecarriere berufseinstieg iniciodecarrera iniziocarriera"),
    _field("manager", _("Manager’s employee number"), "manager managerid managernumber managerno manageremployeenumber manageremployeeid supervisor supervisorid linemanager linemanagerid reportsto matriculemanager matriculeresponsable matriculedumanager responsable nplus1 n1 vorgesetzter vorgesetzte personalnummervorgesetzter fuhrungskraft jefe idjefe numerojefe superior matricolaresponsabile responsabile leidinggevende gestor chef chefid leder", longest=60),
    _field("languages", _("Languages"), "languages language spokenlanguages langues langue sprachen sprache idiomas idioma lingue lingua talen taal sprak", hint=_("Such as “en:3; fr”, with a level from 1 (basic) to 4 (mother tongue)."), longest=400),
    _field("time_zone", _("Time zone"), "timezone tz zone fuseauhoraire zeitzone zonahoraria fusoorario tijdzone tidszon", longest=60, hint=_("Such as Europe/Paris.")),
    _field("weekly_hours", _("Weekly hours"), "weeklyhours workinghours workhours hours horaires arbeitszeit arbeitszeiten horario orario werktijden", longest=200, hint=_("Such as “Mon-Thu 08:00-16:30; Fri 08:00-12:00”.")),
    _field("locale", _("Language of messages"), "locale uilanguage preferredlanguage languagepreference languecorrespondance korrespondenzsprache", longest=12, hint=_("Such as en-gb or fr.")),
)  # fmt: skip

BY_KEY = {field.key: field for field in FIELDS}
DATES = ("hired_on", "in_profession_since")


def label_of(key: str) -> str:
    """The field's name as people see it; the key itself for what is no field."""
    return str(BY_KEY[key].label) if key in BY_KEY else key
