"""What `turnabout doctor` looks at: one finding a check, each problem with what repairs it."""

import json
import shutil
import smtplib
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core import checks
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from turnabout.core import crypto, self_asking
from turnabout.core.database import DatabaseProblem, server_version, version_problem
from turnabout.project.work import seconds_without_heartbeat

SHORTEST_SECRET = 40
FAILED_JOBS = "select id, task_name, args from procrastinate_jobs where status = 'failed';"
LONGEST_WAIT = timedelta(minutes=10)
LARGEST_CLOCK_GAP = timedelta(seconds=5)
SMALLEST_FREE_SPACE = 500_000_000
INVENTED = "192.0.2.77"  # an address for examples, which no visitor has
PROXY_TIMEOUT, LARGEST_ANSWER = 5, 10_000  # seconds, bytes
PROXY_PROTO = "proxy_set_header X-Forwarded-Proto $scheme;"
PROXY_ADDRESS = "proxy_set_header X-Forwarded-For $remote_addr;"
NEEDED_STATIC_FILES = ("css/tokens.css", "css/base.css")


class Problem(Exception):
    """What is wrong and the exact command or setting that repairs it."""

    def __init__(self, what: str, repair: str) -> None:
        super().__init__(what)
        self.what = what
        self.repair = repair


@dataclass(frozen=True, kw_only=True)
class Finding:
    name: str
    is_ok: bool
    text: str
    repair: str = ""

    def __str__(self) -> str:
        line = f"{'OK' if self.is_ok else 'PROBLEM':8}{self.name:12}{self.text}"
        return f"{line}\n{'':20}{self.repair}" if self.repair else line


def findings() -> Iterator[Finding]:
    """Every check in turn; those that need the database are left out while it is away."""
    is_database_away = False
    for name, check, needs_database in CHECKS:
        if needs_database and is_database_away:
            continue
        try:
            yield Finding(name=name, is_ok=True, text=check())
        except Problem as problem:
            is_database_away |= check is database
            yield Finding(name=name, is_ok=False, text=problem.what, repair=problem.repair)


def configuration() -> str:
    found = [message for message in checks.run_checks(include_deployment_checks=False) if message.is_serious()]
    if found:
        raise Problem(" ".join(str(message.msg) for message in found), " ".join(str(message.hint or "") for message in found))
    if settings.DEBUG:
        raise Problem("Debug mode is on: errors show settings and code to everybody.", "Unset TURNABOUT_DEBUG.")
    return f"for {settings.SITE_URL}"


def proxy() -> str:
    """Whether the proxy says by what and from where visitors come; settings alone where it cannot be asked."""
    if not settings.IS_HTTPS:
        return "none is looked for, since TURNABOUT_URL is not https"
    if not settings.BEHIND_PROXY:
        raise Problem(
            "TURNABOUT_URL is https and TURNABOUT_BEHIND_PROXY is off: every page that comes through a proxy redirects to itself.",
            f"Set TURNABOUT_BEHIND_PROXY=1, and in the proxy, as nginx writes it: {PROXY_PROTO} {PROXY_ADDRESS}",
        )
    address = settings.SITE_URL + reverse("arrival", args=[self_asking.question()])
    try:
        status, to, text = _ask(address)
    except (OSError, HTTPException) as error:
        return f"the settings fit; {settings.SITE_URL} cannot be asked from here: {error}"
    if 300 <= status < 400 and to.partition("://")[2] == address.partition("://")[2]:
        raise Problem(
            "The proxy does not say that visitors come by HTTPS: every page redirects to itself.",
            f"Let it set X-Forwarded-Proto, as nginx writes it: {PROXY_PROTO}",
        )
    return _judged(status, text)


