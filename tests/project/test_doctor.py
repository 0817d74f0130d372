"""Every problem of an installation comes with what repairs it."""

from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from cryptography.fernet import Fernet
from django.db import connection

from tests.project.site import Site, free_port
from turnabout.core import jobs
from turnabout.core.database import server_version
from turnabout.project import doctor
from turnabout.project.doctor import Finding, Problem


def problem_of(check) -> tuple[str, str]:
    with pytest.raises(Problem) as found:
        check()
    return found.value.what, found.value.repair


def run(query: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query)


def test_findings_are_printed_one_a_line_with_the_repair_below():
    assert str(Finding(name="disk", is_ok=True, text="9 GB free")) == "OK      disk        9 GB free"
    assert str(Finding(name="mail", is_ok=False, text="It is away.", repair="Set it.")) == (
        "PROBLEM mail        It is away.\n                    Set it."
    )


def test_unusable_key_is_answered_with_a_fresh_one(settings):
    settings.ENCRYPTION_KEYS = ["not a key"]
    what, repair = problem_of(doctor.keys)
    assert what == "TURNABOUT_ENCRYPTION_KEYS holds a key that cannot be used."
    Fernet(repair.rpartition(" ")[2])


def test_short_secret_key_is_named(settings):
    settings.SECRET_KEY = "short"
    assert problem_of(doctor.keys) == (
        "TURNABOUT_SECRET_KEY is shorter than 40 characters.",
        "Unset it, and one is made and kept under the var folder.",
    )


def test_key_file_that_others_can_read_is_named(settings, tmp_path: Path):
    settings.VAR_DIR = tmp_path
    key = tmp_path / "keys" / "secret_key"
    key.parent.mkdir()
    key.write_text("x")
    key.chmod(0o644)
    assert problem_of(doctor.keys) == (f"Others on this machine can read {key}.", f"Run: chmod 600 {key}")
    key.chmod(0o600)
    assert doctor.keys() == "1 encryption key"


@pytest.mark.django_db
def test_database_is_named_with_its_version():
    version = server_version(connection.settings_dict)
    assert doctor.database() == f"PostgreSQL {version // 10_000}.{version % 10_000}, at DATABASE_URL"


@pytest.mark.django_db
def test_database_behind_this_version_is_named():
    assert doctor.migrations() == "up to date"
    run("delete from django_migrations where app = 'sessions'")
    assert problem_of(doctor.migrations) == (
        "The database is 1 step behind this version.",
        "Run: turnabout migrate",
    )


@pytest.mark.django_db
def test_worker_is_missed_until_it_is_heard_of():
    assert problem_of(doctor.worker)[0] == "No worker has been heard of at all: mails and matchings wait."
    run("insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 hour')")
    assert problem_of(doctor.worker)[0] == "No worker has been heard of for 60 min: mails and matchings wait."
    run("insert into procrastinate_workers (last_heartbeat) values (now() - interval '3 seconds')")
    assert doctor.worker() == "last heard of 3 s ago"


@pytest.mark.django_db
def test_job_that_waits_too_long_is_named():
    assert doctor.jobs() == "none waits"
    jobs.enqueue("accounts.jobs.none_such", number=1)
    assert doctor.jobs() == "the oldest waits for 0 s"
    run("update procrastinate_events set at = now() - interval '3 hours'")
    assert problem_of(doctor.jobs) == (
        "A job has been waiting for 3 h.",
        "Start another worker on this or another machine: turnabout worker",
    )


@pytest.mark.django_db
def test_job_that_failed_for_good_is_named_with_the_shell_that_opens(monkeypatch):
    jobs.enqueue("accounts.jobs.none_such", number=1)
    run("update procrastinate_jobs set status = 'failed'")
    look = ", then: select id, task_name, args from procrastinate_jobs where status = 'failed';"
    assert problem_of(doctor.jobs) == ("1 job failed for good.", f"Look: psql with the address in DATABASE_URL{look}")
    monkeypatch.setitem(connection.settings_dict, "CLUSTER", "/var/lib/turnabout")
    assert problem_of(doctor.jobs)[1] == f"Look: turnabout database shell{look}"


def test_mail_server_is_missed_outside_a_demo(settings):
    settings.EMAIL_HOST = ""
    settings.DEMO = False
    assert problem_of(doctor.mail) == (
        "No mail server is set: mails wait in the product.",
        "Set TURNABOUT_SMTP_HOST and TURNABOUT_SMTP_PORT.",
    )
    settings.DEMO = True
    assert doctor.mail() == "a demo sends none; they are shown at /dev/mail/"


def test_mail_server_is_greeted(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    assert problem_of(doctor.mail)[0] == (
        f"The mail server 127.0.0.1 port {settings.EMAIL_PORT} does not answer as it should: [Errno 111] Connection refused"
    )
    server = Controller(Sink(), hostname="127.0.0.1", port=settings.EMAIL_PORT)
    server.start()
    try:
        assert doctor.mail() == f"127.0.0.1 port {settings.EMAIL_PORT} answers"
        settings.EMAIL_USE_TLS = True
        assert "STARTTLS" in problem_of(doctor.mail)[0]
    finally:
        server.stop()


@pytest.mark.django_db
def test_clock_from_a_file_is_for_demos(settings):
    settings.CLOCK_FILE = ""
    assert doctor.clock() == "agrees with the database's"
    settings.CLOCK_FILE = "/somewhere"
    assert problem_of(doctor.clock) == (
        "The product takes its time from a file.",
        "Unset TURNABOUT_CLOCK_FILE: it is for demos and tests.",
    )


def test_static_files_are_found():
    assert doctor.static_files() == "in place"


@pytest.mark.processes
def test_doctor_goes_on_while_the_database_is_away(tmp_path: Path):
    site = Site(
        var=tmp_path,
        database={},
        url="postgresql://turnabout@%2Fnowhere/turnabout",
        settings="turnabout.project.settings",
    )
    done = site.command("doctor")
    lines = [line[:20].split() for line in done.stdout.splitlines() if line[:1] != " "]
    assert (done.returncode, lines) == (
        1,
        [
            ["OK", "settings"],
            ["OK", "proxy"],
            ["OK", "keys"],
            ["PROBLEM", "database"],
            ["PROBLEM", "mail"],
            ["OK", "static"],
            ["OK", "disk"],
        ],
    )


@pytest.mark.processes
def test_bad_setting_is_named_without_a_traceback(tmp_path: Path):
    site = Site(var=tmp_path, database={}, url="mysql://db/x", settings="turnabout.project.settings")
    done = site.command("doctor")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("PROBLEM settings    DATABASE_URL cannot be used: it begins with another scheme.")
