from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from turnabout.blueprints import catalogue, designs
from turnabout.blueprints.agreement import AgreementAddition
from turnabout.blueprints.apps import content_is_sound
from turnabout.blueprints.preparation import Role, SelfCheck, check_modules
from turnabout.blueprints.reading import CONTENT, ContentProblem, Place
from turnabout.blueprints.surveys import AnswerKind

PLACEHOLDERS = re.compile(
    r"lorem|ipsum|\btbd\b|\btodo\b|\bxxx\b|placeholder|\[your|\[name|<[a-z]|\{[a-z_]+\}|insert here|foo\b|example\.com",
    re.I,
)
files = pytest.mark.parametrize("file", sorted(CONTENT.rglob("*.toml")), ids=lambda path: path.name)


def refused(call, *arguments) -> ContentProblem:
    with pytest.raises(ContentProblem) as caught:
        call(*arguments)
    return caught.value


@files
def test_no_file_holds_a_placeholder(file: Path):
    written = "\n".join(line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith(("[", "  {")))
    assert PLACEHOLDERS.findall(written) == []


@files
def test_every_file_says_its_language(file: Path):
    assert re.findall(r'^language = "en"$', file.read_text(encoding="utf-8"), re.M) == ['language = "en"']


@files
def test_spelling_is_british(file: Path):
    american = (
        r"\b(?:color|behavior|organiz\w+|recogniz\w+|program|center|honor\w*|analyz\w+|favorite|catalog|enrollment|practicing)\b"
    )
    text = re.sub(r"^reference = .*$", "", file.read_text(encoding="utf-8"), flags=re.M)
    assert re.findall(american, text, re.I) == []


def test_content_is_sound_at_start():
    assert content_is_sound(None) == []


def test_what_is_asked_for_by_key_is_what_comes():
    assert catalogue.design("shop-floor").key == "shop-floor"
    assert catalogue.curriculum("inclusion").key == "inclusion"
    assert catalogue.topic("vision").name == "The vision behind the plan"
    assert catalogue.survey("pulse").title == "Three quick questions"
    assert catalogue.source("S0").kind == "own report"
    assert catalogue.announcement("shop-floor") is catalogue.design("shop-floor").announcement


@pytest.mark.parametrize("ask", [catalogue.design, catalogue.curriculum, catalogue.topic, catalogue.survey, catalogue.source])
def test_an_unknown_key_is_refused_with_the_known_ones(ask):
    problem = refused(ask, "karaoke")
    assert (problem.key, problem.remedy.startswith("Use one of: ")) == ("karaoke", True)


def test_every_source_is_cited_somewhere():
    lines = [line for design in catalogue.designs() for line in design.from_source]
    lines += [line for curriculum in catalogue.curricula() for line in curriculum.from_source]
    cited = {key for line in lines for key in line.source.split(", ")}
    modules = [module for role in Role for module in catalogue.preparation(role, "global-digital").modules]
    cited |= {key for module in modules for key in module.sources}
    assert {source.key for source in catalogue.sources()} - cited == set()


# ---- topics ----


def test_topics_cover_every_area():
    catalogued = catalogue.topic_catalogue()
    assert {topic.area for topic in catalogue.topics()} == {area.key for area in catalogued.areas}
    assert {topic.side.value for topic in catalogued.given_back} == {"given_back"}


def test_topics_are_described_at_four_levels_or_at_none():
    assert {len(topic.levels) for topic in catalogue.topics()} == {0, 4}


def test_all_ai_topics_carry_the_guard_card():
    assert {topic.key for topic in catalogue.topics() if topic.guard_card} == {
        topic.key for topic in catalogue.topics() if topic.area == "ai"
    }


# ---- preparation ----


@pytest.mark.parametrize("design", catalogue.designs(), ids=lambda design: design.key)
def test_a_ten_minute_door_with_one_commitment_opens_the_mentees_first_session(design):
    preparation = catalogue.preparation("mentee", design.key)
    assert [(module.minutes, module.commitment) for module in preparation.door] == [
        (10, "If my mentor shows me I am wrong, I will change course.")
    ]
    assert preparation.role is Role.MENTEE
    assert len(preparation.offered) == len(preparation.modules) - 1


@pytest.mark.parametrize("design", catalogue.designs(), ids=lambda design: design.key)
def test_mentors_prepare_for_at_least_three_hours_in_short_modules(design):
    preparation = catalogue.preparation("mentor", design.key)
    assert preparation.minutes >= 180
    assert max(module.minutes for module in preparation.modules) <= 40
    titles = {module.key for module in preparation.modules}
    assert {
        "posture",
        "one-session",
        "boundaries",
        "saying-no",
        "when-something-is-wrong",
        "age-both-ways",
    } <= titles


def test_age_is_spoken_about_in_both_directions_to_both_sides():
    for role, key in (("mentor", "age-both-ways"), ("mentee", "age-in-both-directions")):
        module = next(entry for entry in catalogue.preparation(role, "global-digital").modules if entry.key == key)
        assert len(module.text) > 600


@pytest.mark.parametrize("design", catalogue.designs(), ids=lambda design: design.key)
def test_whoever_may_meet_ai_in_a_session_is_prepared_for_it(design):
    with_ai = any(guide.guard_card for guide in catalogue.curriculum_for(design.key).sessions)
    prepared = "try-verify-escalate" in [module.key for module in catalogue.preparation("mentor", design.key).modules]
    assert prepared >= with_ai


