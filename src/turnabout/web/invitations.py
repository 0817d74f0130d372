"""Inviting people to a round: from a pasted list, or out of the directory, some or all that a filter shows."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.enrolments import invitations, qualifying
from turnabout.enrolments import queries as places
from turnabout.enrolments.invitations import Invited
from turnabout.people.models import Entity, Person
from turnabout.programmes.models import Cohort
from turnabout.programmes.policies import is_recruiting
from turnabout.programmes.queries import Scope
from turnabout.programmes.words import Words, words_for
from turnabout.web.access import Request, allow
from turnabout.web.cohorts import organised_cohort
from turnabout.web.numbers import numbers_of
from turnabout.web.pages import page, redirect_with_message

ON_A_PAGE = 50
MOST_AT_ONCE = 5_000


class ListForm(forms.Form):
    people = forms.CharField(
        label=gettext_lazy("Employee numbers or work addresses"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy("One per line, or separated by commas. A column copied from a spreadsheet is fine."),
        max_length=300_000,
        error_messages={"required": gettext_lazy("Paste at least one employee number or work address.")},
    )


class DirectoryForm(forms.Form):
    role = forms.CharField(widget=forms.HiddenInput, required=False)
    how = forms.CharField(widget=forms.HiddenInput, required=False)
    q = forms.CharField(label=gettext_lazy("Name, number or job"), required=False, max_length=100)
    entity = forms.ChoiceField(label=gettext_lazy("Place of work"), required=False)
    grade_from = forms.IntegerField(label=gettext_lazy("Grade from"), required=False)
    grade_to = forms.IntegerField(label=gettext_lazy("Grade to"), required=False)
    suggested = forms.BooleanField(label=gettext_lazy("Only whom we suggest"), required=False)

    def __init__(self, *args: Any, entities: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["entity"]
        assert isinstance(choices, forms.ChoiceField)  # noqa: S101 - declared above; the type checker has not seen it
        choices.choices = [("", gettext_lazy("All")), *((str(pk), name) for pk, name in entities)]

    def wanted(self, role: str) -> places.DirectoryFilter:
        given = self.cleaned_data if self.is_valid() else {}
        return places.DirectoryFilter(
            text=given.get("q") or "",
            entity_id=int(given["entity"]) if given.get("entity") else None,
            grade_from=given.get("grade_from"),
            grade_to=given.get("grade_to"),
            suggested_for=role if given.get("suggested") else "",
        )


@allow("owner", "coordinator")
def invite(request: Request, cohort_id: int) -> HttpResponse:
    cohort, scope = organised_cohort(request, cohort_id)
    if not is_recruiting(cohort):
        raise NotPossible(_("Only an open round takes people in. Open it first, or plan a new one."))
    role = "mentor" if (request.POST.get("role") or request.GET.get("role")) == "mentor" else "mentee"
    if role == "mentor":
        invitations.require_a_mentee(cohort)
    how = "directory" if (request.POST.get("how") or request.GET.get("how")) == "directory" else "list"
    words = words_for(cohort.programme)
    context: dict[str, Any] = {
        "cohort": cohort,
        "programme": cohort.programme,
        "role": role,
        "words": words,
        "word": words.many(role),
    }
    context["tabs"] = _tabs(cohort, role, how)
    context["sides"] = _sides(cohort, words, role, how)
    if how == "list":
        return _by_list(request, cohort, scope, role, context)
    return _from_directory(request, cohort, scope, role, context)


def _tabs(cohort: Cohort, role: str, how: str) -> list[dict[str, Any]]:
    here = reverse("cohort_invite", args=[cohort.pk])
    labels = (("list", _("Paste a list")), ("directory", _("Choose from the directory")))
    return [
        {"label": label, "url": f"{here}?role={role}&how={key}", "is_current": key == how, "count": None} for key, label in labels
    ]


def _sides(cohort: Cohort, words: Words, role: str, how: str) -> list[dict[str, Any]]:
    here = reverse("cohort_invite", args=[cohort.pk])
    return [
        {"label": words.many(side), "url": f"{here}?role={side}&how={how}", "is_current": side == role, "count": None}
        for side in ("mentee", "mentor")
    ]


def _by_list(request: Request, cohort: Cohort, scope: Scope, role: str, context: dict[str, Any]) -> HttpResponse:
    """First the list as understood, then the invitation: nothing goes out for a list that was not looked at."""
    form = ListForm(request.POST if request.method == "POST" else None)
    reading = None
    if request.method == "POST" and form.is_valid():
        reading = _reading(form, cohort, role, scope)
        if reading is not None and request.POST.get("do") == "invite":
            done = invitations.invite_people(cohort, people=reading.people, role=role, by=request.account, now=clock.now())
            return _invited(request, cohort, done)
    return page(request, "cohorts/invite_list.html", form=form, reading=reading, status=422 if form.errors else 200, **context)


def _reading(form: ListForm, cohort: Cohort, role: str, scope: Scope) -> places.ListReading | None:
    text = form.cleaned_data["people"]
    if len(places.tokens(text)) > places.MOST_IN_A_LIST:
        form.add_error(
            "people", _("This list has more than %(most)s entries. Paste it in parts.") % {"most": places.MOST_IN_A_LIST}
        )
        return None
    reading = places.read_list(text, cohort=cohort, role=role, scope=scope)
    if not reading.people:
        form.add_error(
            "people", _("Nobody on this list can be invited: each is unknown, invited already, or outside what you look after.")
        )
    return reading


def _from_directory(request: Request, cohort: Cohort, scope: Scope, role: str, context: dict[str, Any]) -> HttpResponse:
    entities = Entity.objects.order_by("sort_key")
    if scope.entity_ids is not None:
        entities = entities.filter(pk__in=scope.entity_ids)
    form = DirectoryForm(request.GET, entities=list(entities.values_list("pk", "name")))
    on = clock.today()
    people = places.to_invite(cohort, role, scope=scope, wanted=form.wanted(role), on=on)
    if request.method == "POST":
        done = invitations.invite_people(cohort, people=_chosen(request, people), role=role, by=request.account, now=clock.now())
        return _invited(request, cohort, done)
    shown = Paginator(people, ON_A_PAGE).get_page(request.GET.get("page"))
    count = shown.paginator.count
    return page(
        request,
        "cohorts/invite_directory.html",
        form=form,
        people=list(shown.object_list),
        shown=shown,
        count=count,
        count_text=ngettext(
            "%(count)s person without a place on this side", "%(count)s people without a place on this side", count
        )
        % {"count": count},
        suggestion=qualifying.in_words(places.cut_for(cohort, scope=scope, on=on), cohort.seniority),
        columns=[{"label": label} for label in (_("Name"), _("Grade"), context["words"].Entity, _("Unit"), _("Here since"))],
        can_invite_all=0 < count <= MOST_AT_ONCE,
        **context,
    )


def _chosen(request: Request, people: Any) -> list[Person]:
    """The people ticked, or everybody whom the filter shows."""
    if request.POST.get("do") == "all":
        return list(people[:MOST_AT_ONCE])
    ids = numbers_of(request.POST.getlist("person"))
    if not ids:
        raise NotPossible(_("Tick at least one person, then invite."))
    return list(people.filter(pk__in=ids))


def _invited(request: Request, cohort: Cohort, done: Invited) -> HttpResponse:
    if not done.count:
        return redirect_with_message(request, "cohort", _("Everybody on this list had been invited before."), cohort.pk)
    return redirect_with_message(request, "cohort", _told(done), cohort.pk)


def _told(done: Invited) -> str:
    """How many are invited, how many of them get a mail, and what reaches the others."""
    mailed = done.count - done.without_mailbox
    sentences = [ngettext("%(count)s person is invited.", "%(count)s people are invited.", done.count) % {"count": done.count}]
    if mailed:
        text = ngettext("%(count)s mail is on its way.", "%(count)s mails are on their way.", mailed)
        sentences.append(text % {"count": mailed})
    if done.without_mailbox:
        text = ngettext(
            "%(count)s has no mailbox: print a card on their page in the directory, and “Messages on paper” there.",
            "%(count)s have no mailbox: print a card on each one's page in the directory, and “Messages on paper” there.",
            done.without_mailbox,
        )
        sentences.append(text % {"count": done.without_mailbox})
    return " ".join(sentences)


urls = [path("rounds/<int:cohort_id>/invite/", invite, name="cohort_invite")]
