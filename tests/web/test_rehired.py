"""Somebody left and is back under a new number: what was theirs stays behind the old account, and nobody meets an error page."""

import pytest
from django.contrib.auth.hashers import make_password

from tests import factories
from tests.cast import NOON
from tests.people.files import checked, imported
from turnabout.accounts import policies as account_policies
from turnabout.accounts import services as accounts
from turnabout.accounts.models import Account
from turnabout.core.errors import NotPossible
from turnabout.core.models import Event
from turnabout.enrolments import invitations, nominations
from turnabout.enrolments.models import Enrolment
from turnabout.people import services
from turnabout.people.models import Person
from turnabout.people.services.persons import DETAILS, PersonDetails
from turnabout.programmes.models import Office

ADDRESS = "zoe.lang@example.test"


@pytest.fixture
def old(cast):
    """Zoe as she was: her place is her own, her account is closed."""
    person = factories.person("Zoe", "Lang", entity=cast.paris, employee_number="Z1", with_account=False)
    account = factories.account("Zoe Lang", email=ADDRESS, password=make_password(None))
    Person.objects.filter(pk=person.pk).update(email=ADDRESS, account=account)
    person.refresh_from_db()
    factories.enrolment(cast.cohort, person, "mentee")
    return services.mark_left(person, by=cast.olu, scope=None, now=NOON)


@pytest.fixture
def new(cast, old):
    """Zoe as the personnel office entered her again, before anybody noticed."""
    person = factories.person("Zoe", "Lang", entity=cast.paris, employee_number="Z2", with_account=False)
    Person.objects.filter(pk=person.pk).update(email=ADDRESS)
    person.refresh_from_db()
    return person


def typed(cast, **more):
    return {
        "employee_number": "Z2",
        "given_name": "Zoe",
        "email": ADDRESS,
        "entity": cast.paris.pk,
        "languages": "en:3",
        "weekly_hours": "Mon-Fri 09:00-17:00",
    } | more


def is_apart(old, new):
    """Two accounts: the first keeps the place and is closed, the second alone has the address."""
    old, new = (Person.objects.select_related("account").get(pk=person.pk) for person in (old, new))
    assert (old.account.is_active, old.account.email, old.account.pk == new.account.pk) == (False, "", False)
    assert (new.account.is_active, new.account.email, new.account.sign_in_name) == (True, ADDRESS, ADDRESS)
    return Enrolment.objects.get(person=old).person.account_id == old.account_id


def test_a_lead_invites_them_as_somebody_new(cast, client_of, clock_at, old, new, sent):
    invitations.invite_people(cast.cohort, people=[new], role="mentee", by=cast.olu, now=NOON)
    assert is_apart(old, new)
    assert [mail.to for mail in sent()] == [ADDRESS]
    assert Event.objects.get(name="account.renamed").actor == f"account:{cast.olu.pk}"


def test_a_coordinator_who_invites_them_is_told_whom_to_ask(cast, old, new):
    with pytest.raises(NotPossible) as refused:
        invitations.invite_people(cast.cohort, people=[new], role="mentee", by=cast.cleo, now=NOON)
    assert refused.value.sentence == (
        "Zoe Lang cannot be invited yet: an account of somebody who has left still has this work mail. "
        "Ask the programme lead to invite them, or leave them out."
    )
    assert Account.objects.get(person=old).email == ADDRESS


def test_the_page_of_invitations_says_so_too(cast, client_of, clock_at, old, new):
    url = f"/rounds/{cast.cohort.pk}/invite/?role=mentee&how=directory"
    response = client_of(cast.cleo).post(url, {"person": [new.pk]}, follow=True)
    assert b"Ask the programme lead to invite them" in response.content
    assert Person.objects.get(pk=new.pk).account is None


def test_all_who_cannot_be_invited_are_named_at_once(cast, old, new):
    kit = factories.person("Kit", "Stone", entity=cast.paris, with_account=False)
    factories.person("Kim", "Stone", account=factories.account("Kim Stone", email=kit.email), with_account=False)
    lin = factories.person("Lin", "Stone", entity=cast.paris, with_account=False)
    factories.person("Liv", "Stone", account=factories.account("Liv Stone", email=lin.email), with_account=False)
    with pytest.raises(NotPossible) as refused:
        invitations.invite_people(cast.cohort, people=[kit, lin], role="mentee", by=cast.olu, now=NOON)
    assert refused.value.sentence == (
        "Kit Stone, Lin Stone cannot be invited: accounts of other people here still have these work mails. "
        "Correct the addresses in the directory, or leave them out."
    )


