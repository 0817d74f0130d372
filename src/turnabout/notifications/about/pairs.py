"""What we write to a pair: that it has begun, what is to be signed, that it has closed."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from turnabout.core import clock, events
from turnabout.core.models import Event
from turnabout.enrolments.models import Enrolment
from turnabout.notifications import notices
from turnabout.notifications.about.preparation import with_door
from turnabout.notifications.about.scheduling import (
    TIME_TO_CHOOSE,
    guide_button,
    invitation_to,
    move_button,
    reader_side,
    readers,
    with_contact,
)
from turnabout.notifications.content import Button, Message, action_url, at_once, content, page_url
from turnabout.notifications.models import Notice
from turnabout.pairs.models import Agreement, Pair
from turnabout.programmes.models import Cohort
from turnabout.programmes.queries import coordinator_for
from turnabout.scheduling.models import Session
from turnabout.scheduling.wording import in_words, warning

LET_THEM_FINISH = timedelta(minutes=20)  # a draft saved several times in one sitting makes one mail
TIME_TO_SIGN = timedelta(days=60)
TIME_TO_WRITE = timedelta(days=30)


def pair_of(notice: Notice) -> Pair | None:
    return Pair.objects.with_people().filter(pk=notice.subject_id).first()


def find_time_button(pair: Pair, label: str) -> Button:
    """A date for the next session that has none."""
    return Button(label=label, url=action_url("pair.find_time", pair, clock.now() + TIME_TO_CHOOSE))


def sign_button(pair: Pair) -> Button:
    return Button(label=_("Read and sign"), url=action_url("agreement.sign", pair, clock.now() + TIME_TO_SIGN))


def _write(template: str, pair: Pair, event: Event, *, mark: str = "") -> None:
    for account, _side in readers(pair):
        notices.write(
            template,
            account=account,
            subject=pair,
            dedupe_key=f"{template}:{pair.pk}:{account.pk}:{mark}",
            now=event.at,
            cohort=pair.cohort,
        )


@events.on("sessions.planned")
def tell_both_that_it_begins(event: Event) -> None:
    """The first plan carries the news that the pair has begun; a later one, that it meets again."""
    pair = Pair.objects.with_people().get(pk=event.subject_id)
    has_met = Session.objects.filter(pair=pair, state=Session.State.MET).exists()
    _write("pair.resumed" if has_met else "pair.started", pair, event, mark=str(event.pk) if has_met else "")


@content("pair.started")
def pair_started(notice: Notice) -> Message | None:
    pair = pair_of(notice)
    side = None if pair is None else reader_side(notice, pair)
    if pair is None or side is None or not pair.is_unfinished:
        return None
    partner = pair.partner_of(side.person).person
    first = Session.objects.filter(pair=pair, number=1).upcoming().first()
    names = {"name": partner.name, "first": partner.first_name}
    paragraphs: list[str] = []
    links: tuple[Button, ...] = ()
    if first is None:
        paragraphs.append(_("Your working hours share no time, so we ask the two of you: choose the first date."))
        button = find_time_button(pair, _("Choose your first date"))
    else:
        paragraphs += [
            _("Your first session is on %(when)s.") % {"when": in_words(first.starts_at, side.person.zone)},
            *filter(None, [warning(first, side.role)]),
            _("The later dates are held for you; they become invitations when both of you have signed your agreement."),
            _("Before you meet, each of you writes down three things worth knowing about you, and why you look forward to this."),
        ]
        write = action_url("ground.write", pair, clock.now() + TIME_TO_WRITE)
        button = Button(label=_("Write down three things"), url=write)
        links = (guide_button(first), move_button(first))
    paragraphs += filter(None, ["\n".join(map(str, pair.reasons[:3]))])
    message = Message(
        subject=_("You and %(name)s have both said yes") % names,
        first_line=_("You and %(name)s have both said yes.") % names,
        paragraphs=tuple(paragraphs),
        button=button,
        links=links,
        note=_(
            "Only the two of you read what you write to each other. Either of you can end this at any time, without a reason."
        ),
        calendar=None if first is None or first.state != Session.State.INVITED else invitation_to(first, pair, side),
    )
    return with_contact(message if first is None else with_door(message, side, number=first.number), pair, side)


@content("pair.resumed")
def pair_resumed(notice: Notice) -> Message | None:
    pair = pair_of(notice)
    side = None if pair is None else reader_side(notice, pair)
    if pair is None or side is None or pair.state != Pair.State.ACTIVE:
        return None
    names = {"first": pair.partner_of(side.person).person.first_name}
    return with_contact(
        Message(
            subject=_("You and %(first)s meet again") % names,
            first_line=_("You and %(first)s meet again.") % names,
            paragraphs=(_("Your new dates are on your page."),),
            button=Button(label=_("Look at your dates"), url=page_url("pair", pair_id=pair.pk)),
        ),
        pair,
        side,
    )


@events.on("pair.paused")
def tell_both_that_it_rests(event: Event) -> None:
    pair = Pair.objects.with_people().get(pk=event.subject_id)
    for account, _side in readers(pair):
        notices.write(
            "pair.paused",
            account=account,
            subject=pair,
            dedupe_key=f"pair.paused:{pair.pk}:{account.pk}:{event.pk}",
            now=event.at,
            data={"reason": event.data.get("reason", "")},
            cohort=pair.cohort,
        )


@content("pair.paused", urgent_from=at_once)  # so that it comes with the cancellations, not after them
def pair_paused(notice: Notice) -> Message | None:
    """Both get the same words; where a reporting line or a team is the reason, it is nobody's doing and is said."""
    pair = pair_of(notice)
    side = None if pair is None else reader_side(notice, pair)
    if pair is None or side is None or pair.state != Pair.State.PAUSED:
        return None
    names = {"first": pair.partner_of(side.person).person.first_name}
    why = {
        Pair.Apart.LINE: _(
            "The directory shows a reporting line between you by now, and then a pair rests. Your coordinator will help you on."
        ),
        Pair.Apart.TEAM: _(
            "The directory shows the two of you in one team or under one manager by now, and then a pair rests. Your coordinator will help you on."
        ),
    }
    when = _("Its dates are cancelled. Take it up again whenever it suits both of you.")
    return with_contact(
        Message(
            subject=_("Your pair with %(first)s rests") % names,
            first_line=_("Your pair with %(first)s rests.") % names,
            paragraphs=(why.get(notice.data.get("reason", ""), when),),
            button=Button(label=_("Open your page"), url=page_url("pair", pair_id=pair.pk)),
        ),
        pair,
        side,
    )


