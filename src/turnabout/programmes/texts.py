"""The texts of a programme: the design's, until a programme lead edits one; every edit is kept as a version."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from turnabout.blueprints import catalogue
from turnabout.programmes.models import Programme


@dataclass(frozen=True, kw_only=True, slots=True)
class EditableText:
    """One text with its place, its label, the design's words and the programme's."""

    key: str
    group: str
    label: str
    original: str
    text: str
    versions: int
    is_long: bool = True

    @property
    def is_edited(self) -> bool:
        return self.text != self.original


def current(programme: Programme, key: str) -> str | None:
    """The newest version of a text, or None while the design's stands."""
    versions = programme.texts.get(key) or []
    return str(versions[-1]["text"]) if versions else None


def editable(programme: Programme) -> list[EditableText]:
    """Every text an organiser may edit, in reading order."""
    rows = [*_announcement(programme), *_agreement(programme), *_preparation(programme)]
    return [
        EditableText(
            key=key,
            group=group,
            label=label,
            original=original.strip(),
            text=(original if (own := current(programme, key)) is None else own).strip(),
            versions=len(programme.texts.get(key) or []),
            is_long=is_long,
        )
        for key, group, label, original, is_long in rows
    ]


def in_groups(texts: Iterable[EditableText]) -> list[tuple[str, list[EditableText]]]:
    groups: dict[str, list[EditableText]] = {}
    for text in texts:
        groups.setdefault(text.group, []).append(text)
    return list(groups.items())


Row = tuple[str, str, str, str, bool]


def _announcement(programme: Programme) -> list[Row]:
    kit = catalogue.announcement(programme.design)
    group = _("Announcement")
    rows: list[Row] = [
        ("announcement.all_staff.subject", group, _("Note to everybody: subject"), kit.all_staff.subject, False),
        ("announcement.all_staff.body", group, _("Note to everybody"), kit.all_staff.body, True),
        ("announcement.managers.subject", group, _("Note to managers: subject"), kit.managers.subject, False),
        ("announcement.managers.body", group, _("Note to managers"), kit.managers.body, True),
        ("announcement.sponsor_script", group, _("The sponsor's sixty seconds"), kit.sponsor_script, True),
        ("announcement.poster.headline", group, _("Poster: headline"), kit.poster.headline, False),
        ("announcement.poster.lines", group, _("Poster: lines"), "\n".join(kit.poster.lines), True),
        ("announcement.poster.foot", group, _("Poster: foot"), kit.poster.foot, False),
    ]
    rows += [
        (f"announcement.faq.{entry.key}", _("Questions people ask"), entry.question, entry.answer, True) for entry in kit.faq
    ]
    return rows


def _agreement(programme: Programme) -> list[Row]:
    agreement = catalogue.agreement(programme.design)
    return [
        (
            f"agreement.{section.key}",
            _("Additions to the agreement"),
            _("Added to “%(section)s”") % {"section": section.title},
            "\n".join(section.additions),
            True,
        )
        for section in agreement.sections
    ]


def _preparation(programme: Programme) -> list[Row]:
    return [
        (f"preparation.{module.key}", group, module.title, module.text, True)
        for role, group in (("mentor", _("Preparation of mentors")), ("mentee", _("Preparation of mentees")))
        for module in catalogue.preparation(role, programme.design).modules
    ]
