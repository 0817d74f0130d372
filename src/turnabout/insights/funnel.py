"""Where people are: how many reached each stage of a round, by entity and country. Plain counts, one query each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from turnabout.core.text import grouped
from turnabout.enrolments.models import Enrolment
from turnabout.insights.threshold import Withheld, withheld
from turnabout.matching.models import Proposal
from turnabout.pairs.models import Pair
from turnabout.programmes.models import Cohort
from turnabout.programmes.queries import Scope
from turnabout.scheduling.models import Session

STAGES = ("invited", "registered", "prepared", "matched", "said_yes", "met", "agreed", "closed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One entity: how many people reached each stage."""

    entity: str
    country: str
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A count as it may be shown; `value` is None where it is withheld."""

    value: int | None
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of the table, ready to be shown or exported."""

    label: str
    country: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Funnel:
    """The whole round and its parts."""

    total: Line
    entities: tuple[Line, ...]
    countries: tuple[Line, ...]


def labels() -> dict[str, str]:
    return {
        "invited": _("Invited"),
        "registered": _("Registered"),
        "prepared": _("Prepared"),
        "matched": _("Matched"),
        "said_yes": _("Said yes"),
        "met": _("Met"),
        "agreed": _("Agreed"),
        "closed": _("Closed"),
    }


def definitions() -> dict[str, str]:
    """How each figure is counted, in a sentence."""
    return {
        "invited": _(
            "People who were given a place to take, by invitation or after asking for one. Who left again is still counted here."
        ),
        "registered": _("People who finished the registration, whether or not they left later."),
        "prepared": _("Registered people who did what the round asks before it begins, or were marked in a live session."),
        "matched": _("People with a suggested partner that is open now, or who have or had a partner."),
        "said_yes": _("People who have or had a partner: both sides said yes."),
        "met": _("People with a partner whom they met at least once."),
        "agreed": _("People with a partner with whom they have both signed the agreement."),
        "closed": _("People with a partner with whom they reached the closing session."),
    }


def count(cohort: Cohort, scope: Scope | None = None) -> list[Row]:
    """One query for any number of people; a person with two places counts once for each."""
    places = Enrolment.objects.filter(cohort=cohort)
    if scope is not None:
        places = places.in_entities(scope.entity_ids)
    rows = (
        places.annotate(
            has_pair=_exists(Pair.objects.all()),
            has_open=Q(Exists(Proposal.objects.open().filter(mentor=OuterRef("pk"))))
            | Q(Exists(Proposal.objects.open().filter(mentee=OuterRef("pk")))),
            has_met=_exists(Pair.objects.filter(Exists(Session.objects.filter(pair=OuterRef("pk"), state=Session.State.MET)))),
            has_agreed=_exists(
                Pair.objects.filter(agreement__mentor_signed_at__isnull=False, agreement__mentee_signed_at__isnull=False)
            ),
            has_closed=_exists(Pair.objects.filter(state=Pair.State.CLOSED)),
        )
        .order_by()
        .values(name=F("person__entity__name"), where=F("person__entity__country"), key=F("person__entity__sort_key"))
        .annotate(
            invited=Count("pk"),
            registered=Count("pk", filter=Q(registered_at__isnull=False)),
            prepared=Count("pk", filter=Q(registered_at__isnull=False, prepared_at__isnull=False)),
            matched=Count("pk", filter=Q(has_pair=True) | Q(has_open=True)),
            said_yes=Count("pk", filter=Q(has_pair=True)),
            met=Count("pk", filter=Q(has_met=True)),
            agreed=Count("pk", filter=Q(has_agreed=True)),
            closed=Count("pk", filter=Q(has_closed=True)),
        )
        .order_by("key")
    )
    return [Row(entity=row["name"] or "", country=row["where"] or "", counts=_counts(row)) for row in rows]


def _counts(row: Mapping[str, Any]) -> dict[str, int]:
    return {stage: row[stage] for stage in STAGES}


def _exists(pairs: QuerySet[Pair]) -> Q:
    """A pair of these in which the place is either side."""
    return Q(Exists(pairs.filter(mentor=OuterRef("pk")))) | Q(Exists(pairs.filter(mentee=OuterRef("pk"))))


def table(rows: Iterable[Row], *, only_aggregates: bool) -> Funnel:
    """Totals, countries and entities. With `only_aggregates` small counts are withheld, and so is whatever would give them away."""
    rows = list(rows)
    by_country: dict[str, list[Row]] = {}
    for row in rows:
        by_country.setdefault(row.country, []).append(row)
    unknown = _("not known")
    hidden = {stage: _withheld(rows, stage) if only_aggregates else Withheld() for stage in STAGES}
    return Funnel(
        total=_line(_("All"), "", _sum(rows), {stage for stage in STAGES if hidden[stage].is_total}),
        entities=tuple(
            _line(row.entity or unknown, row.country, row.counts, {stage for stage in STAGES if number in hidden[stage].counts})
            for number, row in enumerate(rows)
        ),
        countries=tuple(
            _line(country or unknown, country, _sum(group), {stage for stage in STAGES if country in hidden[stage].groups})
            for country, group in sorted(by_country.items())
        ),
    )


def _withheld(rows: list[Row], stage: str) -> Withheld:
    """Over entities, countries and all at once: whoever reads one tab reads the other too."""
    return withheld([row.counts[stage] for row in rows], [row.country for row in rows])


def _line(label: str, country: str, counts: Mapping[str, int], hidden: set[str]) -> Line:
    return Line(label=label, country=country, cells=tuple(_cell(counts[stage], stage in hidden) for stage in STAGES))


def _cell(value: int, is_hidden: bool) -> Cell:
    """One word for all that is withheld: which of them is the small one would say too much."""
    return Cell(value=None, text=_("not shown")) if is_hidden else Cell(value=value, text=grouped(value))


def _sum(rows: Iterable[Row]) -> dict[str, int]:
    rows = list(rows)
    return {stage: sum(row.counts[stage] for row in rows) for stage in STAGES}
