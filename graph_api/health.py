"""Whether the server can do its work: the database answers, has the tables of this release, and takes changes."""

import os
import tempfile
import threading
from pathlib import Path
from queue import Empty, SimpleQueue

from peewee import PeeweeException

from db.city.migrations import status
from db.kernel.database import database, is_postgres, retry_when_lost
from db.kernel.database_url import SqliteFile
from db.kernel.failures import DRIVER_ERRORS, Failure, failure_of
from graph_api.connection import ConnectionPool

# Seconds that somebody who asks is kept waiting.
_PATIENCE = 1.5
_NO_ANSWER = "The database does not answer in time; check that it runs and is not overloaded."
# A file system with fewer bytes free is tried with a change.
_SCARCE = 1_000_000
# Milliseconds to wait for the lock of an SQLite database; who holds it longer shows that changes are possible.
_LOCK_MS = 500


class Probe:
    """Checks the server's health on a thread and a connection of its own, which requests cannot take from it.

    A check that takes long goes on alone: whoever asks meanwhile waits for its result, and begins no other.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._lock = threading.Lock()
        self._waiting: list[SimpleQueue[str | None]] = []

    def problem(self) -> str | None:
        """Return what stands in the way and what to do about it, or None; within 1.5 seconds."""
        found: SimpleQueue[str | None] = SimpleQueue()
        with self._lock:
            self._waiting.append(found)
            if len(self._waiting) == 1:
                threading.Thread(target=self._check, name="health", daemon=True).start()
        try:
            return found.get(timeout=_PATIENCE)
        except Empty:
            return _NO_ANSWER

    def _check(self) -> None:
        result: str | None = _NO_ANSWER
        try:
            with database.connection_context():
                result = problem() or self._changes_problem()
        except DRIVER_ERRORS as error:
            result = (failure_of(error) or Failure.DAMAGED).advice
        finally:
            with self._lock:
                waiting, self._waiting = self._waiting, []
            for found in waiting:
                found.put(result)

    def _changes_problem(self) -> str | None:
        failure = _postgres_refusal(self._pool.failure) if is_postgres() else _sqlite_refusal(self._pool.failure)
        if failure is None:
            self._pool.failure = None
        return failure and failure.advice


def problem() -> str | None:
    """Return what stands in the way of reads and what to do about it, or None; names no host, path or statement."""
    if unreachable():
        return Failure.LOST.advice
    if missing := pending():
        return f"The database lacks {', '.join(missing)}; run `flask migrate`."
    return None


def unreachable() -> str | None:
    """Return the database's own words when it does not answer, for the person at the machine; else None."""
    try:
        retry_when_lost(lambda: database.execute_sql("SELECT 1"))
    except PeeweeException as error:
        return str(error).strip().splitlines()[0]
    return None


def missing_file() -> Path | None:
    """Return the path of an SQLite database that is not there; else None."""
    path = None if is_postgres() else SqliteFile(database.database).path
    return path if path and not path.exists() else None


def unwritable() -> str | None:
    """Return what cannot be written of an SQLite database, and why, for the person at the machine; else None."""
    if is_postgres():
        return None
    path = SqliteFile(database.database).path
    folder = next(folder for folder in path.parents if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return f"{folder} cannot be written ({error.strerror})"
    try:
        if path.exists():
            os.close(os.open(path, os.O_RDWR))
    except OSError as error:
        return f"{path} cannot be written ({error.strerror})"
    return None


def pending() -> list[str]:
    """List the migrations that are still to be applied."""
    return [migration.name for migration in status(database) if not migration.applied]


def _postgres_refusal(suspected: Failure | None) -> Failure | None:
    """Return why PostgreSQL takes no changes, or None. suspected: why one failed lately; then a change is tried."""
    if database.execute_sql("SHOW transaction_read_only").fetchone()[0] == "on":
        return Failure.READ_ONLY
    return _refusal_of_change(("CREATE TEMPORARY TABLE health AS SELECT 1 AS one",)) if suspected else None


def _sqlite_refusal(suspected: Failure | None) -> Failure | None:
    """Return why SQLite takes no changes, or None. suspected: why one failed lately; then a change is tried."""
    connection = database.connection()
    if connection.readonly("main"):
        return Failure.READ_ONLY
    if not suspected and not _is_scarce(SqliteFile(database.database).path):
        return None
    connection.set_busy_timeout(_LOCK_MS)
    (version,) = database.execute_sql("PRAGMA user_version").fetchone()
    # It stays what it is, but is written.
    return _refusal_of_change(("BEGIN IMMEDIATE", f"PRAGMA user_version = {version}", "COMMIT"))


def _is_scarce(path: Path) -> bool:
    """Check whether a file cannot be written, or hardly grow."""
    volume = os.statvfs(path)
    return volume.f_bavail * volume.f_frsize < _SCARCE or not os.access(path, os.W_OK)


def _refusal_of_change(statements: tuple[str, ...]) -> Failure | None:
    try:
        for statement in statements:
            database.execute_sql(statement)
    except DRIVER_ERRORS as error:
        failure = failure_of(error)
        return failure if failure and failure.is_lasting else None
    return None
