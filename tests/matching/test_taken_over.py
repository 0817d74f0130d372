"""A worker that was silent for long is taken for dead; when it comes back, its work is done already."""

import threading

import pytest
from django.conf import settings
from django.db import connection

from tests import factories
from tests.cast import NOON
from tests.project.site import until
from turnabout.core import progress
from turnabout.core.database import connect
from turnabout.matching import services
from turnabout.matching.models import Proposal, Run


@pytest.mark.django_db(transaction=True)
def test_slow_worker_does_not_undo_what_a_faster_one_has_stored(cast):
    mentor, mentee = cast.mia_place, cast.sol_place
    run = services.start_run(cast.cohort, by=cast.olu, now=NOON)
    progress.begin(run, total=services.STEPS, now=NOON)

    def slowly() -> None:
        services.solve_run(run, now=NOON)
        connection.close()

    slow = threading.Thread(target=slowly)
    with connect(settings.DATABASES["default"] | {"NAME": connection.settings_dict["NAME"]}) as other, other.transaction():
        other.execute("select from core_progress for update")  # here the slow one falls silent
        slow.start()
        until(lambda: Run.objects.get().state == "solving")
        Run.objects.update(state="published")
        sent = factories.proposal(run, mentor, mentee, state="asking_mentor")
    slow.join()
    run.refresh_from_db()
    assert run.state == "published"
    assert list(Proposal.objects.values_list("pk", flat=True)) == [sent.pk]
