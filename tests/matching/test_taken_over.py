"""A worker that was silent for long is taken for dead; when it comes back, its work is done already."""

import threading

import pytest
from django.conf import settings
from django.db import connection

from tests import factories
from tests.cast import NOON
from turnabout.core.database import connect
from turnabout.matching import services
from turnabout.matching.models import Proposal


@pytest.mark.django_db(transaction=True)
def test_slow_worker_does_not_undo_what_a_faster_one_has_stored(cast):
    assert (cast.mia_place, cast.sol_place)
    run = services.start_run(cast.cohort, by=cast.olu, now=NOON)

    def slowly() -> None:
        services.solve_run(run, now=NOON)
        connection.close()

    slow = threading.Thread(target=slowly)
    with connect(settings.DATABASES["default"] | {"NAME": connection.settings_dict["NAME"]}) as other:
        with other.transaction():
            other.execute("update matching_run set state = 'solving' where id = %s", (run.pk,))
            other.execute("select from matching_run where id = %s for update", (run.pk,))
            slow.start()
            slow.join(0.5)
            other.execute("update matching_run set state = 'published' where id = %s", (run.pk,))
            sent = factories.proposal(run, cast.mia_place, cast.sol_place, state="asking_mentor")
        slow.join()
    run.refresh_from_db()
    assert run.state == "published"
    assert list(Proposal.objects.values_list("pk", flat=True)) == [sent.pk]
