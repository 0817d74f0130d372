"""Dates for whoever keeps a diary: the assistant's own page, and each invitation as a file."""

from django.http import Http404, HttpResponse
from django.urls import path

from turnabout.core import clock
from turnabout.notifications.about import diaries
from turnabout.notifications.about.scheduling import invitation_to
from turnabout.scheduling import queries, wording
from turnabout.scheduling.models import Session
from turnabout.web.access import Request, allow
from turnabout.web.pages import page
from turnabout.web.scheduling import session_for_diary


@allow("participant", "assistant")
def calendar_file(request: Request, pair_id: int, session_id: int) -> HttpResponse:
    """The invitation once more, for a calendar that lost it."""
    session, _zone = session_for_diary(request, pair_id, session_id)
    if session.state != Session.State.INVITED:
        raise Http404
    side = session.pair.side_of(request.person)
    if side is None:
        calendar = diaries.entry_for(session, session.pair, request.account)
    else:
        calendar = invitation_to(session, session.pair, side)
    response = HttpResponse(calendar.content, content_type=f"text/calendar; charset=utf-8; method={calendar.method}")
    response.headers["Content-Disposition"] = f'attachment; filename="session-{session.number}.ics"'
    return response


@allow("assistant")
def diary(request: Request) -> HttpResponse:
    """Dates of everybody whose diary the assistant keeps; no agenda, no notes, no theme."""
    now = clock.now()
    rows = [
        {
            "session": session,
            "pair": session.pair,
            "for_whom": session.pair.mentee.person.name,
            "partner": session.pair.mentor.person.first_name,
            "when": wording.in_words(session.starts_at, session.pair.mentee.person.zone),
            "word": wording.state_word(session)[0],
        }
        for session in queries.kept_by(request.account, now=now)
    ]
    dateless = [
        {"pair": pair, "number": number, "for_whom": pair.mentee.person.name, "partner": pair.mentor.person.first_name}
        for pair, number in queries.dateless_of(request.account)
    ]
    return page(request, "scheduling/diary.html", rows=rows, dateless=dateless)


urls = [
    path("diary/", diary, name="diary"),
    path("pairs/<int:pair_id>/sessions/<int:session_id>/invitation.ics", calendar_file, name="session_file"),
]
