"""A store manager learns from a delivery clerk who has no mailbox: a card, a PIN, and messages on paper."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.journeys import directory, programme, registration
from tests.journeys.browser import Screen
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey

STORE = """employee number,given name,family name,email,job title,store,country,time zone,team,hired on,manager,languages
100,Helen,Dumas,helen@example.test,Director,Lyon,France,Europe/Paris,Head,2001-03-01,,en
110,Marc,Petit,marc@example.test,Store manager,Lyon,France,Europe/Paris,Store,2009-05-04,100,en
120,Rosa,Lenoir,rosa@example.test,Logistics manager,Lyon,France,Europe/Paris,Logistics,2012-01-09,100,en
130,Tom,Garnier,tom@example.test,Delivery lead,Lyon,France,Europe/Paris,Delivery,2018-02-05,120,en
140,Ana,Sousa,,Delivery clerk,Lyon,France,Europe/Paris,Delivery,2026-10-05,130,en
"""
PIN = "271828"
READERS = {f"{name}@example.test" for name in ("olu", "helen", "marc", "nadia")}


def test_clerk_without_a_mailbox_takes_part(stage: Stage, tmp_path: Path) -> None:
    stage.command("owner", "--email", "olu@example.test", "--name", "Olu Adeyemi")
    olu = stage.sign_in(stage.browsers.desk(), "olu@example.test")
    file = tmp_path / "store.csv"
    file.write_text(STORE, encoding="utf-8")
    directory.bring_in(olu, file, {})
    olu.press("Write 5 changes").sees("The directory is up to date")
    round_url = open_the_round(stage, olu)
    programme.invite(olu, round_url, "mentee", ["110"])
    marc = manager_registers(stage)
    programme.invite(olu, round_url, "mentor", ["140"])
    ana = clerk_comes_in(stage, olu)
    clerk_registers(ana)
    both_say_yes(stage, olu, round_url, marc=marc, ana=ana)
    they_meet(stage, olu, ana)


def open_the_round(stage: Stage, olu: Screen) -> str:
    """The readiness check of this design asks for paid time; everything else is as the design has it."""
    programme.begin(olu, "Shop floor to manager", ends_on="2028-03-31")
    olu.tick("Sponsor:").fill("Work address or employee number", "100").press("Put in charge").sees("Helen Dumas is in charge")
    programme.put_in_charge(olu, "Named contact:", "nadia@example.test", "Nadia Okafor", phone="+33 1 23 45 67 89")
    olu.press("Continue").picture("step-readiness")
    for yes in olu.page.locator('main input[value="green"]').all():
        yes.check()
    olu.press("Save and continue").press("Save and continue").press("Continue")
    look_and_open = olu.page.url
    programme.have_signed(stage, olu, "helen@example.test")
    return olu.go(look_and_open).press("Open this round").sees("The round is open").page.url


def manager_registers(stage: Stage) -> Screen:
    marc = stage.browsers.desk()
    marc.go(stage.post.take("marc@example.test", "your place as mentee").url).press("Take my place (two minutes)")
    marc.tick("How the work is really done").tick("A first year here").tick("Introductions").press("Save and go on")
    registration.agree(marc)
    registration.mentee_prepares(marc)
    return marc


def clerk_comes_in(stage: Stage, olu: Screen) -> Screen:
    """The organiser prints a card; the clerk types its code on her telephone, chooses a PIN, and comes back with it."""
    olu.go("/people/?q=Sousa").press("Ana Sousa").press("Print a card to sign in").press("Make the card").picture("card")
    assert olu.page.locator("main svg").count() > 0
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}\b", olu.page.locator("main").inner_text())
    assert code is not None
    ana = stage.browsers.telephone()
    ana.go("/card/").fill("Your employee number", "140").fill("The code on the card", code.group())
    ana.fill("Choose a PIN", PIN).picture("card-code").press("Set my PIN and go in").sees("Welcome, Ana Sousa.")
    ana.page.context.clear_cookies()
    ana.go("/sign-in/secret/").fill("Your work mail or employee number", "140").fill("Password or PIN", PIN)
    ana.page.locator('main form[action$="/sign-in/secret/"] button').first.click()
    return ana.sees("Your place is waiting for you.").picture("home-clerk-invited")


def clerk_registers(ana: Screen) -> None:
    ana.press("Take your place").choose("How the work is really done", "others come to me").press("Save and go on")
    ana.tick("Introductions").press("Save and go on").press("Save and go on").press("Save and go on")
    registration.agree(ana)
    registration.mentor_prepares(ana)


def both_say_yes(stage: Stage, olu: Screen, round_url: str, *, marc: Screen, ana: Screen) -> None:
    """The clerk answers in the product, the manager from his mail."""
    olu.go(round_url).press("Find partners").press("Work out the plan").sees("The plan is on the draft board")
    olu.press("Open the draft board").press("Preview and publish").press("Ask the mentors").sees("1 mentor is being asked")
    ana.go("/").sees("We suggest Marc Petit to you.").press("See why, and answer").picture("suggestion-clerk")
    ana.answer("yes").sees("is asked now")
    marc.go(stage.post.take("marc@example.test", "A suggested partner for you").url).answer("yes").sees("being booked")


def they_meet(stage: Stage, olu: Screen, ana: Screen) -> None:
    """What was written to the clerk waits in the product and on a sheet; she says there that they met."""
    invited = stage.post.take("marc@example.test", "You and Ana Sousa have both said yes").calendar.vevent
    ana.go("/").sees("You and Marc").picture("home-clerk")
    ana.go("/messages/").sees("You and Marc Petit have both said yes.").picture("messages")
    olu.go("/messages/sheet/").sees("You and Marc Petit have both said yes.").picture("messages-on-paper")
    stage.at(invited.dtend.value + timedelta(hours=2))
    stage.run_due()
    ana.go("/sign-in/secret/").fill("Your work mail or employee number", "140").fill("Password or PIN", PIN)
    ana.page.locator('main form[action$="/sign-in/secret/"] button').first.click()
    ana.sees("Hello Ana").answer("met").sees("met")
    assert [letter.subject for letter in stage.post.letters if letter.to not in READERS] == []