def _judged(status: int, text: str) -> str:
    try:
        told = json.loads(text)
        seen, is_forwarded = told["address"], told["is_forwarded"]
    except (ValueError, TypeError, KeyError):
        return f"the settings fit; {settings.SITE_URL} answered {status} and did not say how requests arrive"
    if seen == INVENTED or not is_forwarded:
        raise Problem(
            "The proxy does not set X-Forwarded-For: limits on guessing count everybody as one, or by an address that visitors invent.",
            f"Let it set the address that it sees, as nginx writes it: {PROXY_ADDRESS}",
        )
    return "visitors arrive by HTTPS and with their own address"


def keys() -> str:
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        raise Problem(
            f"TURNABOUT_SECRET_KEY is shorter than {SHORTEST_SECRET} characters.",
            "Unset it, and one is made and kept under the var folder.",
        )
    for key in settings.ENCRYPTION_KEYS:
        try:
            Fernet(key.strip())
        except ValueError:
            raise Problem(
                "TURNABOUT_ENCRYPTION_KEYS holds a key that cannot be used.",
                f"A fresh key, to be written in front of those in use: {Fernet.generate_key().decode()}",
            ) from None
    for path in (settings.VAR_DIR / "keys").glob("*"):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Problem(f"Others on this machine can read {path}.", f"Run: chmod 600 {path}")
    return _counted(len(settings.ENCRYPTION_KEYS), "encryption key")


def texts() -> str:
    if not crypto.opens_what_is_stored():
        raise Problem(
            "This database was written with other encryption keys, so nobody can read what pairs wrote.",
            f"Put the keys of that time back, from a copy of {settings.VAR_DIR / 'keys'} or in TURNABOUT_ENCRYPTION_KEYS.",
        )
    return "readable"


def database() -> str:
    try:
        connection.ensure_connection()
    except (DatabaseError, DatabaseProblem) as error:
        reason = str(error).strip().splitlines()[0]
        is_own = "CLUSTER" in connection.settings_dict
        repair = "Run: turnabout database start" if is_own else "Check DATABASE_URL and that the server runs."
        raise Problem(f"The database cannot be reached: {reason}", repair) from None
    version = server_version(connection.settings_dict)
    problem = version_problem(version)
    if problem:
        raise Problem(problem, "Or unset DATABASE_URL to use the built-in database.")
    kind = "built-in" if "CLUSTER" in connection.settings_dict else "at DATABASE_URL"
    return f"PostgreSQL {version // 10_000}.{version % 10_000}, {kind}"


def migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise Problem(f"The database is {_counted(len(waiting), 'step')} behind this version.", "Run: turnabout migrate")
    return "up to date"


def worker() -> str:
    age = _one("select min(now() - last_heartbeat) from procrastinate_workers")
    if not isinstance(age, timedelta) or age.total_seconds() > seconds_without_heartbeat():
        since = f"for {_spoken(age)}" if isinstance(age, timedelta) else "at all"
        raise Problem(
            f"No worker has been heard of {since}: mails and matchings wait.",
            "Run: turnabout serve, or beside `turnabout web`: turnabout worker",
        )
    return f"last heard of {_spoken(age)} ago"


def jobs() -> str:
    age = _one(
        "select now() - min(coalesce(job.scheduled_at, event.at)) from procrastinate_jobs job"
        " join procrastinate_events event on event.job_id = job.id and event.type = 'deferred'"
        " where job.status = 'todo' and (job.scheduled_at is null or job.scheduled_at <= now())"
    )
    if isinstance(age, timedelta) and age > LONGEST_WAIT:
        raise Problem(
            f"A job has been waiting for {_spoken(age)}.", "Start another worker on this or another machine: turnabout worker"
        )
    failed = _one("select count(*) from procrastinate_jobs where status = 'failed'")
    if isinstance(failed, int) and failed:
        shell = "turnabout database shell" if "CLUSTER" in connection.settings_dict else "psql with the address in DATABASE_URL"
        raise Problem(
            f"{_counted(failed, 'job')} failed for good.",
            f"Look: {shell}, then: {FAILED_JOBS}",
        )
    return f"the oldest waits for {_spoken(age)}" if isinstance(age, timedelta) else "none waits"


