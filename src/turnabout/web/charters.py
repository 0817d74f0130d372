"""Purpose and promises: the questions, the readiness check, and the page on which the sponsor signs."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from turnabout.accounts.models import Link
from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.programmes import opening, rounds, services
from turnabout.programmes.models import Charter, Cohort, Programme
from turnabout.programmes.queries import sponsor_of
from turnabout.web import links, programme_steps
from turnabout.web.access import Request, allow
from turnabout.web.numbers import number_of
from turnabout.web.pages import page, redirect_with_message
from turnabout.web.programme_forms import PurposeForm, ReadinessForm
from turnabout.web.programmes import seen_programme


def step_context(programme: Programme, current: str) -> dict[str, object]:
    """What the stepper of a page needs; nothing once no round is in draft."""
    cohort = programme_steps.draft_of(programme)
    if cohort is None or cohort.state != Cohort.State.DRAFT:
        return {"steps": [], "next_url": ""}
    return {
        "steps": programme_steps.steps(programme, cohort, current, rounds.missing(cohort)),
        "next_url": programme_steps.after(programme, cohort, current),
    }


@allow("owner")
def purpose(request: Request, programme_id: int) -> HttpResponse:
    programme = seen_programme(request, programme_id)
    charter = rounds.newest_charter(programme)
    form = PurposeForm(request.POST if request.method == "POST" else None, initial=PurposeForm.values_of(charter))
    context = step_context(programme, "purpose")
    if request.method == "POST" and form.is_valid():
        services.save_charter(programme, answers=form.answers(), by=request.account, now=clock.now())
        return onwards(request, programme, context)
    return page(
        request,
        "programmes/purpose.html",
        programme=programme,
        form=form,
        charter=charter,
        status=422 if form.errors else 200,
        **context,
    )


@allow("owner")
def readiness(request: Request, programme_id: int) -> HttpResponse:
    programme = seen_programme(request, programme_id)
    checks = opening.checks(programme.design, rounds.newest_charter(programme))
    if not checks:
        raise Http404
    form = ReadinessForm(request.POST if request.method == "POST" else None, checks=checks)
    context = step_context(programme, "readiness")
    if request.method == "POST" and form.is_valid():
        services.answer_readiness(programme, answers=form.answers(), by=request.account, now=clock.now())
        return onwards(request, programme, context)
    rows = [{"check": check, "field": form[check.key]} for check in checks]
    return page(
        request,
        "programmes/readiness.html",
        programme=programme,
        form=form,
        rows=rows,
        status=422 if form.errors else 200,
        **context,
    )


def onwards(request: Request, programme: Programme, context: dict[str, object]) -> HttpResponse:
    """Saved: to the next step while a round is prepared, else back to the programme."""
    if context["next_url"]:
        return redirect(str(context["next_url"]))
    return redirect_with_message(request, "programme", _("Saved."), programme.pk)


@allow("owner", "coordinator", "sponsor")
def charter_page(request: Request, programme_id: int) -> HttpResponse:
    """Purpose and promises as the sponsor reads and signs them; one button."""
    programme = seen_programme(request, programme_id)
    charter = rounds.newest_charter(programme)
    if charter is None:
        raise Http404
    sponsor = sponsor_of(programme)
    is_sponsor = programme.pk in request.duties.sponsors
    return page(
        request,
        "programmes/charter.html",
        programme=programme,
        charter=charter,
        sponsor=sponsor,
        is_sponsor=is_sponsor,
        may_record=request.duties.is_owner and not is_sponsor and charter.signed_at is None,
        may_sign=is_sponsor and charter.signed_at is None and bool(charter.purpose.strip()),
    )


@allow("owner", "sponsor")
@require_POST
def sign(request: Request, programme_id: int) -> HttpResponse:
    programme = seen_programme(request, programme_id)
    charter = get_object_or_404(Charter, programme=programme, version=number_of(request.POST.get("version", "")) or 0)
    services.sign_charter(charter, by=request.account, now=clock.now())
    return redirect_with_message(request, "programme_charter", _("Signed. Thank you."), programme.pk)


@allow("owner")
@require_POST
def present(request: Request, programme_id: int) -> HttpResponse:
    programme = seen_programme(request, programme_id)
    charter = get_object_or_404(Charter, programme=programme, version=number_of(request.POST.get("version", "")) or 0)
    services.present_charter(charter, by=request.account, now=clock.now())
    return redirect_with_message(
        request, "programme_charter", _("The sponsor will get a mail with a link to this page."), programme.pk
    )


def show_link(request: Request, link: Link) -> HttpResponse:
    """Purpose and promises from the mail, with the one button."""
    charter = _charter_of(link)
    return page(request, "programmes/charter_link.html", programme=charter.programme, charter=charter)


def do_link(request: Request, link: Link) -> HttpResponse:
    charter = _charter_of(link)
    services.sign_charter(charter, by=link.account, now=clock.now())
    return page(request, "programmes/charter_signed.html", programme=charter.programme)


def _charter_of(link: Link) -> Charter:
    charter = get_object_or_404(Charter.objects.select_related("programme"), pk=link.subject_id)
    if charter.signed_at is not None:
        raise NotPossible(_("This version is signed already. Thank you."))
    return charter


links.register(links.Action(verb="charter.sign", show=show_link, do=do_link))

urls = [
    path("programmes/<int:programme_id>/purpose/", purpose, name="programme_purpose"),
    path("programmes/<int:programme_id>/readiness/", readiness, name="programme_readiness"),
    path("programmes/<int:programme_id>/charter/", charter_page, name="programme_charter"),
    path("programmes/<int:programme_id>/charter/sign/", sign, name="programme_charter_sign"),
    path("programmes/<int:programme_id>/charter/present/", present, name="programme_charter_present"),
]
