"""Why these two: sentences from what the engine stored, about the two people only."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from turnabout.blueprints import catalogue
from turnabout.core.text import grouped
from turnabout.engine import Refusal, Standing
from turnabout.engine.validation import BrokenLock, NobodyEligible
from turnabout.matching.models import Proposal, Run

MOST_TOPICS = 3


def topic_names(keys: Sequence[str]) -> str:
    return get_text_list([catalogue.topic(key).name for key in keys[:MOST_TOPICS]], _("and"))


def why_these_two(proposal: Proposal, *, reader: str = "") -> list[str]:
    """Reasons in words, strongest first, as said to one of the two ("mentor", "mentee"); without a reader, to both alike."""
    reasons = proposal.reasons
    names = {"mentor": proposal.mentor.person.first_name, "mentee": proposal.mentee.person.first_name}
    gives, returns = EXCHANGE[reader]
    sentences = []
    if reasons.get("learns"):
        sentences.append(gives() % {**names, "topics": _quoted(reasons["learns"])})
    if reasons.get("returns"):
        sentences.append(returns() % {**names, "topics": _quoted(reasons["returns"])})
    apart = _wanted_apart(proposal)
    sentences += [sentence for line in reasons.get("criteria", ()) if (sentence := _of_criterion(line, apart))]
    if "unknown_line" in reasons.get("flags", ()) or "unknown_line" in proposal.warnings:
        sentences.append(
            _("Your reporting lines are not known: both of you will be asked to declare that neither manages the other.")
        )
    if "distance_exception" in reasons.get("flags", ()) or "distance_exception" in proposal.warnings:
        sentences.append(
            _(
                "You are in one reporting line, far apart. This programme allows that distance where nobody outside the line is available."
            )
        )
    return sentences or [_("Your coordinator brought the two of you together by hand.")]


EXCHANGE: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
    "": (
        lambda: _("%(mentor)s can share %(topics)s, which %(mentee)s would like to learn."),
        lambda: _("In return, %(mentee)s can offer %(topics)s."),
    ),
    "mentor": (
        lambda: _("You can share %(topics)s, which %(mentee)s would like to learn."),
        lambda: _("In return, %(mentee)s can offer %(topics)s."),
    ),
    "mentee": (
        lambda: _("%(mentor)s can share %(topics)s, which you would like to learn."),
        lambda: _("In return, you can offer %(topics)s."),
    ),
}


def _quoted(keys: Sequence[str]) -> str:
    """Names of topics inside a sentence; several contain an "and" of their own."""
    return get_text_list([_("“%(topic)s”") % {"topic": catalogue.topic(key).name} for key in keys[:MOST_TOPICS]], _("and"))


def _wanted_apart(proposal: Proposal) -> frozenset[str]:
    """The criteria in which the programme counts difference; in the others it counts likeness."""
    return frozenset(catalogue.design(proposal.run.cohort.programme.design).settings.weights.different)


def _of_criterion(line: dict[str, Any], apart: frozenset[str]) -> str:
    points, name = min(line["mentor"], line["mentee"]), line["criterion"]
    if name in WHERE:
        known = points > 500  # exactly half is what counts where one of the two is unknown
        return WHERE[name][name in apart]() if known else ""
    if points < 500:
        return ""
    return {
        "language": _("You share a language well enough to talk freely."),
        "hours": _("Your working hours overlap well."),
        "format": _("You like to meet in the same way."),
        "interests": _("Your interests meet."),
    }.get(name, "")


WHERE = {
    "function": (lambda: _("You work in the same function."), lambda: _("You work in different functions.")),
    "entity": (lambda: _("You work in the same business."), lambda: _("You work in different businesses.")),
    "country": (lambda: _("You work in the same country."), lambda: _("You work in different countries.")),
}


def say_is_needed() -> str:
    """What a yes to somebody in one's own line waits for."""
    return _(
        "A yes needs your tick that neither of you decides on the other's pay or promotion. If it is not so, choose “Not this person”: nobody learns of it."
    )


def stored_reasons(proposal: Proposal) -> list[str]:
    """What both are told when the pair starts."""
    return why_these_two(proposal)


RULES = {
    "line": lambda: _("They are in one reporting line."),
    "decider": lambda: _("One decides on the other's pay or promotion."),
    "same_team": lambda: _("They are in the same team or have the same manager."),
    "seniority": lambda: _("The mentee is not the more senior one by this round's measure."),
    "seniority_unknown": lambda: _("What makes somebody senior in this round is not known for one of them."),
    "grade_gap": lambda: _("Their grades are closer than this round asks for."),
    "language": lambda: _("They share no language well enough."),
    "hours": lambda: _("Their working hours overlap too little."),
    "format": lambda: _("They do not like to meet in the same way."),
    "history": lambda: _("They have been a pair before."),
    "entity": lambda: _("The round's rule about businesses excludes them."),
    "function": lambda: _("The round's rule about functions excludes them."),
}


