from __future__ import annotations

import dataclasses
import re

import pytest

from turnabout.blueprints import catalogue
from turnabout.blueprints.designs import Gate, Recruiting, SeniorityBasis
from turnabout.blueprints.reading import Place
from turnabout.blueprints.repetition import texts
from turnabout.blueprints.sources import About

KEYS = (
    "global-digital",
    "next-generation",
    "executives-find-their-mentor",
    "regular-formal-meetings",
    "know-how-and-retention",
    "social-media-and-voice",
    "shop-floor",
    "new-to-the-profession",
    "diverse-voices",
)
every_design = pytest.mark.parametrize("design", catalogue.designs(), ids=lambda design: design.key)


def words_of(thing: object) -> str:
    return "\n".join(text for _, text in texts(thing, Place(file="")))


def test_the_nine_designs_are_offered_in_their_order():
    assert tuple(design.key for design in catalogue.designs()) == KEYS


@every_design
def test_every_fact_names_a_known_source_and_carries_a_caveat(design):
    known = {source.key for source in catalogue.sources()}
    assert design.from_source
    assert [line for line in design.from_source if not set(line.source.split(", ")) <= known or not line.caveat] == []


@every_design
def test_fact_and_choice_are_told_apart_line_by_line(design):
    ours = {line.text for line in design.our_design}
    theirs = {line.text for line in design.from_source}
    assert ours & theirs == set()
    needed = {
        About.PEOPLE,
        About.PACE,
        About.CONTENT,
        About.PARTNERS,
        About.RECRUITING,
        About.IN_RETURN,
        About.OUTCOME,
    }
    assert needed - {line.about for line in design.our_design + design.from_source} == set()


@every_design
def test_the_curriculum_has_as_many_sessions_of_as_many_minutes_as_the_settings_say(design):
    curriculum = catalogue.curriculum_for(design.key)
    assert len(curriculum.sessions) == design.settings.sessions
    assert {guide.minutes for guide in curriculum.guides} == {design.settings.minutes}


@every_design
def test_all_sessions_fit_into_the_months(design):
    settings = design.settings
    weeks_needed = (settings.sessions - 1) * settings.interval_weeks
    assert weeks_needed <= settings.months * 52 / 12 - 2


@every_design
def test_hours_agree_with_the_settings_and_the_preparation(design):
    in_sessions = design.settings.sessions * design.settings.minutes / 60
    for role, hours in (("mentor", design.hours.mentor), ("mentee", design.hours.mentee)):
        assert hours.sessions == in_sessions
        assert hours.preparation == catalogue.preparation(role, design.key).hours
        assert re.findall(r"\b\d+\b", hours.in_words)[0] == f"{hours.total:g}"
    assert design.hours.mentor.circles == design.settings.peer_circles


@every_design
def test_the_note_to_managers_states_the_mentors_hours(design):
    letter = design.announcement.managers
    said = set(re.findall(r"\b\d+\b", f"{letter.subject} {letter.body}"))
    assert said >= {f"{design.hours.mentor.total:g}"}


@every_design
def test_weights_add_up_to_a_hundred_and_point_at_criteria_that_count(design):
    weights = design.settings.weights
    assert sum(weights.by_criterion.values()) == 100
    assert set(weights.different) <= set(weights.by_criterion)


@every_design
def test_nobody_is_included_or_left_out_by_age(design):
    rules = words_of((design.settings, design.charter.for_whom))
    assert re.findall(r"\b(?:aged|born|birth|generation|under \d+ years old|young|old)\b", rules) == []
    fields = {field.name for field in dataclasses.fields(type(design.settings.seniority))}
    assert fields == {"basis", "in_words", "minimum_gap", "mentor_under_years", "mentee_over_years"}


@every_design
def test_the_measure_of_seniority_has_its_distance(design):
    seniority = design.settings.seniority
    by_gap = seniority.basis in (SeniorityBasis.GRADE, SeniorityBasis.TREE_LEVEL)
    by_years = seniority.basis in (SeniorityBasis.SERVICE, SeniorityBasis.PROFESSION)
    assert (seniority.minimum_gap is not None) == by_gap
    assert (seniority.mentor_under_years is not None) == by_years


@every_design
def test_both_questions_about_age_are_answered_at_length(design):
    answers = {entry.key: entry for entry in design.announcement.faq}
    assert len(answers["too-young"].answer) > 120
    assert len(answers["too-old"].answer) > 120
    young, old = answers["too-young"], answers["too-old"]
    assert re.findall(r"[Tt]oo young", young.question)[:1] == ["too young"]
    assert re.findall(r"too old", old.question)[:1] == ["too old"]


@every_design
def test_the_sponsor_speaks_for_about_a_minute(design):
    assert 80 <= len(design.announcement.sponsor_script.split()) <= 160


@every_design
def test_the_design_has_a_few_topics_to_recommend_on_both_sides(design):
    assert 8 <= len(design.topics) <= 12
    assert {catalogue.topic(key).side.value for key in design.give_back_topics} == {"given_back"}


def test_seniority_is_measured_in_five_ways_across_the_designs():
    assert {design.settings.seniority.basis for design in catalogue.designs()} == set(SeniorityBasis)


def test_only_executives_name_people_and_name_up_to_three():
    naming = [design for design in catalogue.designs() if design.settings.recruiting is Recruiting.NOMINATION]
    assert [(design.key, design.settings.nominations_per_mentee) for design in naming] == [("executives-find-their-mentor", 3)]


def test_shop_floor_needs_no_mailbox_and_no_grade():
    settings = catalogue.design("shop-floor").settings
    assert (settings.needs_mailbox, settings.seniority.basis, settings.seniority.mentor_under_years) == (
        False,
        SeniorityBasis.SERVICE,
        1,
    )
    assert (settings.sessions, settings.months, settings.distance_exception) == (12, 12, True)


def test_new_to_the_profession_compares_under_three_with_over_fifteen_years():
    settings = catalogue.design("new-to-the-profession").settings
    assert (settings.seniority.mentor_under_years, settings.seniority.mentee_over_years) == (3, 15)
    assert settings.same_function_allowed


@every_design
def test_every_design_asks_whether_the_organisation_is_ready(design):
    keys = [question.key for question in design.readiness]
    assert keys
    assert len(keys) == len(set(keys))
    assert all(question.question.endswith("?") for question in design.readiness)


def test_diverse_voices_starts_only_behind_its_gates():
    design = catalogue.design("diverse-voices")
    wanted = {
        Gate.READINESS_GREEN,
        Gate.BOTH_PREPARED_FIRST,
        Gate.OFF_LIMITS_LISTED,
        Gate.PEER_CIRCLES_PLANNED,
    }
    assert wanted <= set(design.settings.gates)
    assert [question.is_blocking for question in design.readiness].count(True) == 5
    assert (len(design.readiness), design.settings.mentor_cap, design.settings.peer_circles >= 2) == (
        8,
        1,
        True,
    )
    assert design.settings.both_prepared_first


def test_no_design_but_diverse_voices_prepares_mentees_fully_before_matching():
    assert [design.key for design in catalogue.designs() if design.settings.both_prepared_first] == ["diverse-voices"]
