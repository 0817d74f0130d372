"""Who may touch the dates of a pair: the two, and the assistant who keeps the mentee's diary."""

from turnabout.accounts.models import Account
from turnabout.enrolments.models import Enrolment
from turnabout.pairs import policies as pair_policies
from turnabout.pairs.models import Pair
from turnabout.people.models import Delegation


def assists(account: Account | None, pair: Pair) -> bool:
    """Whether the account keeps the diary of the pair's mentee."""
    if account is None:
        return False
    return Delegation.objects.filter(assistant=account, person=pair.mentee.person, ended_at__isnull=True).exists()


def diary_side(account: Account | None, pair: Pair) -> str:
    """For which side the account keeps the diary: its own, the mentee's as an assistant, or none."""
    side = pair_policies.side_of(account, pair)
    if side is not None:
        return side.role
    return str(Enrolment.Role.MENTEE) if assists(account, pair) else ""


def can_keep_diary(account: Account | None, pair: Pair) -> bool:
    return diary_side(account, pair) != ""
