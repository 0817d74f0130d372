"""Why two people are not paired: one code per rule, kept as a bit so that every broken rule is known."""

from __future__ import annotations

from enum import StrEnum


class ReasonCode(StrEnum):
    """One reason. Those in `FLAGS` exclude nobody; they ask for a declaration or are listed in the report."""

    SAME_PERSON = "same_person"
    LINE = "line"
    DECIDER = "decider"
    SAME_TEAM = "same_team"
    SENIORITY = "seniority"
    SENIORITY_UNKNOWN = "seniority_unknown"
    GRADE_GAP = "grade_gap"
    LANGUAGE = "language"
    HOURS = "hours"
    FORMAT = "format"
    HISTORY = "history"
    ENTITY = "entity"
    FUNCTION = "function"
    CONFLICT = "conflict"
    NOT_AVAILABLE = "not_available"
    FORBIDDEN = "forbidden"
    NOT_LISTED = "not_listed"
    UNKNOWN_LINE = "unknown_line"
    DISTANCE_EXCEPTION = "distance_exception"
    UNKNOWN_LANGUAGE = "unknown_language"
    UNKNOWN_HOURS = "unknown_hours"


FLAGS = frozenset(
    {
        ReasonCode.UNKNOWN_LINE,
        ReasonCode.DISTANCE_EXCEPTION,
        ReasonCode.UNKNOWN_LANGUAGE,
        ReasonCode.UNKNOWN_HOURS,
    }
)

# What a programme may decide otherwise. A line, a decider or a declared conflict is not up for discussion.
RELAXABLE = (
    ReasonCode.SAME_TEAM,
    ReasonCode.SENIORITY,
    ReasonCode.SENIORITY_UNKNOWN,
    ReasonCode.GRADE_GAP,
    ReasonCode.LANGUAGE,
    ReasonCode.HOURS,
    ReasonCode.FORMAT,
    ReasonCode.HISTORY,
    ReasonCode.ENTITY,
    ReasonCode.FUNCTION,
    ReasonCode.FORBIDDEN,
)

BIT: dict[ReasonCode, int] = {code: 1 << place for place, code in enumerate(ReasonCode)}
EXCLUDING: int = sum(bit for code, bit in BIT.items() if code not in FLAGS)

SENTENCES: dict[ReasonCode, str] = {
    ReasonCode.SAME_PERSON: "This is one and the same person.",
    ReasonCode.LINE: "One of them manages the other, directly or further up the line.",
    ReasonCode.DECIDER: "One of them decides on the other's pay or promotion.",
    ReasonCode.SAME_TEAM: "They work in the same team or have the same manager.",
    ReasonCode.SENIORITY: "The mentee is not the more senior one by this programme's measure.",
    ReasonCode.SENIORITY_UNKNOWN: "It is not known who is the more senior one by this programme's measure.",
    ReasonCode.GRADE_GAP: "Their grades are closer than this programme asks for.",
    ReasonCode.LANGUAGE: "They share no language at the level this programme asks for.",
    ReasonCode.HOURS: "Their weekly hours overlap too little.",
    ReasonCode.FORMAT: "They share no way of meeting.",
    ReasonCode.HISTORY: "They have been a pair before.",
    ReasonCode.ENTITY: "The rule about entities excludes them.",
    ReasonCode.FUNCTION: "The rule about functions excludes them.",
    ReasonCode.CONFLICT: "A conflict was declared.",
    ReasonCode.NOT_AVAILABLE: "One of them is not available for this.",
    ReasonCode.FORBIDDEN: "A coordinator ruled this pair out.",
    ReasonCode.NOT_LISTED: "The list of scores does not have this pair.",
    ReasonCode.UNKNOWN_LINE: "A reporting line is not known; both need to declare that neither manages the other.",
    ReasonCode.DISTANCE_EXCEPTION: "They are in one reporting line, far apart; the programme's exception allows it.",
    ReasonCode.UNKNOWN_LANGUAGE: "The languages of one of them are not known.",
    ReasonCode.UNKNOWN_HOURS: "The weekly hours of one of them are not known.",
}


def codes_in(mask: int) -> tuple[ReasonCode, ...]:
    """The reasons and flags whose bits are set, in the order of the enum."""
    return tuple(code for code, bit in BIT.items() if mask & bit)


def excluding_codes(mask: int) -> tuple[ReasonCode, ...]:
    """Only the reasons that exclude."""
    return codes_in(mask & EXCLUDING)
