"""Apprehensions people may name when they register, each answered with help. Nobody but the person sees which one."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, kw_only=True, slots=True)
class Worry:
    key: str
    text: str
    answer: str


def worries_of(role: str) -> tuple[Worry, ...]:
    return _of_mentors() if role == "mentor" else _of_mentees()


def answer_to(role: str, key: str) -> str:
    return next((worry.answer for worry in worries_of(role) if worry.key == key), "")


def _of_mentors() -> tuple[Worry, ...]:
    return (
        Worry(
            key="not_expert",
            text=_("I may not know enough."),
            answer=_(
                "You only need to know your own practice. Nobody expects a lecture: you show one thing that you do, and the rest is a conversation. Saying “I don't know, let us look” is good teaching."
            ),
        ),
        Worry(
            key="speaking_up",
            text=_("Being frank with somebody senior."),
            answer=_(
                "Your partner promises, before you meet, to change course when you show them they are wrong. The preparation gives you sentences for the awkward moment, and you may pass on anything without a reason."
            ),
        ),
        Worry(
            key="exposed",
            text=_("Being asked about myself."),
            answer=_(
                "What you list as off limits stays out of the room, and your partner is told to leave it alone without asking why. You speak for yourself, never for a group."
            ),
        ),
        Worry(
            key="time",
            text=_("Finding the time."),
            answer=_(
                "The hours are working time, and your manager can be told how many. Your partner looks after the diary; moving a date is their work, not yours."
            ),
        ),
        Worry(
            key="consequences",
            text=_("That it could be held against me."),
            answer=_(
                "What is said stays between the two of you and plays no part in appraisal, pay or references. Neither of you manages the other. The named contact is outside your reporting line, and you can leave at any time without giving a reason."
            ),
        ),
    )


def _of_mentees() -> tuple[Worry, ...]:
    return (
        Worry(
            key="looking_foolish",
            text=_("Showing what I do not know."),
            answer=_(
                "That is the point, and you are in good company. Your mentor knows that you come to learn, and nothing of it leaves the room."
            ),
        ),
        Worry(
            key="time",
            text=_("Finding the time."),
            answer=_(
                "An hour every few weeks, booked ahead. Somebody who looks after your diary can move dates for you without seeing anything else."
            ),
        ),
        Worry(
            key="saying_wrong",
            text=_("Saying the wrong thing."),
            answer=_(
                "You will, once or twice. The ten-minute brief helps: ask, listen, and thank people for correcting you. Your mentor has prepared for that moment too."
            ),
        ),
        Worry(
            key="fixed_ways",
            text=_("That I am too set in my ways."),
            answer=_(
                "Learning something new depends on using it, not on years. Bring one real task, and expect to be slow for ten minutes."
            ),
        ),
    )
