"""Questions to a board: why not these two, who else for this person, and at what cost. For organisers only.

Answers name other people where a choice moves them, so each name goes through `shown`: outside a coordinator's
businesses there is somebody, and no name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from turnabout.core import clock
from turnabout.core.text import folded
from turnabout.enrolments.models import Enrolment
from turnabout.matching import asking, boards, costs, keeping, reckoning, runs, wording
from turnabout.matching.asking import Alternative, Cost, Standing
from turnabout.matching.models import Proposal, Run
from turnabout.people.models import Person
from turnabout.programmes.queries import Scope
from turnabout.programmes.words import Words, words_for
from turnabout.web.access import Request, allow
from turnabout.web.matching import board_and_scope, may_ask_what_if, run_and_scope, tabs
from turnabout.web.names import Shown, shown
from turnabout.web.numbers import number_of
from turnabout.web.pages import page, redirect_with_message

MOST_FOUND = 12
MOST_CHOICES = 20
OTHER_ROLE = {"mentor": "mentee", "mentee": "mentor"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Whom somebody meant by what they typed on one side."""

    role: str
    label: str
    text: str
    place: Enrolment | None = None
    others: tuple[tuple[Shown, str], ...] = ()

    @property
    def is_nobody(self) -> bool:
        return bool(self.text) and self.place is None and not self.others


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One person whose partner changes, for the component `diff`."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One possible partner in a ranked list."""

    place_id: int
    person: Shown
    score: int
    price: str
    is_current: bool


def places_of(run: Run, scope: Scope, role: str) -> QuerySet[Enrolment]:
    """Registered places of one side that this reader may name."""
    return (
        Enrolment.objects.select_related("person__entity", "cohort__programme")
        .filter(cohort=run.cohort_id, role=role, state=Enrolment.State.REGISTERED)
        .in_entities(scope.entity_ids)
    )


@allow("owner", "coordinator")
def why_not(request: Request, run_id: int) -> HttpResponse:
    """Why two people are not a pair: the rule in words, or what it would cost and who would change."""
    run, scope = run_and_scope(request, run_id)
    sides = [_found(request, run, scope, role) for role in ("mentor", "mentee")]
    mentor, mentee = sides[0].place, sides[1].place
    answer = _answer(run, scope, mentor, mentee) if mentor and mentee and keeping.has_input(run) else None
    return page(
        request,
        "matching/why_not.html",
        run=run,
        cohort=run.cohort,
        sides=sides,
        answer=answer,
        has_input=answer is not None or keeping.has_input(run),
        can_choose=_is_open(run),
        tabs=tabs(run, scope, current="why"),
    )


def _is_open(run: Run) -> bool:
    return run.state in {Run.State.DRAFT, Run.State.PUBLISHED}


def _found(request: Request, run: Run, scope: Scope, role: str) -> Found:
    """By number, mail or part of a name; where several fit, a list to choose from."""
    text, chosen = request.GET.get(role, "").strip(), request.GET.get(f"{role}_place", "")
    label = words_for(run.cohort.programme).titled(role)
    places = places_of(run, scope, role)
    number = number_of(chosen)
    if number is not None:
        place = places.filter(pk=number).first()
        if place is not None and text in {"", place.person.name}:
            return Found(role=role, label=label, text=place.person.name, place=place)
    if not text:
        return Found(role=role, label=label, text="")
    exact = places.filter(Q(person__employee_number=text) | Q(person__email__iexact=text)).first()
    fits = places.filter(person__search_key__contains=folded(text)).order_by("person__sort_key", "pk")
    rows = [exact] if exact is not None else list(fits[:MOST_FOUND])
    if len(rows) == 1:
        return Found(role=role, label=label, text=rows[0].person.name, place=rows[0])
    others = tuple((shown(row.person, scope), _address(request, role, row)) for row in rows)
    return Found(role=role, label=label, text=text, others=others)


def _address(request: Request, role: str, place: Enrolment) -> str:
    """The same question with this person chosen."""
    asked = request.GET.copy()
    asked[role], asked[f"{role}_place"] = place.person.name, str(place.pk)
    return "?" + asked.urlencode()


def _answer(run: Run, scope: Scope, mentor: Enrolment, mentee: Enrolment) -> dict[str, Any]:
    found = asking.why_not(run, mentor, mentee)
    one, other = shown(mentor.person, scope), shown(mentee.person, scope)
    answer: dict[str, Any] = {"mentor": one, "mentee": other, "mentor_place": mentor, "mentee_place": mentee}
    if found.pairing is None:
        return answer | {"rules": costs.rules_of(found), "remedy": costs.would_help(found)}
    topics = asking.topics_between(run, found.pairing.mentor, found.pairing.mentee)
    pair = runs.proposal(run, found.pairing, mentor, mentee, topics)
    answer |= {"pairing": found.pairing, "explanation": wording.explanation(pair), "notes": wording.notes(pair)}
    if found.is_in_plan:
        return answer | {"is_in_plan": True, "sentences": [costs.parting(found.cost)]} | changes(scope, found.cost)
    if found.cost is None:
        return answer | {"sentences": [_("Kept suggestions take all the places that one of them has.")]}
    return answer | {"sentences": costs.forcing(found.cost)} | changes(scope, found.cost)


