"""SQLite's changes: one at a time, on a connection of their own; those that wait share one transaction and one sync."""

import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import apsw
from peewee import OperationalError

from db.kernel.failures import DRIVER_ERRORS, Failure, failure_of
from graph_api.turns import Turns
from schema.errors import too_busy

_log = logging.getLogger(__name__)
# How many changes one transaction takes, and how long, in seconds: meanwhile no other process can change anything.
_MAX_CHANGES = 64
_MAX_SECONDS = 0.02


class _Group:
    """Changes that are committed together. ended: set when that was tried. error: why it failed."""

    def __init__(self) -> None:
        self.begun_at = time.monotonic()
        self.size = 0
        self.ended = threading.Event()
        self.error: Exception | None = None

    def has_room(self) -> bool:
        """Check whether another change may join."""
        return self.size < _MAX_CHANGES and time.monotonic() - self.begun_at < _MAX_SECONDS


class GroupCommit(Turns):
    """Turns at changing an SQLite database; a block with one of them is kept when the block ends without an error.

    The first turn begins a transaction. Whoever waits when a turn ends goes on in it, with savepoints of their own, and
    the last one commits for all: what costs most is to wait for the disk, and they wait once. Each turn ends when its
    transaction has, so what is answered after it is on the disk. A change that is refused undoes only itself; when the
    transaction as a whole is lost, all turns in it end with the same error (docs/adr/0039).

    Raises (on leaving):
        PeeweeException, apsw.Error: the transaction could not be committed, and nothing of it was kept.
    """

    def __init__(self, opened: Any, note: Callable[[BaseException | None], None]) -> None:
        """Begin with no turn taken. note: is told how each turn ended."""
        super().__init__(opened, 1)
        self._note = note
        self._lock = threading.Lock()
        self._is_taken = False
        # Each is set when the turn is theirs.
        self._queue: deque[threading.Event] = deque()
        self._group: _Group | None = None

    def take(self, patience: float) -> None:
        """Begin a turn. patience: seconds to wait for it, and then for the lock of the database."""
        end = time.monotonic() + patience
        self._wait(patience)
        try:
            super().take(patience)
            if self._group is None:
                self._begin(end)
                self._group = _Group()
            self._group.size += 1
            # Whatever the turn writes is a savepoint in it.
            self._state.transactions.append(self._group)
        except BaseException as error:
            self._note(error)
            if self._group is not None:
                # Its connection is closed below, and with it goes what the others in it have changed.
                self._end(self._group, False, error)
            super().__exit__(*sys.exc_info())
            self._pass_on()
            raise

    def are_taken(self) -> bool:
        """Check whether the next one would have to wait."""
        return self._is_taken

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        group = self._group
        assert group is not None
        connection, generation = self._state.conn, self._state.generation
        is_open = _has_transaction(connection)
        heir = self._heir() if is_open and group.has_room() and not _is_lasting(error) else None
        if heir is not None:
            self._state.reset()
            self._idle.append((generation, connection))
            self._free.put(None)
            heir.set()
        else:
            self._end(group, is_open, error)
            super().__exit__(kind, error, trace)
            self._pass_on()
        group.ended.wait()
        self._note(error or group.error)
        if error is None and group.error is not None:
            raise group.error

    def _wait(self, patience: float) -> None:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Event()
            self._queue.append(mine)
        if mine.wait(patience):
            return
        with self._lock:
            if mine in self._queue:
                self._queue.remove(mine)
                raise too_busy()
        # It was given the turn at the last moment.
        mine.wait()

    def _heir(self) -> threading.Event | None:
        """Take who has waited longest out of the queue; None where nobody waits."""
        with self._lock:
            return self._queue.popleft() if self._queue else None

    def _pass_on(self) -> None:
        with self._lock:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._is_taken = False

    def _begin(self, end: float) -> None:
        """Take the lock of the database; once more on a new connection, if this one takes no changes."""
        try:
            self._begin_by(end)
        except DRIVER_ERRORS as error:
            if failure_of(error) not in (Failure.READ_ONLY, Failure.LOST):
                raise
            self._close_own()
            self._begin_by(end)

    def _begin_by(self, end: float) -> None:
        left = max(end - time.monotonic(), 0)
        self._opened.connection().set_busy_timeout(round(left * 1000))
        self._opened.begin("IMMEDIATE")

    def _end(self, group: _Group, is_open: bool, error: BaseException | None) -> None:
        """Commit what the group has changed, and say to all in it how that went."""
        self._group = None
        self._state.transactions.clear()
        try:
            if is_open:
                self._opened.commit()
            elif group.size > 1 or error is None:
                # SQLite gave the transaction up by itself: the disk is full or fails.
                group.error = _lost(error)
        except DRIVER_ERRORS as failure:
            group.error = failure
            _log.error("a transaction of %d changes was not kept: %s", group.size, failure)
            self._roll_back()
        finally:
            group.ended.set()

    def _roll_back(self) -> None:
        try:
            if _has_transaction(self._state.conn):
                self._opened.rollback()
        except DRIVER_ERRORS:
            # The turn's end finds the transaction still open, and closes the connection.
            _log.warning("a transaction could not be rolled back", exc_info=True)


def _has_transaction(connection: apsw.Connection | None) -> bool:
    try:
        return connection is not None and not connection.getautocommit()
    except apsw.ConnectionClosedError:
        return False


def _is_lasting(error: BaseException | None) -> bool:
    failure = failure_of(error) if error is not None else None
    return failure is not None and failure.is_lasting


def _lost(error: BaseException | None) -> Exception:
    if isinstance(error, DRIVER_ERRORS):
        return error
    return OperationalError("the transaction was given up, and with it the changes that shared it")