def rule_in_words(code: str) -> str:
    """One rule's sentence; what is private about two people is only ever "not available"."""
    sentence = RULES.get(code)
    return sentence() if sentence else _("They are not available for each other.")


def rule_stands(code: str) -> str:
    return _("%(rule)s This rule cannot be set aside: choose other people.") % {"rule": rule_in_words(code)}


def rule_warns(code: str) -> str:
    return _("%(rule)s Tick that you know this, or choose other people.") % {"rule": rule_in_words(code)}


def shares(proposal: Proposal) -> str:
    topics = proposal.reasons.get("learns", ())
    return topic_names(topics) if topics else _("No topic in common on this side")


def gives_back(proposal: Proposal) -> str:
    topics = proposal.reasons.get("returns", ())
    return topic_names(topics) if topics else _("No topic in common on this side")


def notes(proposal: Proposal) -> list[str]:
    """What a coordinator should look at before sending this out."""
    flags = [*proposal.reasons.get("flags", ()), *proposal.warnings]
    table = {
        "unknown_line": _("A reporting line is not known. Both will declare that neither manages the other."),
        "distance_exception": _(
            "In one reporting line, far apart: this round's exception for a head who has nobody outside their line. Both are told."
        ),
        "unknown_language": _("The languages of one of them are not known."),
        "unknown_hours": _("The working hours of one of them are not known."),
    }
    return [table[flag] if flag in table else rule_in_words(flag) for flag in dict.fromkeys(flags)]


def proposal_state(proposal: Proposal) -> tuple[str, str]:
    """One word for the organiser, and its tone; closed suggestions never reach a board."""
    return {
        Proposal.State.DRAFT: (_("Draft"), "quiet"),
        Proposal.State.ASKING_MENTOR: (_("Asked"), "watch"),
        Proposal.State.ASKING_MENTEE: (_("Asked"), "watch"),
        Proposal.State.ACCEPTED: (_("Both said yes"), "good"),
    }.get(Proposal.State(proposal.state), (_("Not available"), "quiet"))


def run_state(run: Run) -> str:
    return {
        Run.State.WAITING: _("Waiting for its turn"),
        Run.State.SOLVING: _("Being worked out"),
        Run.State.DRAFT: _("On the draft board"),
        Run.State.PUBLISHED: _("Sent out"),
        Run.State.FAILED: _("Ended without a plan"),
        Run.State.REPLACED: _("Replaced by a newer round"),
        Run.State.SCENARIO: _("Scenario, to be compared"),
    }[Run.State(run.state)]


def refused(refusal: Refusal) -> str:
    """Why there is no plan, without the engine's counts and reasons: among them can be what was said in private."""
    if isinstance(refusal, NobodyEligible):
        return _(
            "The rules leave nobody to be paired with anybody. “Would this work?” shows what each rule costs. "
            "The last board stays as it is."
        )
    if isinstance(refusal, BrokenLock):
        return _("A kept suggestion breaks a rule by now. Let it change on the board, then start again.")
    return str(refusal)


def proof(run: Run) -> str:
    """The promise in one line, no stronger than what the certificate proves."""
    people = run.figures.get("people", 0)
    if not people:
        return ""
    gap = (run.certificate or {}).get("gap", 0)
    first = {
        "most-people": ngettext(
            "By your rules and weights, no other plan gives more people a partner, and none for these %(count)s people scores higher.",
            "By your rules and weights, no other plan gives more people a partner, and none for these %(count)s people scores higher.",
            people,
        ),
        "fairest": ngettext(
            "By your rules and weights, no other plan gives more people a partner; among those, the weakest pair is as good as it can be, and no such plan for these %(count)s people scores higher.",
            "By your rules and weights, no other plan gives more people a partner; among those, the weakest pair is as good as it can be, and no such plan for these %(count)s people scores higher.",
            people,
        ),
        "best-total": ngettext(
            "By your rules and weights, no other plan scores higher, for %(count)s person or for more. More people might have a partner in another plan.",
            "By your rules and weights, no other plan scores higher, for %(count)s people or for more. More people might have a partner in another plan.",
            people,
        ),
    }.get(run.objective, "")
    return " ".join(
        filter(
            None,
            (
                stopped_early(gap, run.figures["total"]) if gap else first % {"count": grouped(people)},
                _("It cannot tell you who will get on; that is what their yes is for."),
            ),
        )
    )


