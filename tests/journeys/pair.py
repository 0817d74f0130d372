"""Two people with each other: what they do from their mails, a press at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.journeys.browser import Screen
from tests.journeys.post import Letter
from tests.journeys.stage import Stage


@dataclass(kw_only=True)
class Side:
    """One of the two, with the address where mails arrive and the screen in their hands."""

    address: str
    screen: Screen


@dataclass(kw_only=True)
class Two:
    stage: Stage
    mentor: Side
    mentee: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        return (self.mentor, self.mentee)

    def letter(self, side: Side, subject: str) -> Letter:
        return self.stage.post.take(side.address, subject)

    def letters(self, subject: str) -> list[Letter]:
        return [self.letter(side, subject) for side in self.sides]

    def invitations(self, subject: str) -> list[Any]:
        """The event in each one's mail; both got the same one."""
        events = [letter.calendar.vevent for letter in self.letters(subject)]
        first, second = [(event.uid.value, event.sequence.value, event.dtstart.value) for event in events]
        assert first == second
        return events


def declare_no_line(two: Two) -> None:
    """The file knows no managers, so each of the two says that there is no line between them."""
    for side in two.sides:
        two.stage.sign_in(side.screen, side.address)
        side.screen.press("Declare it").picture("declare").press("That is so").sees("That is kept with your place")


def write_agreement(two: Two) -> None:
    screen = two.mentee.screen
    screen.press("Write the agreement").picture("agreement")
    screen.fill("By the end, the mentee would like to", "Check a claim before I pass it on")
    screen.fill("By the end, the mentor would like to", "See how a budget is decided")
    screen.press("Keep this text").sees("Both of you can sign it now")


def sign_agreement(two: Two) -> None:
    """Each from the mail."""
    for side, answer in zip(two.sides, ("You have signed.", "Both of you have signed."), strict=True):
        side.screen.go(two.letter(side, "ready to sign").url).picture("agreement-sign")
        side.screen.press("Sign it").sees(answer)


def say_met(two: Two, side: Side, *, at: datetime) -> None:
    """One press in the mail that comes after the session."""
    two.stage.post.put_away()
    two.stage.at(at)
    two.stage.run_due()
    side.screen.go(two.letter(side, "Did you and").url).picture("report").answer("met").sees("Thank you")


def answer_questions(two: Two, side: Side) -> None:
    """Useful, could speak, energy."""
    screen = side.screen.go(two.letter(side, "Three quick questions").url).picture("questions")
    for answer in screen.page.locator('main input[value="4"]').all():
        answer.check()
    screen.tick("It gave me energy").press("Send my answers").sees("Thank you")


def move_from_mail(two: Two, side: Side, letter: Letter) -> None:
    """The second of the times that suit both."""
    screen = side.screen.go(letter.link("Find another time")).picture("move")
    screen.page.locator('main input[name="time"]').nth(1).check()
    screen.press("Take this time").sees("Both calendars follow")


def look_back(screen: Screen) -> None:
    screen.page.locator('[name="would_recommend"][value="yes"]').check()
    screen.page.locator('[name="choice"][value="close"]').check()
    screen.press("Send it").sees("Thank you for your time")
