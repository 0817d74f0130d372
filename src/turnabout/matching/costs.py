"""What a choice costs the whole round, what is scarce and what a plan comes to: figures of the engine, in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf.locale import LANG_INFO
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from turnabout.blueprints import catalogue
from turnabout.core.text import grouped
from turnabout.engine import Unmatched as EngineUnmatched
from turnabout.matching.asking import Alternative, Cost, WhyNot
from turnabout.matching.models import Unmatched
from turnabout.matching.runs import UNCOUNTED
from turnabout.matching.wording import rule_in_words


def not_available() -> str:
    """The one sentence for a past no, a rest, a declared conflict, an opted-out person and no free place."""
    return rule_in_words("not_available")


def nobody_available() -> str:
    return _("Nobody on the other side is available.")


def lost(*, pairs: int, wishes: int, points: int) -> str:
    """What is lost, in words; empty when nothing is."""
    parts = []
    if pairs > 0:
        parts.append(ngettext("%(count)s pair", "%(count)s pairs", pairs) % {"count": grouped(pairs)})
    if wishes > 0:
        parts.append(_("a priority or a wish by name"))
    if points > 0:
        parts.append(ngettext("%(count)s point", "%(count)s points", points) % {"count": grouped(points)})
    return get_text_list(parts, _("and"))


def forcing(cost: Cost) -> list[str]:
    """What it would cost to make two people a pair all the same, and what they would need to be chosen."""
    sentences = [_cost_of_forcing(cost)]
    if cost.points < 0 and not cost.is_nothing:
        sentences.append(_("The total of all pairs would rise by %(points)s points.") % {"points": grouped(-cost.points)})
    if cost.lowers_floor:
        sentences.append(
            _("The worse side of the weakest pair would fall from %(before)s to %(after)s points.")
            % {"before": grouped(cost.floor_now), "after": grouped(cost.floor)}
        )
    if not cost.pairs and not cost.wishes and not cost.lowers_floor and cost.points > 0:
        sentences.append(
            _("Their own score is that much too low to be chosen: with %(points)s points more, this pair would be as good.")
            % {"points": grouped(cost.points)}
        )
    return sentences


def _cost_of_forcing(cost: Cost) -> str:
    what = lost(pairs=cost.pairs, wishes=cost.wishes, points=cost.points)
    changed = ngettext("%(count)s other pair", "%(count)s other pairs", cost.ended) % {"count": grouped(cost.ended)}
    if what and cost.ended:
        return _("Pairing them would cost the round %(what)s and change %(changed)s.") % {"what": what, "changed": changed}
    if what:
        return _("Pairing them would cost the round %(what)s.") % {"what": what}
    if cost.lowers_floor:
        return _("Pairing them would change %(changed)s and make the weakest pair weaker.") % {"changed": changed}
    if cost.ended:
        return _(
            "Pairing them would cost nothing and change %(changed)s: an equally good plan has these two. "
            "The number that settles ties decided between the plans."
        ) % {"changed": changed}
    return _("Pairing them would cost nothing: an equally good plan has these two. The number that settles ties decided.")


def parting(cost: Cost | None) -> str:
    """What a pair of the plan is worth to the round."""
    if cost is None:
        return _("This pair is kept, so it was not weighed against others.")
    return worth({"pairs": cost.pairs, "wishes": cost.wishes, "points": cost.points})


def worth(loss: Mapping[str, int]) -> str:
    """The same from what was stored with the suggestion."""
    what = lost(pairs=loss["pairs"], wishes=loss["wishes"], points=loss["points"])
    if not what:
        return _("Interchangeable: without this pair, another plan is just as good.")
    return _("Without this pair the round would lose %(what)s.") % {"what": what}


def more_swaps(cost: Cost) -> str:
    if not cost.more:
        return ""
    return ngettext("and %(count)s more person changes partner", "and %(count)s more people change partner", cost.more) % {
        "count": grouped(cost.more)
    }


def price(one: Alternative) -> str:
    """One line of a ranked list."""
    what = lost(pairs=one.pairs, wishes=one.wishes, points=one.points)
    if one.is_current:
        return _("Partner in this plan")
    return _("Costs %(what)s") % {"what": what} if what else _("Costs nothing")


def rules_of(answer: WhyNot) -> list[str]:
    """Every rule that stands between two people, or the one sentence that says no more."""
    return [rule_in_words(code) for code in answer.rules] or [not_available()]


def would_help(answer: WhyNot) -> str:
    """What one change of the rules would do for two people."""
    if len(answer.rules) == 1 and answer.rules[0] not in {"line", "decider"}:
        return _("If this round did not have this rule, they could be considered. “What if” shows what else would change.")
    if len(answer.rules) > 1:
        return _("More than one rule stands between them, so changing one would not be enough.")
    return ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A row of a chart."""

    label: str
    value: int
    text: str


