"""`turnabout match` and the commands that look at what it wrote, from files alone."""

from __future__ import annotations

import json
import random
import signal
from pathlib import Path

import pytest

from turnabout.engine import Standing
from turnabout.project.commands import alternatives, compare, match, report, verify, why_not

FEW = ("BEST_PER_MENTOR", "BEST_PER_MENTEE", "ADDED_PER_MENTOR", "STORED_PER_MENTOR")
SCORES = "mentor,mentee,score\na,x,900\na,y,300\nb,x,800\nb,y,100\n"


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.csv"
    path.write_text(SCORES)
    return path


def test_json_is_one_object_with_the_figures(scores, capsys):
    assert match.main(["--scores", str(scores), "--objective", "most-people", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found.pop("seconds") >= 0
    assert found == {"people": 4, "pairs": 2, "total": 1100, "floor": 300, "gap": 0, "proven_best": True}


PEOPLE = "key,offers,wishes,grade\n"


def test_large_matching_says_how_far_it_has_come_and_ends_where_asked(tmp_path, capsys, monkeypatch):
    """Ctrl-C as it would come: while the search is between two steps."""
    for name, value in (("pool.LARGE", 0), *((f"columns.{name}", 1) for name in FEW)):
        monkeypatch.setattr(f"turnabout.engine.{name}", value)
    draw = random.Random(3)
    for side, grades in (("mentors", (1, 3)), ("mentees", (4, 6))):
        rows = (f"{side}{k},AI:{draw.randint(1, 3)};web:{draw.randint(1, 3)},web:2,{draw.randint(*grades)}" for k in range(120))
        (tmp_path / f"{side}.csv").write_text(PEOPLE + "\n".join(rows) + "\n")
    files = ["--mentors", str(tmp_path / "mentors.csv"), "--mentees", str(tmp_path / "mentees.csv")]
    assert match.main([*files, "--gap", "1", "--json"]) == 0
    rough = capsys.readouterr()
    assert match.main([*files, "--json"]) == 0
    exact = json.loads(capsys.readouterr().out)
    assert exact["gap"] == 0
    assert json.loads(rough.out)["total"] + json.loads(rough.out)["gap"] >= exact["total"]
    with monkeypatch.context() as interrupted:
        told: list[Standing] = []

        def interrupt_once(standing: Standing) -> None:
            told.append(standing)
            if len(told) == 1:
                signal.raise_signal(signal.SIGINT)

        interrupted.setattr(match, "_tell", interrupt_once)
        assert match.main([*files, "--json"]) == 0
    stopped = capsys.readouterr()
    assert json.loads(stopped.out)["pairs"] == exact["pairs"]
    assert stopped.err.startswith("Ending with the best plan so far") == bool(rough.err)


def test_share_out_of_range_is_refused(scores, capsys):
    with pytest.raises(SystemExit):
        match.main(["--scores", str(scores), "--gap", "7"])
    assert "7 is not a share from 0 to 1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("objective", "pairs", "total", "floor"),
    [("fairest", 2, 1100, 300), ("most-people", 2, 1100, 300), ("best-total", 2, 1100, 300)],
)
def test_objective_is_chosen_by_name(objective, pairs, total, floor, scores, capsys):
    assert match.main(["--scores", str(scores), "--objective", objective, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["pairs"], found["total"], found["floor"]) == (pairs, total, floor)


def test_plan_is_written_checked_asked_and_compared(scores, tmp_path, capsys):
    folder, other = str(tmp_path / "plan"), str(tmp_path / "other")
    caps = tmp_path / "caps.csv"
    caps.write_text("key,side,capacity\na,mentor,2\nc,mentor,1\n")
    assert (
        match.main(
            ["--scores", str(scores), "--capacities", str(caps), "--out", folder, "--breadth-first", "--objective", "fairest"]
        )
        == 0
    )
    assert capsys.readouterr().out.splitlines() == [
        "People matched: 4",
        "Pairs: 2",
        "Total: 1100",
        "Worst pair: 300",
        "Without a partner: 1",
        "Proven best.",
        f"Written to {folder}. Check it with: turnabout verify {folder}",
    ]
    assert verify.main([folder]) == 0
    assert capsys.readouterr().out == "VALID: every rule holds and no plan is better under fairest.\n"
    assert why_not.main([folder, "a", "x"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "a and x could be paired. It would cost:",
        "  somebody who comes first by breadth, priority or nomination, and -100 points of the total.",
        "  The worst pair would be at 300.",
        "  + a and x",
        "  - b and x",
    ]
    assert alternatives.main([folder, "a"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert listed == [
        "y: score 300, partner now; parting costs 1 pairs and 200 points",
        "x: score 900, costs somebody who comes first, and -100 points",
    ]
    assert match.main(["--scores", str(scores), "--out", other, "--objective", "fairest"]) == 0
    capsys.readouterr()
    assert compare.main([folder, other]) == 0
    assert "Pairs" in capsys.readouterr().out


def test_changed_folder_is_invalid(scores, tmp_path, capsys):
    folder = tmp_path / "plan"
    assert match.main(["--scores", str(scores), "--out", str(folder)]) == 0
    (folder / "unmatched.csv").write_text("")
    capsys.readouterr()
    assert verify.main([str(folder)]) == 1
    assert capsys.readouterr().out == "INVALID: broken seal: unmatched.csv was changed.\n"


def test_decimals_are_printed_as_they_came(tmp_path, capsys):
    path = tmp_path / "pairs.csv"
    path.write_text("mentor,mentee,score\na,x,0.25\nb,y,0.5\n")
    assert match.main(["--scores", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["total"], found["floor"]) == (0.75, 0.25)


HARD_TO_PLACE = "mentor,mentee,score\na,x,0.1\na,y,0.6\na,z,0.6\nb,y,0.8\nb,z,0.7\nc,y,0.7\nc,z,0.8\n"


def test_exempt_pairs_are_named_with_the_floor_that_holds_for_the_others(tmp_path, capsys):
    path, folder = tmp_path / "pairs.csv", str(tmp_path / "plan")
    path.write_text(HARD_TO_PLACE)
    fairest = ["--scores", str(path), "--objective", "fairest", "--exempt", "1", "--leximin-to", "0.9", "--out", folder]
    assert match.main(fairest) == 0
    assert "Exempt from the floor of 0.8: a and x, at 0.1" in capsys.readouterr().out.splitlines()
    assert verify.main([folder]) == 0
    capsys.readouterr()
    assert why_not.main([folder, "c", "y"]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "c and y could be paired. It would cost:",
        "  more pairs at the lowest scores, and 0.2 points of the total.",
    ]
    assert alternatives.main([folder, "c"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "z: score 0.8, partner now; parting costs more pairs at the lowest scores, and 0.2 points",
        "y: score 0.7, costs more pairs at the lowest scores, and 0.2 points",
    ]


def test_level_that_is_no_score_is_refused(scores, capsys):
    assert match.main(["--scores", str(scores), "--objective", "fairest", "--leximin-to", "nan"]) == 1
    assert capsys.readouterr().err == "--leximin-to is nan: use a score, such as 700.\n"


def test_people_and_rules_come_from_three_files(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("key,grade\nm1,1\nm2,2\n")
    (tmp_path / "b.csv").write_text("key,grade\nn1,3\nn2,2\n")
    (tmp_path / "rules.toml").write_text(
        'objective = "most-people"\nseed = 3\n[rules.seniority]\nbasis = "grade"\nminimum_gap = 1\n'
    )
    files = [
        f"--{name}={tmp_path / file}" for name, file in (("mentors", "a.csv"), ("mentees", "b.csv"), ("rules", "rules.toml"))
    ]
    assert match.main([*files, "--json", "--seed", "5"]) == 0
    assert json.loads(capsys.readouterr().out)["pairs"] == 2


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "give either --mentors, --mentees and --rules, or --scores"),
        (["--mentors", "a.csv"], "--mentors and --mentees are both needed"),
        (["--mentors", "a.csv", "--mentees", "b.csv", "--scores", "c.csv"], "give either --mentors"),
        (["--mentors", "a.csv", "--mentees", "b.csv", "--capacities", "c.csv"], "--capacities goes with --scores"),
    ],
)
def test_wrong_call_is_explained(arguments, complaint, capsys):
    with pytest.raises(SystemExit) as stopped:
        match.main(arguments)
    assert stopped.value.code == 2
    assert complaint in capsys.readouterr().err


def test_refused_input_and_missing_files_say_what_to_do(tmp_path, capsys):
    path = tmp_path / "pairs.csv"
    path.write_text("mentor,mentee,score\na,x,high\n")
    assert match.main(["--scores", str(path)]) == 1
    assert capsys.readouterr().err == ("pairs.csv, row 2, score: 'high' cannot be used; write a number such as 812 or 0.75.\n")
    missing = tmp_path / "nowhere.csv"
    assert match.main(["--scores", str(missing)]) == 1
    assert capsys.readouterr().err == f"{missing}: No such file or directory. Check the path and try again.\n"


def test_questions_about_unknown_people_say_what_to_do(scores, tmp_path, capsys):
    folder = str(tmp_path / "plan")
    match.main(["--scores", str(scores), "--out", folder])
    capsys.readouterr()
    assert why_not.main([folder, "x", "a"]) == 1
    assert capsys.readouterr().err == "x is not known on that side; name the mentor first, then the mentee.\n"
    assert why_not.main([str(tmp_path), "a", "x"]) == 1
    assert "is not a folder that turnabout match wrote" in capsys.readouterr().err
    assert alternatives.main([folder, "z"]) == 1
    assert capsys.readouterr().err == f"z is not in this plan on that side. Check the key in {folder}/input.\n"
    assert compare.main([folder, str(tmp_path)]) == 1


def test_key_on_both_sides_needs_the_side(tmp_path, capsys):
    path, folder = tmp_path / "pairs.csv", str(tmp_path / "plan")
    path.write_text("mentor,mentee,score\na,b,5\nb,a,5\nc,a,1\n")
    match.main(["--scores", str(path), "--out", folder])
    capsys.readouterr()
    assert alternatives.main([folder, "a"]) == 1
    assert capsys.readouterr().err == "a is on both sides: add --side mentor or --side mentee.\n"
    assert alternatives.main([folder, "a", "--side", "mentee", "--limit", "1"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.fixture
def told(tmp_path, capsys):
    """Ask why-not about a plan with locks, rules and a long chain."""
    rules = tmp_path / "rules.toml"

    def ask(people: tuple[str, str], settings: str, mentor: str, mentee: str) -> list[str]:
        for name, content in zip(("a.csv", "b.csv"), people, strict=True):
            (tmp_path / name).write_text(content)
        rules.write_text(settings)
        files = ["--mentors", str(tmp_path / "a.csv"), "--mentees", str(tmp_path / "b.csv"), "--rules", str(rules)]
        assert match.main([*files, "--out", str(tmp_path / "plan")]) == 0
        capsys.readouterr()
        assert why_not.main([str(tmp_path / "plan"), mentor, mentee]) == 0
        lines: list[str] = capsys.readouterr().out.splitlines()
        return lines

    return ask


def test_reasons_locks_and_equal_plans_are_told_in_words(told):
    people = ("key,conflicts\na,z\nb,\n", "key\nx\ny\nz\n")
    assert told(people, "", "a", "z") == ["a and z cannot be paired:", "  conflict: A conflict was declared."]
    locked = 'locks = [["a", "x"]]\n'
    assert told(people, locked, "a", "x") == ["a and x are a pair of this plan, because they were locked."]
    assert told(people, locked, "a", "y") == ["a and y could be paired, but locked pairs or minimums leave no room for it."]
    both = 'locks = [["a", "x"], ["b", "z"]]\n'
    assert told(people, both, "b", "y") == ["b and y could be paired, but locked pairs or minimums leave no room for it."]


def test_minimums_are_read_and_told(told):
    people = ("key,minimum\na,1\nb,\n", "key\nx\n")
    assert told(people, 'objective = "fairest"\n', "a", "x") == [
        "a and x are a pair of this plan, because somebody's minimum needs them."
    ]
    assert told(people, "", "b", "x") == ["b and x could be paired, but locked pairs or minimums leave no room for it."]


def test_pair_of_the_plan_is_told_what_parting_costs(told):
    people = ("key,offers\na,AI:3\n", "key,wishes\nx,AI:3\n")
    lines = told(people, "", "a", "x")
    assert lines[0] == "a and x are a pair of this plan. Without them:"
    assert lines[1].startswith("  1 fewer pairs, and ")


def test_where_the_floor_would_cost_a_pair_it_is_decided_anew(tmp_path, capsys):
    path, folder = tmp_path / "pairs.csv", str(tmp_path / "plan")
    path.write_text("mentor,mentee,score\na,x,300\na,y,900\nb,x,100\nb,y,800\n")
    match.main(["--scores", str(path), "--out", folder, "--objective", "fairest"])
    capsys.readouterr()
    assert why_not.main([folder, "a", "x"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "a and x are a pair of this plan. Without them:",
        "  100 points of the total.",
        "  The worst pair would be at 100.",
        "  - a and x",
        "  + a and y",
        "  + b and x",
        "  - b and y",
    ]


def test_long_chains_are_cut_short_and_equal_plans_cost_nothing(told):
    people = ("key\n" + "\n".join("abcdef") + "\n", "key\n" + "\n".join("uvwxyz") + "\n")
    for mentee in "uvwxyz":
        lines = told(people, "", "a", mentee)
        assert lines[1] == "  nothing: an equally good plan has it so."


def test_person_nobody_can_be_paired_with_has_no_alternatives(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("key,grade\na,1\nb,9\n")
    (tmp_path / "b.csv").write_text("key,grade\nx,3\n")
    (tmp_path / "r.toml").write_text('[rules.seniority]\nbasis = "grade"\nminimum_gap = 1\n')
    folder = str(tmp_path / "plan")
    files = [f"--{name}={tmp_path / file}" for name, file in (("mentors", "a.csv"), ("mentees", "b.csv"), ("rules", "r.toml"))]
    assert match.main([*files, "--out", folder]) == 0
    capsys.readouterr()
    assert alternatives.main([folder, "b"]) == 0
    assert capsys.readouterr().out == f"b has no possible partner. unmatched.csv in {folder} says why.\n"


def test_report_says_what_a_plan_comes_to_and_names_nobody(tmp_path, capsys):
    rows = "".join(f"p{number},{'north' if number < 5 else 'south'},{'AI:3' if number % 2 else 'web:2'}\n" for number in range(7))
    for name, column in (("a.csv", "offers"), ("b.csv", "wishes")):
        (tmp_path / name).write_text(f"key,entity,{column}\n" + rows.replace("p", name[0]))
    files = ["--mentors", str(tmp_path / "a.csv"), "--mentees", str(tmp_path / "b.csv"), "--out", str(tmp_path / "plan")]
    assert match.main(files) == 0
    capsys.readouterr()
    assert report.main([str(tmp_path / "plan"), "--by", "entity"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:7] == [
        "Pairs: 7",
        "Total: 4200",
        "Mentors with a partner: 7 of 7",
        "Mentees with a partner: 7 of 7",
        "Pairs across two entities: 4 of 7",
        "Pairs that would rather have each other: 0",
        "A plan without any: 7 pairs, total 4200; it costs 0 pairs and 0 points",
    ]
    assert [line.split()[0] for line in lines if line.startswith(("0 %", "100 %"))] == ["0", "100"]
    assert lines[lines.index("Floor for both sides  pairs  total") + 4].split() == ["550", "4", "2600"]
    # Two people of the south are too few to be counted even together.
    assert [line.split() for line in lines if line.startswith(("north", "south", "smaller"))] == [
        ["north", "5", "5", "450", "60"],
        ["north", "5", "5", "650", "60"],
    ]
    assert not any(key in line.split() for line in lines for key in ("a0", "b0"))
    assert report.main([str(tmp_path)]) == 1
    assert "is not a folder that turnabout match wrote" in capsys.readouterr().err


@pytest.fixture
def limited(tmp_path: Path) -> list[str]:
    """Two entities that would rather keep to themselves, and a rule that only half of the pairs may."""
    people = "key,entity,offers,wishes\n{0}1,north,x:3,x:3\n{0}2,north,x:3,x:3\n{0}3,south,y:3,y:3\n{0}4,south,y:3,y:3\n"
    mentors, mentees, rules = tmp_path / "mentors.csv", tmp_path / "mentees.csv", tmp_path / "rules.toml"
    mentors.write_text(people.format("m"))
    mentees.write_text(people.format("n"))
    rules.write_text('[[constraints]]\nname = "Own entity"\nsame = "entity"\nat_most = 50\nin_percent = true\n')
    return ["--mentors", str(mentors), "--mentees", str(mentees), "--rules", str(rules)]


def test_constraints_of_the_rules_are_kept_proven_and_answered(limited, tmp_path, capsys):
    folder = str(tmp_path / "plan")
    assert match.main([*limited, "--out", folder, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["pairs"], found["gap"]) == (4, 0)
    assert verify.main([folder]) == 0
    assert capsys.readouterr().out == "VALID: every rule holds and no plan is better under most-people.\n"
    pairs = [line.split(",")[:2] for line in (tmp_path / "plan/pairs.csv").read_text().splitlines()[1:]]
    own = {("1", "1"), ("1", "2"), ("2", "1"), ("2", "2"), ("3", "3"), ("3", "4"), ("4", "3"), ("4", "4")}
    assert sum((mentor[1], mentee[1]) in own for mentor, mentee in pairs) == 2
    assert why_not.main([folder, *pairs[0]]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"{pairs[0][0]} and {pairs[0][1]} are a pair of this plan. Without them:"
    assert alternatives.main([folder, "m1"]) == 1
    assert capsys.readouterr().err.startswith("This plan has constraints on the plan as a whole")


def test_what_is_not_proven_is_not_called_proven(tmp_path, capsys):
    """Half of n1 and n2 for either mentor would be best, and people are whole."""
    mentors, mentees, rules = tmp_path / "mentors.csv", tmp_path / "mentees.csv", tmp_path / "rules.toml"
    mentors.write_text("key,capacity,offers\nm1,3,x:3\nm2,3,x:3\n")
    mentees.write_text("key,wishes\nn1,x:3\nn2,x:3\nn3,x:1\n")
    rules.write_text(
        '[[constraints]]\nname = "Job share"\ntogether = ["n1", "n2"]\n'
        '[[constraints]]\nname = "One for m1"\nmentor = { key = "m1" }\nat_most = 1\n'
        '[[constraints]]\nname = "One for m2"\nmentor = { key = "m2" }\nat_most = 1\n'
        "[weights]\ntopics = 1\n"
    )
    assert match.main(["--mentors", str(mentors), "--mentees", str(mentees), "--rules", str(rules)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "Pairs: 1" in said
    assert "Proven best." not in said
    assert "Not ruled out: the number of pairs higher by 1" in said
    assert [line for line in said if line.startswith("At most")] != []


def test_pair_that_constraints_leave_no_plan_for_is_said_so(limited, tmp_path, capsys):
    rules = Path(limited[-1])
    rules.write_text(rules.read_text().replace("50", "0"))
    folder = str(tmp_path / "plan")
    assert match.main([*limited, "--out", folder]) == 0
    assert "Proven best." in capsys.readouterr().out.splitlines()
    assert why_not.main([folder, "m1", "n1"]) == 0
    assert capsys.readouterr().out == ("m1 and n1 could be paired, but locked pairs and constraints leave no plan with them.\n")
