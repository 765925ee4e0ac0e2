"""Examines an installation: what it is, what is wrong with it, and what to do."""

import hashlib
import re
import sys
import sysconfig
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import apsw
from peewee import PeeweeException

from db.access.documents import known_documents
from db.access.tokens import demo_tokens
from db.city import migrations
from db.city.models import Division
from db.city.rollups import ROLLUPS
from db.city.words import unknown_words
from db.files.store import StoreUnavailable
from db.kernel.calendar import SHANGHAI
from db.kernel.database import database, is_postgres
from db.kernel.database_url import SqliteFile
from db.kernel.rollups import differences
from db.places.holidays import gap
from graph_api import health, ide, serve
from graph_api.config import Config, ConfigError
from graph_api.stores import store_of
from schema.engine import Engine

PYTHON = (3, 11)
# It works, so this is nothing that is wrong.
_SLOW = (
    "built without profile-guided optimisation, so requests take about 1.5 times as long; the interpreter of a "
    "distribution has it, or one built with `./configure --enable-optimizations`"
)
POSTGRESQL = 130_000  # as `server_version_num` writes 13.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. advice: what to do; empty when all is well."""

    subject: str
    fact: str
    advice: str = ""


def examine(config: Config, engine: Engine, at: datetime) -> Iterator[Finding]:
    """Examine everything, and go on after each thing that is wrong.

    engine: knows what documents must fit. at: aware, usually now; whose calendar of holidays must be known.
    """
    yield _python()
    yield _packages()
    yield _texts()
    yield _page()
    yield _port(config)
    yield files(config)
    yield from _database(config, engine, at)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, PYTHON))
    if sys.version_info < PYTHON:
        return Finding("Python", version, f"Install Python {wanted} or newer.")
    names = ("CONFIG_ARGS", "PY_CFLAGS", "PGO_PROF_USE_FLAG")
    if is_profiled(*(str(sysconfig.get_config_var(name) or "") for name in names)):
        return Finding("Python", version)
    return Finding("Python", f"{version}, {_SLOW}")


def is_profiled(arguments: str, flags: str, use_flag: str) -> bool:
    """Return whether an interpreter was built with profile-guided optimisation, or may have been.

    arguments: of its `configure`. flags: of its compiler. use_flag: by which `configure` would have the compiler use a
    profile; where the build rules of a distribution have done so themselves, none is left.
    """
    return "--enable-optimizations" in arguments or "-fprofile" in flags or not use_flag


def _packages() -> Finding:
    pinned = (serve.TOP / "requirements.txt").read_text("utf-8")
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^ \\;]+)", pinned, re.MULTILINE)
    # A package may be pinned to another version for another Python.
    names = sorted({name for name, _ in pins})
    wrong = [f"{name} {_installed(name) or 'missing'}" for name in names if (name, _installed(name)) not in pins]
    if wrong:
        return Finding(
            "packages", f"not as pinned: {', '.join(wrong)}", "Run `make serve`, which installs what is pinned."
        )
    return Finding("packages", f"{len(names)} as pinned")


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _texts() -> Finding:
    encodings = {sys.getfilesystemencoding(), (sys.stdout.encoding or "").lower()}
    if encodings != {"utf-8"}:
        return Finding("texts", f"this terminal speaks {', '.join(sorted(encodings))}", "Set LANG=C.UTF-8.")
    try:
        ZoneInfo("Asia/Shanghai")
    except (ZoneInfoNotFoundError, OSError):
        return Finding("texts", "no time zones", "Run `make serve`, which installs tzdata.")
    return Finding("texts", "UTF-8, time zones are there")


def _page() -> Finding:
    wrong = [name for name, digest in _built() if _digest(serve.TOP / name) != digest]
    if wrong or not _built():
        fact = f"changed or missing: {', '.join(wrong) or 'BUILD'}"
        return Finding("GraphiQL", fact, f"Run `git checkout {ide.BUILD.relative_to(serve.TOP)}`, or `make ide`.")
    return Finding("GraphiQL", f"{len(_built())} files as they were built")


def _built() -> list[tuple[str, str]]:
    record = ide.BUILD / "BUILD"
    lines = record.read_text("utf-8").splitlines() if record.is_file() else []
    files = [(name, digest) for digest, _, name in (line.partition("  ") for line in lines)]
    return [(name, digest) for name, digest in files if name.startswith("graph_api/")]


