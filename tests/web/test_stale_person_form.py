"""Two people at one person's details: nobody's save is undone unseen."""

import pytest

from tests.web.plain import Forms
from turnabout.core.models import Event
from turnabout.people.models import Person


@pytest.fixture
def opened(cast, client_of, clock_at):
    """The coordinator's browser with Mia's details open: what it would send, unchanged."""
    browser = client_of(cast.cleo)
    return browser, f"/people/{cast.mia.pk}/edit/", as_sent(browser.get(f"/people/{cast.mia.pk}/edit/"))


def as_sent(response):
    form = next(
        form for form in Forms(response.content.decode()).forms if any(c.name == "employee_number" for c in form.controls)
    )
    sent = {}
    for control in form.controls:
        if control.kind == "select":
            sent[control.name] = next((value for value, is_chosen in control.options if is_chosen), "")
        elif control.kind != "checkbox" or control.is_on:
            sent[control.name] = control.value
    return sent


def mia(cast):
    return Person.objects.get(pk=cast.mia.pk)


def test_a_page_that_was_opened_before_undoes_nothing(cast, opened):
    browser, url, sent = opened
    hours = {"2": ["10:00", "12:00"]}
    Person.objects.filter(pk=cast.mia.pk).update(languages={"fr": 4}, weekly_hours=hours, time_zone="Africa/Lagos", grade=3)
    assert browser.post(url, sent | {"job_title": "Analyst"}).status_code == 302
    kept = mia(cast)
    assert (kept.job_title, kept.languages, kept.weekly_hours, kept.time_zone, kept.grade) == (
        "Analyst",
        {"fr": 4},
        hours,
        "Africa/Lagos",
        3,
    )


def test_a_page_that_changes_nothing_saves_nothing(cast, opened):
    browser, url, sent = opened
    assert cast.mia.manager is not None
    assert browser.post(url, sent).status_code == 302
    assert Event.objects.count() == 0


def test_the_line_is_left_alone_as_well(cast, opened):
    browser, url, sent = opened
    Person.objects.filter(pk=cast.mia.pk).update(manager=cast.head)
    browser.post(url, sent | {"job_title": "Analyst"})
    assert mia(cast).manager == cast.head


def test_what_both_changed_is_asked_and_what_was_typed_stays(cast, opened):
    browser, url, sent = opened
    Person.objects.filter(pk=cast.mia.pk).update(job_title="Team lead")
    asked = browser.post(url, sent | {"job_title": "Analyst", "unit": "North"})
    assert asked.status_code == 409
    assert asked.context["form"].errors["job_title"] == [
        "Somebody changed this to “Team lead” while the page was open. Save again to put yours in its place, or type theirs."
    ]
    assert (mia(cast).job_title, mia(cast).unit) == ("Team lead", cast.mia.unit)
    again = as_sent(asked)
    assert (again["job_title"], again["unit"]) == ("Analyst", "North")
    assert browser.post(url, again).status_code == 302
    assert (mia(cast).job_title, mia(cast).unit) == ("Analyst", "North")


def test_who_types_the_same_as_somebody_else_is_asked_nothing(cast, opened):
    browser, url, sent = opened
    Person.objects.filter(pk=cast.mia.pk).update(job_title="Team lead", hired_on="2021-05-03")
    assert browser.post(url, sent | {"job_title": "Team lead", "hired_on": "2021-05-03"}).status_code == 302


def test_a_business_and_an_emptied_field_are_told_in_words(cast, client_of, clock_at):
    browser, url = client_of(cast.olu), f"/people/{cast.mia.pk}/edit/"
    assert cast.lagos
    sent = as_sent(browser.get(url))
    Person.objects.filter(pk=cast.mia.pk).update(entity=cast.lagos, unit="", manager=None, line="head")
    asked = browser.post(url, sent | {"entity": "", "unit": "North", "manager": cast.head.employee_number})
    assert asked.status_code == 409
    errors = {name: found[0] for name, found in asked.context["form"].errors.items()}
    assert errors["entity"].startswith("Somebody changed this to “Lagos” while")
    assert errors["unit"].startswith("Somebody emptied this while")
    assert sorted(errors) == ["entity", "manager", "unit"]


def test_who_is_at_the_head_is_asked_as_well(cast, opened):
    browser, url, sent = opened
    Person.objects.filter(pk=cast.mia.pk).update(manager=None, line="unknown")
    assert browser.post(url, sent | {"manager": "", "is_head": "on"}).status_code == 302
    assert mia(cast).line == "head"
