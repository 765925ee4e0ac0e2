"""The database connections of a worker, which its requests take turns at."""

import logging
import sys
import time
import weakref
from queue import Empty, SimpleQueue
from typing import Any

import apsw
import psycopg

from db.kernel.database import is_idle, is_postgres
from db.kernel.failures import Failure, failure_of
from schema.errors import too_busy

_log = logging.getLogger(__name__)
# Seconds that a request waits for its turn, and a change on SQLite for its turn and the database's lock together.
_PATIENCE = 10.0
# Connections are given up all at once, when one shows that the server is gone or takes no changes: at most this often.
_RENEWED_EVERY = 5.0


class ConnectionPool:
    """The connections of a worker, and the turns at them: `with pool.reading:`, `with pool.changing:`.

    opened: the database, as `db.kernel.database.connect` returns it. count: how many requests are worked on at once.
    Changes that wait for each other, for a lock or for another program never hold all of the connections: on SQLite,
    where one changes at a time, they have a connection of their own; on PostgreSQL they share three quarters.
    `changing_at_once` does not wait, neither for a turn nor for SQLite's lock.

    failure: why changes failed last, until `graph_api.health` finds that they are possible again.

    Raises (on entering):
        RequestRefused: UNAVAILABLE, all were taken for 10 seconds.
    """

    def __init__(self, opened: Any, count: int) -> None:
        self.failure: Failure | None = None
        self.reading = Turns(opened, count)
        self.changing = (
            _Share(self, self.reading, max(1, count * 3 // 4)) if is_postgres(opened) else _OneWriter(self, opened)
        )
        self.changing_at_once = _AtOnce(self.changing)


class Turns:
    """As many connections as requests are worked on at once; a block with one of them is a turn.

    A thread that still waits for a slow client's body holds none, so any number may wait. Connections stay open, and
    what is prepared on them stays prepared, from turn to turn. The one given back last is taken first: what it read is
    still at hand, and a server with little to do opens few.
    """

    def __init__(self, opened: Any, count: int) -> None:
        self._opened = opened
        self._state: Any = opened._state
        self._close_own = opened.close
        # Who has one of `_free` may take one of `_idle`. Not a LifoQueue, whose lock is taken in Python.
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(count):
            self._free.put(None)
        # Each with the generation that it was opened in.
        self._idle: list[tuple[int, Any]] = [(0, None)] * count
        self._generation = 0
        self._renewed_at = 0.0
        weakref.finalize(self, _close_all, self._idle)

    def __enter__(self) -> None:
        self.take(_PATIENCE)

    def take(self, patience: float) -> None:
        """Begin a turn. patience: seconds to wait for it."""
        if not self._state.closed:
            self._close_own()
        _get(self._free, patience)
        generation, connection = self._idle.pop()
        if connection is not None and generation != self._generation:
            _close(connection)
            connection = None
        self._state.generation = self._generation
        if connection is not None:
            self._state.set_connection(connection)

    def are_taken(self) -> bool:
        """Check whether the next one would have to wait."""
        return self._free.empty()

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        connection, generation = self._state.conn, self._state.generation
        self._state.reset()
        failure = failure_of(error) if error is not None else None
        if failure in (Failure.LOST, Failure.READ_ONLY):
            self._renew()
        is_spoilt = failure is not None and failure.is_lasting
        if connection is not None and (is_spoilt or not _may_be_kept(connection)):
            _close(connection)
            connection = None
        self._idle.append((generation, connection))
        self._free.put(None)

    def _renew(self) -> None:
        """Close all connections when they come back or are taken: they may be to a server that lost its role."""
        now = time.monotonic()
        if now - self._renewed_at >= _RENEWED_EVERY:
            self._renewed_at = now
            self._generation += 1


class _OneWriter(Turns):
    """SQLite's changes: one at a time, on a connection of their own; the others wait for their turn without any."""

    def __init__(self, pool: ConnectionPool, opened: Any) -> None:
        super().__init__(opened, 1)
        self._pool = pool

    def take(self, patience: float) -> None:
        """Begin a turn. patience: seconds to wait for it, and then for the lock of the database."""
        end = time.monotonic() + patience
        super().take(patience)
        try:
            left = max(end - time.monotonic(), 0)
            self._opened.connection().set_busy_timeout(round(left * 1000))
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        _note(self._pool, error)
        super().__exit__(kind, error, trace)


class _Share:
    """PostgreSQL's changes: turns at the common connections, but not at all of them."""

    def __init__(self, pool: ConnectionPool, turns: Turns, count: int) -> None:
        self._pool = pool
        self._turns = turns
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(count):
            self._free.put(None)

    def __enter__(self) -> None:
        self.take(_PATIENCE)

    def take(self, patience: float) -> None:
        """Begin a turn. patience: seconds to wait for it."""
        end = time.monotonic() + patience
        _get(self._free, patience)
        try:
            self._turns.take(max(end - time.monotonic(), 0))
        except BaseException:
            self._free.put(None)
            raise

    def are_taken(self) -> bool:
        """Check whether the next one would have to wait."""
        return self._free.empty()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        _note(self._pool, error)
        try:
            self._turns.__exit__(kind, error, trace)
        finally:
            self._free.put(None)


class _AtOnce:
    """Turns at changing that are not waited for."""

    def __init__(self, changing: _OneWriter | _Share) -> None:
        self._changing = changing

    def __enter__(self) -> None:
        self._changing.take(0)

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._changing.__exit__(kind, error, trace)


def _get(free: SimpleQueue[None], patience: float) -> None:
    try:
        free.get(timeout=patience)
    except Empty:
        raise too_busy() from None


def _note(pool: ConnectionPool, error: BaseException | None) -> None:
    """Remember why a change failed, where the next one may fail likewise."""
    failure = failure_of(error) if error is not None else None
    if failure is not None and failure.is_lasting:
        pool.failure = failure


def _may_be_kept(connection: Any) -> bool:
    """Check that a connection is as good as a new one; what was left open on it is a fault of ours and logged."""
    try:
        if is_idle(connection):
            return True
        if not _is_lost(connection):
            _log.error("a request left a transaction or statement open; its connection is closed")
    except apsw.ConnectionClosedError:
        pass
    return False


def _is_lost(connection: Any) -> bool:
    """Check whether psycopg knows of a connection that it is gone."""
    return isinstance(connection, psycopg.Connection) and connection.closed


def _close(connection: Any) -> None:
    try:
        connection.close()
    except (apsw.Error, psycopg.Error):
        _log.warning("a connection could not be closed", exc_info=True)


def _close_all(idle: list[tuple[int, Any]]) -> None:
    while idle:
        _, connection = idle.pop()
        if connection:
            connection.close()
