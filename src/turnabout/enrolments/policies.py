"""Who may do what to a place in a round. Predicates over rows that were already read."""

from turnabout.accounts.models import Account
from turnabout.blueprints import catalogue
from turnabout.blueprints.designs import Gate
from turnabout.enrolments.models import Enrolment
from turnabout.programmes.models import Cohort


def is_own(account: Account | None, place: Enrolment) -> bool:
    """The person themselves, signed in or with a pass from their own link."""
    return account is not None and place.person.account_id == account.pk


def takes_part(place: Enrolment) -> bool:
    return place.state in Enrolment.TAKING_PART


def can_still_register(place: Enrolment, cohort: Cohort) -> bool:
    return place.state in {Enrolment.State.INVITED, Enrolment.State.STARTED} and cohort.state not in {
        Cohort.State.DRAFT,
        Cohort.State.CLOSED,
    }


def must_list_limits(place: Enrolment) -> bool:
    """Whether the design asks each mentor what stays out of the room; "nothing" is an answer too."""
    gates = catalogue.design(place.cohort.programme.design).settings.gates
    return place.role == Enrolment.Role.MENTOR and Gate.OFF_LIMITS_LISTED in gates


def can_leave(place: Enrolment) -> bool:
    """Before there is a partner; a pair ends on its own page."""
    return takes_part(place) and place.places_taken == 0
