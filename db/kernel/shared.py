"""A small SQLite file in which the workers of one server share what may be lost; knows nothing of what that is.

It is no part of the database: nobody waits here for a mutation, and it goes when the server ends.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

# Milliseconds that a worker waits for another one; each only holds the file for a few statements.
_PATIENCE = 1_000


class SharedFile:
    """One connection for each process, opened when it is needed, which the process's threads take turns at.

    tables: statements that make the tables; each says IF NOT EXISTS. Whoever uses the file must be ready for an
    `apsw.Error` or `OSError`, when the disk is full or the file is gone, and go on without it.
    """

    def __init__(self, path: Path | str, tables: Sequence[str] = ()) -> None:
        self._path = Path(path)
        self._tables = list(tables)
        self._renew()
        # A process that is forked must not use this one's connection, nor a lock that a thread may have held.
        os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self._lock = threading.Lock()
        # A connection of the process before is kept, and not closed: closing it would drop that process's locks.
        self._inherited = getattr(self, "_connection", None)
        self._connection: apsw.Connection | None = None

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of one statement, which may change things too."""
        with self._lock:
            return self._opened().execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[apsw.Connection]:
        """Return a connection with a write lock; its changes are committed at the end, all or none."""
        with self._lock:
            connection = self._opened()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _opened(self) -> apsw.Connection:
        if self._connection is None:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            os.close(descriptor)
            connection = apsw.Connection(str(self._path))
            connection.set_busy_timeout(_PATIENCE)
            connection.execute("PRAGMA journal_mode = WAL")
            # It does not outlive a crash of the machine, and need not.
            connection.execute("PRAGMA synchronous = OFF")
            for table in self._tables:
                connection.execute(table)
            self._connection = connection
        return self._connection