def _digest(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _port(config: Config) -> Finding:
    try:
        serve.bound(config.host, config.port).close()
    except ConfigError as refusal:
        if _is_ours(config):
            return Finding("port", f"{config.port}, where this server is running")
        name, _, rest = str(refusal).partition(": ")
        fact, _, advice = rest.partition("; ")
        return Finding("port", fact, f"{name}: {advice}")
    return Finding("port", f"{config.port} on {config.host} is free")


def files(config: Config) -> Finding:
    """Check whether the store of files can be reached."""
    store = store_of(config)
    try:
        store.reach()
    except StoreUnavailable as error:
        advice = "Check FILES_BUCKET, FILES_ENDPOINT, the credentials and their rights to list, get, put and delete."
        return Finding("files", f"the bucket {config.files_bucket} cannot be reached: {error}", advice)
    return Finding("files", f"in the bucket {config.files_bucket}" if config.files_bucket else f"in {store.folder}")


def _is_ours(config: Config) -> bool:
    try:
        with urllib.request.urlopen(serve.address(config).replace("/graphql", "/healthz"), timeout=3) as answer:
            return answer.read() == b'{"status":"ok"}\n'
    except OSError:
        return False


def _database(config: Config, engine: Engine, at: datetime) -> Iterator[Finding]:
    try:
        if not is_postgres():
            yield _file()
            if health.unwritable():
                return
            if missing := health.missing_file():
                yield Finding("database", f"there is no file {missing}", "Run `flask migrate`, which creates it.")
                return
        if reason := health.unreachable():
            yield Finding("database", reason, "Start it, or set DATABASE_URL to another address.")
            return
        yield _postgresql() if is_postgres() else Finding("SQLite", apsw.sqlite_lib_version())
        tables = _tables()
        yield tables
        if not tables.advice:
            yield _words()
            yield rollups()
            yield _rows(config)
            yield _demo(config)
            yield _documents(config, engine)
            yield _calendar(at)
    except PeeweeException as error:
        yield Finding("database", str(error).strip(), "Give DATABASE_URL another database, or restore this one.")
    finally:
        database.close()


def _file() -> Finding:
    if reason := health.unwritable():
        return Finding("folder", reason, "Make it writable, or set DATABASE_URL to another file.")
    path = SqliteFile(database.database).path
    if path.exists() and path.stat().st_mode & 0o007:
        fact = f"{path} can be read by others on this machine"
        return Finding("folder", fact, f"Run `chmod 600 {path}*`.")
    return Finding("folder", f"{path.parent} can be written")


def _postgresql() -> Finding:
    def shown(name: str) -> str:
        return str(database.execute_sql(f"SHOW {name}").fetchone()[0])

    version, encoding = shown("server_version"), shown("server_encoding")
    if int(shown("server_version_num")) < POSTGRESQL:
        return Finding("PostgreSQL", version, f"Use PostgreSQL {POSTGRESQL // 10_000} or newer.")
    if encoding != "UTF8":
        return Finding(
            "PostgreSQL", f"encoding {encoding}", "Create the database again with ENCODING 'UTF8' TEMPLATE template0."
        )
    sharing = "" if database.connection().is_direct else ", its sessions shared by a pooler: nothing is prepared"
    return Finding("PostgreSQL", f"{version}, {encoding}{sharing}")


def _tables() -> Finding:
    newer = [migration.name for migration in migrations.status(database) if migration.path is None]
    if newer:
        fact = f"of a newer release ({', '.join(newer)})"
        return Finding("tables", fact, "Install that release, or set DATABASE_URL to another database.")
    if missing := health.pending():
        return Finding("tables", f"lack {', '.join(missing)}", "Run `flask migrate`.")
    return Finding("tables", "of this release")


def _words() -> Finding:
    found = [f"{', '.join(names)} in {column}" for column, names in unknown_words().items()]
    if found:
        fact = f"not of this release: {'; '.join(found)}"
        return Finding("words", fact, "Install the release that wrote them; this one reads them as plain text.")
    return Finding("words", "all known to this release")


def rollups() -> Finding:
    """Compare the roll-ups with the rows that they count."""
    found = [f"{one.name} in {count}" for one in ROLLUPS if (count := differences(one))]
    if found:
        fact = f"differ from the rows that they count: {', '.join(found)} places"
        return Finding("roll-ups", fact, "Run `flask rebuild-counts`, which may be done while the server runs.")
    return Finding("roll-ups", f"all {len(ROLLUPS)} equal the rows that they count")


def _rows(config: Config) -> Finding:
    if Division.select().exists():
        return Finding("divisions", "are there")
    load = "flask import-divisions FILE" if config.is_production else "flask seed"
    return Finding("divisions", "none yet", f"Run `{load}`.")


def _demo(config: Config) -> Finding:
    count = len(demo_tokens(datetime.now(UTC)))
    is_wrong = bool(count) and config.is_production
    return Finding("demo tokens", str(count), "Run `flask demo-tokens --revoke`." if is_wrong else "")


def _calendar(at: datetime) -> Finding:
    year = at.astimezone(SHANGHAI).year
    if problem := gap(year):
        fact, _, advice = problem.partition(". ")
        return Finding("working days", fact, advice)
    following = "not yet" if gap(year + 1) else "too"
    return Finding("working days", f"the holidays of {year} are known, those of {year + 1} {following}")


def _documents(config: Config, engine: Engine) -> Finding:
    known = known_documents()
    misfits = [one.file_name for one in known if engine.misfits(one.text)]
    if misfits:
        fact = f"{len(known)}, of which these do not fit this release: {', '.join(misfits)}"
        return Finding(
            "known documents", fact, "Run `flask documents remove HASH`, and add what their clients send now."
        )
    is_wrong = not known and config.only_known_documents
    advice = "Run `flask documents add FILE`, or leave out ONLY_KNOWN_DOCUMENTS." if is_wrong else ""
    return Finding("known documents", str(len(known)), advice)
