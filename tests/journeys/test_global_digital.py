"""A whole programme: from the employee file of a real company to the certificate of two people who met six times."""

from dataclasses import dataclass, field

import pytest

from tests.journeys import directory, programme, registration
from tests.journeys.browser import Screen
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey

FILLS = {
    "given_name": "Colleague",
    "family_name": "{EmployeeNumber}",
    "email": "{EmployeeNumber}@example.test",
    "country": "France",
    "time_zone": "Europe/Paris",
    "languages": "en:3",
}


@dataclass(kw_only=True)
class Story:
    stage: Stage
    olu: Screen  # programme lead
    mentors: list[str]
    mentees: list[str]
    screens: dict[str, Screen] = field(default_factory=dict)
    round_url: str = ""


def test_from_an_employee_file_to_a_closed_round(stage: Stage) -> None:
    file = directory.real_file()
    stage.command("owner", "--email", "olu@example.test", "--name", "Olu Adeyemi")
    story = Story(
        stage=stage,
        olu=stage.sign_in(stage.browsers.desk(), "olu@example.test"),
        mentors=directory.numbers(levels=range(1, 3), count=6),
        mentees=directory.numbers(levels=range(3, 6), count=6),
    )
    directory.bring_in(story.olu, file, FILLS)
    story.olu.press("Write 1,470 changes").sees("The directory is up to date").picture("import-done")
    open_a_round(story)
    everybody_registers(story)


def open_a_round(story: Story) -> None:
    """Through the stepper: purpose, people in charge, the round, texts, a signature, and open."""
    olu = story.olu
    programme.begin(olu, "Global digital", ends_on="2027-12-17")
    programme.put_in_charge(olu, "Sponsor:", "sana@example.test", "Sana Haddad")
    programme.put_in_charge(olu, "Named contact:", "nadia@example.test", "Nadia Okafor", phone="+33 1 23 45 67 89")
    programme.put_in_charge(olu, "Coordinator:", "cleo@example.test", "Cleo Martin")
    olu.picture("step-people").press("Continue").picture("step-round").press("Save and continue")
    olu.picture("step-texts").press("Continue")
    programme.have_signed(story.stage, olu, "sana@example.test")
    olu.go("/programmes/").picture("programmes").press("Open Global digital").picture("programme")
    olu.press("Look and open").picture("step-open").press("Open this round").sees("The round is open")
    story.round_url = olu.picture("round-open").page.url


def everybody_registers(story: Story) -> None:
    """From their mails: mentees on telephones, mentors at desks; one mentor has something off limits."""
    for role, numbers in (("mentee", story.mentees), ("mentor", story.mentors)):
        programme.invite(story.olu, story.round_url, role, numbers)
    for place, number in enumerate(story.mentees):
        screen = story.screens[number] = story.stage.browsers.telephone()
        registration.mentee_registers(story.stage, screen, number, topic=place)
        registration.mentee_prepares(screen)
    for place, number in enumerate(story.mentors):
        screen = story.screens[number] = story.stage.browsers.desk()
        off_limits = "My family and life at home" if place == 0 else ""
        registration.mentor_registers(story.stage, screen, number, topic=place, off_limits=off_limits)
    registration.mentor_prepares(story.screens[story.mentors[0]])
