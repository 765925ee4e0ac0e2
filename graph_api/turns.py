"""Turns at a worker's database connections."""

import logging
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any

import apsw
import psycopg

from db.kernel.database import is_idle
from db.kernel.failures import Failure, failure_of
from schema.errors import too_busy

_log = logging.getLogger(__name__)
# Seconds that a request waits for its turn, and a change on SQLite for its turn and the database's lock together.
PATIENCE = 10.0
# Connections are given up all at once, when one shows that the server is gone or takes no changes: at most this often.
_RENEWED_EVERY = 5.0


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
        self.take(PATIENCE)

    @contextmanager
    def within(self, patience: float) -> Iterator[None]:
        """Begin a turn for a block. patience: seconds to wait for it."""
        self.take(patience)
        error: BaseException | None = None
        try:
            yield
        except BaseException as raised:
            error = raised
            raise
        finally:
            self.give_back(error)

    def take(self, patience: float) -> None:
        """Begin a turn. patience: seconds to wait for it."""
        if not self._state.closed:
            self._close_own()
        wait_for(self._free, patience)
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
        self.give_back(error)

    def give_back(self, error: BaseException | None) -> None:
        """End a turn. error: what failed in it, after which its connection may be no good any more."""
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


def wait_for(free: SimpleQueue[None], patience: float) -> None:
    """Reserve one of what is free. patience: seconds to wait for it.

    Raises:
        RequestRefused: UNAVAILABLE, none became free in time.
    """
    try:
        free.get(timeout=patience)
    except Empty:
        raise too_busy() from None


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
