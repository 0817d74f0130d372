"""What a pair works on: its sessions' guides and the text of its agreement, from the design and the pair's own words.
And what the two have declared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from turnabout.blueprints import catalogue
from turnabout.blueprints.agreement import AgreementField, AgreementText
from turnabout.blueprints.curricula import Curriculum, Kind, SessionGuide
from turnabout.enrolments import limits
from turnabout.enrolments.models import Declaration, Enrolment
from turnabout.pairs.models import Agreement, Pair
from turnabout.people.queries import broken_line_ids
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """What the two declared about a line between them; asked of each where no record reaches up to a head."""

    is_asked: bool
    by_mentor: bool
    by_mentee: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """The roles whose declaration is asked for and not there."""
        said = {Enrolment.Role.MENTOR: self.by_mentor, Enrolment.Role.MENTEE: self.by_mentee}
        return tuple(str(role) for role, is_there in said.items() if self.is_asked and not is_there)


def declarations_of(pairs: Sequence[Pair]) -> dict[int, Declared]:
    """By the pair's id: two queries, whatever their number. Give pairs with both places loaded."""
    broken = broken_line_ids(place.person_id for pair in pairs for place in (pair.mentor, pair.mentee))
    rows = Declaration.objects.filter(enrolment__in=[place for pair in pairs for place in (pair.mentor_id, pair.mentee_id)])
    made = set(rows.values_list("enrolment_id", "other_id"))
    return {
        pair.pk: Declared(
            is_asked=bool({pair.mentor.person_id, pair.mentee.person_id} & broken),
            by_mentor=(pair.mentor_id, pair.mentee.person_id) in made,
            by_mentee=(pair.mentee_id, pair.mentor.person_id) in made,
        )
        for pair in pairs
    }
