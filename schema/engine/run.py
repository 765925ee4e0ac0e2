"""Fourth stage: binds a statement's values, runs it within the time limit, and hands on the bytes of the answer."""

from collections import OrderedDict
from typing import Any

import apsw
import psycopg
from peewee import OperationalError
from psycopg.pq import ConnStatus, ExecStatus

from db.database import database, is_postgres
from db.watchdog import watchdog
from schema.engine.dialects import POSTGRES, SQLITE, Dialect
from schema.engine.emit import Emitted
from schema.engine.values import Moment
from schema.errors import RequestErrorCode, RequestRefused

# How many statements a PostgreSQL connection keeps prepared.
_PREPARED = 512


def dialect() -> Dialect:
    """Give the spelling of the bound database."""
    return POSTGRES if is_postgres() else SQLITE


def fetch(spelling: Dialect, statement: Emitted, moment: Moment) -> bytes | None:
    """Run a statement and give the one text it makes, as UTF-8; None when it finds no row.

    spelling: of the bound database.

    Raises:
        RequestRefused: TIMEOUT, the time limit passed; UNAVAILABLE, the database cannot be reached; or what binding a
            value refuses.
    """
    values = spelling.bind([param.bind(moment) for param in statement.params])
    return _fetch_postgres(statement.sql, values) if spelling is POSTGRES else _fetch_sqlite(statement.sql, values)


def _fetch_sqlite(sql: str, values: list[Any]) -> bytes | None:
    opened = database.obj
    try:
        row = watchdog.first_row(opened.connection(), sql, values, opened.read_seconds)
    except apsw.InterruptError as error:
        raise _refusal(error, True) from error
    return row[0] if row else None


def _fetch_postgres(sql: str, values: list[bytes | None]) -> bytes | None:
    for is_last in (False, True):
        try:
            return _session().fetch(sql, values)
        except psycopg.errors.QueryCanceled as error:
            raise _refusal(error, True) from error
        except (psycopg.OperationalError, OperationalError) as error:
            # A server that went away took the connection with it; a new one may find it back.
            database.close()
            if is_last or database.in_transaction():
                raise _refusal(error, False) from error
    return None


class _Session:
    """A PostgreSQL connection and the statements prepared on it, the longest unused of them given up.

    Below psycopg's cursors: a cursor costs 0.05 ms a statement, which is most of a small request, and decodes the
    answer only for it to be encoded again.
    """

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self.connection = connection
        self._names: OrderedDict[str, bytes] = OrderedDict()
        self._made = 0

    def fetch(self, sql: str, values: list[bytes | None]) -> bytes | None:
        """Run a statement and give the one value of its one row, as it came over the wire."""
        name = self._names.get(sql)
        if name is None:
            name = self._prepared(sql)
        else:
            self._names.move_to_end(sql)
        result = self._checked(self.connection.pgconn.exec_prepared(name, values))  # pyright: ignore[reportArgumentType]
        return result.get_value(0, 0) if result.ntuples else None

    def _prepared(self, sql: str) -> bytes:
        if len(self._names) >= _PREPARED:
            _, oldest = self._names.popitem(last=False)
            self._checked(self.connection.pgconn.exec_(b"DEALLOCATE " + oldest))
        self._made += 1
        name = b"read_%d" % self._made
        self._checked(self.connection.pgconn.prepare(name, sql.encode()))
        self._names[sql] = name
        return name

    def _checked(self, result: Any) -> Any:
        if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            return result
        if self.connection.pgconn.status != ConnStatus.OK:
            raise psycopg.OperationalError("the connection was lost")
        raise psycopg.errors.error_from_result(result)


def _session() -> _Session:
    # Kept with the connection, for a server's threads take turns at it.
    connection: Any = database.connection()
    session: _Session | None = getattr(connection, "read_session", None)
    if session is None:
        session = connection.read_session = _Session(connection)
    return session


def _refusal(error: Exception, is_timeout: bool) -> RequestRefused:
    if is_timeout:
        return RequestRefused(
            RequestErrorCode.TIMEOUT, "The database took too long; ask for fewer rows, or filter by an indexed field."
        )
    return RequestRefused(RequestErrorCode.UNAVAILABLE, "The database cannot be reached just now; try again shortly.")