def stopped_early(gap: int, total: int) -> str:
    """What the certificate of a search that was stopped proves."""
    return _(
        "The search was stopped early. By your rules, no plan gives more people a partner, and the best total is at most "
        "%(share)s per cent higher than this one."
    ) % {"share": number_format(_per_cent(gap, total), decimal_pos=2)}


def standing(now: Standing | None) -> str:
    """How far a round that is being worked out has come."""
    if now is None or now.gap is None:
        return _("Looking for the best plan and proving it")
    return _("%(pairs)s pairs in hand. The best total is at most %(share)s per cent higher.") % {
        "pairs": grouped(now.pairs),
        "share": number_format(_per_cent(now.gap, now.total), decimal_pos=2),
    }


def _per_cent(gap: int, total: int) -> float:
    """Rounded upwards, so that a gap is never shown as none."""
    return math.ceil(10_000 * gap / max(total, 1)) / 100


def figures(run: Run) -> list[dict[str, str]]:
    known = run.figures
    if not known:
        return []
    return [
        {
            "label": _("People with a partner"),
            "value": _("%(people)s of %(all)s") % {"people": grouped(known["people"]), "all": grouped(known["candidates"])},
        },
        {"label": _("Pairs"), "value": grouped(known["pairs"])},
        {
            "label": _("Weakest pair"),
            "value": _("%(floor)s of 1,000 points for its worse side") % {"floor": grouped(known["floor"])},
        },
        {"label": _("Registered but not prepared yet"), "value": grouped(known["not_prepared"])},
        *([{"label": _("Wait for an answer to a suggestion"), "value": grouped(known["waiting"])}] if "waiting" in known else []),
    ]


def _objective(key: str) -> str:
    return {"fairest": _("the weakest pair, then the total"), "most-people": _("the total of all pairs")}.get(key, key)


def proof_facts(run: Run) -> list[dict[str, str]]:
    certificate = run.certificate
    if not certificate:
        return []
    versions = ", ".join(f"{name} {version}" for name, version in certificate.get("versions", {}).items())
    return [
        {"label": _("What comes first"), "value": _objective(run.objective)},
        {
            "label": _("Everybody once before anybody twice"),
            "value": _("yes") if run.is_breadth_first else _("no"),
        },
        {"label": _("Number that settles ties"), "value": str(run.seed)},
        {"label": _("Fingerprint of the input (SHA-256)"), "value": run.input_hash},
        {"label": _("Fingerprint of the plan’s scores (SHA-256)"), "value": certificate.get("score_hash", "")},
        {
            "label": _("Sum that the prices prove, in the units of the proof"),
            "value": grouped(certificate["total"]["bound"]),
        },
        {"label": _("Total of this plan"), "value": grouped(run.figures["total"])},
        {"label": _("Software"), "value": versions},
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One line of "why these two": points earned, out of how many."""

    text: str
    points: int = 0
    of: int = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    shares: list[Reason]
    gives_back: list[Reason]
    both: list[Reason]


def explanation(proposal: Proposal) -> Explanation:
    """Both directions, criterion by criterion, as the engine computed them."""
    lines = {line["criterion"]: line for line in proposal.reasons.get("criteria", ())}
    topics = lines.pop("topics", {"mentor": 0, "mentee": 0})
    apart = _wanted_apart(proposal)
    return Explanation(
        shares=[Reason(text=shares(proposal), points=topics["mentee"])],
        gives_back=[Reason(text=gives_back(proposal), points=topics["mentor"])],
        both=[
            Reason(text=_label(name, apart), points=min(line["mentor"], line["mentee"]))
            for name, line in lines.items()
            if name in CRITERIA
        ],
    )


CRITERIA = {
    "interests": lambda: _("What both are interested in"),
    "language": lambda: _("A language both speak well"),
    "hours": lambda: _("Working hours in common"),
    "format": lambda: _("The same way of meeting"),
    "entity": lambda: _("The same business"),
    "country": lambda: _("The same country"),
    "unit": lambda: _("The same unit"),
    "function": lambda: _("The same function"),
    "time_zone": lambda: _("Time zones"),
    "grade_gap": lambda: _("Distance in grade"),
}
APART = {
    "entity": lambda: _("Different businesses"),
    "country": lambda: _("Different countries"),
    "unit": lambda: _("Different units"),
    "function": lambda: _("Different functions"),
}


def _label(name: str, apart: frozenset[str]) -> str:
    return APART[name]() if name in apart and name in APART else CRITERIA[name]()
