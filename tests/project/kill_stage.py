"""What the kill test does not do by hand, run inside the site: `python -m tests.project.kill_stage open|register`."""

import sys
from datetime import date

from turnabout.project import django_setup

django_setup.set_up()

from django.db import transaction  # noqa: E402  # Django must be set up before its models are imported

from tests import factories  # noqa: E402
from turnabout.accounts.models import Account  # noqa: E402
from turnabout.core import clock  # noqa: E402
from turnabout.enrolments.models import Enrolment  # noqa: E402
from turnabout.programmes.models import Office  # noqa: E402


@transaction.atomic
def open_round() -> int:
    """A programme with its offices, and a round that takes people in."""
    programme = factories.programme(by=Account.objects.get(is_owner=True))
    factories.office(factories.account("Sana Khan"), programme, Office.Duty.SPONSOR)
    factories.office(factories.account("Nadia Haddad"), programme, Office.Duty.CONTACT)
    today = clock.today()
    round_ = factories.cohort(programme, state="enrolling", starts_on=today, ends_on=date(today.year + 1, 12, 31))
    return round_.pk


def register() -> int:
    """Everybody who was invited has registered and is prepared."""
    now = clock.now()
    places = Enrolment.objects.filter(state="invited")
    return places.update(state="registered", registered_at=now, consented_at=now, prepared_at=now)


if __name__ == "__main__":
    sys.stdout.write(str({"open": open_round, "register": register}[sys.argv[1]]()))