@events.on("agreement.drafted")
def ask_for_signatures(event: Event) -> None:
    pair = Pair.objects.with_people().get(pk=event.subject_id)
    version = Agreement.objects.values_list("version", flat=True).get(pair=pair)
    for account, _side in readers(pair):
        notices.write(
            "agreement.to_sign",
            account=account,
            subject=pair,
            dedupe_key=f"agreement.to_sign:{pair.pk}:{account.pk}:{version}",
            now=event.at,
            send_after=event.at + LET_THEM_FINISH,
            data={"version": version},
            cohort=pair.cohort,
        )


@content("agreement.to_sign")
def agreement_to_sign(notice: Notice) -> Message | None:
    """Nothing for a version that was changed since, or that its reader has signed."""
    pair = pair_of(notice)
    side = None if pair is None else reader_side(notice, pair)
    if pair is None or side is None or not pair.is_unfinished:
        return None
    agreement = Agreement.objects.defer("words").get(pair=pair)
    if agreement.version != notice.data.get("version") or agreement.signed_at(side.role) is not None:
        return None
    names = {"first": pair.partner_of(side.person).person.first_name}
    return with_contact(
        Message(
            subject=_("Your agreement with %(first)s is ready to sign") % names,
            first_line=_("Your agreement with %(first)s is ready to sign.") % names,
            paragraphs=(
                _("Read it once, then sign with one press. When both have signed, the dates held for you become invitations."),
            ),
            button=sign_button(pair),
            links=(Button(label=_("Change something first"), url=page_url("agreement", pair_id=pair.pk)),),
            note=_("Only the two of you read it. Your coordinator sees that it is signed, and nothing else."),
        ),
        pair,
        side,
    )


