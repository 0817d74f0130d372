"""The embedded PostgreSQL: one data directory, its server, and the way to reach it."""

import contextlib
import fcntl
import os
import shlex
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from turnabout.core.database import postmaster, sockets
from turnabout.core.database.binaries import MAJOR, copied_binaries, installed_binaries
from turnabout.core.database.connection import Settings, local_settings
from turnabout.core.database.databases import (
    ADMINISTRATOR,
    DATABASE,
    ROLE,
    connect,
    create_database,
    ensure_application,
)
from turnabout.core.database.owner import names_of_callers, owner_for
from turnabout.core.database.problem import DatabaseProblem

START_SECONDS = 90  # crash recovery after a power cut takes its time
STOP_SECONDS = 25

# Written into postgresql.conf once; whoever runs the server may change them there.
FIRST_CONFIGURATION = {
    "max_connections": "120",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
    "log_filename": "postgresql-%a.log",  # a ring of seven days
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
}

# Given at every start and so not open to change: who may come in, and that
# no statement or row with personal text reaches the log.
FIXED_CONFIGURATION = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "logging_collector": "on",
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}

DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
THROW_AWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


_started_here: set[Path] = set()


class Cluster:
    """A PostgreSQL server of ours under ``home``, found or started when needed.

    As root, programs are copied below ``home`` and the server runs as an
    account without rights that owns ``data``, ``log`` and ``socket`` and
    nothing else; ``home`` itself, the programs and the rules about who may
    come in stay root's. ``durable=False`` is for servers that are thrown away.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home.absolute()
        self.durable = durable
        self.data = self.home / "data"
        self.log = self.home / "log"
        self.owner = owner_for(self.data)
        self.socket_directory = sockets.socket_directory(self.home, self.owner.uid)

    def settings(self, name: str = DATABASE) -> Settings:
        """Django's settings for a database of this server; starts nothing."""
        return local_settings(socket_directory=self.socket_directory, name=name, user=ROLE)

    def is_running(self) -> bool:
        """Whether the server's process is there and ready; cheap enough to ask all the time."""
        found = postmaster.living_postmaster(self.data)
        return found is not None and found.is_ready and self._listens_here(found)

    @property
    def was_started_here(self) -> bool:
        """Whether this process has started the server, at whatever occasion."""
        return self.home in _started_here

    def ensure_running(self) -> Settings:
        """Find or start the server; several processes may ask at once."""
        if not (self.is_running() and self._answers()):
            self.start()
        return self.settings()

    def start(self) -> bool:
        """Start the server unless it runs; say whether it was us."""
        with self._locked():
            if self._settle():
                return False
            self._stop_moved_server()
            self._prepare()
            self._launch()
            with self.administration() as connection:
                ensure_application(connection)
            _started_here.add(self.home)
            return True

    def stop(self) -> None:
        """Stop the server cleanly, ending the work of whoever is connected."""
        if self.data.exists():
            with self._locked():
                self._stop_server()

    def stop_if_unused(self) -> bool:
        """Stop the server unless somebody else is connected to it."""
        with self._locked():
            if not self.is_running() or self.count_connections():
                return False
            self._stop_server()
            return True

    def count_connections(self) -> int:
        with self.administration() as connection:
            row = connection.execute(
                "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
            ).fetchone()
        return row[0] if row and isinstance(row[0], int) else 0

    def create_database(self, name: str) -> Settings:
        create_database(self.settings(), name)
        return self.settings(name)

    def create_from_template(self, name: str, template: str) -> Settings:
        create_database(self.settings(), name, template=template)
        return self.settings(name)

    def administration(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection with all rights, outside any transaction."""
        return connect({**self.settings("postgres"), "USER": ADMINISTRATOR})

    def program(self, name: str) -> Path:
        """The path of a PostgreSQL program, such as ``pg_dump``."""
        return self._binaries() / "bin" / name

    # How it is done

    def _binaries(self) -> Path:
        return copied_binaries(self.home) if self.owner.is_someone_else else installed_binaries()

    def _listens_here(self, found: postmaster.Postmaster) -> bool:
        """False for a server whose directory was moved while it ran."""
        return found.socket_directory == str(self.socket_directory) and self.socket_directory.exists()

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self._make_home()
        descriptor = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _make_home(self) -> None:
        """Make ``home`` and what is missing above it; what was there keeps its mode."""
        missing = [place for place in (self.home, *self.home.parents) if not place.exists()]
        for place in reversed(missing):
            place.mkdir(exist_ok=True)
            if self.owner.is_someone_else:  # its account passes through to its own directories
                place.chmod(0o711)
        if not self.owner.is_someone_else:
            self.home.chmod(0o700)

    def _settle(self) -> bool:
        """Give a server that starts, recovers, stops or dies the time it needs; say whether it serves."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            found = postmaster.living_postmaster(self.data)
            if found is None or (found.is_ready and not self._listens_here(found)):
                return False
            if found.is_ready and self._answers():
                return True
            time.sleep(0.05)
        raise self._problem("The database does not finish starting or stopping.")

    def _answers(self) -> bool:
        """Whether anybody is there: a server may have been killed a moment ago."""
        try:
            connect(self.settings("postgres")).close()
        except psycopg.OperationalError as error:
            return "FATAL" in str(error)  # it says no, for instance because it is full
        return True

    def _prepare(self) -> None:
        for directory in (self.log, self.socket_directory):
            self._make_private(directory)
        sockets.require_private(self.socket_directory, self.owner.uid)
        self._initialise()
        self._write_access_rules()
        postmaster.remove_left_over(self.data, self.socket_directory)

    def _make_private(self, directory: Path) -> None:
        try:
            directory.mkdir(mode=0o700)
        except FileExistsError:
            return
        self.owner.give(directory)

    def _initialise(self) -> None:
        """Make the data directory whole or not at all: ``data`` exists only when complete."""
        if self.data.exists():
            self._require_same_version()
            return
        half_done = self.home / "data.new"
        shutil.rmtree(half_done, ignore_errors=True)
        self._make_private(half_done)
        settings = [f"--set={key}={value}" for key, value in FIRST_CONFIGURATION.items()]
        done = self.owner.run(
            *(self.program("initdb"), "-D", half_done, "--username", ADMINISTRATOR),
            *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *("--auth=reject", "--no-instructions"),
            *(() if self.durable else ("--no-sync",)),
            *settings,
        )
        if done.returncode:
            raise self._problem("The database could not be made.", done.stderr or done.stdout)
        half_done.rename(self.data)

    def _require_same_version(self) -> None:
        try:
            version = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise DatabaseProblem(f"{self.data} is not a PostgreSQL data directory. Move it away and start again.") from None
        if version != MAJOR:
            raise DatabaseProblem(
                f"The data in {self.data} was written by PostgreSQL {version}; this version of "
                f"Turnabout runs {MAJOR}. See «Upgrading PostgreSQL» in docs/operate.md."
            )

    def _write_access_rules(self) -> None:
        names = names_of_callers(self.owner)
        roles = (ADMINISTRATOR, ROLE)
        ident = "".join(f"{DATABASE} {name} {role}\n" for name in names for role in roles)
        who = f"peer map={DATABASE}\n"
        access = f"local all {','.join(roles)} {who}local replication {ADMINISTRATOR} {who}"
        self._write("pg_hba.conf", access)
        self._write("pg_ident.conf", ident)

    def _write(self, name: str, text: str) -> None:
        path, new = self.home / name, self.home / f"{name}.new"
        new.write_text(text, encoding="utf-8")
        new.chmod(0o644 if self.owner.is_someone_else else 0o600)
        new.replace(path)

    def _launch(self) -> None:
        """Start, and again while the last children of a killed server are on their way out."""
        until = time.monotonic() + START_SECONDS
        configuration = FIXED_CONFIGURATION | (DURABLE if self.durable else THROW_AWAY)
        configuration |= {
            "unix_socket_directories": str(self.socket_directory),
            "hba_file": str(self.home / "pg_hba.conf"),
            "ident_file": str(self.home / "pg_ident.conf"),
            "log_directory": str(self.log),
        }
        options = shlex.join(part for key, value in configuration.items() for part in ("-c", f"{key}={value}"))
        while True:
            read_from = self._log_sizes()
            done = self.owner.run(
                *(self.program("pg_ctl"), "start", "-D", self.data, "-l", self.log / "start.log"),
                *("-w", "-t", str(START_SECONDS), "-o", f"-p {sockets.PORT} {options}"),
                timeout=START_SECONDS + 30,
            )
            if done.returncode == 0:
                return
            reason = self._new_complaints(read_from)
            if "shared memory block" not in reason or time.monotonic() > until:
                raise self._problem("The database could not be started.", reason or done.stderr)
            time.sleep(0.2)

    def _stop_moved_server(self) -> None:
        found = postmaster.living_postmaster(self.data)
        if found is not None and not self._listens_here(found):
            self._stop_server()

    def _stop_server(self) -> None:
        if postmaster.living_postmaster(self.data) is None:
            return
        done = self.owner.run(*(self.program("pg_ctl"), "stop", "-D", self.data, "-m", "fast", "-w", "-t", str(STOP_SECONDS)))
        if done.returncode and postmaster.living_postmaster(self.data) is not None:
            raise self._problem("The database could not be stopped.", done.stderr)

    def _log_sizes(self) -> dict[Path, int]:
        (self.log / "start.log").unlink(missing_ok=True)
        return {path: path.stat().st_size for path in self.log.glob("*.log")}

    def _new_complaints(self, read_from: dict[Path, int]) -> str:
        """What the server has written since."""
        lines: list[str] = []
        for path in sorted(self.log.glob("*.log")):
            new = path.read_bytes()[read_from.get(path, 0) :]
            lines += new.decode(errors="replace").splitlines()
        return "\n".join(lines)

    def _problem(self, sentence: str, said: str = "") -> DatabaseProblem:
        last = " ".join(line.strip() for line in said.splitlines() if line.strip())[-800:]
        reason = f" PostgreSQL said: {last}" if last else ""
        return DatabaseProblem(f"{sentence}{reason} Its log is in {self.log}.")
