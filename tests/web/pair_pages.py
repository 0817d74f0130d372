"""Every page of a pair that is in the middle, has just begun, has closed or has ended, and who looks at it."""

from datetime import timedelta

from tests import factories
from tests.cast import NOON, Cast
from tests.web.looking import Visit
from tests.web.readers import account_of, session_of
from turnabout.accounts import links
from turnabout.notes import services as note_services
from turnabout.pairs import services as pair_services
from turnabout.pairs.models import Pair
from turnabout.people.models import Person
from turnabout.scheduling import services as scheduling_services
from turnabout.scheduling.models import Session
from turnabout.stories import services as story_services
from turnabout.stories.models import Story

DAY = timedelta(days=1)
LATER = NOON + 9 * DAY


def link(account, verb, thing) -> str:
    return f"/l/{links.mint(account, kind=links.Kind.ACTION, verb=verb, subject=thing, expires_at=LATER + DAY, now=LATER)}/"


def lively(cast: Cast) -> Pair:
    """Mia and Sol in the middle: one session met, words of every kind, a signature missing."""
    pair, mia, sol = cast.mia_and_sol, account_of(cast.mia), account_of(cast.sol)
    Pair.objects.filter(pk=pair.pk).update(
        reasons=["Mia shares what Sol would like to learn: judging information.", "Both speak French."]
    )
    scheduling_services.plan_sessions(pair, now=NOON)
    for account, text in ((mia, "Bees. I keep two hives on the roof."), (sol, "Boats, though I get seasick.")):
        note_services.write_common_ground(
            pair, body=text, looking_forward="I would like to be asked hard questions.", by=account, now=NOON
        )
    first = Session.objects.select_related("pair__cohort__programme").get(pair=pair, number=1)
    scheduling_services.report_session(first, said="met", by=mia, now=LATER)
    for kind in ("agenda", "shared", "private", "feedback", "received"):
        note_services.write_note(
            pair, kind=kind, body=f"Some {kind} words that a pair might write.", by=mia, now=LATER, session=first
        )
    note_services.add_step(
        pair, body="Introduce Mia to the budget team", holder="mentee", by=sol, now=LATER, due_on=LATER.date(), session=first
    )
    done = note_services.add_step(pair, body="Send the list of search operators", holder="mentor", by=mia, now=LATER)
    note_services.mark_step(done, is_done=True, by=mia, now=LATER)
    pair_services.draft_agreement(
        pair, {"mentor_aim": "See how a budget is decided", "place": "Online"}, by=mia, version=1, now=LATER
    )
    pair_services.sign_agreement(pair, by=mia, version=2, now=LATER)
    return pair


def finished(cast: Cast) -> Pair:
    """Rosa and a mentor who have held their last session and closed."""
    pair = factories.pair(
        factories.enrolment(cast.cohort, factories.person("Ines", "Costa"), "mentor"),
        factories.enrolment(cast.cohort, cast.rosa, "mentee"),
    )
    for number, theme in enumerate(("our-digital-day", "finding-and-judging", "from-me-to-my-business"), start=1):
        factories.session(pair, number if number < 3 else 6, state="met", theme=theme)
    story_services.tell_story(pair, "I ask first now.", may_share=True, by=account_of(pair.mentor.person), now=LATER)
    return pair


def stage() -> list[Visit]:
    """Rows for every page, and who looks at it; where nobody is named it is the reader before."""
    cast = Cast()
    assert cast.cleo
    pair, closing = lively(cast), finished(cast)
    first, second = (Session.objects.get(pair=pair, number=number) for number in (1, 2))
    sol, rosa = account_of(cast.sol), account_of(cast.rosa)
    at = f"/pairs/{pair.pk}"
    for_sol, for_cleo, for_ash, for_rosa = (session_of(account) for account in (sol, cast.cleo, cast.ash, rosa))
    ended = factories.pair(
        factories.enrolment(cast.cohort, cast.kofi, "mentor"), factories.enrolment(cast.cohort, factories.person(), "mentee")
    )
    pair_services.end_pair(ended, by=account_of(cast.kofi), now=LATER)
    fresh = factories.pair(
        factories.enrolment(cast.cohort, factories.person("Noor", "Haidar"), "mentor"),
        factories.enrolment(cast.cohort, cast.max, "mentee"),
    )
    pages = [
        ("link_report", link(sol, "session.report", second), ""),
        ("link_move", link(sol, "session.move", second), ""),
        ("link_prepare", link(sol, "session.prepare", second), ""),
        ("link_find_time", link(account_of(cast.max), "pair.find_time", fresh), ""),
        ("link_ground", link(account_of(cast.max), "ground.write", fresh), ""),
        ("link_sign", link(sol, "agreement.sign", pair), ""),
        ("link_pulse", link(sol, "pulse.answer", first), ""),
        ("link_closing", link(rosa, "closing.answer", closing), ""),
        ("pair", f"{at}/", for_sol),
        ("pair_end", f"{at}/end/", ""),
        ("common_ground", f"{at}/common-ground/", ""),
        ("agreement", f"{at}/agreement/", ""),
        ("agreement_print", f"{at}/agreement/print/", ""),
        ("session", f"{at}/sessions/{first.pk}/", ""),
        ("session_ahead", f"{at}/sessions/{second.pk}/", ""),
        ("session_move", f"{at}/sessions/{second.pk}/move/", ""),
        ("session_place", f"{at}/sessions/{second.pk}/place/", ""),
        ("session_cancel", f"{at}/sessions/{second.pk}/cancel/", ""),
        ("pulse", f"{at}/sessions/{first.pk}/questions/", ""),
        ("pair_facts", f"{at}/facts/", for_cleo),
        ("pair_end_by_coordinator", f"{at}/end/", ""),
        ("diary", "/diary/", for_ash),
        ("closing", f"/pairs/{closing.pk}/closing/", for_rosa),
        ("story", f"/pairs/{closing.pk}/stories/{_story_of(closing)}/", ""),
        ("pair_ended", f"/pairs/{ended.pk}/", session_of(cast.kofi)),
        ("pair_fresh", f"/pairs/{fresh.pk}/", session_of(cast.max)),
        ("pair_declare", f"/pairs/{fresh.pk}/declare/", ""),
        (
            "certificate",
            f"/pairs/{_closed(cast).pk}/certificate/",
            session_of(Person.objects.get(family_name="Berg")),
        ),
    ]
    visits, reader = [], ""
    for name, path, session in pages:
        reader = session or reader
        visits.append(Visit(name=name, path=path, session=reader, sends_empty=name in {"pulse", "closing", "pair_declare"}))
    return visits


def _story_of(pair: Pair) -> int:
    return Story.objects.get(pair=pair).pk


def _closed(cast: Cast) -> Pair:
    pair = factories.pair(
        factories.enrolment(cast.cohort, factories.person("Ida", "Berg"), "mentor"),
        factories.enrolment(cast.cohort, cast.head, "mentee"),
    )
    for number in range(1, 7):
        factories.session(pair, number, state="met", theme="our-digital-day" if number == 1 else "finding-and-judging")
    return pair_services.close_pair(pair, by=None, now=LATER)