def changes(scope: Scope, cost: Cost | None) -> dict[str, Any]:
    """Who else changes, told person by person."""
    if cost is None:
        return {}
    names = named(scope, (key for swap in cost.swaps for key in (swap.mentee, swap.before, swap.after) if key))
    lines = [
        Line(
            label=names[swap.mentee],
            before=names[swap.before] if swap.before else _("no partner"),
            after=names[swap.after] if swap.after else _("no partner"),
        )
        for swap in cost.swaps
    ]
    return {"changes": lines, "more": costs.more_swaps(cost)}


def named(scope: Scope, keys: Iterable[str]) -> dict[str, str]:
    """Keys of the engine -> names this reader may see. One query."""
    wanted = set(keys)
    people = Person.objects.select_related("entity").filter(employee_number__in=wanted) if wanted else ()
    names = {person.employee_number: shown(person, scope).name for person in people}
    return {key: names.get(key, _("Somebody who has left")) for key in wanted}


@allow("owner", "coordinator")
def person(request: Request, run_id: int, place_id: int) -> HttpResponse:
    """One person on the board: their partner or why there is none, and who else it could be at what cost."""
    run, scope = run_and_scope(request, run_id)
    place = get_object_or_404(
        Enrolment.objects.select_related("person__entity", "cohort__programme")
        .filter(cohort=run.cohort_id)
        .in_entities(scope.entity_ids),
        pk=place_id,
    )
    found = asking.standing(run, place) if keeping.has_input(run) else None
    words = words_for(run.cohort.programme)
    return page(
        request,
        "matching/person.html",
        run=run,
        cohort=run.cohort,
        place=place,
        person=shown(place.person, scope),
        role_word=words.titled(place.role),
        why=None if found is None else why_alone(found, words),
        ranked=None if found is None else ranked(run, scope, place, found, most=MOST_CHOICES),
        can_choose=_is_open(run),
        may_ask=found is not None and found.left_over is not None and may_ask_what_if(run, scope),
        tabs=tabs(run, scope, current="alone" if found is not None and found.left_over else "pairs"),
    )


def why_alone(found: Standing, words: Words) -> dict[str, Any] | None:
    """What stood in the way of somebody without a partner, and what would help."""
    alone = found.left_over
    if alone is None:
        return None if found.alternatives else {"sentence": costs.nobody_available()}
    bars = costs.blocked_bars_of(alone)
    return {
        "sentence": costs.why_alone(eligible=alone.eligible, rules=alone.blocked),
        "bars": bars,
        "most": max((bar.value for bar in bars), default=1),
        "opens": costs.what_would_help(eligible=alone.eligible, opens=alone.opens),
        "scarce": costs.scarce([reckoning.as_row(row) for row in found.shortages], mentors=words.mentors, mentees=words.mentees),
    }


def ranked(run: Run, scope: Scope, place: Enrolment, found: Standing, *, most: int) -> dict[str, Any]:
    """Possible partners this reader may name, cheapest first, and how many there are besides."""
    other = OTHER_ROLE[place.role]
    places = {one.person.employee_number: one for one in places_of(run, scope, other)}
    named_ones = [(choice, places[choice.key]) for choice in found.alternatives if choice.key in places]
    columns = [
        {"label": _("Possible partner")},
        {"label": _("Points of 1,000"), "is_number": True},
        {"label": _("For the whole round")},
        {"label": _("Choose")},
    ]
    return {
        "options": [_option(choice, one, scope) for choice, one in named_ones[:most]],
        "columns": columns,
        "shown": min(most, len(named_ones)),
        "all": len(named_ones),
        "elsewhere": len(found.alternatives) - len(named_ones) if scope.entity_ids is not None else 0,
    }


def _option(one: Alternative, place: Enrolment, scope: Scope) -> Option:
    return Option(
        place_id=place.pk,
        person=shown(place.person, scope),
        score=one.score,
        price=costs.price(one),
        is_current=one.is_current,
    )


@allow("owner", "coordinator")
@require_POST
def choose(request: Request, run_id: int) -> HttpResponse:
    """Put two people of a ranked list on the board, under the same rules as pairing by hand."""
    run, scope = board_and_scope(request, run_id)
    places = [_chosen(request, run, scope, role) for role in ("mentor", "mentee")]
    proposal = boards.pair_by_hand(run, *places, by=request.account, now=clock.now())
    return redirect_with_message(request, "proposal", _("The pair is on the board and kept."), proposal_id=proposal.pk)


def _chosen(request: Request, run: Run, scope: Scope, role: str) -> Enrolment:
    number = number_of(request.POST.get(role, ""))
    place = None if number is None else places_of(run, scope, role).filter(pk=number).first()
    if place is None:
        raise Http404
    return place


def swap_lists(proposal: Proposal, scope: Scope, *, most: int) -> list[dict[str, Any]]:
    """Who else it could be, for either side of a suggestion that this reader may name."""
    if not keeping.has_input(proposal.run):
        return []
    return [
        {
            "person": shown(place.person, scope),
            "role": place.role,
            "place_id": place.pk,
            "url": reverse("board_person", kwargs={"run_id": proposal.run_id, "place_id": place.pk}),
            "ranked": ranked(proposal.run, scope, place, asking.standing(proposal.run, place), most=most),
        }
        for place in (proposal.mentor, proposal.mentee)
        if scope.sees(place.person)
    ]


urls = [
    path("matching/<int:run_id>/why-not/", why_not, name="board_why_not"),
    path("matching/<int:run_id>/person/<int:place_id>/", person, name="board_person"),
    path("matching/<int:run_id>/choose/", choose, name="board_choose"),
]
