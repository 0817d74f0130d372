from turnabout.core.models import Event
from turnabout.insights import services
from turnabout.pairs.models import Pair, PairQuerySet
from turnabout.scheduling.models import Session


def after_pair(event: Event) -> None:
    _refresh(Pair.objects.filter(pk=event.subject_id), event)


def after_pairs(event: Event) -> None:
    _refresh(Pair.objects.ended_together(event.subject_id, event.at), event)


def after_session(event: Event) -> None:
    _refresh(Pair.objects.filter(pk__in=Session.objects.filter(pk=event.subject_id).values("pair")), event)


def _refresh(pairs: PairQuerySet, event: Event) -> None:
    services.refresh(list(pairs.select_related("cohort", "mentor", "mentee")), on=event.at.date())
