"""SQLite's changes: one at a time, on a connection of their own; those that wait share one transaction and one sync."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from db.kernel.database import Group, together
from db.kernel.failures import Failure, failure_of
from graph_api import turns
from graph_api.turns import Turns
from schema.errors import too_busy

# How many changes one transaction takes, and for how long, in seconds: no other process can change anything meanwhile.
_MAX_CHANGES = 64
_MAX_SECONDS = 0.02


class _Change:
    """A change that waits for its turn. until: how long, as `time.monotonic()`. called: released when there is news.

    has_ended: whether the news is `answer` or `error`; else it is this change's turn to lead.
    """

    __slots__ = ("answer", "called", "error", "has_ended", "until", "work")

    def __init__(self, work: Callable[[], Any], until: float) -> None:
        self.work = work
        self.until = until
        self.called = threading.Lock()
        self.called.acquire()
        self.has_ended = False
        self.answer: Any = None
        self.error: BaseException | None = None

    def perform(self) -> None:
        """Run the work, and keep its answer or its error."""
        try:
            self.answer = self.work()
        except BaseException as error:
            self.error = error


class Writer:
    """Performs an SQLite database's changes, in the order in which they come.

    Who finds nobody at work leads: it performs its own change, and then those that others came with meanwhile, as parts
    of one transaction, and commits once for all, since waiting for the disk costs more than a change. Only then are
    they answered. Who has waited longest leads next. A change that fails undoes only itself; when the transaction
    fails, each change in it fails with the same error (docs/adr/0040).
    """

    def __init__(self, opened: Any, note: Callable[[BaseException], None]) -> None:
        """Begin with nobody at work. note: is told what failed."""
        self._opened = opened
        self._note = note
        self._connection = Turns(opened, 1)
        self._lock = threading.Lock()
        self._is_led = False
        self._queue: deque[_Change] = deque()

    def are_taken(self) -> bool:
        """Check whether the next one would have to wait."""
        return self._is_led

    def run(self, work: Callable[[], Any], patience: float | None = None) -> Any:
        """Run work, commit what it changed, and return its answer.

        patience: seconds to wait for the turn and for the database's lock, 10 if not given. With 0, the commit does not
        wait for others either.

        Raises:
            RequestRefused: UNAVAILABLE, the turn did not come in time.
            PeeweeException, apsw.Error: nothing that it changed was kept; and whatever else `work` raises.
        """
        patience = turns.PATIENCE if patience is None else patience
        change = _Change(work, time.monotonic() + patience)
        with self._lock:
            leads = not self._is_led
            if not (leads or patience):
                raise too_busy()
            self._is_led = True
            if not leads:
                self._queue.append(change)
        if leads or self._is_to_lead(change):
            self._lead(change, _MAX_CHANGES if patience else 1)
        if change.error is not None:
            raise change.error
        return change.answer

    def _is_to_lead(self, change: _Change) -> bool:
        """Wait until a change has ended, or is to lead."""
        if not change.called.acquire(timeout=max(change.until - time.monotonic(), 0)):
            with self._lock:
                if change in self._queue:
                    self._queue.remove(change)
                    raise too_busy()
            # It is being performed, or was called at the last moment.
            change.called.acquire()
        return not change.has_ended

    def _lead(self, first: _Change, count: int) -> None:
        """Perform a change, and up to so many with those that wait; give the lead on, and answer them."""
        changes = [first]
        try:
            with self._connection.within(0):
                self._perform(changes, count)
        except BaseException as error:
            self._note(error)
            for change in changes:
                change.error = change.error or error
        finally:
            self._pass_on()
            for change in changes[1:]:
                change.has_ended = True
                change.called.release()

    def _perform(self, changes: list[_Change], count: int) -> None:
        """Perform changes in one transaction. changes: the first of them; the others are added."""
        failure: Failure | None = None
        with together() as group:
            for change in self._joining(changes, group, count):
                group.until = change.until
                change.perform()
                if change.error is not None:
                    self._note(change.error)
                    failure = failure_of(change.error)
                    if failure and failure.is_lasting:
                        break
        if failure and failure.is_lasting:
            self._opened.close()

    def _joining(self, changes: list[_Change], group: Group, count: int) -> Iterator[_Change]:
        """Return the first change, and then those that wait, while the transaction is open and not too long."""
        end = time.monotonic() + _MAX_SECONDS
        yield changes[0]
        while len(changes) < count and group.is_open() and time.monotonic() < end:
            with self._lock:
                if not self._queue:
                    return
                changes.append(self._queue.popleft())
            yield changes[-1]

    def _pass_on(self) -> None:
        with self._lock:
            if self._queue:
                self._queue.popleft().called.release()
            else:
                self._is_led = False
