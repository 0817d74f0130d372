"""The verbs of the directory."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password

from tests import factories
from tests.cast import NOON
from turnabout.accounts.models import Account, Link
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.people import queries, services
from turnabout.people.models import Delegation, Person
from turnabout.people.services import BusinessDetails, PersonDetails
from turnabout.people.services.persons import DETAILS


def told():
    return list(Event.objects.order_by("pk").values_list("name", flat=True))


def as_owner(cast):
    return {"by": cast.olu, "scope": None, "now": NOON}


def as_cleo(cast):
    return {"by": cast.cleo, "scope": frozenset({cast.paris.pk}), "now": NOON}


# One person


def test_nobody_outside_the_scope_adds_people(cast):
    for by, scope in ((cast.cleo, frozenset({cast.paris.pk})), (cast.otto.account, frozenset())):
        with pytest.raises(NotAllowed):
            services.add_person(PersonDetails(employee_number="X1", entity_id=cast.lagos.pk), by=by, scope=scope, now=NOON)


def test_an_employee_number_belongs_to_one_person(cast):
    with pytest.raises(NotPossible) as refusal:
        services.add_person(PersonDetails(employee_number=cast.mia.employee_number), **as_owner(cast))
    assert refusal.value.sentence == f"Somebody else has the employee number {cast.mia.employee_number}. Correct the number."


def test_an_address_belongs_to_one_person_who_is_here(cast):
    with pytest.raises(NotPossible):
        services.add_person(PersonDetails(employee_number="X1", email=cast.mia.email), **as_owner(cast))
    services.mark_left(cast.mia, **as_owner(cast))
    assert services.add_person(
        PersonDetails(employee_number="X1", email=cast.mia.email), is_somebody_else=True, **as_owner(cast)
    ).pk
    with pytest.raises(NotPossible):
        services.return_person(cast.mia, **as_owner(cast))


def test_an_edit_that_changes_nothing_tells_nobody(cast):
    details = PersonDetails(**{name: getattr(cast.mia, name) for name in DETAILS})
    services.edit_person(cast.mia, details, **as_cleo(cast))
    assert told() == []
    services.edit_person(cast.mia, replace(details, job_title="Analyst"), **as_cleo(cast))
    assert told() == ["person.changed"]
    assert Person.objects.get(search_key__contains="analyst") == cast.mia


def new_address(cast, address, **told):
    details = PersonDetails(**{name: getattr(cast.mia, name) for name in DETAILS})
    services.edit_person(cast.mia, replace(details, email=address), **(told or as_cleo(cast)))
    cast.mia.account.refresh_from_db()
    return cast.mia.account.email


def test_an_account_nobody_used_takes_the_corrected_address(cast):
    Account.objects.filter(pk=cast.mia.account_id).update(password=make_password(None))
    assert new_address(cast, "new@example.test") == "new@example.test"
    assert cast.mia.account.sign_in_name == "new@example.test"


def test_an_account_in_use_keeps_its_address_when_the_directory_changes(cast):
    theirs = cast.mia.email
    Account.objects.filter(pk=cast.mia.account_id).update(password=make_password(None))
    Link.objects.create(account=cast.mia.account, kind="sign_in", token_hash="x", created_at=NOON, expires_at=NOON, used_at=NOON)
    assert new_address(cast, "thief@example.test") == theirs


def test_an_account_older_than_its_records_counts_as_used(cast):
    theirs = cast.mia.email
    Account.objects.filter(pk=cast.mia.account_id).update(password=make_password(None), created_at=NOON - timedelta(days=4000))
    assert new_address(cast, "thief@example.test") == theirs


def test_a_circle_of_managers_is_refused(cast):
    with pytest.raises(NotPossible):
        services.set_manager(cast.head, cast.mia, **as_owner(cast))
    with pytest.raises(NotPossible):
        services.set_manager(cast.mia, cast.mia, **as_owner(cast))
    assert told() == []


def test_a_new_manager_changes_the_line_once(cast):
    services.set_manager(cast.mia, cast.head, **as_owner(cast))
    services.set_manager(cast.mia, cast.head, **as_owner(cast))
    assert told() == ["line.changed"]
    assert queries.ancestor_ids([cast.mia.pk]) == {cast.mia.pk: (cast.head.pk,)}


def test_without_a_manager_a_line_is_unknown_or_ends_at_the_head(cast):
    services.set_manager(cast.mia, None, **as_owner(cast))
    assert Person.objects.get(pk=cast.mia.pk).line == "unknown"
    services.set_manager(cast.mia, None, is_head=True, **as_owner(cast))
    assert Person.objects.get(pk=cast.mia.pk).line == "head"


def test_a_coordinator_does_not_put_people_under_somebody_elsewhere(cast):
    with pytest.raises(NotAllowed):
        services.set_manager(cast.mia, cast.rosa, **as_cleo(cast))


def test_leaving_and_returning_each_happen_once(cast):
    services.mark_left(cast.mia, **as_cleo(cast))
    with pytest.raises(NotPossible):
        services.mark_left(cast.mia, **as_cleo(cast))
    services.return_person(cast.mia, **as_cleo(cast))
    with pytest.raises(NotPossible):
        services.return_person(cast.mia, **as_cleo(cast))
    assert told() == ["person.left", "person.returned"]


def test_who_runs_the_installation_is_not_locked_out_by_leaving(cast):
    person = factories.person(with_account=False, account=cast.olu)
    services.mark_left(person, **as_owner(cast))
    cast.olu.refresh_from_db()
    assert cast.olu.is_active


# Assistants


def test_people_name_their_own_assistant(cast):
    services.name_assistant(cast.sol, name="Ines", email="ines@example.test", by=cast.sol.account, scope=frozenset(), now=NOON)
    assert told() == ["assistant.named"]
    with pytest.raises(NotPossible):
        services.name_assistant(
            cast.sol, name="Ines", email="Ines@example.test", by=cast.sol.account, scope=frozenset(), now=NOON
        )
    with pytest.raises(NotPossible):
        services.name_assistant(cast.sol, name="Me", email=cast.sol.email, by=cast.sol.account, scope=frozenset(), now=NOON)


def test_nobody_names_an_assistant_for_somebody_else(cast):
    with pytest.raises(NotAllowed):
        services.name_assistant(
            cast.sol, name="Ines", email="ines@example.test", by=cast.mia.account, scope=frozenset(), now=NOON
        )


def test_an_assistant_may_end_it_and_only_once(cast):
    assert cast.ash
    delegation = Delegation.objects.get()
    with pytest.raises(NotAllowed):
        services.end_assistant(delegation, by=cast.mia.account, scope=frozenset(), now=NOON)
    services.end_assistant(delegation, by=cast.ash, scope=frozenset(), now=NOON)
    with pytest.raises(NotPossible):
        services.end_assistant(delegation, by=cast.ash, scope=frozenset(), now=NOON)


# Businesses


def test_only_the_programme_lead_keeps_businesses(cast):
    with pytest.raises(NotAllowed):
        services.add_entity(BusinessDetails(code="X", name="X"), by=cast.cleo, now=NOON)
    with pytest.raises(NotPossible):
        services.edit_entity(cast.paris, BusinessDetails(code=cast.lagos.code, name="Paris"), by=cast.olu, now=NOON)


def test_a_business_is_changed_by_the_programme_lead(cast):
    changed = services.edit_entity(
        cast.paris, BusinessDetails(code="PAR", name="Grand Paris", country="FR"), by=cast.olu, now=NOON
    )
    assert (changed.name, changed.sort_key) == ("Grand Paris", "grand paris")
    assert told() == ["entity.changed"]


def test_an_address_that_another_account_has_is_not_taken_by_an_account(cast):
    theirs = cast.mia.email
    Account.objects.filter(pk=cast.mia.account_id).update(password=make_password(None))
    factories.account("Somebody", email="taken@example.test")
    assert new_address(cast, "taken@example.test", **as_owner(cast)) == theirs


def test_ancestors_of_everybody_take_one_query(cast, django_assert_num_queries):
    assert cast.mia
    with django_assert_num_queries(1):
        found = queries.ancestor_ids()
    assert found == {cast.mia.pk: (cast.max.pk, cast.head.pk), cast.max.pk: (cast.head.pk,), cast.head.pk: ()}


def test_a_line_is_whole_only_where_it_reaches_a_head(cast, django_assert_num_queries):
    stray = factories.person("Stray", manager=factories.person("Top"))
    round_one, round_two = factories.person("Rondo"), factories.person("Ring")
    for one, other in ((round_one, round_two), (round_two, round_one)):
        Person.objects.filter(pk=one.pk).update(manager=other, line="known")
    everybody = [cast.mia.pk, cast.head.pk, stray.pk, stray.manager_id, round_one.pk]
    with django_assert_num_queries(1):
        assert queries.broken_line_ids(everybody) == {stray.pk, stray.manager_id, round_one.pk}
    assert queries.broken_line_ids([]) == frozenset()


def test_heads_are_those_of_the_organisation_and_of_each_entity_by_reporting_line(cast, django_assert_num_queries):
    lead = factories.person("Lead", entity=cast.lagos, manager=cast.head)
    for _number in range(3):
        factories.person(entity=cast.lagos, manager=lead)
    expert = factories.person("Expert", entity=cast.lagos, manager=cast.max)
    assert cast.mia
    assert expert
    with django_assert_num_queries(1):
        assert queries.heads() == {cast.head.employee_number, lead.employee_number}


def test_an_entity_whose_people_report_in_several_directions_has_no_head(cast):
    for _number in range(2):
        lead = factories.person(entity=cast.lagos, manager=cast.head)
        factories.person(entity=cast.lagos, manager=lead)
    alone = factories.person(entity=factories.entity(), manager=cast.head)
    assert alone.pk
    assert queries.heads() == {cast.head.employee_number}


def test_whoever_has_left_heads_nothing_and_is_counted_in_no_entity(cast):
    lead = factories.person(entity=cast.lagos, manager=cast.head, state="left")
    deputy = factories.person(entity=cast.lagos, manager=lead)
    factories.person(entity=cast.lagos, manager=deputy)
    assert queries.heads() == {cast.head.employee_number, deputy.employee_number}