def test_the_open_link_answers_as_always_and_changes_nothing(cast, client_of, clock_at, old, new):
    type(cast.cohort).objects.filter(pk=cast.cohort.pk).update(is_open_link_on=True)
    cast.cohort.refresh_from_db()
    assert invitations.join_by_open_link(cast.cohort, asked=ADDRESS, role="mentee", now=NOON) is None
    assert (Account.objects.get(person=old).email, Enrolment.objects.filter(person=new).count()) == (ADDRESS, 0)


def test_who_is_named_by_a_leader_gets_a_sentence_for_participants(cast, old, new):
    place = factories.enrolment(cast.cohort, cast.sol, "mentee")
    type(cast.programme).objects.filter(pk=cast.programme.pk).update(design="executives-find-their-mentor")
    place = Enrolment.objects.select_related("cohort__programme", "person").get(pk=place.pk)
    with pytest.raises(NotPossible, match="Zoe Lang cannot be asked yet"):
        nominations.name_people(place, people=[new], by=cast.sol.account, now=NOON)


def test_a_duty_for_them_is_no_error_page(cast, client_of, clock_at, old, new):
    told = {"duty": "coordinator", "who": ADDRESS, "name": ""}
    assert client_of(cast.olu).post(f"/programmes/{cast.programme.pk}/people/", told).status_code == 302
    assert Office.objects.filter(account__person=new).count() == 1
    assert is_apart(old, new)


def test_a_file_says_before_it_writes_who_has_the_address_of_somebody_who_left(cast, old):
    done = checked("EmployeeNumber,FirstName,LastName,Email\nZ2,Zoe,Lang,zoe.lang@example.test\n")
    assert (done.report["problem_count"], done.report["warnings"]) == (
        0,
        [
            "New here, with the work mail of somebody who has left or leaves with this file: Zoe Lang, Z2 (was Z1). "
            "If it is the same person, open the page of Z1, put the new number there, and check the file again: "
            "they keep their account and what they wrote. If it is somebody else, they get an account of their own."
        ],
    )


def test_somebody_whose_number_changes_within_one_full_file_is_named_too(cast, old):
    everybody = "EmployeeNumber,FirstName,Email\nA1,Ada,ada@example.test\nA2,Bo,bo@example.test\n"
    imported(everybody)
    done = checked(everybody.replace("A2", "B2"), is_full_export=True)
    assert "Bo, B2 (was A2)" in done.report["warnings"][-1]


def test_once_the_file_is_written_any_coordinator_may_invite_them(cast, old):
    imported("EmployeeNumber,FirstName,Email,Company\nZ2,Zoe,zoe.lang@example.test,PAR\n", by=cast.olu)
    new = Person.objects.get(employee_number="Z2")
    invitations.invite_people(cast.cohort, people=[new], role="mentee", by=cast.cleo, now=NOON)
    assert is_apart(old, new)


def test_with_the_new_number_on_the_old_page_the_file_brings_the_same_person_back(cast, old):
    details = {name: getattr(old, name) for name in DETAILS} | {"employee_number": "Z2"}
    services.edit_person(old, PersonDetails(**details), by=cast.cleo, scope=frozenset({cast.paris.pk}), now=NOON)
    done = imported("EmployeeNumber,FirstName,Email\nZ2,Zoe,zoe.lang@example.test\n", by=cast.olu)
    account = Account.objects.get(person=old)
    assert (done.report["warnings"], account.is_active, account.email) == ([], True, ADDRESS)


def test_a_file_in_which_the_old_one_returns_too_takes_nothing_from_them(cast, old):
    Account.objects.filter(person=old).update(password=make_password("once in use"))
    imported("EmployeeNumber,FirstName,Email\nZ1,Zoe,z1@example.test\nZ2,Zoe,zoe.lang@example.test\n", by=cast.olu)
    account = Account.objects.get(person=old)
    assert (account.is_active, account.email) == (True, ADDRESS)


