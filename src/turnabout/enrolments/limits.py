"""What somebody may put off limits. Chosen, never written, so that nothing personal is kept about the reason."""

from django.utils.translation import gettext as _

NOTHING = "nothing"  # an answer like any other: whoever gives it was asked


def limits() -> dict[str, str]:
    """Key -> words, in the order in which they are offered."""
    return {
        "health": _("My health"),
        "family": _("My family and life at home"),
        "religion": _("Religion and belief"),
        "politics": _("Politics"),
        "pay": _("My pay"),
        "colleagues": _("What colleagues have done or said"),
        "manager": _("My manager and my team"),
        "identity": _("My identity or background"),
        "experiences": _("Bad experiences I have had at work"),
        "plans": _("Whether I plan to stay"),
        NOTHING: _("Nothing is off limits for me"),
    }


def words_for(keys: list[str]) -> list[str]:
    known = limits()
    return [known[key] for key in keys if key in known]


def told_to_the_partner(keys: list[str]) -> list[str]:
    """What the partner leaves alone. "Nothing" is not passed on: it would invite questions."""
    return words_for([key for key in keys if key != NOTHING])
