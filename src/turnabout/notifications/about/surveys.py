"""What we ask after a session and at the end. The answers themselves are never in a notice, a mail or an event."""

from datetime import timedelta

from django.utils.translation import gettext as _

from turnabout.core import clock, events
from turnabout.core.models import Event
from turnabout.enrolments.models import Enrolment
from turnabout.notifications import notices
from turnabout.notifications.about.pairs import pair_of
from turnabout.notifications.about.scheduling import reader_side, readers, session_and_side, with_contact, write_to_both
from turnabout.notifications.content import Button, Message, action_url, at_once, content
from turnabout.notifications.models import Notice
from turnabout.pairs.models import Pair
from turnabout.programmes.queries import contact_of
from turnabout.scheduling.models import Session
from turnabout.scheduling.queries import last_was_met
from turnabout.stories.models import Story
from turnabout.surveys import queries

TIME_TO_ANSWER = timedelta(days=30)
TIME_TO_LOOK_BACK = timedelta(days=60)


@events.on("session.held")
def ask_how_it_was(event: Event) -> None:
    """Three quick questions after each session. After the last they stand in the closing form: one mail, one page."""
    session = Session.objects.select_related("pair__cohort").get(pk=event.subject_id)
    if session.number < session.pair.cohort.sessions:
        notices.forget_dropped("pulse.asked", session)
        write_to_both("pulse.asked", event, mark="once")
        return
    pair = Pair.objects.with_people().get(pk=session.pair_id)
    notices.forget_dropped("closing.asked", pair)
    for account, _side in readers(pair):
        notices.write(
            "closing.asked",
            account=account,
            subject=pair,
            dedupe_key=f"closing.asked:{pair.pk}:{account.pk}",
            now=event.at,
            cohort=pair.cohort,
        )


@content("pulse.asked")
def pulse_asked(notice: Notice) -> Message | None:
    found = session_and_side(notice)
    if found is None:
        return None
    session, pair, side = found
    wave = queries.wave_of(side, pair, session.number)
    if session.state != Session.State.MET or pair.state == Pair.State.ENDED or queries.has_answered(side, "pulse", wave):
        return None
    wording = queries.wording("pulse")
    partner = pair.partner_of(side.person).person.first_name
    return with_contact(
        Message(
            subject=_("Three quick questions about your session with %(name)s") % {"name": partner},
            first_line=_("Three quick questions about your session with %(name)s.") % {"name": partner},
            paragraphs=(wording.opening,),
            button=Button(
                label=_("Answer in twenty seconds"), url=action_url("pulse.answer", session, clock.now() + TIME_TO_ANSWER)
            ),
            note=wording.who_sees,
        ),
        pair,
        side,
    )


def has_looked_back(pair: Pair, side: Enrolment) -> bool:
    return bool(pair.choice_of(side.role)) and queries.has_answered(side, "closing", queries.wave_of(side, pair))


def look_back_button(pair: Pair) -> Button:
    return Button(label=_("Look back"), url=action_url("closing.answer", pair, clock.now() + TIME_TO_LOOK_BACK))


@content("closing.asked")
def closing_asked(notice: Notice) -> Message | None:
    pair = pair_of(notice)
    side = None if pair is None else reader_side(notice, pair)
    if pair is None or side is None or pair.state == Pair.State.ENDED:
        return None
    if has_looked_back(pair, side) or not last_was_met(pair):
        return None
    wording = queries.wording("closing")
    names = {"name": pair.partner_of(side.person).person.first_name}
    return with_contact(
        Message(
            subject=_("Looking back on your sessions with %(name)s") % names,
            first_line=_("Looking back on your sessions with %(name)s.") % names,
            paragraphs=(
                wording.opening,
                _("The three quick questions about your last session come first."),
                _(
                    "You also say how you would like to go on: continue, swap roles, pause or close. Then your certificate is ready."
                ),
            ),
            button=look_back_button(pair),
            note=wording.who_sees,
        ),
        pair,
        side,
    )


@events.on("story.offered")
def ask_the_partner(event: Event) -> None:
    story = Story.objects.select_related("pair").get(pk=event.subject_id)
    pair = Pair.objects.with_people().get(pk=story.pair_id)
    for account, side in readers(pair):
        if side.pk != story.teller_id:
            notices.write(
                "story.offered",
                account=account,
                subject=story,
                dedupe_key=f"story.offered:{story.pk}",
                now=event.at,
                cohort=pair.cohort,
            )


@content("story.offered")
def story_offered(notice: Notice) -> Message | None:
    """The words themselves are on the page, never in the mail."""
    story = Story.objects.defer("text").filter(pk=notice.subject_id, withdrawn_at__isnull=True).first()
    pair = None if story is None else Pair.objects.with_people().get(pk=story.pair_id)
    side = None if pair is None else reader_side(notice, pair)
    if story is None or pair is None or side is None or story.consented_at(side.role) is not None:
        return None
    names = {"name": pair.partner_of(side.person).person.first_name}
    return with_contact(
        Message(
            subject=_("%(name)s would like to share something that changed") % names,
            first_line=_("%(name)s would like to share something that changed, with your consent.") % names,
            paragraphs=(_("You read the exact words first. Nothing is published without a yes from both of you."),),
            button=Button(
                label=_("Read the words and decide"),
                url=action_url("story.consent", story, clock.now() + TIME_TO_LOOK_BACK),
            ),
            note=_("A no needs no reason, and %(name)s is not told of it.") % names,
        ),
        pair,
        side,
    )


def ask_contact(enrolment: Enrolment, pair: Pair) -> bool:
    """Tell the named contact that this person would like to be contacted; False where there is nobody to tell.

    The person asked for it by name, and this notice is all that is kept of it.
    """
    office = contact_of(pair.cohort.programme_id)
    if office is None:
        return False
    now = clock.now()
    notices.write(
        "contact.asked",
        account=office.account,
        subject=enrolment,
        dedupe_key=f"contact.asked:{enrolment.pk}:{now:%Y%m%d}",
        now=now,
    )
    return True


@content("contact.asked", urgent_from=at_once)
def contact_asked(notice: Notice) -> Message | None:
    place = Enrolment.objects.select_related("person__account", "cohort__programme").filter(pk=notice.subject_id).first()
    if place is None:
        return None
    person = place.person
    words = {"name": person.name, "programme": place.cohort.programme.name}
    ways = person.email or (person.account.email if person.account else "")
    return Message(
        subject=_("%(name)s asks you to get in touch") % words,
        first_line=_("%(name)s asks you to get in touch.") % words,
        paragraphs=(
            _(
                "They take part in %(programme)s and pressed “Please contact me”. They chose to tell you, and nobody else was told."
            )
            % words,
            _("You can reach them at %(way)s.") % {"way": ways}
            if ways
            else _("They have no mailbox; ask for them at their place of work."),
        ),
        reply_to=ways,
    )
