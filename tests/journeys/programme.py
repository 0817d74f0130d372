"""From a starting design to an open round with invited people."""

from collections.abc import Sequence

from tests.journeys.browser import Screen
from tests.journeys.stage import Stage


def begin(screen: Screen, design: str, *, ends_on: str) -> None:
    """Choose the design and keep what it says about the purpose."""
    screen.go("/programmes/designs/").picture("designs").press(f"Look at {design}").picture("design")
    screen.press("Start a programme with this design").fill("When does it end", ends_on).picture("step-purpose")
    screen.press("Save and continue")


def put_in_charge(screen: Screen, duty: str, address: str, name: str, *, phone: str = "") -> None:
    screen.tick(duty).fill("Work address or employee number", address).write("name", name)
    if phone:
        screen.fill("Telephone", phone)
    screen.press("Put in charge").sees(f"{name} is in charge now")


def have_signed(stage: Stage, screen: Screen, sponsor: str) -> None:
    """The sponsor signs purpose and promises from the mail, on a telephone, without signing in."""
    screen.sees("Still missing").picture("step-open-missing").press("Purpose and promises in full").picture("charter")
    screen.press_primary().sees("The sponsor will get a mail")
    telephone = stage.browsers.telephone()
    telephone.go(stage.post.take(sponsor, "Your signature, please").url).picture("charter-to-sign")
    telephone.press("Sign this").sees("Signed. Thank you.")


def invite(screen: Screen, round_url: str, role: str, numbers: Sequence[str]) -> None:
    screen.go(f"{round_url}invite/?role={role}&how=list")
    screen.fill("Employee numbers or work addresses", "\n".join(numbers)).picture(f"invite-{role}")
    screen.press("Look at the list").press(f"Invite {people(len(numbers))}").sees("invited.")


def people(count: int) -> str:
    return f"{count} person" if count == 1 else f"{count} people"
