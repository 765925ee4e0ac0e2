"""Reads `DATABASE_URL`: which database it names, and all that it asks for. What cannot be honoured is refused."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ACCEPTED = "give sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME"
# What a relative path begins from, whatever folder a command is run in: the folder of `wsgi.py`.
PROJECT = Path(__file__).parents[2]
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_OPTION = re.compile(r"-c\s*(?P<short>[^\s=]+)=|--(?P<long>[^\s=]+)=")
_WORD = re.compile(r"(?:\\.|\S)+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A database of SQLite. name: the absolute path as UTF-8 text, as SQLite takes it."""

    name: str

    @property
    def identity(self) -> str:
        """What tells this database from all others, without a secret."""
        return self.name

    @property
    def path(self) -> Path:
        """The path as the operating system takes it, whatever the locale's encoding."""
        return Path(os.fsdecode(self.name.encode()))


@dataclass(frozen=True, slots=True)
class PostgresDatabase:
    """A database of PostgreSQL.

    conninfo: for libpq, without `options`. identity: what tells this database from all others, without a secret.
    settings: what its `options` set, by name. has_patience: it says how long to wait for an answer.
    """

    conninfo: str
    identity: str
    settings: Mapping[str, str] = field(default_factory=dict)
    has_patience: bool = False


def read_url(url: str) -> SqliteFile | PostgresDatabase:
    """Read a database's URL.

    `sqlite:///relative/path`, `sqlite:////absolute/path` or `postgresql://user:password@host:port/name?option=value`.

    Raises:
        ValueError: it names no database, or asks for something that cannot be honoured; says what to give instead.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return _sqlite(rest)
    if scheme in ("postgresql", "postgres"):
        return _postgres(f"postgresql://{rest}")
    raise ValueError(ACCEPTED)


def _sqlite(rest: str) -> SqliteFile:
    if not rest.startswith("/") or len(rest) == 1:
        raise ValueError(ACCEPTED)
    for sign, escaped in (("?", "%3F"), ("#", "%23")):
        if sign in rest:
            raise ValueError(f"a SQLite URL has no options; in the name of a file, write {sign} as {escaped}")
    if _STRAY_PERCENT.search(rest):
        raise ValueError("write a percent sign in the name of a file as %25")
    if b"\0" in (name := unquote_to_bytes(os.fsencode(rest[1:]))):
        raise ValueError("the name of a file cannot hold %00")
    if name.startswith((b":memory:", b"file:")):
        raise ValueError(
            "a database in memory would be another one for each connection; give sqlite:///FILE, "
            "such as sqlite:////tmp/graph.sqlite3"
        )
    try:
        text = os.path.normpath(os.fsencode(PROJECT) + b"/" + name if name[:1] != b"/" else name).decode()
    except UnicodeDecodeError:
        raise ValueError("write the name of a file in UTF-8") from None
    if name.endswith(b"/") or Path(os.fsdecode(text.encode())).is_dir():
        raise ValueError("that is a folder; give sqlite:///FILE")
    return SqliteFile(text)


def _postgres(url: str) -> PostgresDatabase:
    try:
        given: dict[str, Any] = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        # Of libpq's words only those that name an option: others may show a part of the password.
        unknown = re.search(r'invalid URI query parameter: "(\w+)"', str(error))
        raise ValueError(f"PostgreSQL knows no option {unknown[1]}" if unknown else ACCEPTED) from None
    ports = str(given.get("port") or "5432").split(",")
    if not given.get("dbname") or not all(re.fullmatch(r"[0-9]{0,5}", port) and port != "0" for port in ports):
        raise ValueError(ACCEPTED)
    if given.pop("client_encoding", "UTF8").upper() not in ("UTF8", "UTF-8", "AUTO"):
        raise ValueError("texts are UTF-8; leave out client_encoding")
    options = given.pop("options", None) or os.environ.get("PGOPTIONS", "")
    has_patience = "connect_timeout" in given or "PGCONNECT_TIMEOUT" in os.environ
    identity = " ".join(str(given.get(name, "")) for name in ("host", "hostaddr", "port", "dbname"))
    return PostgresDatabase(make_conninfo("", **given), identity, _settings(options), has_patience)


def _settings(options: str) -> dict[str, str]:
    """Read `-c name=value` and `--name=value`, which may hold blanks behind backslashes."""
    found: dict[str, str] = {}
    words = iter(_WORD.findall(options))
    for word in words:
        text = f"-c{next(words, '')}" if word == "-c" else word
        match = _OPTION.match(text)
        if not match:
            raise ValueError("of PostgreSQL's options only -c NAME=VALUE is honoured")
        name = (match["short"] or match["long"].replace("-", "_")).lower()
        found[name] = re.sub(r"\\(.)", r"\1", text[match.end() :])
    return found
