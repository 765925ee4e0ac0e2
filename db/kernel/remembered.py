"""Small tables that rules ask all the time: read whole, and remembered by the process for a few seconds (ADR 40)."""

import time
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from db.kernel.database import database

Value = TypeVar("Value")
# How long a process goes on with what it read. A change takes effect at once where it was made, and within this time in
# other processes.
SECONDS = 5.0


class _Read(NamedTuple, Generic[Value]):
    """What was read from a database, at a time of the process's own clock."""

    of: Any
    value: Value
    at: float


class Remembered(Generic[Value]):
    """What `read` makes of a table. Call it for the value."""

    def __init__(self, read: Callable[[], Value]) -> None:
        self._read = read
        self._known: _Read[Value] | None = None
        # Grows with each change, so that what was read before a change is not remembered after it.
        self._changes = 0

    def __call__(self) -> Value:
        """Return the value: one for a whole transaction, and read again by one that changes the table."""
        if self.forget in database._state.commit_callbacks:
            # This transaction alone sees its change, which may yet be undone.
            return self._read()
        if not (transactions := database._state.transactions):
            return self._current()
        asked = transactions[0].__dict__.setdefault("remembered", {})
        if self not in asked:
            asked[self] = self._current()
        return asked[self]

    def _current(self) -> Value:
        now, known, changes = time.monotonic(), self._known, self._changes
        if known is None or known.of is not database.obj or now - known.at > SECONDS:
            known = _Read(database.obj, self._read(), now)
            if changes == self._changes:
                self._known = known
        return known.value

    def forget(self) -> None:
        """Read it again when it is next asked for."""
        self._known, self._changes = None, self._changes + 1
        for transaction in database._state.transactions:
            transaction.__dict__.pop("remembered", None)

    def forget_after_commit(self) -> None:
        """Read it again once the open transaction, which changes the table, is committed."""
        database.after_commit(self.forget)
