"""SQLite as the project opens it: its settings, its column types, and statements that are read to their end."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import apsw
from peewee import OperationalError
from peewee import __exception_wrapper__ as as_peewee_errors  # pyright: ignore[reportAttributeAccessIssue]
from playhouse.apsw_ext import APSWDatabase

from db.kernel.database_url import SqliteFile
from db.kernel.fields import SQLITE_TYPES

# WAL lets readers go on while one writer works; the timeout makes writers queue instead of failing. They look for the
# lock every millisecond (ENABLE_SETLK_TIMEOUT), and find it free between the changes of a server that makes many.
PRAGMAS = {
    "journal_mode": "wal",
    "foreign_keys": 1,
    "busy_timeout": 10_000,
    "cache_size": -64_000,
    "mmap_size": 1 << 30,
    "temp_store": "memory",
}
# How many statements an SQLite connection keeps prepared.
PREPARED = 512


def _time_text(_cursor: Any, _number: int, value: Any) -> str:
    """Turn the time in Peewee's record of migrations into text; our own columns are given as text already.

    Raises:
        TypeError: it is no time, and nothing that SQLite stores.
    """
    if isinstance(value, datetime):
        return str(value)
    raise TypeError(f"a {type(value).__name__} cannot be bound")


class _Rows:
    """All rows of a statement, in the form of a DB-API cursor that has been read to its end.

    An SQLite statement that is not read to its end keeps its read transaction open: the connection goes on seeing the
    data of that moment, and cannot write any more. So no cursor of SQLite's own is ever handed out.
    """

    __slots__ = ("_rows", "connection", "description")

    def __init__(self, cursor: apsw.Cursor) -> None:
        self.connection = cursor.connection
        self.description: Sequence[Any] | None = None
        rows: tuple[object, ...] = ()
        try:
            first = cursor.fetchone()
            if first is not None:
                self.description = cursor.description
                rows = (first, *cursor)
        finally:
            cursor.close()
        self._rows: Iterator[Any] = iter(rows)

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        """Return the rows that were not fetched yet."""
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def close(self) -> None:
        """Return at once: the statement has ended already."""


class Sqlite(APSWDatabase):
    """SQLite with the project's column types and a time limit for reads; a write transaction takes its lock at once.

    By apsw, which brings the SQLite that it was written for (docs/adr/0017).
    """

    field_types = {**APSWDatabase.field_types, **SQLITE_TYPES}
    read_seconds = 10.0

    def _connect(self) -> Any:
        if self.database != ":memory:":
            make_private(SqliteFile(self.database).path)
        connection = super()._connect()
        # What is prepared is planned once: this SQLite would plan anew for each value that an indexed column is
        # compared to, which took a third of a page's statement.
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        connection.convert_binding = _time_text
        return connection

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """Run a statement to its end and return its rows."""
        cursor = super().execute_sql(sql, params)
        with as_peewee_errors:
            return _Rows(cursor)

    def commit(self) -> bool:
        """Commit the transaction.

        Raises:
            OperationalError: SQLite has given it up before, and kept nothing of it.
        """
        if not super().commit():
            raise given_up()
        return True


def given_up() -> OperationalError:
    """Return the error of a transaction that SQLite ended by itself, as it may when the disk is full or fails."""
    message = "SQLite gave the transaction up; nothing of it was kept"
    return OperationalError(apsw.IOError(message), message)


def make_private(path: Path) -> None:
    """Make a file that is not there, for its owner alone; SQLite gives the files beside it the same mode.

    Raises:
        OperationalError: it cannot be made; names the path.
    """
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise OperationalError(f"{path} cannot be made: {error.strerror}") from error