def blocked_bars(row: Unmatched) -> list[Bar]:
    """Which rule excludes how many, most first."""
    return _bars(row.blocked_by.get("rules", {}))


def blocked_bars_of(person: EngineUnmatched) -> list[Bar]:
    return _bars({str(code): count for code, count in person.blocked.items() if code not in UNCOUNTED})


def _bars(rules: Mapping[str, int]) -> list[Bar]:
    return [Bar(label=NAMES[code](), value=count, text=grouped(count)) for code, count in _by_number(rules) if code in NAMES]


# Each rule in a word or two, for the rows of a chart.
NAMES = {
    "line": lambda: _("Reporting line"),
    "decider": lambda: _("Pay or promotion"),
    "same_team": lambda: _("Same team"),
    "seniority": lambda: _("Seniority"),
    "seniority_unknown": lambda: _("Seniority not known"),
    "grade_gap": lambda: _("Distance in grade"),
    "language": lambda: _("Language"),
    "hours": lambda: _("Working hours"),
    "format": lambda: _("Way of meeting"),
    "history": lambda: _("A pair before"),
    "entity": lambda: _("Business"),
    "function": lambda: _("Function"),
}


def why_no_partner(row: Unmatched) -> str:
    """Why somebody was left over, in a sentence."""
    if row.reason == "taken_apart":
        return _("A coordinator took their suggestion apart.")
    return why_alone(eligible=row.blocked_by.get("eligible", 0), rules=row.blocked_by.get("rules", {}))


def why_alone(*, eligible: int, rules: Mapping[Any, int]) -> str:
    """Too few places, or the rules with how many possible partners each excludes, most first."""
    if eligible:
        return ngettext(
            "The rules allow one partner, whose places all went to others: there are too few places.",
            "The rules allow %(count)s partners, but all their places went to others: there are too few places.",
            eligible,
        ) % {"count": grouped(eligible)}
    counted = [
        _("%(count)s by “%(rule)s”") % {"count": grouped(count), "rule": NAMES[code]()}
        for code, count in _by_number(rules)
        if code in NAMES and count
    ]
    if not counted:
        return nobody_available()
    if len(counted) == 1:
        return _("The rules leave nobody. Possible partners ruled out: %(rules)s.") % {"rules": counted[0]}
    return _("The rules leave nobody. Possible partners ruled out: %(rules)s; some of them by several rules.") % {
        "rules": get_text_list(counted, _("and"))
    }


def what_would_help(*, eligible: int, opens: Mapping[Any, int]) -> list[str]:
    """What would give somebody without a partner one, most promising first; empty where nothing is known."""
    if eligible:
        return [
            ngettext(
                "One more place with this partner would be enough.",
                "One more place with any of them would be enough.",
                eligible,
            )
        ]
    return [
        ngettext(
            "Without the rule “%(rule)s” one more person could be considered.",
            "Without the rule “%(rule)s” %(count)s more people could be considered.",
            count,
        )
        % {"rule": NAMES[code](), "count": grouped(count)}
        for code, count in _by_number(opens)
        if count and code in NAMES
    ]


def _by_number(counts: Mapping[Any, int]) -> list[tuple[str, int]]:
    return sorted(((str(code), count) for code, count in counts.items()), key=lambda item: (-item[1], item[0]))


def scarce(rows: Sequence[Mapping[str, Any]], *, mentors: str, mentees: str) -> list[str]:
    """What there is too little of, for example a language; `mentors` and `mentees` are the programme's words."""
    return [_shortage(row, mentors=mentors, mentees=mentees) for row in rows]


def _shortage(row: Mapping[str, Any], *, mentors: str, mentees: str) -> str:
    own, other = (mentors, mentees) if row["side"] == "mentor" else (mentees, mentors)
    sentence = {
        "language": _(
            "%(value)s: %(own)s who speak it want %(wanted)s partners, %(other)s who speak it have %(offered)s places."
        ),
        "topic": _(
            "%(value)s: %(own)s who would like to learn it want %(wanted)s partners, %(other)s who can share it have %(offered)s places."
        ),
        "grade": _("Grade %(value)s: %(own)s want %(wanted)s partners, %(other)s far enough away have %(offered)s places."),
    }[row["attribute"]]
    values = {"value": attribute_in_words(row["attribute"], row["value"]), "own": own, "other": other}
    return sentence % (values | {"wanted": grouped(row["wanted"]), "offered": grouped(row["offered"])})


def attribute_in_words(attribute: str, value: str) -> str:
    if attribute == "topic":
        return catalogue.topic(value).name
    if attribute == "language":
        return _(str(LANG_INFO.get(value, {}).get("name", value)))
    limit = _("up to %(grade)s") if value.startswith("up to") else _("from %(grade)s")
    return limit % {"grade": value.rpartition(" ")[2]}
