"""The connection: one proxy that models are bound to, and `connect`, which points it at SQLite or PostgreSQL."""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, TypeVar

import apsw
from peewee import BaseQuery, Database, DatabaseProxy, OperationalError, Select
from peewee import __exception_wrapper__ as as_peewee_errors  # pyright: ignore[reportAttributeAccessIssue]
from playhouse.apsw_ext import APSWDatabase
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import ConnStatus, TransactionStatus

from db.kernel.database_url import PostgresDatabase, SqliteFile, read_url
from db.kernel.failures import DRIVER_ERRORS, Failure, failure_of
from db.kernel.fields import SQLITE_TYPES
from db.kernel.postgres import SETTINGS, Postgres

Found = TypeVar("Found")
QueryT = TypeVar("QueryT", bound=Select)
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
# How long to wait for a PostgreSQL that does not answer, unless the URL says otherwise with `connect_timeout`.
CONNECT_SECONDS = 10
# A host that vanished without a word is noticed after 25 seconds, unless the URL says otherwise; TCP would take hours.
KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000}

# One lock for the steps of a start; the number says nothing and must only stay the same.
_ADVISORY_LOCK = 20_220_210
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
        rows: tuple[object, ...] = ()
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
        """Return at once: the statement has ended already."""


class Sqlite(APSWDatabase):
    """SQLite with the project's column types and a time limit for reads; a write transaction takes its lock at once.

    By apsw, which brings the SQLite that it was written for (docs/adr/0017).
    """

    field_types = {**APSWDatabase.field_types, **SQLITE_TYPES}
    read_seconds = 10.0

    def _connect(self) -> Any:
        if self.database != ":memory:":
            _make_private(SqliteFile(self.database).path)
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


def _make_private(path: Path) -> None:
    """Make a file that is not there, for its owner alone; SQLite gives the files beside it the same mode.

    Raises:
        OperationalError: it cannot be made; names the path.
    """
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise OperationalError(f"{path} cannot be made: {error.strerror}") from error


def connect(url: str, read_seconds: float = 10.0) -> Database:
    """Bind the proxy to the database that `url` names and return it; connections open when first used.

    url: see `read_url`. read_seconds: how long the engine's statements may run; on PostgreSQL every statement.

    Raises:
        ValueError: the URL names no database, or asks for something that cannot be honoured.
    """
    target = read_url(url)
    opened = _opened(target, read_seconds)
    opened.url, opened.identity = url, target.identity
    database.initialize(opened)
    return opened


def _opened(target: SqliteFile | PostgresDatabase, read_seconds: float) -> Any:
    if isinstance(target, SqliteFile):
        opened = Sqlite(target.name, pragmas=SQLITE_PRAGMAS, timeout=10, statementcachesize=_PREPARED)
        opened.read_seconds = read_seconds
        return opened
    settings = {**SETTINGS, "statement_timeout": str(round(read_seconds * 1000))}
    if taken := sorted(settings.keys() & target.settings.keys()):
        raise ValueError(f"its options set {', '.join(taken)}, which the server sets itself, by STATEMENT_MS the limit")
    patience = {} if target.has_patience else {"connect_timeout": CONNECT_SECONDS}
    given = conninfo_to_dict(target.conninfo)
    noticing = {name: value for name, value in KEEPALIVES.items() if name not in given}
    return Postgres(target.conninfo, {**settings, **target.settings}, **patience, **noticing)


def is_postgres(db: Any = None) -> bool:
    """Return whether the bound (or given) database is PostgreSQL."""
    bound = database.obj if db is None or db is database else db
    return isinstance(bound, Postgres)


def is_idle(connection: Any) -> bool:
    """Check whether a connection of the driver has neither a statement nor a transaction open; a lost one has."""
    if isinstance(connection, apsw.Connection):
        return connection.getautocommit() and connection.txn_state() == apsw.SQLITE_TXN_NONE
    protocol = connection.pgconn
    return protocol.status == ConnStatus.OK and protocol.transaction_status == TransactionStatus.IDLE


def tuples_of(query: BaseQuery) -> list[tuple[Any, ...]]:
    """Return the rows of a query, each as a tuple of the columns that it selects."""
    return list(query.tuples())


def locked(query: QueryT, *, skip: bool = False) -> QueryT:
    """Lock the rows that a query finds until the transaction ends; on SQLite a write transaction holds everything.

    skip: leave out the rows that another transaction has locked, rather than wait for them.
    """
    return query.for_update(skip_locked=skip) if is_postgres() else query


def lift_time_limit() -> None:
    """Remove the time limit from the statements of this transaction, which belong to a load and not to a request."""
    if is_postgres():
        database.execute_sql("SET LOCAL statement_timeout = 0")


def retry_when_lost(work: Callable[[], Found]) -> Found:
    """Run work, and once more on a new connection if the open one turns out to be lost; in a transaction only once.

    work: what has no effect when its connection is lost, such as a read or the beginning of a transaction.
    """
    was_open = not database.is_closed()
    try:
        return work()
    except DRIVER_ERRORS as error:
        if not was_open or database.in_transaction() or failure_of(error) is not Failure.LOST:
            raise
        database.close()
        return work()


_turn = threading.Lock()


@contextmanager
def write() -> Iterator[None]:
    """Run a block as one write transaction, inside another one as a part of it that can be undone by itself.

    On SQLite the lock is taken at the start (`BEGIN IMMEDIATE`), so that writers queue instead of failing half-way.
    A connection that was lost while nobody used it is replaced.
    """
    if database.in_transaction():
        with _part():
            yield
    elif is_postgres():
        with _transaction():
            yield
    else:
        # Threads wait in a queue; SQLite would have each look again from time to time, and some for a second.
        with _turn, _transaction("IMMEDIATE"):
            yield


@contextmanager
def _part() -> Iterator[None]:
    """Run a block as a savepoint. What it failed with is raised, also where SQLite gave the whole transaction up."""
    # Not Peewee's, whose names are new each time, so that no database could keep the statements. Savepoints of one name
    # nest, because each is given up at its end.
    database.execute_sql("SAVEPOINT part")
    try:
        yield
    except BaseException:
        with suppress(*DRIVER_ERRORS):
            database.execute_sql("ROLLBACK TO SAVEPOINT part")
            database.execute_sql("RELEASE SAVEPOINT part")
        raise
    database.execute_sql("RELEASE SAVEPOINT part")


def _lock_file(opened: Sqlite) -> IO[bytes]:
    path = SqliteFile(opened.database).path
    _make_private(path)
    return path.with_name(f"{path.name}-migrating").open("wb")


@contextmanager
def _transaction(*kind: str) -> Iterator[None]:
    with ExitStack() as stack:
        retry_when_lost(lambda: stack.enter_context(database.atomic(*kind)))
        yield


@contextmanager
def alone(opened: Any) -> Iterator[None]:
    """Run a step of a start, however long it takes, while no other process runs one on the same database.

    opened: the database, not the proxy. On PostgreSQL the block is one transaction, whose lock a pooler keeps.
    """
    if isinstance(opened, Sqlite):
        # The lock is a file of its own: SQLite's would be given back after each transaction, and a switch to WAL, which
        # the first connection makes, does not wait for it.
        with nullcontext() if opened.database == ":memory:" else _lock_file(opened) as lock:
            if lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    else:
        is_new = opened.connect(reuse_if_open=True)
        try:
            with opened.atomic():
                opened.execute_sql("SET LOCAL statement_timeout = 0")
                opened.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_ADVISORY_LOCK,))
                yield
        finally:
            if is_new:
                opened.close()
