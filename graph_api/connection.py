"""The database connections of a worker, which its requests take turns at."""

import logging
import weakref
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import apsw
import psycopg
from peewee import InterfaceError, OperationalError

from db.database import database, is_idle
from graph_api.refusal import unavailable

_log = logging.getLogger(__name__)
Found = TypeVar("Found")
# Seconds that a request waits for its turn.
_PATIENCE = 10


class Seats:
    """As many connections as requests are worked on at once; a block with one of them, `with seats:`, is a turn.

    opened: the database, as `db.database.connect` gives it.
    A thread that still waits for a slow client's body holds none, so any number may wait. Connections stay open, and
    what is prepared on them stays prepared, from turn to turn. The one given back last is taken first: what it read is
    still at hand, and a server with little to do opens few.

    Raises (on entering):
        Refusal: UNAVAILABLE, all were taken for 10 seconds.
    """

    def __init__(self, opened: Any, count: int) -> None:
        self._state: Any = opened._state
        self._close_own = opened.close
        # Who has one of `_free` may take one of `_idle`. Not a LifoQueue, whose lock is taken in Python.
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(count):
            self._free.put(None)
        self._idle: list[Any] = [None] * count
        weakref.finalize(self, _close_all, self._idle)

    def __enter__(self) -> None:
        try:
            self._free.get(timeout=_PATIENCE)
        except Empty:
            raise unavailable("The server is too busy just now; try again shortly.") from None
        connection = self._idle.pop()
        if not self._state.closed:
            self._close_own()
        if connection is not None:
            self._state.set_connection(connection)

    def __exit__(self, *_: object) -> None:
        connection = self._state.conn
        self._state.reset()
        if connection is not None and not _may_be_kept(connection):
            _close(connection)
            connection = None
        self._idle.append(connection)
        self._free.put(None)


def _may_be_kept(connection: Any) -> bool:
    """Check that a connection is as good as a new one; what was left open on it is a fault of ours and logged."""
    try:
        if is_idle(connection):
            return True
        _log.error("a request left a transaction or statement open; its connection is closed")
    except apsw.ConnectionClosedError:
        pass
    return False


def _close(connection: Any) -> None:
    try:
        connection.close()
    except (apsw.Error, psycopg.Error):
        _log.warning("a connection could not be closed", exc_info=True)


def _close_all(idle: list[Any]) -> None:
    while idle:
        if connection := idle.pop():
            connection.close()


def reading(read: Callable[[], Found]) -> Found:
    """Run a read outside any transaction, once more on a new connection if the old one turns out to be lost.

    Raises:
        OperationalError, InterfaceError: the database cannot be reached, or refuses the statement.
    """
    try:
        return read()
    except (OperationalError, InterfaceError):
        database.close()
        return read()
