"""What can be done to a pair and to its agreement."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import events, guards
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.enrolments.models import Declaration, Enrolment
from turnabout.pairs import loads, policies
from turnabout.pairs.models import Agreement, Pair
from turnabout.programmes.models import Cohort
from turnabout.programmes.queries import scope_of

LONGEST_WORDS = 2000
NUDGED_AGAIN_AFTER = timedelta(hours=12)  # as the reminders of a round


class SavedMeanwhile(NotPossible):
    """Somebody else saved a newer draft; `theirs` and `mine` keep both texts so that nothing written is lost."""

    def __init__(self, sentence: str, *, theirs: dict[str, str], mine: dict[str, str], version: int) -> None:
        super().__init__(sentence)
        self.theirs = theirs
        self.mine = mine
        self.version = version


@transaction.atomic
def start_pair(
    mentor: Enrolment,
    mentee: Enrolment,
    *,
    by: Account | None,
    now: datetime,
    reasons: Sequence[Any] = (),
    distance_exception: bool = False,
) -> Pair:
    """Make two people a pair, with a free place on each side taken in the same transaction.

    Its callers ask first: both said yes, or a coordinator paired by hand.
    """
    places = _locked(mentor, mentee, with_other_rounds=True)
    for place in (places[mentor.pk], places[mentee.pk]):
        if place.state != Enrolment.State.REGISTERED:
            raise NotPossible(_("%(name)s is not taking part at the moment. Choose somebody else.") % {"name": place.person.name})
        if place.places_taken >= place.capacity:
            raise NotPossible(_("%(name)s has no free place any more. Choose somebody else.") % {"name": place.person.name})
    _require_room(places[mentor.pk], mentor.cohort)
    Enrolment.objects.filter(pk__in=(mentor.pk, mentee.pk)).update(places_taken=F("places_taken") + 1, priority=0)
    try:
        with transaction.atomic():
            pair = Pair.objects.create(
                cohort_id=mentor.cohort_id,
                mentor=mentor,
                mentee=mentee,
                started_at=now,
                reasons=list(reasons),
                distance_exception=distance_exception,
            )
    except IntegrityError as error:
        raise NotPossible(_("These two are already a pair.")) from error
    Agreement.objects.create(pair=pair)
    events.record("pair.started", subject=pair, by=by, at=now, cohort=pair.cohort)
    return pair


@transaction.atomic
def end_pair(pair: Pair, *, by: Account, now: datetime) -> Pair:
    """Close a pair for good; the partner learns that it closed, never who asked or why."""
    if not policies.can_end(by, pair):
        raise NotAllowed(_("Only the two of you or your coordinator can end this pair."))
    if not _finish(pair, Pair.State.ENDED, now=now, priority=1):
        raise NotPossible(_("This pair has already closed."))
    return _reloaded(pair)


@transaction.atomic
def end_pairs_of(enrolments: Sequence[Enrolment], *, now: datetime) -> int:
    """End every unfinished pair of these places, when somebody leaves; the partners keep their priority."""
    ended = 0
    places = [enrolment.pk for enrolment in enrolments]
    pairs = Pair.objects.unfinished().with_people()
    for pair in (pairs.filter(mentor__in=places) | pairs.filter(mentee__in=places)).distinct().order_by("pk"):
        ended += _finish(pair, Pair.State.ENDED, now=now, priority=1)
    return ended


@transaction.atomic
def end_pairs_of_round(cohort: Cohort, *, by: Account, now: datetime) -> int:
    """End whatever still runs at the end of a round, as far as this organiser looks after it: one event with the count."""
    scope = scope_of(by, cohort.programme_id)
    if scope is None:
        raise NotAllowed(_("Only organisers of this programme can end its pairs."))
    running = Pair.objects.unfinished().in_scope(scope).filter(cohort=cohort)
    sides = [place for pair in running.values_list("mentor", "mentee") for place in pair]
    list(Enrolment.objects.select_for_update().filter(pk__in=sides).order_by("pk"))  # places before pairs, as one pair's end does
    pairs = running.filter(mentor__in=sides, mentee__in=sides).select_for_update(of=("self",)).order_by("pk")
    ended = list(pairs.values_list("pk", "mentor", "mentee"))
    if not ended:
        raise NotPossible(_("No pair of this round runs any more, so there is nothing to end."))
    Pair.objects.filter(pk__in=[pk for pk, _mentor, _mentee in ended]).update(state=Pair.State.ENDED, ended_at=now)
    freed = Counter(place for _pk, *both in ended for place in both)
    for count in set(freed.values()):
        places = Enrolment.objects.filter(pk__in=[place for place, times in freed.items() if times == count])
        places.update(places_taken=F("places_taken") - count, priority=F("priority") + count)
    events.record("pairs.ended", subject=cohort, by=by, at=now, cohort=cohort, count=len(ended))
    return len(ended)


@transaction.atomic
def rest_pair(pair: Pair, *, reason: Pair.Apart, now: datetime) -> bool:
    """Let an active pair rest because the directory changed under it; both are told why. False when it rests already."""
    if not Pair.objects.active().filter(pk=pair.pk).update(state=Pair.State.PAUSED):
        return False
    events.record("pair.paused", subject=pair, at=now, cohort=pair.cohort, reason=str(reason))
    return True


@transaction.atomic
def close_pair(pair: Pair, *, by: Account | None, now: datetime) -> Pair:
    """Complete a pair after its closing session. `by` None stands for the product itself, some days later."""
    if by is not None and not policies.can_end(by, pair):
        raise NotAllowed(_("Only the two of you or your coordinator can close this pair."))
    if not _finish(pair, Pair.State.CLOSED, now=now, priority=0):
        raise NotPossible(_("This pair has already closed."))
    guards.ask("pair.close", pair)  # with the pair's row held, so that nobody takes the closing session back meanwhile
    return _reloaded(pair)


@transaction.atomic
def pause_pair(pair: Pair, *, by: Account, now: datetime) -> Pair:
    """Let a pair rest; both keep their place, nothing is asked of them meanwhile."""
    return _switch(pair, by=by, now=now, before=Pair.State.ACTIVE, after=Pair.State.PAUSED, event="pair.paused")


@transaction.atomic
def resume_pair(pair: Pair, *, by: Account, now: datetime) -> Pair:
    return _switch(pair, by=by, now=now, before=Pair.State.PAUSED, after=Pair.State.ACTIVE, event="pair.resumed")


@transaction.atomic
def nudge_pair(pair: Pair, roles: Sequence[str], *, by: Account, now: datetime) -> list[str]:
    """Note that these sides are written to now, and return those who are: nobody is written to twice within 12 hours."""
    if not policies.coordinates(by, pair):
        raise NotAllowed(_("Only organisers who look after one of the two can write to them here."))
    written = []
    for role in sorted(roles):
        field = f"{role}_nudged_at"
        # Within the one statement, so that of two presses at the same moment the second finds nobody left.
        waiting = Q(**{field: None}) | Q(**{f"{field}__lte": now - NUDGED_AGAIN_AFTER})
        if Pair.objects.active().filter(waiting, pk=pair.pk).update(**{field: now}):
            written.append(role)
    last = None if written else Pair.objects.get(pk=pair.pk).nudged_at(roles)
    if last is not None:
        when = date_format(localtime(last), "j F, H:i")
        raise NotPossible(
            _("They were written to already, on %(when)s, so nothing was sent now. You can write again after 12 hours.")
            % {"when": when}
        )
    return written


def choose_themes(pair: Pair, themes: Sequence[str], *, by: Account, known: Sequence[str], sessions: int) -> Pair:
    """Set the themes between the opening and the closing, in the pair's own order; `known` are the curriculum's keys."""
    if not policies.takes_part(by, pair):
        raise NotAllowed(_("Only the two of you choose what you work on."))
    wanted = [theme for theme in themes if theme]
    if len(set(wanted)) != len(wanted):
        raise NotPossible(_("You chose the same theme twice. Choose another one for one of the two sessions."))
    if set(wanted) - set(known) or len(wanted) > sessions:
        raise NotPossible(_("One of these themes is not in your curriculum. Choose from the list."))
    if not Pair.objects.unfinished().filter(pk=pair.pk).update(themes=wanted):
        raise NotPossible(_("This pair has closed, so its themes stay as they are."))
    pair.themes = wanted
    return pair


@transaction.atomic
def choose_next(pair: Pair, choice: str, *, by: Account, now: datetime) -> Pair:
    """Say how to go on after the closing session; when both have said it, the pair closes."""
    side = policies.side_of(by, pair)
    if side is None:
        raise NotAllowed(_("Only the two of you decide how you go on."))
    if choice not in Pair.Choice.values:
        raise NotPossible(_("Choose one of the four ways to go on."))
    field = "mentor_choice" if side.role == Enrolment.Role.MENTOR else "mentee_choice"
    if not Pair.objects.filter(pk=pair.pk).exclude(state=Pair.State.ENDED).update(**{field: choice}):
        raise NotPossible(_("This pair has already closed."))
    guards.ask("pair.close", pair)
    fresh = _reloaded(pair)
    if fresh.mentor_choice and fresh.mentee_choice:
        _finish(fresh, Pair.State.CLOSED, now=now, priority=0)
        fresh = _reloaded(pair)
    return fresh


@transaction.atomic
def draft_agreement(pair: Pair, words: Mapping[str, str], *, by: Account, version: int, now: datetime) -> Agreement:
    """Save a draft that began from `version`; refused with both texts when a newer one was saved meanwhile.

    A change takes back signatures, because nobody has signed the new words.
    """
    if not policies.takes_part(by, pair):
        raise NotAllowed(_("Only the two of you write your agreement."))
    _refuse_finished(pair)
    mine = {key: text.strip() for key, text in words.items()}
    for text in mine.values():
        if len(text) > LONGEST_WORDS:
            raise NotPossible(
                _("One of the fields is longer than %(count)s characters. Shorten it and save again.") % {"count": LONGEST_WORDS}
            )
    current = Agreement.objects.select_for_update().get(pair=pair)
    if current.version != version:
        sentence = _(
            "Your partner saved another version while you were writing. Both texts are below: keep what you want of each, then save."
        )
        raise SavedMeanwhile(sentence, theirs=current.filled, mine=mine, version=current.version)
    if current.filled == mine:
        return current
    Agreement.objects.filter(pk=current.pk).update(
        words=json.dumps(mine), version=version + 1, drafted_at=now, mentor_signed_at=None, mentee_signed_at=None
    )
    events.record("agreement.drafted", subject=pair, by=by, at=now, cohort=pair.cohort)
    return Agreement.objects.get(pk=current.pk)


@transaction.atomic
def sign_agreement(pair: Pair, *, by: Account, version: int, now: datetime) -> Agreement:
    """Sign the words of `version` for one side; with the second signature the held dates become invitations."""
    side = policies.side_of(by, pair)
    if side is None:
        raise NotAllowed(_("Only the two of you sign your agreement."))
    _refuse_finished(pair)
    agreement = Agreement.objects.select_for_update().get(pair=pair)
    if agreement.drafted_at is None:
        raise NotPossible(_("There is nothing to sign yet. Write your aims first; it takes two minutes."))
    if agreement.version != version:
        raise NotPossible(_("The text has changed since you opened it. Read the new version, then sign."))
    if agreement.signed_at(side.role) is not None:
        raise NotPossible(_("You have already signed this agreement. There is nothing more to do."))
    field = "mentor_signed_at" if side.role == Enrolment.Role.MENTOR else "mentee_signed_at"
    Agreement.objects.filter(pk=agreement.pk).update(**{field: now})
    events.record("agreement.signed", subject=pair, by=by, at=now, cohort=pair.cohort, role=side.role)
    signed = Agreement.objects.get(pk=agreement.pk)
    if signed.is_signed:
        events.record("agreement.completed", subject=pair, at=now, cohort=pair.cohort)
    return signed


def forget_words(*, now: datetime) -> int:
    """Delete what ended pairs wrote into their agreements, with their notes; that they signed, and when, is kept."""
    over = Pair.objects.kept_long_enough(now).values("pk")
    written = Agreement.objects.filter(pair__in=over, drafted_at__isnull=False, words_deleted_at__isnull=True)
    return written.update(words="", words_deleted_at=now)


@transaction.atomic
def declare_no_line(pair: Pair, *, by: Account, now: datetime) -> Declaration:
    """ "I do not manage this person and do not decide on their pay", where the reporting line is not known."""
    side = policies.side_of(by, pair)
    if side is None:
        raise NotAllowed(_("Only the two of you can declare this."))
    other = pair.mentee if side.pk == pair.mentor_id else pair.mentor
    declaration, is_new = Declaration.objects.get_or_create(enrolment=side, other=other.person, defaults={"made_at": now})
    if is_new:
        events.record("declaration.made", subject=pair, by=by, at=now, cohort=pair.cohort, role=side.role)
    return declaration


def _locked(mentor: Enrolment, mentee: Enrolment, *, with_other_rounds: bool = False) -> dict[int, Enrolment]:
    """Both places, locked in key order so that two starts never wait for each other.

    with_other_rounds   the mentor's places in other rounds as well, so that their pairs are counted one start at a time
    """
    wanted = Q(pk__in=(mentor.pk, mentee.pk))
    if with_other_rounds:
        wanted |= Q(person=mentor.person_id, role=Enrolment.Role.MENTOR)
    rows = Enrolment.objects.select_for_update(of=("self",)).filter(wanted).select_related("person").order_by("pk")
    return {row.pk: row for row in rows}


def _require_room(mentor: Enrolment, cohort: Cohort) -> None:
    """One person meets two people at once as a mentor, in whatever rounds; said as where a place of this round is taken."""
    load = loads.loads(loads.running([mentor.person_id])).get(mentor.person_id, loads.Load())
    if load.room(cohort.programme.design) < 1:
        raise NotPossible(_("%(name)s has no free place any more. Choose somebody else.") % {"name": mentor.person.name})


def _finish(pair: Pair, state: str, *, now: datetime, priority: int) -> int:
    """Compare-and-set to a final state, free both places, record the event; 0 when it was final already."""
    _locked(pair.mentor, pair.mentee)
    if not Pair.objects.unfinished().filter(pk=pair.pk).update(state=state, ended_at=now):
        return 0
    Enrolment.objects.filter(pk__in=(pair.mentor_id, pair.mentee_id)).update(
        places_taken=F("places_taken") - 1, priority=F("priority") + priority
    )
    events.record(f"pair.{state}", subject=pair, at=now, cohort=pair.cohort)
    return 1


def _switch(pair: Pair, *, by: Account, now: datetime, before: str, after: str, event: str) -> Pair:
    if not policies.can_pause(by, pair):
        raise NotAllowed(_("Only the two of you or your coordinator can pause this pair."))
    if not Pair.objects.filter(pk=pair.pk, state=before).update(state=after):
        raise NotPossible(_("This pair has changed meanwhile. Open its page again and look."))
    events.record(event, subject=pair, by=by, at=now, cohort=pair.cohort)
    return _reloaded(pair)


def _refuse_finished(pair: Pair) -> None:
    if not Pair.objects.unfinished().filter(pk=pair.pk).exists():
        raise NotPossible(
            _("This pair has closed, so there is nothing to write or sign any more. Your coordinator will offer a new partner.")
        )


def _reloaded(pair: Pair) -> Pair:
    return Pair.objects.with_people().get(pk=pair.pk)
