"""The connection: one proxy that models are bound to, and `connect`, which points it at SQLite or PostgreSQL."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import apsw
from peewee import Database, DatabaseProxy, Model, PostgresqlDatabase
from peewee import __exception_wrapper__ as as_peewee_errors  # pyright: ignore[reportAttributeAccessIssue]
from playhouse.apsw_ext import APSWDatabase
from psycopg.pq import ConnStatus, TransactionStatus

from db.fields import POSTGRES_TYPES, SQLITE_TYPES

database: DatabaseProxy = DatabaseProxy()

# WAL lets readers go on while one writer works; the timeout makes writers queue instead of failing.
SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "normal",
    "foreign_keys": 1,
    "busy_timeout": 10_000,
    "cache_size": -64_000,
    "mmap_size": 1 << 30,
    "temp_store": "memory",
}
# The engine's statements are many small lookups in data that is in memory: compiling them to machine code costs more
# than it saves, and an index is worth using on the smallest table. What is prepared is planned once: planned anew for
# the values of each request, a page with its relations took three times as long.
POSTGRES_OPTIONS = "-c timezone=UTC -c jit=off -c random_page_cost=1.1 -c plan_cache_mode=force_generic_plan"
# How long to wait for a PostgreSQL that does not answer, unless the URL says otherwise with `connect_timeout`.
CONNECT_SECONDS = 10


# How many statements an SQLite connection keeps prepared.
_PREPARED = 512


def _time_text(_cursor: Any, _number: int, value: Any) -> str:
    """Turn the time in Peewee's record of migrations into text; our own columns are given as text already.

    Raises:
        TypeError: it is no time, and nothing that SQLite stores.
    """
    if isinstance(value, datetime):
        return str(value)
    raise TypeError(f"a {type(value).__name__} cannot be bound")


class _Rows:
    """All rows of a statement, in the form of a DB-API cursor that has been read to its end.

    An SQLite statement that is not read to its end keeps its read transaction open: the connection goes on seeing the
    data of that moment, and cannot write any more. So no cursor of SQLite's own is ever handed out.
    """

    __slots__ = ("_rows", "connection", "description")

    def __init__(self, cursor: apsw.Cursor) -> None:
        self.connection = cursor.connection
        self.description: Sequence[Any] | None = None
        rows: Any = ()
        try:
            first = cursor.fetchone()
            if first is not None:
                self.description = cursor.description
                rows = (first, *cursor)
        finally:
            cursor.close()
        self._rows: Iterator[Any] = iter(rows)

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        """Return the rows that were not fetched yet."""
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def close(self) -> None:
        """Do nothing: the statement has ended already."""


class Sqlite(APSWDatabase):
    """SQLite with the project's column types and a time limit for reads; a write transaction takes its lock at once.

    By apsw, which brings the SQLite that it was written for (docs/adr/0017).
    """

    field_types = {**APSWDatabase.field_types, **SQLITE_TYPES}
    read_seconds = 10.0

    def _connect(self) -> Any:
        connection = super()._connect()
        # What is prepared is planned once: this SQLite would plan anew for each value that an indexed column is
        # compared to, which took a third of a page's statement.
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        connection.convert_binding = _time_text
        return connection

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """Run a statement to its end and return its rows."""
        cursor = super().execute_sql(sql, params)
        with as_peewee_errors:
            return _Rows(cursor)


class Postgres(PostgresqlDatabase):
    """PostgreSQL, by psycopg 3, with the project's column types."""

    field_types = {**PostgresqlDatabase.field_types, **POSTGRES_TYPES}


class BaseModel(Model):
    """Every table: bound to the one proxy, named in singular snake_case."""

    class Meta:
        database = database
        legacy_table_names = False


def connect(url: str, read_seconds: float = 10.0) -> Database:
    """Point the proxy at the database that `url` names and return it; connections open when first used.

    read_seconds: how long the engine's statements may run; on PostgreSQL every statement.
    `sqlite:///relative/path`, `sqlite:////absolute/path` or `postgresql://user:password@host:port/name?host=/socket/dir`.

    Raises:
        ValueError: the URL names neither, or lacks the database's name.
    """
    opened = _from_url(url, read_seconds)
    database.initialize(opened)
    return opened


def _from_url(url: str, read_seconds: float) -> Database:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = parts.path.removeprefix("/")
        if not path or parts.netloc:
            raise ValueError("write an SQLite URL as sqlite:///relative/path or sqlite:////absolute/path")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        opened = Sqlite(unquote(path), pragmas=SQLITE_PRAGMAS, timeout=10, statementcachesize=_PREPARED)
        opened.read_seconds = read_seconds
        return opened
    if parts.scheme in ("postgresql", "postgres"):
        if not parts.path.strip("/"):
            raise ValueError("a PostgreSQL URL ends with the database's name: postgresql://user@host/name")
        patience: dict[str, Any] = (
            {} if "connect_timeout" in parse_qs(parts.query) else {"connect_timeout": CONNECT_SECONDS}
        )
        options = f"{POSTGRES_OPTIONS} -c statement_timeout={round(read_seconds * 1000)}"
        # Psycopg's own prepared statements end with DEALLOCATE ALL at a rollback, which takes the engine's with them.
        return Postgres(
            f"postgresql://{url.split('://', 1)[1]}", prefer_psycopg3=True, options=options, prepare_threshold=None,
            **patience,
        )  # fmt: skip
    raise ValueError("a database URL begins with sqlite:/// or postgresql://")


def is_postgres(db: Any = None) -> bool:
    """Tell whether the bound (or given) database is PostgreSQL."""
    bound = database.obj if db is None or db is database else db
    return isinstance(bound, PostgresqlDatabase)


def is_idle(connection: Any) -> bool:
    """Check whether a connection of the driver has neither a statement nor a transaction open; a lost one has."""
    if isinstance(connection, apsw.Connection):
        return connection.getautocommit() and connection.txn_state() == apsw.SQLITE_TXN_NONE
    protocol = connection.pgconn
    return protocol.status == ConnStatus.OK and protocol.transaction_status == TransactionStatus.IDLE


def locked(query: Any) -> Any:
    """Lock the rows that a query finds until the transaction ends; on SQLite a write transaction holds everything."""
    return query.for_update() if is_postgres() else query


def lift_time_limit() -> None:
    """Let the statements of this transaction take as long as they need: those of a load are not a request's."""
    if is_postgres():
        database.execute_sql("SET LOCAL statement_timeout = 0")


_turn = threading.Lock()


@contextmanager
def write() -> Iterator[None]:
    """Run a block as one write transaction.

    On SQLite the lock is taken at the start (`BEGIN IMMEDIATE`), so that writers queue instead of failing half-way.
    """
    if is_postgres():
        with database.atomic():
            yield
    elif database.in_transaction():
        with database.savepoint():
            yield
    else:
        # Threads wait in a queue; SQLite would have each look again from time to time, and some for a second.
        with _turn, database.atomic("IMMEDIATE"):
            yield
