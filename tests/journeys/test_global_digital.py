"""A whole programme: from the employee file of a real company to the certificate of two people who met six times."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from tests.journeys import directory, pair, programme, registration
from tests.journeys.browser import Screen
from tests.journeys.pair import Side, Two
from tests.journeys.registration import address
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey

FILLS = {
    "given_name": "P{EmployeeNumber}",
    "family_name": "Example",
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
    cleo: Screen = field(init=False)  # coordinator
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
    two = somebody_says_no_and_two_say_yes(story, suggestions(story))
    first_session(two)
    later_sessions(two)
    look_back(two)
    close_the_round(story)


def open_a_round(story: Story) -> None:
    """Through the stepper: purpose, people in charge, readiness, the round, texts, a signature, and open."""
    olu = story.olu
    programme.begin(olu, "Global digital", ends_on="2027-12-17")
    programme.put_in_charge(olu, "Sponsor:", "sana@example.test", "Sana Haddad")
    programme.put_in_charge(olu, "Named contact:", "nadia@example.test", "Nadia Okafor", phone="+33 1 23 45 67 89")
    programme.put_in_charge(olu, "Coordinator:", "cleo@example.test", "Cleo Martin")
    olu.picture("step-people").press("Continue").picture("step-readiness")
    for yes in olu.page.locator('main input[value="green"]').all():
        yes.check()
    olu.press("Save and continue").picture("step-round").press("Save and continue")
    olu.picture("step-texts").press("Continue")
    programme.have_signed(story.stage, olu, "sana@example.test")
    olu.go("/programmes/").picture("programmes").press("Open Global digital").picture("programme")
    olu.press("Look and open").picture("step-open").press("Open this round").sees("The round is open")
    story.round_url = olu.picture("round-open").page.url


def everybody_registers(story: Story) -> None:
    """From their mails: mentees on telephones, mentors at desks; one mentor has something off limits."""
    programme.invite(story.olu, story.round_url, "mentee", story.mentees)
    for place, number in enumerate(story.mentees):
        screen = story.screens[number] = story.stage.browsers.telephone()
        registration.mentee_registers(story.stage, screen, number, topic=place)
        registration.mentee_prepares(screen)
    programme.invite(story.olu, story.round_url, "mentor", story.mentors)
    for place, number in enumerate(story.mentors):
        screen = story.screens[number] = story.stage.browsers.desk()
        off_limits = "My family and life at home" if place == 0 else ""
        registration.mentor_registers(story.stage, screen, number, topic=place, off_limits=off_limits)
    registration.mentor_prepares(story.screens[story.mentors[0]])


def suggestions(story: Story) -> list[tuple[str, str]]:
    """Everybody is prepared; a round runs in the worker; the board is looked at and sent out: mentor and mentee of each."""
    cleo = story.cleo = story.stage.sign_in(story.stage.browsers.desk(), "cleo@example.test")
    cleo.go(f"{story.round_url}people/?owes=prepare").picture("places")
    cleo.page.locator('[name="who"][value="all"]').check()
    cleo.press("Mark as prepared in a live session").sees("5 people are marked as prepared")
    cleo.go(story.round_url).picture("round").press("Find partners").picture("matching").press("Work out the plan")
    cleo.sees("The plan is on the draft board").press("Open the draft board").picture("board")
    headings = [card.inner_text() for card in cleo.page.locator("main h3").all()]
    board = cleo.page.url
    cleo.press_first("Why these two").picture("suggested-pair")
    cleo.go(board).press("Check the arithmetic").picture("board-proof")
    cleo.go(board).press("Preview and publish").picture("publish").press("Ask the mentors").sees("6 mentors are being asked")
    found = [re.findall(r"P(\d+) Example", heading) for heading in headings]
    return [(mentor, mentee) for mentor, mentee in found]


def somebody_says_no_and_two_say_yes(story: Story, suggested: list[tuple[str, str]]) -> Two:
    """Mentors first; the last of them says no, and his mentee never learns that anybody was asked."""
    stage, (*accepted, refused) = story.stage, suggested
    for mentor, _mentee in accepted:
        letter = stage.post.take(address(mentor), "A suggested partner for you")
        story.screens[mentor].go(letter.url).picture("suggestion-mentor").answer("yes").sees("is asked now")
    no = story.screens[refused[0]].go(stage.post.take(address(refused[0]), "A suggested partner for you").url)
    no.answer("not_this_person").sees("Nobody learns of it")
    nothing_of_the_no(story, refused)
    for mentor, mentee in accepted:
        letter = stage.post.take(address(mentee), "A suggested partner for you")
        assert f"P{mentor} Example has said yes" in letter.text
        story.screens[mentee].go(letter.url).picture("suggestion-mentee").answer("yes").sees("Your first session is being booked")
    mentor, mentee = accepted[0]
    return Two(
        stage=stage,
        mentor=Side(address=address(mentor), screen=story.screens[mentor]),
        mentee=Side(address=address(mentee), screen=story.screens[mentee]),
    )


def nothing_of_the_no(story: Story, refused: tuple[str, str]) -> None:
    """Neither the other side nor an organiser can read from anything that somebody was asked and said no."""
    mentor = f"P{refused[0]} Example"
    assert [letter.subject for letter in story.stage.post.to(address(refused[1]))] == [
        "Global digital: your place as mentee",
        "You have a place in Global digital",
    ]
    assert [letter for letter in story.stage.post.letters if mentor in letter.text and letter.to != address(refused[0])] == []
    cleo = story.cleo
    for page in ("people/", "overview/", "matching/"):
        cleo.go(f"{story.round_url}{page}")
        for word in ("declin", "refus", "said no", "not this person", "Not this person"):
            cleo.sees_nothing_of(word)
    cleo.go(f"{story.round_url}people/?q={refused[0]}").picture("places-after-a-no")
    states = {row.locator("td").first.inner_text() for row in cleo.page.locator("main tbody tr").all()}
    assert len(states) == 1


def first_session(two: Two) -> None:
    """Booked at once; before it, a declaration and common ground; after it, one press, questions, agreement, signatures."""
    stage = two.stage
    invited, _same = two.invitations("You and")
    assert invited.sequence.value == "0"
    assert invited.dtstart.value > stage.now
    pair.declare_no_line(two)
    two.mentor.screen.go("/").picture("home-mentor")
    two.mentee.screen.go("/").picture("home-mentee").press("Write them down").fill("Three things", "I keep bees.")
    two.mentee.screen.fill("Why you look forward", "I want to try it with my own hands.").picture("common-ground").press(
        "Keep it"
    )
    pair.say_met(two, two.mentee, at=invited.dtend.value + timedelta(hours=2))
    pair.answer_questions(two, two.mentor)
    stage.sign_in(two.mentee.screen, two.mentee.address)
    pair.write_agreement(two)
    stage.later(minutes=30)
    stage.run_due()
    pair.sign_agreement(two)


def later_sessions(two: Two) -> None:
    """Held dates have become invitations; session 2 is moved from the mail and keeps its place in both calendars."""
    stage = two.stage
    held = {number: two.invitations(f"Session {number} with")[0] for number in range(2, 7)}
    assert {event.sequence.value for event in held.values()} == {"0"}
    stage.at(held[2].dtstart.value - timedelta(days=1))  # a reminder of a Monday leaves Saturday alone
    stage.run_due()
    pair.move_from_mail(two, two.mentee, two.letter(two.mentee, "Coming up: Session 2"))
    moved, _same = two.invitations("New date: Session 2")
    assert (moved.uid.value, moved.sequence.value) == (held[2].uid.value, "1")
    assert moved.dtstart.value != held[2].dtstart.value
    held[2] = moved
    for number, event in held.items():
        side = two.sides[number % 2]
        pair.say_met(two, side, at=event.dtend.value + timedelta(hours=2))
        if number < 4:
            pair.answer_questions(two, side)


def look_back(two: Two) -> None:
    """Both choose to close; one tells what changed, the other agrees to the words; each has a certificate."""
    words = "I now ask for the number before I answer."
    mentor, mentee = two.mentor.screen, two.mentee.screen
    mentor.go(two.letter(two.mentor, "Looking back").url).picture("closing")
    mentor.write("story", words).tick("You may share it")
    pair.look_back(mentor)
    pair.look_back(mentee.go(two.letter(two.mentee, "Looking back").url))
    mentee.go(two.letter(two.mentee, "would like to share").url).sees(words).picture("story").answer("yes")
    mentee.sees("Your answer is kept.")
    for side, done in ((two.mentor, "shared what they know"), (two.mentee, "gave experience and time in return")):
        letter = two.letter(side, "Your certificate is ready")
        two.stage.sign_in(side.screen, side.address).go(letter.url).sees(done).sees("6 of 6").picture("certificate")


def close_the_round(story: Story) -> None:
    """Four pairs never met; the round closes once they have been ended."""
    olu = story.stage.sign_in(story.olu, "olu@example.test").picture("home-lead")
    olu.go(story.round_url).press("Close this round").sees("4 pairs have not finished").picture("round-close-with-open-pairs")
    for _pair in range(4):
        olu.go(f"{story.round_url}close/").press("See these pairs")
        olu.page.locator("main h3 a").first.click()
        olu.press("End this pair").press("Yes, end it").sees("This pair has closed")
    olu.go(f"{story.round_url}close/").picture("round-close").press("Close the round").sees("The round is closed.")
    olu.press("See where people are").picture("overview")
    closed = olu.page.locator("main tbody tr").last.locator("td").all_inner_texts()
    assert closed == ["12", "12", "12", "10", "10", "2", "2", "2", "0"]  # one pair of six said no; one of five met; nobody left
