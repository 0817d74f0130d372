"""The demo obeys the product's own rules, is the same for the same seed, and is the size that programmes have."""

import hashlib
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import factories
from turnabout.core.errors import CommandError
from turnabout.core.marks import DEMO
from turnabout.core.models import Mark
from turnabout.matching.models import Proposal, Run
from turnabout.pairs.models import Pair
from turnabout.people.models import Entity, Person
from turnabout.project import doctor
from turnabout.project.commands import migrate
from turnabout.project.demo import opening
from turnabout.project.demo.stages import NotEmpty, Stage, build, what_is_kept

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def fingerprint() -> str:
    """People, suggestions and pairs by employee number, so that database ids do not matter."""
    people = list(Person.objects.order_by("employee_number").values_list("employee_number", "given_name", "family_name", "grade"))
    pairs = sorted(
        Proposal.objects.values_list("mentor__person__employee_number", "mentee__person__employee_number", "state", "score")
    )
    return hashlib.sha256(repr((people, pairs)).encode()).hexdigest()


@pytest.mark.django_db
@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_is_believable_at_a_small_size(stage):
    demo = build(stage, seed=7, people_wanted=160, now=NOW)
    assert {member.name for member in demo.members} == {
        "Olu Adeyemi",
        "Cleo Martin",
        "Mia Okafor",
        "Sol Lindqvist",
        "Sana Khan",
        "Nadia Haddad",
        "Ash Reed",
        "Otto Weber",
        "Ada Byron",
    }
    states = {"enrolling": "enrolling", "matched": "matching", "running": "running", "closed": "closed"}
    assert demo.cohort.state == states[stage]
    assert Pair.objects.exists() == (stage in {Stage.RUNNING, Stage.CLOSED})


@pytest.mark.django_db
def test_same_seed_gives_the_same_people_and_pairs():
    prints = []
    for _round in range(2):
        with transaction.atomic():
            build(Stage.RUNNING, seed=3, people_wanted=120, now=NOW)
            prints.append(fingerprint())
            transaction.set_rollback(True)
    assert prints[0] == prints[1]


@pytest.mark.django_db
def test_demo_never_mixes_with_people_who_are_there(cast):
    assert cast.mia
    with pytest.raises(NotEmpty):
        build(Stage.ENROLLING, seed=7, people_wanted=120, now=NOW)


@pytest.mark.django_db
def test_a_programme_of_axa_size_is_matched_in_seconds_and_its_board_opens_at_once(client_of):
    demo = build(Stage.MATCHED, seed=7, people_wanted=938, now=NOW)
    run = Run.objects.get(cohort=demo.cohort, state="draft")
    assert (Entity.objects.count(), Entity.objects.values("country").distinct().count()) == (44, 26)
    assert run.figures["people"] > 900
    assert run.figures["seconds"] < 5
    olu = next(member.account for member in demo.members if member.name.startswith("Olu"))
    client = client_of(olu)
    times = []
    for _opening in range(5):
        with CaptureQueriesContext(connection) as queries:
            began = time.perf_counter()
            assert client.get(f"/matching/{run.pk}/board/").status_code == 200
            times.append(time.perf_counter() - began)
    assert min(times) < 0.3  # the best of five: other work on the machine is not ours
    assert len(queries) < 20


@pytest.mark.django_db
def test_a_demo_of_another_stage_says_so_and_how_to_have_the_one_asked_for(capsys, settings, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    Mark.objects.create(name=DEMO, value=what_is_kept(stage="closed", seed=7, people=938))
    opening.prepare(stage="closed", seed=7, people=938, may_exist=True)
    assert capsys.readouterr().out == "Opening the demo that is here: stage=closed seed=7 people=938.\n"
    monkeypatch.setitem(connection.settings_dict, "CLUSTER", str(settings.VAR_DIR / "database"))
    opening.prepare(stage="running", seed=7, people=938, may_exist=True)
    assert capsys.readouterr().out.splitlines() == [
        "The demo that is here opens as it was made: stage=closed seed=7 people=938. "
        "This command would have made another: stage=running seed=7 people=938.",
        "For another one, stop this and put TURNABOUT_VAR=var/other before the command,",
        f"or run `turnabout database stop`, remove {settings.VAR_DIR} and start again.",
    ]
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere")
    opening.prepare(stage="running", seed=7, people=938, may_exist=True)
    assert capsys.readouterr().out.splitlines()[1:] == ["For another one, let DATABASE_URL name an empty database."]


def test_a_demo_whose_keys_are_gone_is_not_opened_and_says_what_to_remove(cast, settings, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    settings.VAR_DIR = Path("/srv/clone/var")
    monkeypatch.setitem(connection.settings_dict, "CLUSTER", "/var/lib/turnabout/34476013d222")
    Mark.objects.create(name=DEMO, value=what_is_kept(stage="running", seed=7, people=938))
    factories.session(cast.mia_and_sol, place="Room 4")
    opening.prepare(stage="running", seed=7, people=938, may_exist=True)
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="written with other keys") as refused:
        opening.prepare(stage="running", seed=7, people=938, may_exist=True)
    assert "remove /srv/clone/var and /var/lib/turnabout/34476013d222 and start again" in str(refused.value)
    with pytest.raises(doctor.Problem, match="other encryption keys"):
        doctor.texts()


def test_bringing_a_database_up_to_date_warns_of_keys_that_are_others(cast, settings, capsys):
    factories.session(cast.mia_and_sol, place="Room 4")
    migrate.migrate()
    assert capsys.readouterr().err == ""
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    migrate.migrate()
    warned = capsys.readouterr().err
    assert warned.startswith(
        "WARNING: This database was written with other encryption keys, so nobody can read what pairs wrote."
    )
    assert "Put the keys of that time back" in warned
