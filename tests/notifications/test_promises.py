"""What we promise is true for the reader: a mail for whoever reads mail, a message and paper for everybody else."""

import pytest

from tests import factories
from turnabout.notifications import promises

PROMISES = (promises.of_a_partner, promises.of_a_free_place, promises.of_a_first_session, promises.of_three_questions)


@pytest.mark.parametrize("promise", PROMISES)
def test_mail_is_promised_to_whoever_has_a_mailbox_and_to_nobody_else(promise, db):
    promised = [promise(factories.account(email=address)) for address in ("mia@example.test", "")]
    assert ["mail" in sentence for sentence in promised] == [True, False]


@pytest.mark.parametrize("state", ["registered", "waiting"])
def test_the_place_promises_what_is_true_for_its_holder(state, cast, client_of, clock_at):
    clerk = factories.person("Ana", "Sousa", entity=cast.paris, has_mailbox=False)
    says = {"registered": promises.of_a_partner, "waiting": promises.of_a_free_place}[state]
    for person in (clerk, cast.mia):
        place = factories.enrolment(cast.cohort, person, "mentor", state=state)
        sentence = client_of(person).get(f"/places/{place.pk}/").context["next"]["sentence"]
        assert sentence.endswith(says(person.account))
