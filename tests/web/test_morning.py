from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories
from tests.cast import NOON
from turnabout.insights import services as insights
from turnabout.insights.models import PairCondition
from turnabout.notifications.models import Notice
from turnabout.pairs import services as pair_services
from turnabout.pairs.models import Pair


def pairs_in_need(cast, count: int) -> list[Pair]:
    """Pairs of Paris without a first date."""
    made = [
        factories.pair(
            factories.enrolment(cast.cohort, factories.person(entity=cast.paris), "mentor"),
            factories.enrolment(cast.cohort, factories.person(entity=cast.paris), "mentee"),
        )
        for _number in range(count)
    ]
    insights.refresh(made, on=cast.cohort.starts_on)
    return made


@pytest.mark.parametrize("rows", [1, 3])
def test_morning_costs_the_same_for_any_number_of_pairs(rows, cast, client_of, clock_at, django_assert_num_queries):
    pairs_in_need(cast, rows)
    client = client_of(cast.cleo)
    with django_assert_num_queries(20):
        response = client.get(reverse("morning"))
    assert response.content.decode().count("They have no date for their first session.") == rows


def test_pairs_come_in_the_order_of_their_need(cast, client_of, clock_at):
    first, second = pairs_in_need(cast, 2)
    type(second.condition).objects.filter(pair=second).update(need=9)
    page = client_of(cast.cleo).get(reverse("morning")).content.decode()
    assert page.index(second.mentor.person.name) < page.index(first.mentor.person.name)


def test_pair_of_another_business_is_not_on_the_list(cast, client_of, clock_at):
    elsewhere = factories.pair(
        factories.enrolment(cast.cohort, cast.kofi, "mentor"), factories.enrolment(cast.cohort, cast.rosa, "mentee")
    )
    insights.refresh([elsewhere], on=cast.cohort.starts_on)
    page = client_of(cast.cleo).get(reverse("morning")).content.decode()
    assert ("Kofi" in page, "Rosa" in page, "No pair needs you" in page) == (False, False, True)


def press(client, pair: Pair) -> str:
    """What the list says after the button was pressed on it."""
    here = reverse("morning")
    response = client.post(
        reverse("nudge", kwargs={"pair_id": pair.pk}), follow=True, headers={"Referer": f"http://testserver{here}"}
    )
    return response.content.decode()


def test_one_press_writes_to_the_side_that_can_help_first_and_the_list_says_when(cast, client_of, clock_at):
    pair = pairs_in_need(cast, 1)[0]
    client = client_of(cast.cleo)
    assert "Written to on" not in client.get(reverse("morning")).content.decode()
    page = press(client, pair)
    assert ("goes out in its reader&#x27;s working hours" in page, "Written to on 1 March." in page) == (True, True)
    assert list(Notice.objects.values_list("template", "account")) == [("pair.nudge", pair.mentee.person.account_id)]


def test_a_second_press_says_when_it_was_sent_and_sends_nothing(cast, client_of, clock_at):
    pair = pairs_in_need(cast, 1)[0]
    press(client_of(cast.cleo), pair)
    clock_at(NOON + timedelta(hours=11, minutes=59))
    for account in (cast.cleo, cast.olu):
        page = press(client_of(account), pair)
        assert "They were written to already, on 1 March, 12:00, so nothing was sent now." in page
        assert "goes out in" not in page
    assert Notice.objects.count() == 1


def test_after_twelve_hours_a_press_writes_again(cast, client_of, clock_at):
    pair = pairs_in_need(cast, 1)[0]
    for hour in (0, 6, 12, 20):
        clock_at(NOON.replace(hour=6) + timedelta(hours=hour))
        press(client_of(cast.cleo), pair)
    assert Notice.objects.count() == 2


def test_whoever_has_not_declared_is_written_to_with_the_page_that_asks(cast, client_of, clock_at, sent):
    pair = factories.pair(cast.mia_place, factories.enrolment(cast.cohort, cast.rosa, "mentee"))
    factories.session(pair, starts_at=NOON + timedelta(days=12))
    pair_services.declare_no_line(pair, by=cast.rosa.account, now=NOON)
    clock_at(NOON + timedelta(days=8))
    insights.refresh([pair], on=(NOON + timedelta(days=8)).date())
    cleo = client_of(cast.cleo)
    assert "not both have declared yet that neither manages the other" in cleo.get(reverse("morning")).content.decode()
    cleo.post(reverse("nudge", kwargs={"pair_id": pair.pk}))
    (mail,) = [mail for mail in sent() if mail.template == "pair.nudge"]
    assert (mail.to, mail.subject) == (cast.mia.email, "One declaration is still open for you and Rosa")
    assert reverse("pair_declare", kwargs={"pair_id": pair.pk}) in mail.text
    pair_services.declare_no_line(pair, by=cast.mia.account, now=NOON)
    assert PairCondition.objects.get(pair=pair).need == 0


def test_nobody_is_written_to_about_a_pair_that_is_on_track(cast, client_of, clock_at):
    pair = pairs_in_need(cast, 1)[0]
    Pair.objects.filter(pk=pair.pk).update(state="paused")
    response = client_of(cast.cleo).post(reverse("nudge", kwargs={"pair_id": pair.pk}))
    assert (response.status_code, Notice.objects.count()) == (409, 0)


def test_coordinator_cannot_write_to_a_pair_of_another_business(cast, client_of, clock_at):
    elsewhere = factories.pair(
        factories.enrolment(cast.cohort, cast.kofi, "mentor"), factories.enrolment(cast.cohort, cast.rosa, "mentee")
    )
    assert cast.cleo
    assert client_of(cast.cleo).post(reverse("nudge", kwargs={"pair_id": elsewhere.pk})).status_code == 404


def test_morning_of_an_organiser_without_a_round_says_so(client_of, cast):
    assert "No round is open yet" in client_of(cast.olu).get(reverse("morning")).content.decode()
