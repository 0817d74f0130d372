"""The agreement: written by either, signed by each, printed by the two; read by nobody else."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from turnabout.accounts.models import Link
from turnabout.blueprints.agreement import AgreementField, FieldKind
from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.pairs import policies, services
from turnabout.pairs import queries as pair_queries
from turnabout.pairs.models import Agreement, Pair
from turnabout.web import links, pair_page
from turnabout.web.access import Request, allow
from turnabout.web.numbers import number_of
from turnabout.web.pages import page, redirect_with_message


class AgreementForm(forms.Form):
    """The fields of the design's agreement, with the version that the writer began from."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, fields: tuple[AgreementField, ...], data: object = None, *, words: Mapping[str, str], version: int
    ) -> None:
        super().__init__(data, initial={**words, "version": version})  # type: ignore[arg-type] # a POST's QueryDict, or nothing
        for each in fields:
            self.fields[each.key] = _form_field(each)

    @property
    def words(self) -> dict[str, str]:
        return {key: str(text or "") for key, text in self.cleaned_data.items() if key != "version"}


def _form_field(each: AgreementField) -> forms.Field:
    if each.kind is FieldKind.CHOICE:
        return forms.ChoiceField(
            label=each.label,
            help_text=each.hint,
            required=False,
            initial=each.suggestion,
            choices=[(option, option) for option in each.options],
        )
    if each.kind is FieldKind.NUMBER:
        return forms.IntegerField(
            label=each.label, help_text=each.hint, required=False, initial=each.suggestion, min_value=1, max_value=500
        )
    widget = forms.Textarea(attrs={"rows": 3}) if each.kind is FieldKind.PARAGRAPH else forms.TextInput()
    return forms.CharField(
        label=each.label,
        help_text=each.hint,
        required=False,
        initial=each.suggestion,
        widget=widget,
        max_length=services.LONGEST_WORDS,
    )


@allow("participant")
def agreement(request: Request, pair_id: int) -> HttpResponse:
    """Read, write and sign; a save over the partner's newer text shows both and loses neither.

    Who signs, signs what stands in the form: it is kept first.
    """
    place = pair_page.my_place(request, pair_id)
    current = Agreement.objects.get(pair=place.pair)
    fields = pair_queries.agreement_fields(place.pair)
    form = AgreementForm(fields, request.POST or None, words=current.filled, version=current.version)
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.draft_agreement(
                place.pair, form.words, by=request.account, version=form.cleaned_data["version"], now=clock.now()
            )
        except services.SavedMeanwhile as clash:
            return _both_texts(request, place, fields, clash)
        if "sign" in request.POST:
            services.sign_agreement(place.pair, by=request.account, version=kept.version, now=clock.now())
            return redirect_with_message(request, "pair", _signed_sentence(place.pair), pair_id=pair_id)
        return redirect_with_message(request, "agreement", _("Your text is kept. Both of you can sign it now."), pair_id=pair_id)
    return _show(request, place, current, form)


def _both_texts(
    request: Request, place: pair_page.Place, fields: tuple[AgreementField, ...], clash: services.SavedMeanwhile
) -> HttpResponse:
    """409: the writer's own words stay in the form, the partner's stand beside them."""
    form = AgreementForm(fields, words=clash.mine, version=clash.version)
    changes = [
        {"label": each.label, "before": clash.theirs.get(each.key, ""), "after": clash.mine.get(each.key, "")}
        for each in fields
        if clash.theirs.get(each.key, "") != clash.mine.get(each.key, "")
    ]
    current = Agreement.objects.get(pair=place.pair)
    return _show(request, place, current, form, clash=clash.sentence, changes=changes, status=409)


def _show(
    request: Request,
    place: pair_page.Place,
    current: Agreement,
    form: AgreementForm,
    *,
    clash: str = "",
    changes: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    text = pair_queries.agreement_page(place.pair, current)
    return page(
        request,
        "agreements/agreement.html",
        place=place,
        pair=place.pair,
        partner=place.partner.person,
        agreement=current,
        text=text,
        sections=[(section, [form[field.key] for field in section.fields]) for section in text.sections],
        form=form,
        i_signed=current.signed_at(place.role),
        partner_signed=current.signed_at(place.partner.role),
        clash=clash,
        changes=changes or [],
        contact=pair_page.contact_for(place),
        status=status,
    )


def _signed_sentence(pair: Pair) -> str:
    if Agreement.objects.defer("words").get(pair=pair).is_signed:
        return _("Both of you have signed. The dates held for you become invitations now.")
    return _("You have signed. When your partner has signed too, the dates held for you become invitations.")


@allow("participant")
def on_paper(request: Request, pair_id: int) -> HttpResponse:
    """For the printer."""
    place = pair_page.my_place(request, pair_id)
    current = Agreement.objects.get(pair=place.pair)
    return page(request, "agreements/print.html", **_paper(place.pair, current))


def _paper(pair: Pair, current: Agreement) -> dict[str, Any]:
    return {
        "pair": pair,
        "agreement": current,
        "text": pair_queries.agreement_page(pair, current),
        "mentor": pair_page.named(pair.mentor),
        "mentee": pair_page.named(pair.mentee),
        "mentor_word": pair_page.word_for(pair.cohort.programme, "mentor"),
        "mentee_word": pair_page.word_for(pair.cohort.programme, "mentee"),
    }


def _linked(link: Link) -> pair_page.Place:
    pair = Pair.objects.with_people().filter(pk=link.subject_id).first()
    side = None if pair is None else policies.side_of(link.account, pair)
    if pair is None or side is None or not pair.is_unfinished:
        raise NotPossible(
            _("This pair has closed, so there is nothing to sign any more. Your coordinator will offer a new partner.")
        )
    return pair_page.place_of(pair, side)


def show_link(request: HttpRequest, link: Link) -> HttpResponse:
    place = _linked(link)
    current = Agreement.objects.get(pair=place.pair)
    if current.signed_at(place.role) is not None:
        raise NotPossible(_("You have already signed this agreement. There is nothing more to do."))
    return page(
        request,
        "agreements/sign.html",
        **_paper(place.pair, current),
        partner=place.partner.person,
        contact=pair_page.contact_for(place),
    )


def do_link(request: HttpRequest, link: Link) -> HttpResponse:
    place = _linked(link)
    # Whatever is not a version's number is no version that there is.
    version = number_of(request.POST.get("version", "")) or 0
    services.sign_agreement(place.pair, by=link.account, version=version, now=clock.now())
    return page(
        request,
        "links/done.html",
        title=_("Thank you"),
        sentence=_signed_sentence(place.pair),
        contact=pair_page.contact_for(place),
    )


links.register(links.Action(verb="agreement.sign", show=show_link, do=do_link))

urls = [
    path("pairs/<int:pair_id>/agreement/", agreement, name="agreement"),
    path("pairs/<int:pair_id>/agreement/print/", on_paper, name="agreement_print"),
]