def test_every_self_check_has_a_best_answer_and_a_reason():
    for role in Role:
        for design in catalogue.designs():
            for module in catalogue.preparation(role, design.key).modules:
                assert [check for check in module.checks if not check.why or len(check.options) < 2] == []


def test_a_best_answer_outside_the_options_is_refused():
    module = catalogue.preparation("mentor", "global-digital").modules[0]
    wrong = SelfCheck(question="?", options=("One", "Two"), best=3, why="None.")
    problem = refused(check_modules, (replace(module, checks=(wrong,)),), Place(file="preparation.toml"))
    assert problem.key == f"{module.key}.best"


# ---- agreement ----


def test_the_agreement_has_its_sections_in_order():
    assert [section.key for section in catalogue.agreement("global-digital").sections] == [
        "purpose",
        "topics",
        "how-we-meet",
        "logistics",
        "confidence",
        "off-limits",
        "no-effect",
        "notes",
        "review",
        "leaving",
        "contact",
        "ending",
    ]


@pytest.mark.parametrize("design", catalogue.designs(), ids=lambda design: design.key)
def test_a_design_adds_its_own_sentences_to_the_agreement(design):
    added = [line for section in catalogue.agreement(design.key).sections for line in section.additions]
    assert sorted(added) == sorted(line.text for line in design.agreement)
    assert len(added) >= 2


def test_three_limits_of_confidentiality_are_stated():
    section = next(part for part in catalogue.agreement("global-digital").sections if part.key == "confidence")
    assert "There are three limits." in section.text


# ---- surveys ----


def test_the_forms_have_the_sizes_that_were_promised():
    sizes = {
        survey.key: len([question for question in survey.questions if question.kind is not AnswerKind.REQUEST])
        for survey in catalogue.surveys()
    }
    assert sizes == {
        "needs": 6,
        "mentee-start": 6,
        "mentor-start": 6,
        "belonging": 4,
        "pulse": 3,
        "mid-term": 6,
        "closing": 18,
        "six-months": 5,
    }


def test_every_form_says_who_sees_the_answers():
    assert [survey.key for survey in catalogue.surveys() if not survey.who_sees] == []
    assert "anonymous." not in " ".join(survey.who_sees for survey in catalogue.surveys()).replace("not anonymous.", "")


# ---- strictness of a design ----


def changed(**parts):
    return replace(catalogue.design("global-digital"), **parts)


def test_a_design_with_an_unknown_topic_is_refused():
    problem = refused(catalogue._check_design, changed(topics=("karaoke",)))
    assert (problem.key, problem.what.endswith("There is no such topic.")) == ("topics.karaoke", True)


def test_a_design_with_an_unknown_source_is_refused():
    line = replace(catalogue.design("global-digital").from_source[0], source="S0, HEARSAY")
    problem = refused(catalogue._check_design, changed(from_source=(line,)))
    assert problem.remedy == "Add it to sources.toml with reference and caveat."


def test_a_design_with_an_unknown_curriculum_is_refused():
    choice = replace(catalogue.design("global-digital").curriculum, key="karaoke")
    assert refused(catalogue._check_design, changed(curriculum=choice)).key == "karaoke"


def test_a_design_that_adds_to_an_unknown_section_is_refused():
    addition = AgreementAddition(section="karaoke", text="We sing.")
    assert refused(catalogue._check_design, changed(agreement=(addition,))).key == "karaoke"


def test_a_design_that_leaves_out_an_unknown_module_is_refused():
    assert refused(catalogue._check_design, changed(preparation_without=("karaoke",))).key == "karaoke"


def test_a_design_with_more_sessions_than_its_curriculum_is_refused():
    settings = replace(catalogue.design("global-digital").settings, sessions=8)
    problem = refused(catalogue._check_design, changed(settings=settings))
    assert problem.what.endswith("The curriculum plans 6 sessions of 60 minutes.")


def test_a_design_that_prepares_one_side_and_forgets_the_other_is_refused():
    settings = catalogue.design("global-digital").settings
    without = tuple(gate for gate in settings.gates if gate is not designs.Gate.MENTEE_DOOR_BEFORE_SESSION_1)
    problem = refused(designs._check_settings, replace(settings, gates=without), Place(file="designs/x.toml"))
    assert str(problem) == (
        "designs/x.toml, gates: One side is prepared and the other is not. "
        "Name mentee_door_before_session_1 and mentor_prepared_before_matching, or neither."
    )


def test_a_setting_outside_its_range_is_refused():
    settings = replace(catalogue.design("global-digital").settings, mentor_cap=3)
    problem = refused(designs._check_settings, settings, Place(file="designs/x.toml"))
    assert str(problem) == "designs/x.toml, mentor_cap: 3 is outside 1 to 2. Use a number in that range."


def test_a_design_without_an_answer_about_age_is_refused():
    kit = replace(catalogue.announcement("global-digital"), faq=catalogue.announcement("global-digital").faq[1:])
    problem = refused(designs._check_texts, changed(announcement=kit), Place(file="designs/x.toml"))
    assert problem.what.endswith("The answer 'too-young' is missing.")


def test_a_session_about_ai_without_the_guard_card_is_refused():
    curriculum = catalogue.curriculum("digital-and-ai")
    bare = tuple(replace(guide, guard_card=False) for guide in curriculum.sessions)
    problem = refused(catalogue._check_curriculum, replace(curriculum, sessions=bare))
    assert problem.key == "ai-and-new-tools.guard_card"
