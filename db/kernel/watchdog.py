"""The time limit of SQLite's statements, which has none of its own: one thread of the process stops what runs too long.

It looks ten times a second, and a statement only has to say when it begins and ends; docs/adr/0016 says why.
"""

import os
import threading
import time
from collections.abc import Sequence
from typing import Any

import apsw

_LOOKS_EVERY = 0.1
# Statements are prepared to stay so: without this they would hold the small, fast memory that running ones work in.
_KEPT = apsw.SQLITE_PREPARE_PERSISTENT


class Watchdog:
    """Interrupts statements that are overdue. Its thread starts with the first statement, and then stays."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_awake = False
        self._ends: dict[apsw.Connection, float] = {}

    def first_row(self, connection: apsw.Connection, sql: str, values: Sequence[Any], seconds: float) -> Any:
        """Run a read and give its first row, or None. One connection runs one at a time.

        Raises:
            apsw.InterruptError: it took longer than so many seconds.
        """
        if not self._is_awake:
            self._awake()
        self._ends[connection] = time.monotonic() + seconds
        try:
            # To its end, for a statement that is left half-way keeps its read transaction open.
            rows = connection.execute(sql, values, prepare_flags=_KEPT).fetchall()
            return rows[0] if rows else None
        finally:
            # With the lock, so that what the thread interrupts has not ended, and the next statement not begun.
            with self._lock:
                del self._ends[connection]

    def _awake(self) -> None:
        with self._lock:
            if not self._is_awake:
                threading.Thread(target=self._look, name="watchdog", daemon=True).start()
                self._is_awake = True

    def _look(self) -> None:
        while True:
            time.sleep(_LOOKS_EVERY)
            now = time.monotonic()
            for connection, end in self._ends.copy().items():
                if end < now:
                    with self._lock:
                        if self._ends.get(connection) == end:
                            connection.interrupt()


watchdog = Watchdog()
# A process that is forked has no such thread, and perhaps a lock that nobody will open.
os.register_at_fork(after_in_child=watchdog.__init__)
