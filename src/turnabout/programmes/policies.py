"""Who may do what to a programme. Predicates over facts that were already read."""

from turnabout.accounts.models import Account
from turnabout.programmes.models import Cohort

INCLUSION_DESIGNS = frozenset({"diverse-voices"})


def can_design(account: Account) -> bool:
    """Start programmes, write their charter, give offices, plan, open and close rounds."""
    return account.is_active and account.is_owner


def can_be_changed(cohort: Cohort) -> bool:
    return cohort.state != Cohort.State.CLOSED


def is_inclusion(design: str) -> bool:
    """Whether a programme of this design asks for lived experience, of mentors who are few and soon asked too often."""
    return design in INCLUSION_DESIGNS


def is_recruiting(cohort: Cohort) -> bool:
    """People may be invited and may register until the round is closed."""
    return cohort.state in {Cohort.State.ENROLLING, Cohort.State.MATCHING, Cohort.State.RUNNING}
