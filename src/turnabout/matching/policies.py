"""Who may do what in matching."""

from turnabout.accounts.models import Account
from turnabout.matching.models import Proposal
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort
from turnabout.programmes.queries import scope_of


def can_match(account: Account, cohort: Cohort) -> bool:
    """The programme lead, or a coordinator who looks after all of the programme: a round is one pool."""
    scope = scope_of(account, cohort.programme_id)
    return scope is not None and scope.entity_ids is None


def can_change(account: Account, proposal: Proposal) -> bool:
    """A coordinator may change suggestions in which at least one side is theirs."""
    scope = scope_of(account, proposal.run.cohort.programme_id)
    return scope is not None and (scope.sees(proposal.mentor.person) or scope.sees(proposal.mentee.person))


def asked_person(proposal: Proposal) -> Person | None:
    """Whose answer the suggestion waits for; nobody's, once it was given."""
    if proposal.is_answered:
        return None
    if proposal.state == Proposal.State.ASKING_MENTOR:
        return proposal.mentor.person
    if proposal.state == Proposal.State.ASKING_MENTEE:
        return proposal.mentee.person
    return None


def can_answer(account: Account, proposal: Proposal) -> bool:
    person = asked_person(proposal)
    return person is not None and person.account_id == account.pk
