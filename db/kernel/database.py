"""The connection: one proxy that models are bound to, and `connect`, which points it at SQLite or PostgreSQL."""

import fcntl
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from typing import IO, Any, TypeVar

import apsw
from peewee import BaseQuery, Database, DatabaseProxy, Select
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import ConnStatus, TransactionStatus

from db.kernel import sqlite
from db.kernel.database_url import PostgresDatabase, SqliteFile, read_url
from db.kernel.failures import DRIVER_ERRORS, Failure, failure_of
from db.kernel.postgres import SETTINGS, Postgres
from db.kernel.sqlite import Sqlite

Found = TypeVar("Found")
QueryT = TypeVar("QueryT", bound=Select)
database: DatabaseProxy = DatabaseProxy()
_log = logging.getLogger(__name__)

# How long to wait for a PostgreSQL that does not answer, unless the URL says otherwise with `connect_timeout`.
CONNECT_SECONDS = 10
# A host that vanished without a word is noticed after 25 seconds, unless the URL says otherwise; TCP would take hours.
KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000}

# One lock for the steps of a start; the number says nothing and must only stay the same.
_ADVISORY_LOCK = 20_220_210


def connect(url: str, read_seconds: float = 10.0, synchronous: str = "full") -> Database:
    """Bind the proxy to the database that `url` names and return it; connections open when first used.

    url: see `read_url`. read_seconds: how long the engine's statements may run; on PostgreSQL every statement.
    synchronous: of SQLite: `full` waits for the disk at each commit, `normal` leaves that to the system.

    Raises:
        ValueError: the URL names no database, or asks for something that cannot be honoured.
    """
    target = read_url(url)
    opened = _opened(target, read_seconds, synchronous)
    opened.url, opened.identity = url, target.identity
    database.initialize(opened)
    return opened


def _opened(target: SqliteFile | PostgresDatabase, read_seconds: float, synchronous: str) -> Any:
    if isinstance(target, SqliteFile):
        pragmas = {**sqlite.PRAGMAS, "synchronous": synchronous}
        opened = Sqlite(target.name, pragmas=pragmas, timeout=10, statementcachesize=sqlite.PREPARED)
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


def hold(key: int) -> None:
    """Lock what a number stands for until the transaction ends; SQLite has one transaction that changes at a time.

    key: of 64 bits, signed.
    """
    if is_postgres():
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (key,))


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
    if (group := _thread.group) is not None:
        with group.part():
            yield
    elif database.in_transaction():
        with _part():
            yield
    elif is_postgres():
        with _transaction():
            yield
    else:
        # Threads wait in a queue; SQLite would have each look again from time to time.
        with _turn, _transaction("IMMEDIATE"):
            yield


class Group:
    """A transaction of SQLite that the changes of a block share: each `write()` in the block is a part of it.

    It takes the database's lock when the first part begins, and waits for it until `until` (as `time.monotonic()`).
    When SQLite gives the transaction up by itself, because the disk is full or fails, nothing of it is kept: no other
    part begins, and the commit fails with what the one in question failed with.
    """

    def __init__(self) -> None:
        self.until = 0.0
        self._transaction = database.transaction("IMMEDIATE")
        self._has_begun = False
        self._failure: BaseException | None = None

    def is_open(self) -> bool:
        """Check whether something was begun that can be committed."""
        return self._failure is None and self._has_begun and _has_transaction()

    @contextmanager
    def part(self) -> Iterator[None]:
        """Run a block that can be undone by itself.

        Raises:
            PeeweeException: the lock was not to be had in time, or the transaction was given up.
        """
        if self._failure is not None:
            raise self._failure
        if not self._has_begun:
            retry_when_lost(self._begin)
        try:
            with _part():
                yield
        except BaseException as error:
            if self._failure is None and not _has_transaction():
                self._failure = error
            raise

    def _begin(self) -> None:
        left = max(self.until - time.monotonic(), 0)
        database.connection().set_busy_timeout(round(left * 1000))
        self._transaction.__enter__()
        self._has_begun = True

    def commit(self) -> None:
        """Commit what the parts have changed, if there are any.

        Raises:
            PeeweeException: nothing of it was kept.
        """
        if self._failure is not None:
            raise self._failure
        if self._has_begun:
            self._transaction.commit(begin=False)

    def leave(self) -> None:
        """Undo what was not committed."""
        if self._has_begun:
            database.pop_transaction()
            _roll_back()
            # What waited for a commit that there was not.
            database._state.commit_callbacks.clear()


class _Thread(threading.local):
    """What belongs to a thread. group: the transaction that its changes share, while they do."""

    group: Group | None = None


_thread = _Thread()


@contextmanager
def together() -> Iterator[Group]:
    """Run a block whose changes, on SQLite, share one transaction, which is committed when the block ends.

    Raises (on leaving):
        PeeweeException: nothing of it was kept.
    """
    group = _thread.group = Group()
    try:
        yield group
        group.commit()
    finally:
        _thread.group = None
        group.leave()


def _has_transaction() -> bool:
    """Check whether the thread's connection is one of SQLite that is in a transaction; one that is closed is not."""
    connection = database.obj._state.conn
    try:
        return isinstance(connection, apsw.Connection) and not connection.getautocommit()
    except apsw.ConnectionClosedError:
        return False


def _roll_back() -> None:
    try:
        if _has_transaction():
            database.rollback()
    except DRIVER_ERRORS:
        # Whoever keeps the connection finds the transaction still open, and closes it.
        _log.warning("a transaction could not be rolled back", exc_info=True)


@contextmanager
def _part() -> Iterator[None]:
    """Run a block as a savepoint. What it failed with is raised, also where the whole transaction is given up."""
    if not (is_postgres() or _has_transaction()):
        # A savepoint would begin another one.
        raise sqlite.given_up()
    # Not Peewee's, whose names are new each time, so that no database could keep the statements. Savepoints of one name
    # nest, because each is given up at its end.
    database.execute_sql("SAVEPOINT part")
    try:
        yield
        database.execute_sql("RELEASE SAVEPOINT part")
    except BaseException:
        try:
            database.execute_sql("ROLLBACK TO SAVEPOINT part")
            database.execute_sql("RELEASE SAVEPOINT part")
        except DRIVER_ERRORS:
            # It is gone with the transaction; or else nothing of the transaction can be trusted.
            _roll_back()
        raise


def _lock_file(opened: Sqlite) -> IO[bytes]:
    path = SqliteFile(opened.database).path
    sqlite.make_private(path)
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
