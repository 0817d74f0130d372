from __future__ import annotations

from dataclasses import replace

import pytest

from turnabout.blueprints import catalogue, curricula
from turnabout.blueprints.curricula import Kind
from turnabout.blueprints.reading import ContentProblem, Place

every_curriculum = pytest.mark.parametrize("curriculum", catalogue.curricula(), ids=lambda entry: entry.key)
PLACE = Place(file="curricula/test.toml")


def test_the_six_curricula_are_there():
    assert [entry.key for entry in catalogue.curricula()] == [
        "customer-and-generation",
        "digital-and-ai",
        "inclusion",
        "new-to-the-profession",
        "regular-formal-meetings",
        "shop-floor",
    ]


@every_curriculum
def test_first_and_last_session_keep_their_place(curriculum):
    kinds = [guide.kind for guide in curriculum.sessions]
    assert (kinds[0], kinds[-1], set(kinds[1:-1])) == (Kind.OPENING, Kind.CLOSING, {Kind.THEME})
    assert {guide.kind for guide in curriculum.spare_themes} == {Kind.THEME}


@every_curriculum
def test_a_pair_has_more_themes_to_choose_from_than_it_needs(curriculum):
    assert len(curriculum.themes) > len(curriculum.sessions) - 2


@every_curriculum
def test_every_guide_gives_something_in_return_during_the_session(curriculum):
    silent = (
        "know-how-both-ways",
        "in-your-boots",
        "your-work-seen",
    )  # the return is the session itself, or half of it
    without = [
        guide.key
        for guide in curriculum.guides
        if guide.key not in silent
        and not any("in return" in step.text.casefold() or "mentee asks what" in step.text for step in guide.during)
        and guide.kind is not Kind.OPENING
    ]
    assert without == []


@every_curriculum
def test_ai_sessions_carry_the_guard_card_and_others_do_not(curriculum):
    for guide in curriculum.guides:
        assert guide.guard_card == any(catalogue.topic(key).guard_card for key in guide.topics), guide.key


@every_curriculum
def test_facts_of_a_curriculum_have_source_and_caveat(curriculum):
    assert [line for line in curriculum.from_source if not (line.source and line.caveat)] == []
    assert curriculum.our_design


def test_the_guard_card_names_policy_expert_and_the_three_verbs():
    lines = [line.split(":")[0] for line in catalogue.guard_card().lines]
    assert lines == ["Rules first", "Nothing secret goes in", "Try", "Verify", "Escalate", "Say so"]


def test_the_agenda_fills_the_hour_with_thirty_minutes_for_the_mentors_part():
    assert [step.minutes for step in catalogue.together().agenda] == [5, 5, 30, 10, 5, 5]


def test_themes_can_be_picked_and_reordered():
    curriculum = catalogue.curriculum("digital-and-ai")
    picked = curriculum.planned(("ai-and-new-tools", "making-and-publishing", "finding-and-judging", "working-together-apart"))
    assert [guide.theme for guide in picked.sessions] == [
        "our-digital-day",
        "ai-and-new-tools",
        "making-and-publishing",
        "finding-and-judging",
        "working-together-apart",
        "from-me-to-my-business",
    ]
    assert [guide.key for guide in picked.spare_themes] == [
        "presence-and-collaboration",
        "safety-and-wellbeing",
        "our-page-and-our-manners",
    ]


def test_a_year_of_regular_meetings_reuses_guides_with_its_own_return():
    year = catalogue.curriculum("regular-formal-meetings")
    digital = catalogue.curriculum("digital-and-ai")
    reused = [guide for guide in year.sessions if guide.reuse]
    assert len(reused) == 6
    for guide in reused:
        original = digital.guide(guide.key)
        assert (guide.aim, guide.questions, guide.caution) == (
            original.aim,
            original.questions,
            original.caution,
        )
        assert guide.in_return != original.in_return
        assert guide.in_return.split(":")[0] in ("Plan", "Goal", "Vision")


def test_an_unknown_theme_is_refused_with_the_known_ones():
    with pytest.raises(ContentProblem) as caught:
        catalogue.curriculum("shop-floor").guide("karaoke")
    assert caught.value.what == "curricula/shop-floor.toml, karaoke: There is no such session."


def test_minutes_that_do_not_add_up_are_refused():
    curriculum = replace(catalogue.curriculum("shop-floor"), minutes=60)
    with pytest.raises(ContentProblem) as caught:
        curricula._check(curriculum, PLACE)
    assert caught.value.what.endswith("The steps add up to 45 minutes, a session has 60.")


def test_a_plan_without_a_closing_is_refused():
    curriculum = catalogue.curriculum("inclusion")
    with pytest.raises(ContentProblem) as caught:
        curricula._check(replace(curriculum, sessions=curriculum.sessions[:-1]), PLACE)
    assert caught.value.key == "sessions"


def test_a_guide_with_three_questions_is_refused():
    curriculum = catalogue.curriculum("inclusion")
    first = replace(curriculum.sessions[0], questions=("One?", "Two?", "Three?"))
    with pytest.raises(ContentProblem) as caught:
        curricula._check(replace(curriculum, sessions=(first, *curriculum.sessions[1:])), PLACE)
    assert caught.value.key == f"{first.key}.questions"


def test_reusing_a_session_that_does_not_exist_is_refused():
    with pytest.raises(ContentProblem) as caught:
        curricula._with_reuse({"key": "x", "reuse": "digital-and-ai/karaoke"}, {}, PLACE)
    assert caught.value.remedy == 'Write "curriculum/session" with known keys.'