def test_a_lead_who_adds_them_by_hand_is_asked_first(cast, client_of, clock_at, old):
    client = client_of(cast.olu)
    response = client.post("/people/add/", typed(cast))
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "Zoe Lang (Z1), who has left, had this work mail. If it is the same person, open their page, put the new number there "
        "and say that they are here again: they keep their account. If it is somebody else, tick the box at the end."
    ]
    assert b'type="checkbox" name="is_somebody_else"' in response.content
    assert Person.objects.filter(employee_number="Z2").count() == 0
    assert client.post("/people/add/", typed(cast, is_somebody_else="on")).status_code == 302
    new = Person.objects.get(employee_number="Z2")
    invitations.invite_people(cast.cohort, people=[new], role="mentee", by=cast.cleo, now=NOON)
    assert is_apart(old, new)


def test_nobody_is_asked_without_need(cast, client_of, clock_at):
    response = client_of(cast.olu).get("/people/add/")
    assert b'type="checkbox" name="is_somebody_else"' not in response.content


@pytest.mark.parametrize("tick", [{}, {"is_somebody_else": "on"}])
def test_a_coordinator_who_adds_them_is_told_what_to_do_and_no_name(cast, client_of, clock_at, old, tick):
    response = client_of(cast.cleo).post("/people/add/", typed(cast, **tick))
    assert response.context["form"].non_field_errors() == [
        "Somebody who has left had this work mail. If it is the same person, put the new number on their page and say that they "
        "are here again. If it is somebody else, ask the programme lead to enter them."
    ]
    assert b'type="checkbox" name="is_somebody_else"' not in response.content
    assert (Person.objects.filter(employee_number="Z2").count(), Account.objects.get(person=old).email) == (0, ADDRESS)


def test_nor_does_a_coordinator_move_somebody_to_the_address(cast, old):
    details = {name: getattr(cast.mia, name) for name in DETAILS} | {"email": ADDRESS}
    with pytest.raises(NotPossible, match="Somebody who has left had this work mail"):
        services.edit_person(cast.mia, PersonDetails(**details), by=cast.cleo, scope=frozenset({cast.paris.pk}), now=NOON)


def test_a_lead_gives_the_address_to_somebody_known(cast, old):
    kit = factories.person("Kit", "Stone", entity=cast.paris, with_account=False)
    Account.objects.create(sign_in_name="z1", display_name="Another Z1", created_at=NOON)
    details = {name: getattr(kit, name) for name in DETAILS} | {"email": ADDRESS}
    services.edit_person(kit, PersonDetails(**details), by=cast.olu, scope=None, now=NOON)
    left = Account.objects.get(person=old)
    assert (left.email, left.sign_in_name) == ("", f"z1#{left.pk}")  # the number alone is another account's
    invitations.invite_people(cast.cohort, people=[kit], role="mentee", by=cast.cleo, now=NOON)
    assert is_apart(old, kit)


def test_an_old_account_that_let_its_address_go_is_no_easier_to_take(cast, old, new):
    """Whoever returns to it gets a card that waits, as for an account in use; no address is moved to it."""
    invitations.invite_people(cast.cohort, people=[new], role="mentee", by=cast.olu, now=NOON)
    services.mark_left(new, by=cast.cleo, scope=frozenset({cast.paris.pk}), now=NOON)
    back = services.return_person(old, by=cast.cleo, scope=frozenset({cast.paris.pk}), now=NOON)
    for address in ("", "cleo.again@example.test"):
        details = {name: getattr(back, name) for name in DETAILS} | {"email": address}
        back = services.edit_person(back, PersonDetails(**details), by=cast.cleo, scope=frozenset({cast.paris.pk}), now=NOON)
    account = Account.objects.get(person=back)
    assert (account.email, account.sign_in_name) == ("", "z1")
    assert account_policies.can_have_card(account)
    assert accounts.print_card(account, by=cast.cleo, now=NOON).opens_at is not None


def test_an_open_account_keeps_its_address(cast):
    with pytest.raises(NotPossible):
        accounts.rename_closed(cast.mia.account, name="m1", by=cast.olu, now=NOON)
