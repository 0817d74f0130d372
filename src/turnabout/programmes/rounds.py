"""The verbs of a cohort, which people call a round: plan, change, open, close, and its open link."""

from dataclasses import fields
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.blueprints.designs import MENTORS_FIRST, Blueprint, Seniority
from turnabout.core import events, guards
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.programmes import opening, policies, queries, ranges
from turnabout.programmes.models import Charter, Cohort, Programme
from turnabout.programmes.services import new_key, require_designer

FIXED_ONCE_OPEN = ("seniority", "preparation")


def suggested_settings(design: Blueprint, *, name: str, starts_on: date | None) -> ranges.RoundSettings:
    """The round that a design describes, beginning on this day."""
    settings = design.settings
    seniority = settings.seniority
    ends_on = None if starts_on is None else starts_on + timedelta(days=round(settings.months * ranges.DAYS_OF_A_MONTH))
    preparation = Cohort.Preparation.MENTORS_FIRST
    if settings.both_prepared_first:
        preparation = Cohort.Preparation.BOTH_FIRST
    elif not MENTORS_FIRST.issubset(settings.gates):
        preparation = Cohort.Preparation.OFFERED
    return ranges.RoundSettings(
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        sessions=settings.sessions,
        minutes=settings.minutes,
        interval_weeks=settings.interval_weeks,
        mentor_cap=settings.mentor_cap,
        preparation=preparation,
        seniority=seniority.basis.value,
        seniority_gap=_gap(seniority),
        mentor_years_under=seniority.mentor_under_years,
        mentee_years_over=seniority.mentee_over_years,
        distance_exception=settings.distance_levels if settings.distance_exception else None,
        entity_rule=settings.entity_rule.value,
        weights=ranges.whole(settings.weights.by_criterion),
    )


def _gap(seniority: Seniority) -> int:
    """Where years limit who takes which side, no further distance is asked for."""
    if seniority.minimum_gap is not None:
        return seniority.minimum_gap
    has_limit = seniority.mentor_under_years is not None or seniority.mentee_over_years is not None
    return 0 if has_limit else 1


@transaction.atomic
def plan_cohort(programme: Programme, *, settings: ranges.RoundSettings, by: Account, now: datetime) -> Cohort:
    """A round in draft: nobody is told anything yet."""
    require_designer(by)
    _refuse_problems(settings)
    cohort = Cohort(programme=programme, open_link_key=new_key())
    _put(cohort, settings)
    cohort.save(force_insert=True)
    events.record("cohort.planned", subject=cohort, by=by, at=now, cohort=cohort)
    return cohort


@transaction.atomic
def change_cohort(cohort: Cohort, *, settings: ranges.RoundSettings, by: Account, now: datetime) -> Cohort:
    """Change what an organiser may change; each value within its range, the promise to people kept once the round is open."""
    require_designer(by)
    cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if not policies.can_be_changed(cohort):
        raise NotPossible(_("This round is closed. Plan a new round with other settings."))
    _refuse_problems(settings)
    changed = settings.changed_from(cohort)
    if cohort.state != Cohort.State.DRAFT:
        for name in set(changed) & set(FIXED_ONCE_OPEN):
            raise NotPossible(
                _("%(field)s cannot change any more: people registered under it. Plan a new round for that.")
                % {"field": ranges.LABELS[name]}
            )
    if not changed:
        return cohort
    _put(cohort, settings)
    cohort.save(update_fields=changed)
    events.record("cohort.changed", subject=cohort, by=by, at=now, cohort=cohort, fields=sorted(changed))
    return cohort


def _put(cohort: Cohort, settings: ranges.RoundSettings) -> None:
    for entry in fields(settings):
        setattr(cohort, entry.name, getattr(settings, entry.name))


def _refuse_problems(settings: ranges.RoundSettings) -> None:
    for sentence in ranges.problems(settings).values():
        raise NotPossible(sentence)


def missing(cohort: Cohort) -> list[opening.Missing]:
    """What still stands between this round and its opening."""
    charter = newest_charter(cohort.programme)
    return opening.missing_for_opening(
        cohort,
        charter,
        has_sponsor=queries.sponsor_of(cohort.programme_id) is not None,
        has_contact=queries.contact_of(cohort.programme_id) is not None,
    )


def newest_charter(programme: Programme) -> Charter | None:
    return programme.charters.order_by("-version").select_related("signed_by").first()


@transaction.atomic
def open_cohort(cohort: Cohort, *, by: Account, now: datetime) -> Cohort:
    """Open for invitations and registration, under the newest charter."""
    require_designer(by)
    cohort = Cohort.objects.select_for_update().select_related("programme").get(pk=cohort.pk)
    if cohort.state != Cohort.State.DRAFT:
        raise NotPossible(_("This round is open already."))
    for lack in missing(cohort):
        raise NotPossible(lack.sentence)
    if cohort.is_over(now.date()):
        raise NotPossible(_("Last day: this day has passed. Choose a later one before the round opens."))
    cohort.state, cohort.charter, cohort.opened_at = Cohort.State.ENROLLING, newest_charter(cohort.programme), now
    cohort.save(update_fields=["state", "charter", "opened_at"])
    events.record("cohort.opened", subject=cohort, by=by, at=now, cohort=cohort)
    return cohort


@transaction.atomic
def close_cohort(cohort: Cohort, *, by: Account, now: datetime) -> Cohort:
    """Close for good, when nothing in higher layers still runs."""
    require_designer(by)
    Cohort.objects.select_for_update().get(pk=cohort.pk)  # no suggestion goes out between the question and the closing
    guards.ask("cohort.close", cohort)
    open_rounds = Cohort.objects.filter(pk=cohort.pk).exclude(state__in=[Cohort.State.DRAFT, Cohort.State.CLOSED])
    if not open_rounds.update(state=Cohort.State.CLOSED, closed_at=now, is_open_link_on=False):
        raise NotPossible(_("Only an open round can be closed."))
    cohort.refresh_from_db()
    events.record("cohort.closed", subject=cohort, by=by, at=now, cohort=cohort)
    return cohort


@transaction.atomic
def switch_open_link(cohort: Cohort, *, is_on: bool, by: Account, now: datetime) -> Cohort:
    """Let people register by the open link, or stop it; the address stays the same."""
    scope = queries.scope_of(by, cohort.programme_id)
    if scope is None:
        raise NotAllowed(_("Only organisers of this programme switch its open link."))
    if is_on and not policies.is_recruiting(cohort):
        raise NotPossible(_("Open the round first; then the link can let people in."))
    if Cohort.objects.filter(pk=cohort.pk, is_open_link_on=not is_on).update(is_open_link_on=is_on):
        events.record("open_link.switched", subject=cohort, by=by, at=now, cohort=cohort, is_on=is_on)
    cohort.refresh_from_db()
    return cohort
