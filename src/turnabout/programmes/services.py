"""The verbs of programmes, charters and offices. Rounds have their own module, rounds.py."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.blueprints import catalogue
from turnabout.core import events
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.people.models import Entity
from turnabout.programmes import opening, policies, queries, texts
from turnabout.programmes.models import Charter, Office, Programme


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A number the programme is willing to be judged by; an empty `today` is not known yet."""

    name: str
    today: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CharterAnswers:
    """What a programme lead wrote to the purpose questions."""

    purpose: str = ""
    problem: str = ""
    not_alone: str = ""
    for_whom: str = ""
    juniors_get: str = ""
    measures: tuple[Measure, ...] = field(default=())
    ends_on: date | None = None
    sponsor_words: str = ""

    @classmethod
    def of(cls, charter: Charter) -> "CharterAnswers":
        return cls(
            purpose=charter.purpose,
            problem=charter.problem,
            not_alone=charter.not_alone,
            for_whom=charter.for_whom,
            juniors_get=charter.juniors_get,
            measures=tuple(Measure(name=row["name"], today=row["today"]) for row in charter.measures),
            ends_on=charter.ends_on,
            sponsor_words=charter.sponsor_words,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Naming:
    """What a programme is called, and its words on screen."""

    name: str
    words: str = Programme.Words.REVERSE
    mentor_word: str = "mentor"
    mentee_word: str = "mentee"
    entity_word: str = "business"


def new_key() -> str:
    """The unguessable part of an open link's address."""
    return secrets.token_urlsafe(12)


def require_designer(by: Account) -> None:
    if not policies.can_design(by):
        raise NotAllowed(_("Only the programme lead can change a programme. Ask them to make this change."))


@transaction.atomic
def start_programme(design_key: str, *, naming: Naming, by: Account, now: datetime) -> Programme:
    """A programme with the design's answers as a first charter, ready to be edited."""
    require_designer(by)
    _check_naming(naming)
    design = catalogue.design(design_key)
    programme = Programme.objects.create(
        design=design.key,
        name=naming.name.strip(),
        words=naming.words,
        mentor_word=naming.mentor_word,
        mentee_word=naming.mentee_word,
        entity_word=naming.entity_word,
        created_at=now,
        created_by=by,
    )
    suggested = design.charter
    Charter.objects.create(
        programme=programme,
        version=1,
        purpose=suggested.purpose,
        problem=suggested.problem,
        not_alone=suggested.not_alone,
        for_whom=suggested.for_whom,
        juniors_get=suggested.juniors_get,
        sponsor_words=design.sponsor_words.strip(),
        measures=[{"name": measure.name, "today": ""} for measure in suggested.measures],
    )
    events.record("programme.started", subject=programme, by=by, at=now)
    return programme


@transaction.atomic
def rename_programme(programme: Programme, *, naming: Naming, by: Account, now: datetime) -> Programme:
    require_designer(by)
    _check_naming(naming)
    programme.name, programme.words = naming.name.strip(), naming.words
    programme.mentor_word, programme.mentee_word, programme.entity_word = (
        naming.mentor_word,
        naming.mentee_word,
        naming.entity_word,
    )
    programme.save(update_fields=["name", "words", "mentor_word", "mentee_word", "entity_word"])
    events.record("programme.renamed", subject=programme, by=by, at=now)
    return programme


def _check_naming(naming: Naming) -> None:
    if not naming.name.strip():
        raise NotPossible(_("Name: give the programme a name that people will recognise in a mail."))
    if naming.words not in Programme.Words.values:
        raise NotPossible(_("Kind of mentoring: choose one of the words offered."))
    if not (naming.mentor_word.strip() and naming.mentee_word.strip() and naming.entity_word.strip()):
        raise NotPossible(_("Words: both sides and the places of work need a word."))


@transaction.atomic
def save_charter(programme: Programme, *, answers: CharterAnswers, by: Account, now: datetime) -> Charter:
    """Keep the answers. A signed charter is never touched: the change begins a new version."""
    require_designer(by)
    if len(answers.measures) > 3:
        raise NotPossible(_("How will we know: keep the three measures that matter most."))
    charter = _charter_to_write(programme)
    charter.purpose, charter.problem, charter.not_alone = (
        answers.purpose.strip(),
        answers.problem.strip(),
        answers.not_alone.strip(),
    )
    charter.for_whom, charter.juniors_get = answers.for_whom.strip(), answers.juniors_get.strip()
    charter.measures = [{"name": measure.name, "today": measure.today} for measure in answers.measures if measure.name.strip()]
    charter.ends_on, charter.sponsor_words = answers.ends_on, answers.sponsor_words.strip()
    charter.save(
        update_fields=["purpose", "problem", "not_alone", "for_whom", "juniors_get", "measures", "ends_on", "sponsor_words"]
    )
    events.record("charter.saved", subject=charter, by=by, at=now, version=charter.version)
    return charter


@transaction.atomic
def answer_readiness(programme: Programme, *, answers: Mapping[str, str], by: Account, now: datetime) -> Charter:
    """The readiness check as the organiser sees it today; unknown questions and colours are refused."""
    require_designer(by)
    known = {check.key for check in opening.checks(programme.design, None)}
    for key, answer in answers.items():
        if key not in known or answer not in {"green", "amber", "red"}:
            raise NotPossible(_("Readiness: answer each question with green, amber or red."))
    charter = _charter_to_write(programme)
    charter.readiness = {**charter.readiness, **answers}
    charter.save(update_fields=["readiness"])
    events.record("charter.saved", subject=charter, by=by, at=now, version=charter.version)
    return charter


def _charter_to_write(programme: Programme) -> Charter:
    """The newest version while it is unsigned, else a copy of it under the next number."""
    Programme.objects.select_for_update().get(pk=programme.pk)
    newest = programme.charters.order_by("-version").first()
    if newest is None:
        return Charter.objects.create(programme=programme, version=1)
    if newest.signed_at is None:
        return newest
    return Charter.objects.create(
        programme=programme,
        version=newest.version + 1,
        purpose=newest.purpose,
        problem=newest.problem,
        not_alone=newest.not_alone,
        for_whom=newest.for_whom,
        juniors_get=newest.juniors_get,
        measures=newest.measures,
        ends_on=newest.ends_on,
        readiness=newest.readiness,
        sponsor_words=newest.sponsor_words,
    )


@transaction.atomic
def present_charter(charter: Charter, *, by: Account, now: datetime) -> Charter:
    """Ask the sponsor to sign; the request goes out by mail."""
    require_designer(by)
    if charter.signed_at is not None:
        raise NotPossible(_("This version is signed already."))
    if queries.sponsor_of(charter.programme_id) is None:
        raise NotPossible(_("There is no sponsor to ask yet: name one under “People in charge”."))
    events.record("charter.presented", subject=charter, by=by, at=now, version=charter.version)
    return charter


@transaction.atomic
def sign_charter(charter: Charter, *, by: Account, now: datetime) -> Charter:
    """The sponsor signs with one press; the programme lead may record a signature given on paper."""
    is_sponsor = Office.objects.filter(
        account=by, programme_id=charter.programme_id, duty=Office.Duty.SPONSOR, ended_at__isnull=True
    ).exists()
    if not (is_sponsor or policies.can_design(by)):
        raise NotAllowed(_("Only the sponsor signs purpose and promises, or the programme lead records it."))
    newest = Charter.objects.filter(programme_id=charter.programme_id).aggregate(version=Max("version"))["version"]
    if charter.version != newest:
        raise NotPossible(_("The text has changed since this version. Open the newest version and sign that one."))
    if not charter.purpose.strip():
        raise NotPossible(_("There is nothing to sign yet: the purpose has not been written down."))
    if not Charter.objects.filter(pk=charter.pk, signed_at__isnull=True).update(signed_at=now, signed_by=by):
        raise NotPossible(_("This version is signed already."))
    charter.refresh_from_db()
    events.record("charter.signed", subject=charter, by=by, at=now, version=charter.version, is_recorded=not is_sponsor)
    return charter


@transaction.atomic
def give_office(
    account: Account,
    programme: Programme,
    duty: str,
    *,
    by: Account,
    now: datetime,
    entities: Sequence[Entity] = (),
    phone: str = "",
) -> Office:
    """Give a duty, or change the entities and the telephone of one that is held already."""
    require_designer(by)
    if duty not in Office.Duty.values:
        raise NotPossible(_("Duty: choose coordinator, sponsor or named contact."))
    if not account.is_active:
        raise NotPossible(
            _("The account of %(name)s is closed. Choose another person, or open the account again first.")
            % {"name": account.display_name}
        )
    if duty == Office.Duty.CONTACT:
        _check_contact(account, programme)
    office, is_new = Office.objects.get_or_create(
        account=account, programme=programme, duty=duty, ended_at__isnull=True, defaults={"since": now, "phone": phone.strip()}
    )
    if not is_new:
        office.phone = phone.strip()
        office.save(update_fields=["phone"])
    office.entities.set(entities if duty == Office.Duty.COORDINATOR else ())
    if is_new:
        events.record("office.given", subject=office, by=by, at=now, duty=duty)
    return office


def _check_contact(account: Account, programme: Programme) -> None:
    """Somebody outside the programme: who also runs it cannot be the one to complain to."""
    runs_it = Office.objects.filter(account=account, programme=programme, ended_at__isnull=True).exclude(duty=Office.Duty.CONTACT)
    if account.is_owner or runs_it.exists():
        raise NotPossible(
            _("The named contact is somebody outside the programme: %(name)s helps to run it. Choose another person.")
            % {"name": account.display_name}
        )


@transaction.atomic
def end_office(office: Office, *, by: Account, now: datetime) -> Office:
    """A duty ends; an open round never stays without its sponsor or its named contact."""
    require_designer(by)
    if office.duty != Office.Duty.COORDINATOR:
        others = Office.objects.filter(
            programme_id=office.programme_id, duty=office.duty, ended_at__isnull=True, account__is_active=True
        ).exclude(pk=office.pk)
        has_open_round = office.programme.cohorts.unfinished().exclude(opened_at__isnull=True).exists()
        if has_open_round and not others.exists():
            raise NotPossible(_("A round is open: name the successor first, then end this duty."))
    if not Office.objects.filter(pk=office.pk, ended_at__isnull=True).update(ended_at=now):
        raise NotPossible(_("This duty has ended already."))
    office.refresh_from_db()
    events.record("office.ended", subject=office, by=by, at=now, duty=office.duty)
    return office


@transaction.atomic
def edit_texts(programme: Programme, changes: Mapping[str, str], *, by: Account, now: datetime) -> Programme:
    """Keep a new version of each text that really changed."""
    require_designer(by)
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    known = {entry.key: entry for entry in texts.editable(programme)}
    kept = dict(programme.texts)
    for key, text in changes.items():
        if key not in known:
            raise NotPossible(_("This programme has no such text. Reload the page and edit one of those shown."))
        cleaned = "\n".join(text.splitlines()).strip()
        if cleaned == known[key].text:
            continue
        kept[key] = [*kept.get(key, []), {"text": cleaned, "at": now.isoformat(), "by": by.pk}]
        events.record("texts.changed", subject=programme, by=by, at=now, key=key)
    programme.texts = kept
    programme.save(update_fields=["texts"])
    return programme
