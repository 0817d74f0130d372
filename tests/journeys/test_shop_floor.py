"""A store manager learns from a delivery clerk who has no mailbox: a card, a PIN, and messages on paper."""

from pathlib import Path

import pytest

from tests.journeys import directory, programme, registration
from tests.journeys.browser import Screen
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey

STORE = """number,given name,family name,email,job title,store,country,time zone,team,hired on,manager,languages
100,Helen,Dumas,helen@example.test,Director,Lyon,France,Europe/Paris,Head,2001-03-01,,en
110,Marc,Petit,marc@example.test,Store manager,Lyon,France,Europe/Paris,Store,2009-05-04,100,en
120,Rosa,Lenoir,rosa@example.test,Logistics manager,Lyon,France,Europe/Paris,Logistics,2012-01-09,100,en
130,Tom,Garnier,tom@example.test,Delivery lead,Lyon,France,Europe/Paris,Delivery,2018-02-05,120,en
140,Ana,Sousa,,Delivery clerk,Lyon,France,Europe/Paris,Delivery,2026-10-05,130,en
"""
PIN = "271828"


def test_clerk_without_a_mailbox_takes_part(stage: Stage, tmp_path: Path) -> None:
    stage.command("owner", "--email", "olu@example.test", "--name", "Olu Adeyemi")
    olu = stage.sign_in(stage.browsers.desk(), "olu@example.test")
    file = tmp_path / "store.csv"
    file.write_text(STORE, encoding="utf-8")
    directory.bring_in(olu, file, {})
    olu.press("Write 5 changes").sees("The directory is up to date")
    round_url = open_the_round(stage, olu)
    for role, number in (("mentee", "110"), ("mentor", "140")):
        programme.invite(olu, round_url, role, [number])
    ana = clerk_comes_in(stage, olu)


def open_the_round(stage: Stage, olu: Screen) -> str:
    programme.begin(olu, "Shop floor to manager", ends_on="2028-03-31")
    programme.put_in_charge(olu, "Sponsor:", "100", "")
    programme.put_in_charge(olu, "Named contact:", "nadia@example.test", "Nadia Okafor", phone="+33 1 23 45 67 89")
    olu.press("Continue")
    while olu.heading() != "Look at everything, then open":
        step = olu.heading()
        olu.press_primary()
        assert olu.heading() != step, step
    return olu.page.url


def clerk_comes_in(stage: Stage, olu: Screen) -> Screen:
    """The coordinator prints a card; the clerk opens its square on her telephone and chooses a PIN."""
    olu.go("/people/?q=Sousa").press("Ana Sousa")
    return olu