def mail() -> str:
    if not settings.EMAIL_HOST:
        if settings.DEMO:
            return "a demo sends none; they are shown at /dev/mail/"
        raise Problem("No mail server is set: mails wait in the product.", "Set TURNABOUT_SMTP_HOST and TURNABOUT_SMTP_PORT.")
    where = f"{settings.EMAIL_HOST} port {settings.EMAIL_PORT}"
    try:
        _greet_mail_server()
    except (OSError, smtplib.SMTPException) as error:
        raise Problem(
            f"The mail server {where} does not answer as it should: {error}",
            "Check TURNABOUT_SMTP_HOST, _PORT, _STARTTLS, _TLS, _USER and _PASSWORD; mails wait and are sent later.",
        ) from None
    return f"{where} answers"


def clock() -> str:
    if settings.CLOCK_FILE and not settings.DEMO:
        raise Problem("The product takes its time from a file.", "Unset TURNABOUT_CLOCK_FILE: it is for demos and tests.")
    theirs = _one("select clock_timestamp()")
    ours = datetime.now(UTC)  # noqa: TID251  # the machine's own clock is what is being checked
    gap = abs(ours - theirs) if isinstance(theirs, datetime) else timedelta.max
    if gap > LARGEST_CLOCK_GAP:
        raise Problem(
            f"This machine's clock and the database's differ by {_spoken(gap)}.",
            "Set both by NTP, for instance: timedatectl set-ntp true",
        )
    return "agrees with the database's"


def static_files() -> str:
    missing = [
        name for name in NEEDED_STATIC_FILES if not finders.find(name) and not (Path(settings.STATIC_ROOT) / name).exists()
    ]
    if missing:
        raise Problem(
            f"Files of the pages are missing: {', '.join(missing)}.", "Install Turnabout again, with its static folder."
        )
    return "in place"


def disk() -> str:
    place = Path(connection.settings_dict.get("CLUSTER") or settings.VAR_DIR)
    free = min(shutil.disk_usage(path).free for path in (place, settings.VAR_DIR) if path.exists())
    if free < SMALLEST_FREE_SPACE:
        raise Problem(
            f"Only {free / 1_000_000:,.0f} MB are free at {place}.",
            f"Make room: below {SMALLEST_FREE_SPACE / 1_000_000:,.0f} MB a full disk is near, and nothing can be saved then.",
        )
    return f"{free / 1_000_000_000:,.1f} GB free"


CHECKS: tuple[tuple[str, Callable[[], str], bool], ...] = (
    ("settings", configuration, False),
    ("proxy", proxy, False),
    ("keys", keys, False),
    ("database", database, False),
    ("migrations", migrations, True),
    ("texts", texts, True),
    ("worker", worker, True),
    ("jobs", jobs, True),
    ("mail", mail, False),
    ("clock", clock, True),
    ("static", static_files, False),
    ("disk", disk, False),
)


def _greet_mail_server() -> None:
    kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    with kind(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=min(settings.EMAIL_TIMEOUT, 10)) as server:
        if settings.EMAIL_USE_TLS:
            server.starttls()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        code, said = server.noop()
        if code != 250:
            raise smtplib.SMTPResponseException(code, said)


def _ask(address: str) -> tuple[int, str, str]:
    """Status, where it sends on to, and text; asked as somebody who claims to come from elsewhere."""
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    asking = kind(parts.hostname or "", parts.port, timeout=PROXY_TIMEOUT)
    try:
        asking.request("GET", parts.path, headers={"X-Forwarded-For": INVENTED})
        answer = asking.getresponse()
        return answer.status, answer.headers.get("Location", ""), answer.read(LARGEST_ANSWER).decode(errors="replace")
    finally:
        asking.close()


def _one(query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    return row[0] if row else None


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _spoken(age: timedelta) -> str:
    seconds = max(0, round(age.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
