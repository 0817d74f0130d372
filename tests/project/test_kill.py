"""The life of a round while web, worker and database are killed in the middle of it: nothing is lost, nothing is half done."""

import contextlib
import csv
import email
import io
import random
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.notifications.smtp_server import SmtpServer
from tests.project.site import ROOT, Site, until
from tests.project.upheaval import Upheaval
from tests.project.visitor import Visitor, patiently
from turnabout.core.database import cluster_for

pytestmark = pytest.mark.processes

SEED = 20_270_111
PEOPLE, PAIRS, BATCH = 400, 16, 6
MONDAY = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
LINK = re.compile(r"https?://\S+")
COLUMNS = {
    "employee_number": "EmployeeNumber",
    "given_name": "FirstName",
    "family_name": "LastName",
    "email": "Mail",
    "grade": "Grade",
    "unit": "Team",
    "entity": "Company",
    "country": "Country",
    "hired_on": "HireDate",
}
PLANNED = "select count(distinct pair_id) from scheduling_session where state = 'invited' and number = 1"


def person_number(role: str, number: int) -> str:
    return f"{'P' if role == 'mentor' else 'Q'}{number:04}"


def people_file() -> bytes:
    """Mentors first, then mentees; the rest take no part."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS.values())
    for number in range(PEOPLE // 2):
        for role, grade, hired in (("mentor", 2, "2024-02-01"), ("mentee", 8, "2009-02-01")):
            key = person_number(role, number)
            rows.writerow((key, f"First{key}", f"Last{key}", f"{key}@example.test", grade, f"Team {key}", "Paris", "FR", hired))
    return text.getvalue().encode()


@dataclass(kw_only=True)
class Round:
    """The round as its organiser and its people live it, over HTTP and by mail."""

    site: Site
    server: SmtpServer
    upheaval: Upheaval
    olu: Visitor
    now: datetime = MONDAY
    promised: list[Callable[[], bool]] = field(default_factory=list)
    letters: list[EmailMessage] = field(default_factory=list)

    # what everybody does

    def sends(self, path: str, *, by: Visitor, happened: Callable[[], bool], file: bytes = b"", **fields: str) -> None:
        """Press a button until it is done; what was acknowledged must be true now and at the end."""
        attachment = ("people", "people.csv", file) if file else None
        if patiently(lambda: by.post(path, file=attachment, **fields), happened=happened):
            self.promised.append(happened)
            assert happened(), path

    def answers(self, address: str, *, happened: Callable[[], bool], **fields: str) -> None:
        """Follow the link of a mail and press its button."""
        if patiently(lambda: Visitor(home="").look_and_press(address, **fields), happened=happened):
            self.promised.append(happened)
            assert happened(), address

    def is_true(self, query: str) -> Callable[[], bool]:
        return lambda: self.upheaval.one(f"select {query}") is True

    def strikes(self, what: str, when: Callable[[], bool] = lambda: True) -> contextlib.AbstractContextManager[None]:
        return self.upheaval.strikes(what, when=when)

    def after_mails(self, count: int) -> Callable[[], bool]:
        """Once so many more have arrived: in the middle of sending."""
        wanted = len(self.server.taken) + count
        return lambda: len(self.server.taken) >= wanted

    # time and mail

    def later(self, minutes: int) -> None:
        """It is later, for the product's clock and for leases, which the database's own clock ends."""
        self.now += timedelta(minutes=minutes)
        write_clock(self.site.var, self.now)
        self.upheaval.look(
            f"update notifications_notice set lease_until = lease_until - interval '{minutes} minutes'"
            " where state = 'sending' and lease_until < now() + interval '9 minutes 54 seconds' returning 1"
        )

    def waits(self, condition: Callable[[], bool], seconds: float = 40) -> None:
        """Minutes pass while nothing happens, until it has happened."""
        deadline = time.monotonic() + seconds
        while True:
            with contextlib.suppress(TimeoutError):
                until(condition, 4)
                return
            assert time.monotonic() < deadline, self.site.said()[-6000:]
            self.later(11)
            self.site.command("run-due", "--only-periodic")

    def mails(self) -> Counter[str]:
        """How often each mail arrived, by Message-ID."""
        for taken in self.server.taken[len(self.letters) :]:
            letter = email.message_from_bytes(taken.content, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
        return Counter(str(letter["Message-ID"]) for letter in self.letters)

    def links(self, template: str, role: str) -> dict[int, str]:
        """The address in each mail of a template to one side, by what it speaks of."""
        self.mails()
        rows = self.upheaval.look(
            "select n.message_id, split_part(n.subject, ':', 2)::int from notifications_notice n"
            " join accounts_account a on a.id = n.account_id"
            f" where template = '{template}' and a.email ilike '{person_number(role, 0)[0]}%'"
        )
        by_id = {str(letter["Message-ID"]): letter for letter in self.letters}
        return {int(str(subject)): address_in(by_id[str(message_id)]) for message_id, subject in rows if message_id in by_id}

    def all_arrived(self, template: str, count: int) -> Callable[[], bool]:
        def arrived() -> bool:
            rows = self.upheaval.look(f"select message_id from notifications_notice where template = '{template}'")
            return len(rows) == count and {str(row[0]) for row in rows} <= set(self.mails())

        return arrived


def address_in(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return LINK.findall(body.get_content())[0]


def write_clock(var: Path, moment: datetime) -> None:
    fresh = var / "clock.new"
    fresh.write_text(moment.isoformat(), encoding="utf-8")
    fresh.replace(var / "clock")


def behind_the_scenes(site: Site, verb: str) -> str:
    command = [sys.executable, "-m", "tests.project.kill_stage", verb]
    done = subprocess.run(command, env=site.environment(), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Round]:
    """A site with the built-in database, a mail server, and its lead signed in."""
    cluster = cluster_for(tmp_path, var=tmp_path)
    site = Site(var=tmp_path, database=cluster.settings(), settings="turnabout.project.settings")
    home = f"http://127.0.0.1:{site.port}"
    write_clock(tmp_path, MONDAY)
    upheaval = Upheaval(site=site, cluster=cluster, chance=random.Random(SEED))
    with SmtpServer() as server:
        site.more = {
            "TURNABOUT_URL": home,
            "TURNABOUT_CLOCK_FILE": str(tmp_path / "clock"),
            "TURNABOUT_HEARTBEAT": "1",
            "TURNABOUT_SMTP_HOST": "127.0.0.1",
            "TURNABOUT_SMTP_PORT": str(server.port),
        }
        try:
            assert site.command("migrate").returncode == 0
            link = LINK.findall(site.command("owner", "--email", "olu@example.test").stdout)[0]
            olu = Visitor(home=home)
            with upheaval.up():
                patiently(lambda: olu.look_and_press(link), happened=lambda: False)
                yield Round(site=site, server=server, upheaval=upheaval, olu=olu)
        finally:
            cluster.stop()
            shutil.rmtree(cluster.home)


def import_people(played: Round) -> None:
    count = "count(*) in (0, 400) from people_person"
    latest = "(select max(id) from people_directoryimport)"
    with played.strikes("web"):
        played.sends("/people/import/", by=played.olu, happened=played.is_true(f"{latest} is not null"), file=people_file())
    path = f"/people/import/{played.upheaval.one(f'select {latest}')}/"
    fields = {f"column-{key}": column for key, column in COLUMNS.items()} | {"fill-time_zone": "Europe/Paris"}
    asked = played.is_true(f"state <> 'uploaded' from people_directoryimport where id = {latest}")
    checking = played.is_true(f"state = 'checking' from people_directoryimport where id = {latest}")
    with played.strikes("database", checking), played.strikes("worker", checking):
        played.sends(f"{path}columns/", by=played.olu, happened=asked, **fields)
    played.waits(played.is_true(f"state = 'checked' from people_directoryimport where id = {latest}"))
    asked = played.is_true(f"state in ('writing', 'done') from people_directoryimport where id = {latest}")
    with played.strikes("worker", asked):
        played.sends(f"{path}write/", by=played.olu, happened=asked)
        assert played.is_true(count)()
    played.waits(played.is_true(f"state = 'done' from people_directoryimport where id = {latest}"))
    assert played.upheaval.one("select count(*) from people_person") == PEOPLE


def invite(played: Round, cohort: str) -> None:
    for role, what in (("mentee", "database"), ("mentor", "worker")):  # places for mentees come first
        people = "\n".join(person_number(role, number) for number in range(PAIRS))
        happened = played.is_true(f"count(*) = {PAIRS} from enrolments_enrolment where role = '{role}'")
        with played.strikes(what, played.after_mails(3)), played.strikes("web"):
            played.sends(
                f"/rounds/{cohort}/invite/", by=played.olu, happened=happened, role=role, how="list", people=people, do="invite"
            )
            played.waits(played.all_arrived("enrolment.invited", PAIRS if role == "mentee" else 2 * PAIRS))
        assert behind_the_scenes(played.site, "register") == str(PAIRS)


def match_and_publish(played: Round, cohort: str) -> None:
    run = "from matching_run where id = (select max(id) from matching_run)"
    with played.strikes("worker", played.is_true(f"count(*) = 1 {run} and state = 'solving'")):
        started = played.is_true(f"count(*) = 1 {run}")
        played.sends(f"/rounds/{cohort}/matching/", by=played.olu, happened=started, objective="fairest", seed="1")
    played.waits(played.is_true(f"state = 'draft' {run}"))
    path = f"/matching/{played.upheaval.one(f'select id {run}')}/publish/"
    out = "count(*) filter (where published_at is not null)"
    for batch, (published, what) in {str(BATCH): (BATCH, "database"), "": (PAIRS, "web")}.items():
        happened = played.is_true(f"{out} >= {published} from matching_proposal")
        with played.strikes(what):
            played.sends(path, by=played.olu, happened=happened, batch=batch, subject="", body="")
        assert played.is_true(f"{out} in (0, {BATCH}, {PAIRS}) from matching_proposal")()
    events = "select coalesce(sum((data->>'count')::int), 0), count(*) from core_event where name = 'proposals.published'"
    assert played.upheaval.look(events) == [(PAIRS, 2)]


def say_yes(played: Round) -> None:
    """Mentors first; the mail server is away while the last of them answer, so their mentees hear later, once."""
    played.waits(played.all_arrived("proposal.asked", PAIRS))
    for number, (proposal, address) in enumerate(played.links("proposal.asked", "mentor").items()):
        happened = played.is_true(f"state in ('asking_mentee', 'accepted') from matching_proposal where id = {proposal}")
        if number == PAIRS // 2:
            played.server.close()
        with played.strikes("web" if number % 8 == 3 else "worker") if number % 4 == 3 else contextlib.nullcontext():
            played.answers(address, happened=happened, answer="yes")
    arrived = played.all_arrived("proposal.asked", 2 * PAIRS)
    assert not arrived()
    played.server.open_again()
    played.waits(arrived)
    with (
        played.strikes("database", played.is_true("count(*) > 4 from pairs_pair")),
        played.strikes("worker", played.is_true("count(*) > 20 from scheduling_session")),
    ):
        for proposal, address in played.links("proposal.asked", "mentee").items():
            happened = played.is_true(f"state = 'accepted' from matching_proposal where id = {proposal}")
            played.answers(address, happened=happened, answer="yes")
        played.waits(played.is_true(f"({PLANNED}) = {PAIRS}"))


def test_nothing_is_lost_whatever_is_killed(played: Round) -> None:
    import_people(played)
    cohort = behind_the_scenes(played.site, "open")
    invite(played, cohort)
    match_and_publish(played, cohort)
    say_yes(played)
    played.waits(played.is_true("not exists (select from procrastinate_jobs where status in ('todo', 'doing'))"), 60)
    played.waits(played.is_true("not exists (select from notifications_notice where state in ('waiting', 'sending'))"), 60)

    kept = [promise() for promise in played.promised]
    assert kept == [True] * len(kept)
    look = played.upheaval.look
    # A job that was cut off makes room for the same job that waits already; only sending is enqueued so.
    assert look("select 1 from procrastinate_jobs where status <> 'aborted' or task_name not like 'notifications.%'") == []
    assert look("select state, count(*) from matching_proposal group by state") == [("accepted", PAIRS)]
    assert look("select count(*) from (select mentor_id, mentee_id from pairs_pair group by 1, 2 having count(*) = 1) once") == [
        (PAIRS,)
    ]
    assert look("select count(*) from scheduling_session group by pair_id having count(*) <> count(distinct number)") == []

    arrived = played.mails()
    ids = {str(row[0]) for row in look("select message_id from notifications_notice where state <> 'shown'")}
    assert set(arrived) == ids
    twice = sum(arrived.values()) - len(ids)
    templates = {row[0]: row[1] for row in look("select template, count(*) from notifications_notice group by template")}
    assert {templates[name] for name in ("enrolment.invited", "proposal.asked", "pair.started")} == {2 * PAIRS}
    assert len(played.upheaval.kills) >= 10
    assert twice <= len(played.upheaval.kills)
    assert Counter(played.upheaval.kills).keys() == {"web", "worker", "database"}
