"""The certificate: what one of the two did, on one sheet, once the pair has closed."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from turnabout.core.errors import NotPossible
from turnabout.enrolments.models import Enrolment
from turnabout.pairs import queries as pair_queries
from turnabout.pairs.models import Pair
from turnabout.programmes.queries import sponsor_of
from turnabout.scheduling import queries
from turnabout.scheduling.models import Session
from turnabout.web import pair_page
from turnabout.web.access import Request, allow
from turnabout.web.pages import page


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    label: str
    value: str


@allow("participant")
def certificate(request: Request, pair_id: int) -> HttpResponse:
    """One's own; the partner has another."""
    place = pair_page.my_place(request, pair_id)
    pair = place.pair
    if pair.state != Pair.State.CLOSED or pair.ended_at is None:
        raise NotPossible(_("Your certificate is ready when your pair has closed after its last session."))
    met = [session for session in queries.timeline(pair) if session.state == Session.State.MET]
    sponsor = sponsor_of(pair.cohort.programme_id)
    return page(
        request,
        "certificates/certificate.html",
        title=pair.cohort.programme.name,
        name=place.side.person.name,
        side=place.role,
        sentence=_sentence(place, len(met)),
        facts=_facts(pair, met),
        signed_by=sponsor.account.display_name if sponsor else "",
        signed_as=_("sponsor of the programme") if sponsor else "",
        date=date_format(pair.ended_at.date(), "j F Y"),
    )


def _sentence(place: pair_page.Place, count: int) -> str:
    words = {"name": place.partner.person.name, "count": count}
    if place.role == Enrolment.Role.MENTOR:
        return (
            ngettext(
                "shared what they know with %(name)s in %(count)s session, and took a colleague's questions seriously.",
                "shared what they know with %(name)s in %(count)s sessions, and took a colleague's questions seriously.",
                count,
            )
            % words
        )
    return (
        ngettext(
            "learned from %(name)s in %(count)s session, and gave experience and time in return.",
            "learned from %(name)s in %(count)s sessions, and gave experience and time in return.",
            count,
        )
        % words
    )


def _facts(pair: Pair, met: list[Session]) -> list[Fact]:
    hours = sum(session.minutes for session in met) / 60
    days = sorted(session.met_on for session in met if session.met_on)
    guides = [pair_queries.guide_for(pair, session.theme) for session in met]
    facts = [
        Fact(label=_("Round"), value=pair.cohort.name),
        Fact(
            label=_("Sessions held"), value=_("%(count)s of %(planned)s") % {"count": len(met), "planned": pair.cohort.sessions}
        ),
        Fact(label=_("Hours together"), value=f"{hours:g}"),
    ]
    if days:
        facts.append(Fact(label=_("From and to"), value=f"{date_format(days[0], 'j F Y')} – {date_format(days[-1], 'j F Y')}"))
    titles = dict.fromkeys(guide.title for guide in guides if guide is not None)
    if titles:
        facts.append(Fact(label=_("Themes"), value=" · ".join(titles)))
    return facts


urls = [path("pairs/<int:pair_id>/certificate/", certificate, name="certificate")]
