"""The one door to the content: cached, checked as a whole, read-only."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from turnabout.blueprints import repetition
from turnabout.blueprints.agreement import AgreementText, load_agreement
from turnabout.blueprints.curricula import Curriculum, load_curricula
from turnabout.blueprints.designs import Announcement, Blueprint, load_designs
from turnabout.blueprints.preparation import Module, Preparation, Role, load_modules
from turnabout.blueprints.reading import ContentProblem, Place, no_twins
from turnabout.blueprints.sources import Source, SourceLine, load_sources
from turnabout.blueprints.surveys import SurveyFile, SurveyWording, load_surveys
from turnabout.blueprints.together import GuardCard, Together, load_together
from turnabout.blueprints.topics import Topic, TopicCatalogue, load_topics

__all__ = [
    "ContentProblem",
    "agreement",
    "announcement",
    "curricula",
    "curriculum",
    "curriculum_for",
    "design",
    "designs",
    "guard_card",
    "preparation",
    "source",
    "sources",
    "survey",
    "survey_file",
    "surveys",
    "together",
    "topic",
    "topic_catalogue",
    "topics",
]


@functools.cache
def designs() -> tuple[Blueprint, ...]:
    """The starting designs in the order in which they are offered."""
    found = load_designs()
    for blueprint in found:
        _check_design(blueprint)
    repetition.refuse_repeats(found, curricula())
    return found


def design(key: str) -> Blueprint:
    for blueprint in designs():
        if blueprint.key == key:
            return blueprint
    raise _unknown("designs", key, (blueprint.key for blueprint in designs()))


def announcement(design_key: str) -> Announcement:
    return design(design_key).announcement


@functools.cache
def curricula() -> tuple[Curriculum, ...]:
    found = load_curricula()
    for entry in found:
        _check_curriculum(entry)
    return found


def curriculum(key: str) -> Curriculum:
    for entry in curricula():
        if entry.key == key:
            return entry
    raise _unknown("curricula", key, (entry.key for entry in curricula()))


def curriculum_for(design_key: str) -> Curriculum:
    """The curriculum of a design with the themes which that design puts first."""
    choice = design(design_key).curriculum
    return curriculum(choice.key).planned(choice.themes)


@functools.cache
def topic_catalogue() -> TopicCatalogue:
    return load_topics()


def topics() -> tuple[Topic, ...]:
    """Everything that can be shared or given back."""
    return topic_catalogue().all


def topic(key: str) -> Topic:
    for entry in topics():
        if entry.key == key:
            return entry
    raise _unknown("topics.toml", key, (entry.key for entry in topics()))


@functools.cache
def _modules() -> tuple[Module, ...]:
    modules = load_modules()
    for module in modules:
        _check_known_sources(module.sources, Place(file="preparation.toml", key=module.key))
    return modules


@functools.cache
def preparation(role: str, design_key: str) -> Preparation:
    """The modules of one side: the common ones that the design needs, then what it adds."""
    wanted = Role(role)
    blueprint = design(design_key)
    common = tuple(module for module in _modules() if module.key not in blueprint.preparation_without)
    modules = common + blueprint.preparation
    return Preparation(role=wanted, modules=tuple(module for module in modules if module.role is wanted))


@functools.cache
def _agreement() -> AgreementText:
    return load_agreement()


@functools.cache
def agreement(design_key: str) -> AgreementText:
    """The agreement with the sentences that the design adds to its sections."""
    return _agreement().with_additions(design(design_key).agreement)


@functools.cache
def survey_file() -> SurveyFile:
    """All forms, with the words of the common scale."""
    return load_surveys()


def surveys() -> tuple[SurveyWording, ...]:
    return survey_file().surveys


def survey(key: str) -> SurveyWording:
    for entry in surveys():
        if entry.key == key:
            return entry
    raise _unknown("surveys.toml", key, (entry.key for entry in surveys()))


@functools.cache
def sources() -> tuple[Source, ...]:
    return load_sources()


def source(key: str) -> Source:
    for entry in sources():
        if entry.key == key:
            return entry
    raise _unknown("sources.toml", key, (entry.key for entry in sources()))


@functools.cache
def together() -> Together:
    """What every pair uses: guard card, common ground, feedback, agenda."""
    return load_together()


def guard_card() -> GuardCard:
    return together().guard_card


def _unknown(file: str, key: str, known: Iterable[str]) -> ContentProblem:
    return Place(file=file, key=key).problem("Nothing has this key.", f"Use one of: {', '.join(known)}.")


def _check_design(blueprint: Blueprint) -> None:
    place = Place(file=f"designs/{blueprint.key}.toml")
    _check_sources(blueprint.from_source, place.at("from_source"))
    no_twins([module.key for module in _modules() + blueprint.preparation], place.at("preparation"))
    for module in blueprint.preparation:
        _check_known_sources(module.sources, place.at(module.key))
    _check_topics(blueprint.topics, place.at("topics"))
    _check_topics(blueprint.give_back_topics, place.at("give_back_topics"))
    sections = [section.key for section in _agreement().sections]
    for addition in blueprint.agreement:
        if addition.section not in sections:
            raise _unknown(f"{place.file}, agreement", addition.section, sections)
    for key in blueprint.preparation_without:
        if key not in [module.key for module in _modules()]:
            raise _unknown(f"{place.file}, preparation_without", key, (module.key for module in _modules()))
    planned = curriculum(blueprint.curriculum.key).planned(blueprint.curriculum.themes)
    if (len(planned.sessions), planned.minutes) != (blueprint.settings.sessions, blueprint.settings.minutes):
        raise place.at("settings").problem(
            f"The curriculum plans {len(planned.sessions)} sessions of {planned.minutes} minutes.",
            "Make sessions, minutes and curriculum.themes agree with it.",
        )


def _check_curriculum(entry: Curriculum) -> None:
    place = Place(file=f"curricula/{entry.key}.toml")
    _check_sources(entry.from_source, place.at("from_source"))
    for guide in entry.guides:
        where = place.at(guide.key)
        _check_topics(guide.topics, where.at("topics"))
        if any(topic(key).guard_card for key in guide.topics) and not guide.guard_card:
            raise where.at("guard_card").problem("A session about AI carries the guard card.", "Set guard_card = true.")


def _check_sources(lines: Iterable[SourceLine], place: Place) -> None:
    for line in lines:
        _check_known_sources(line.source.split(", "), place)


def _check_known_sources(keys: Iterable[str], place: Place) -> None:
    known = {entry.key for entry in sources()}
    for key in keys:
        if key not in known:
            raise place.at(key).problem("No such source.", "Add it to sources.toml with reference and caveat.")


def _check_topics(keys: Iterable[str], place: Place) -> None:
    known = {entry.key for entry in topics()}
    for key in keys:
        if key not in known:
            raise place.at(key).problem("There is no such topic.", "Use a key of topics.toml, or add the topic there.")
