"""What a pair works on: its sessions' guides and the text of its agreement, from the design and the pair's own words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from turnabout.blueprints import catalogue
from turnabout.blueprints.agreement import AgreementField, AgreementText
from turnabout.blueprints.curricula import Curriculum, Kind, SessionGuide
from turnabout.enrolments import limits
from turnabout.pairs.models import Agreement, Pair
from turnabout.programmes import texts

MENTOR_OFF_LIMITS = "mentor_off_limits"  # the key of the agreement's field that begins with what the mentor said before
NOTES = "notes"  # the key of its section in which the round says for how long notes are kept


def curriculum_of(pair: Pair) -> Curriculum:
    return catalogue.curriculum_for(pair.cohort.programme.design)


def themes_of(pair: Pair) -> list[str]:
    """Keys of the guides for sessions 1, 2, ...: the opening, the pair's themes, the closing. A session for which
    the pair has no theme is theirs to fill, its key is empty."""
    curriculum = curriculum_of(pair)
    total = pair.cohort.sessions
    planned = [guide.key for guide in curriculum.sessions if guide.kind is Kind.THEME]
    spare = [guide.key for guide in curriculum.spare_themes if guide.kind is Kind.THEME]
    wanted = list(pair.themes) + [key for key in planned + spare if key not in pair.themes]
    middle = (wanted + [""] * total)[: total - 2]
    return [curriculum.sessions[0].key, *middle, curriculum.sessions[-1].key]


def guide_for(pair: Pair, theme: str) -> SessionGuide | None:
    """The guide with this key, or None for a free session and for a theme that the design no longer has."""
    return next((guide for guide in curriculum_of(pair).guides if guide.key == theme), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledField:
    key: str
    label: str
    text: str
    field: AgreementField


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledSection:
    key: str
    title: str
    text: str
    additions: tuple[str, ...]
    fields: tuple[FilledField, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementPage:
    """The agreement as the two read it: the design's text with their own words in its fields."""

    title: str
    opening: str
    signing: str
    sections: tuple[FilledSection, ...]


def agreement_text(pair: Pair) -> AgreementText:
    """The design's text for this pair, before they write: the round's days, and what the mentor keeps off limits."""
    designed = catalogue.agreement(pair.cohort.programme.design)
    sections = tuple(
        replace(
            section,
            additions=_additions(pair, section.key, section.additions) + _of_the_round(pair, section.key),
            fields=tuple(_begun(pair, field) for field in section.fields),
        )
        for section in designed.sections
    )
    return replace(designed, sections=sections)


def _begun(pair: Pair, field: AgreementField) -> AgreementField:
    kept_out = off_limits(pair) if field.key == MENTOR_OFF_LIMITS else []
    return replace(field, suggestion="\n".join(kept_out)) if kept_out else field


def off_limits(pair: Pair) -> list[str]:
    """What the mentor keeps off limits, only for one of the two, and only while they are a pair."""
    return limits.told_to_the_partner(pair.mentor.off_limits) if pair.is_unfinished else []


def agreement_fields(pair: Pair) -> tuple[AgreementField, ...]:
    return tuple(field for section in agreement_text(pair).sections for field in section.fields)


def agreement_page(pair: Pair, agreement: Agreement, edited: Mapping[str, str] | None = None) -> AgreementPage:
    """Only for one of the two: it holds their words, until those are deleted. An organiser's page never asks for it."""
    text = agreement_text(pair)
    words = agreement.filled if edited is None else edited
    sections = tuple(
        FilledSection(
            key=section.key,
            title=section.title,
            text=section.text,
            additions=section.additions,
            fields=tuple(
                FilledField(key=field.key, label=field.label, text=words.get(field.key, field.suggestion or ""), field=field)
                for field in section.fields
                if agreement.words_deleted_at is None
            ),
        )
        for section in text.sections
    )
    return AgreementPage(title=text.title, opening=text.opening, signing=text.signing, sections=sections)


def _additions(pair: Pair, section: str, designed: tuple[str, ...]) -> tuple[str, ...]:
    """What the programme adds to a section: the lines that its lead wrote, else the design's."""
    own = texts.current(pair.cohort.programme, f"agreement.{section}")
    return designed if own is None else tuple(line for line in own.splitlines() if line.strip())


def _of_the_round(pair: Pair, section: str) -> tuple[str, ...]:
    if section != NOTES:
        return ()
    return (_("In our round that is %(days)s days after we close.") % {"days": pair.cohort.notes_kept_days},)
