"""One thing that changed: the partner reads the exact words and decides; either takes it back at any time.

Organisers read what both agreed to share, and nothing else of a pair."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from turnabout.accounts.models import Link
from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.pairs.models import Pair
from turnabout.programmes.words import words_for
from turnabout.stories import services
from turnabout.stories.models import Story
from turnabout.web import links, pair_page
from turnabout.web.access import Request, allow
from turnabout.web.cohorts import organised_cohort
from turnabout.web.pages import page, redirect_with_message

ON_A_PAGE = 20


def choices(name: str) -> list[dict[str, str]]:
    return [
        {
            "value": "yes",
            "label": _("Yes, you may share it"),
            "text": _("For a year, your coordinator and the programme lead may read and tell it. You can take your yes back."),
        },
        {"value": "no", "label": _("Keep it between us"), "text": _("%(name)s is not told of your answer.") % {"name": name}},
    ]


@allow("participant")
def consent(request: Request, pair_id: int, story_id: int) -> HttpResponse:
    place = pair_page.my_place(request, pair_id)
    story = get_object_or_404(Story.objects.visible_to(place.side.person).select_related("teller"), pk=story_id, pair=place.pair)
    story.pair = place.pair
    if request.method == "POST":
        _answer(story, request)
        return redirect_with_message(request, "pair", _("Thank you. Your answer is kept."), pair_id=pair_id)
    return _show(request, story, place, layout="base.html")


@allow("participant")
@require_POST
def withdraw(request: Request, pair_id: int, story_id: int) -> HttpResponse:
    place = pair_page.my_place(request, pair_id)
    story = get_object_or_404(Story.objects.visible_to(place.side.person), pk=story_id, pair=place.pair)
    story.pair = place.pair
    services.withdraw_story(story, by=request.account, now=clock.now())
    return redirect_with_message(request, "pair", _("Taken back."), pair_id=pair_id)


@allow("owner", "coordinator")
def shared(request: Request, cohort_id: int) -> HttpResponse:
    """What an organiser may tell of a round: the words alone, without names."""
    cohort, scope = organised_cohort(request, cohort_id)
    stories = Story.objects.to_tell(scope, now=clock.now()).filter(pair__cohort=cohort).select_related("teller")
    found = Paginator(stories.order_by("-told_at", "-pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    found.object_list = list(found.object_list)
    return page(request, "stories/shared.html", cohort=cohort, words=words_for(cohort.programme), found=found)


def _answer(story: Story, request: HttpRequest, link: Link | None = None) -> None:
    answer = request.POST.get("answer", "")
    if answer not in ("yes", "no"):
        raise NotPossible(_("Choose one of the two answers."))
    account = link.account if link is not None else request.account  # type: ignore[attr-defined] # a Request of ours
    services.consent_to_story(story, is_yes=answer == "yes", by=account, now=clock.now())


def _show(request: HttpRequest, story: Story, place: pair_page.Place, *, layout: str) -> HttpResponse:
    return page(
        request,
        "stories/consent.html",
        layout=layout,
        story=story,
        partner=place.partner.person,
        is_teller=story.teller_id == place.side.pk,
        choices=choices(place.partner.person.first_name),
        contact=pair_page.contact_for(place),
    )


def _linked(link: Link) -> tuple[Story, pair_page.Place]:
    story = Story.objects.select_related("teller").filter(pk=link.subject_id).first()
    pair = None if story is None else Pair.objects.with_people().get(pk=story.pair_id)
    side = (
        None
        if pair is None
        else next((each for each in (pair.mentor, pair.mentee) if each.person.account_id == link.account_id), None)
    )
    if story is None or pair is None or side is None or not Story.objects.visible_to(side.person).filter(pk=story.pk).exists():
        raise NotPossible(_("This story was taken back. There is nothing more to decide."))
    story.pair = pair
    return story, pair_page.place_of(pair, side)


def show_link(request: HttpRequest, link: Link) -> HttpResponse:
    story, place = _linked(link)
    return _show(request, story, place, layout="base_plain.html")


def do_link(request: HttpRequest, link: Link) -> HttpResponse:
    story, place = _linked(link)
    _answer(story, request, link)
    return page(
        request, "links/done.html", title=_("Thank you"), sentence=_("Your answer is kept."), contact=pair_page.contact_for(place)
    )


links.register(links.Action(verb="story.consent", show=show_link, do=do_link))

urls = [
    path("pairs/<int:pair_id>/stories/<int:story_id>/", consent, name="story"),
    path("pairs/<int:pair_id>/stories/<int:story_id>/withdraw/", withdraw, name="story_withdraw"),
    path("rounds/<int:cohort_id>/stories/", shared, name="shared_stories"),
]