@events.on("pair.ended")
def tell_both_that_it_closed(event: Event) -> None:
    """Both get the same words, so that they say nothing about who asked."""
    _write("pair.ended", Pair.objects.with_people().get(pk=event.subject_id), event)


@content("pair.ended", urgent_from=at_once)  # so that it comes with the cancellations, not after them
def pair_ended(notice: Notice) -> Message | None:
    pair = pair_of(notice)
    side = None if pair is None else reader_side(notice, pair)
    if pair is None or side is None:
        return None
    return with_contact(
        Message(
            subject=_("Your pair has closed"),
            first_line=_("This pair has closed. It is nobody's fault."),
            paragraphs=tuple(filter(None, [offer(pair, side), _("Dates that lay ahead are cancelled.")])),
            button=Button(label=_("See what happens next"), url=page_url("pair", pair_id=pair.pk)),
            note=_("You can still read and copy what you wrote for %(days)s days.") % {"days": pair.cohort.notes_kept_days},
        ),
        pair,
        side,
    )


@events.on("pairs.ended")
def tell_each_that_theirs_closed(event: Event) -> None:
    """Once to each person, however many pairs of theirs the end of the round has closed."""
    ended = Pair.objects.ended_together(event.subject_id, event.at).with_people()
    accounts = {account.pk: account for pair in ended for account, _side in readers(pair)}
    cohort = Cohort.objects.get(pk=event.subject_id)
    told = [(account, cohort, f"pairs.ended:{cohort.pk}:{account.pk}:{event.pk}") for account in accounts.values()]
    notices.write_all("pairs.ended", told, now=event.at, cohort=cohort)


@content("pairs.ended", urgent_from=at_once)  # so that it comes with the cancellations, not after them
def pairs_ended(notice: Notice) -> Message | None:
    ended = Pair.objects.ended_together(notice.subject_id, notice.created_at).with_people().order_by("pk")
    mine = [(pair, side) for pair in ended if (side := reader_side(notice, pair)) is not None]
    if not mine:
        return None
    pair, side = mine[0]
    return with_contact(
        Message(
            subject=ngettext("Your pair has closed", "Your pairs have closed", len(mine)),
            first_line=ngettext(
                "This round comes to its end, and your pair has closed with it. It is nobody's fault.",
                "This round comes to its end, and your pairs have closed with it. It is nobody's fault.",
                len(mine),
            ),
            paragraphs=(_("Thank you for taking part."), _("Dates that lay ahead are cancelled.")),
            button=Button(label=_("Open your page"), url=page_url("pair", pair_id=pair.pk)),
            note=_("You can still read and copy what you wrote for %(days)s days.") % {"days": pair.cohort.notes_kept_days},
        ),
        pair,
        side,
    )


def offer(pair: Pair, side: Enrolment) -> str:
    """ "Cleo will offer you a new partner", by the name of the coordinator who looks after this person; nothing to
    somebody who has left the round, nor when the round is over, because then nobody does."""
    if side.state == Enrolment.State.WITHDRAWN:
        return ""
    if pair.cohort.state == Cohort.State.CLOSED or pair.cohort.is_over(clock.today()):
        return _("This round has come to its end. Thank you for taking part.")
    office = coordinator_for(pair.cohort.programme_id, side.person.entity_id)
    if office is None:
        return _("You will be offered a new partner.")
    return _("%(name)s will offer you a new partner.") % {"name": office.account.display_name.split()[0]}


@events.on("pair.closed")
def tell_both_that_it_is_complete(event: Event) -> None:
    _write("pair.closed", Pair.objects.with_people().get(pk=event.subject_id), event)


@content("pair.closed")
def pair_closed(notice: Notice) -> Message | None:
    pair = pair_of(notice)
    side = None if pair is None else reader_side(notice, pair)
    if pair is None or side is None:
        return None
    names = {"first": pair.partner_of(side.person).person.first_name}
    return with_contact(
        Message(
            subject=_("Your certificate is ready"),
            first_line=_("Your certificate is ready: it says what you and %(first)s did.") % names,
            paragraphs=(_("Thank you for your time and your candour."),),
            button=Button(label=_("See your certificate"), url=page_url("certificate", pair_id=pair.pk)),
        ),
        pair,
        side,
    )
