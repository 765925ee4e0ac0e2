"""Fourth stage: binds a statement's values, runs it within the time limit, and hands on the bytes of the answer."""

import hashlib
from collections import OrderedDict

import psycopg
from peewee import OperationalError
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

from db.kernel.database import database, is_postgres, retry_when_lost
from db.kernel.watchdog import watchdog
from schema.engine.bindings import RequestValues
from schema.engine.dialects import POSTGRES, SQLITE, Dialect
from schema.engine.emit import Emitted

# How many statements a PostgreSQL connection keeps prepared.
_PREPARED = 512


def dialect() -> Dialect:
    """Return the spelling of the bound database."""
    return POSTGRES if is_postgres() else SQLITE


def fetch(spelling: Dialect, statement: Emitted, request_values: RequestValues) -> bytes | None:
    """Run a statement and give the one text it makes, as UTF-8; None when it finds no row.

    spelling: of the bound database.

    Raises:
        RequestRefused: what binding a value refuses.
        PeeweeException, psycopg.Error, apsw.Error: `db.kernel.failures` says what each means.
    """
    values = spelling.bind([param.bind(request_values) for param in statement.params])
    if spelling is POSTGRES:
        return retry_when_lost(lambda: _fetch_postgres(statement.sql, values))
    return _fetch_sqlite(statement.sql, values)


def _fetch_sqlite(sql: str, values: list[object]) -> bytes | None:
    opened = database.obj
    row = watchdog.first_row(opened.connection(), sql, values, opened.read_seconds)
    return row[0] if row else None


def _fetch_postgres(sql: str, values: list[bytes | None]) -> bytes | None:
    try:
        return _session().fetch(sql, values)
    except (psycopg.errors.InvalidSqlStatementName, psycopg.errors.DuplicatePreparedStatement) as error:
        # Nothing was run. Somebody else uses the server's session too, so nothing is prepared from here on.
        _share(error)
        return _session().fetch(sql, values)


class _Prepared:
    """A direct connection to PostgreSQL and the statements prepared on it, the longest unused of them given up.

    Below psycopg's cursors: a cursor costs 0.05 ms a statement, which is most of a small request, and decodes the
    answer only for it to be encoded again.
    """

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self._names: OrderedDict[str, bytes] = OrderedDict()

    def fetch(self, sql: str, values: list[bytes | None]) -> bytes | None:
        """Run a statement and give the one value of its one row, as it came over the wire."""
        name = self._names.get(sql)
        if name is None:
            name = self._prepared(sql)
        else:
            self._names.move_to_end(sql)
        return _value(self.connection, self.connection.pgconn.exec_prepared(name, values))  # pyright: ignore[reportArgumentType]

    def _prepared(self, sql: str) -> bytes:
        if len(self._names) >= _PREPARED:
            _, oldest = self._names.popitem(last=False)
            _checked(self.connection, self.connection.pgconn.exec_(b"DEALLOCATE " + oldest))
        name = statement_name(sql)
        _checked(self.connection, self.connection.pgconn.prepare(name, sql.encode()))
        self._names[sql] = name
        return name


class _Unprepared:
    """A shared connection to PostgreSQL: each statement is sent whole, and leaves nothing in the server's session."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def fetch(self, sql: str, values: list[bytes | None]) -> bytes | None:
        """Run a statement, within the time limit, and give the one value of its one row."""
        with database.in_settings():
            return _value(self.connection, self.connection.pgconn.exec_params(sql.encode(), values))


def statement_name(sql: str) -> bytes:
    """Return the name that a statement is prepared under: its own, so that a name never stands for another text."""
    return b"read_" + hashlib.sha256(sql.encode()).hexdigest()[:48].encode()


def _value(connection: psycopg.Connection, result: PGresult) -> bytes | None:
    _checked(connection, result)
    return result.get_value(0, 0) if result.ntuples else None


def _checked(connection: psycopg.Connection, result: PGresult) -> None:
    if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        return
    if connection.pgconn.status != ConnStatus.OK:
        raise psycopg.OperationalError("the connection was lost")
    raise psycopg.errors.error_from_result(result)


def _session() -> _Prepared | _Unprepared:
    # Kept with the connection, for a server's threads take turns at it.
    connection = database.connection()
    session: _Prepared | _Unprepared | None = getattr(connection, "read_session", None)
    if session is None:
        session = connection.read_session = (_Prepared if connection.is_direct else _Unprepared)(connection)
    return session


def _share(error: psycopg.Error) -> None:
    """Continue without prepared statements.

    Raises:
        OperationalError: a transaction was begun, which is lost and has to be run again.
    """
    database.share()
    database.connection().read_session = None
    if database.in_transaction():
        lost = OperationalError(str(error))
        lost.orig = error  # pyright: ignore[reportAttributeAccessIssue]
        raise lost from error
