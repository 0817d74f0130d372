"""The same button pressed several times at once: one person, one assistant, and a sentence for the others."""

import threading

import pytest
from django.db import connection

from tests.cast import NOON, Cast
from turnabout.accounts.models import Account
from turnabout.core.errors import Refused
from turnabout.people import services
from turnabout.people.models import Delegation, Person
from turnabout.people.services import PersonDetails
from turnabout.people.services.persons import DETAILS

TIMES = 6


def at_once(*verbs):
    """What came of each, run at the same moment: a sentence, or "done"; anything else fails the test."""
    outcomes, start = [], threading.Barrier(len(verbs))

    def run(verb):
        try:
            start.wait()
            verb()
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.sentence)
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[verb]) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_somebody_is_added_once():
    olu = Cast().olu
    details = PersonDetails(employee_number="Y-1", given_name="Noor")
    outcomes = at_once(*[lambda: services.add_person(details, by=olu, scope=None, now=NOON)] * TIMES)
    assert outcomes == ["Somebody else has the employee number Y-1. Correct the number."] * (TIMES - 1) + ["done"]
    assert Person.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_address_goes_to_one_of_two_who_ask_at_once():
    cast = Cast()

    def move(person):
        details = {name: getattr(person, name) for name in DETAILS} | {"email": "one@example.test"}
        return lambda: services.edit_person(person, PersonDetails(**details), by=cast.olu, scope=None, now=NOON)

    assert at_once(move(cast.mia), move(cast.sol)) == [
        "Somebody else has the address one@example.test. Correct the address, or leave it empty for somebody without a mailbox.",
        "done",
    ]


@pytest.mark.django_db(transaction=True)
def test_an_assistant_is_named_once():
    cast = Cast()

    def name():
        services.name_assistant(cast.sol, name="Ines", email="ines@example.test", by=cast.olu, scope=None, now=NOON)

    assert [cast.sol, cast.olu]
    assert at_once(*[name] * TIMES) == ["Ines already keeps the diary of Sol Lindqvist."] * (TIMES - 1) + ["done"]
    assert (Account.objects.filter(email="ines@example.test").count(), Delegation.objects.count()) == (1, 1)
