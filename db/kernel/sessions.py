"""A connection to PostgreSQL below psycopg's cursors: statements are prepared once and then only bound and executed.

A cursor costs 0.05 ms a statement, which is most of a small one.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import psycopg
from peewee import OperationalError
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

from db.kernel.database import database

# How many statements a connection keeps prepared.
_PREPARED = 512
# How many executions are on their way at once: what they return must fit into the system's buffers.
_ON_THE_WAY = 64
Values = Sequence[bytes | None]


class Prepared:
    """A direct connection and the statements prepared on it, the longest unused of them given up."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self._names: OrderedDict[str, bytes] = OrderedDict()
        # Prepared on the server, and of no use any more; given up before the next one is prepared.
        self._stale: list[bytes] = []

    def execute(self, sql: str, values: Values) -> PGresult:
        """Execute a statement and return its result, of values as text."""
        name = self._names.get(sql)
        if name is None:
            name = self._prepared(sql)
        else:
            self._names.move_to_end(sql)
        return checked(self.connection, self.connection.pgconn.exec_prepared(name, values))  # pyright: ignore[reportArgumentType]

    def execute_each(self, sql: str, several: Sequence[Values]) -> list[PGresult]:
        """Execute a statement for several values in turn, many on their way at once."""
        found: list[PGresult] = []
        for at in range(0, len(several), _ON_THE_WAY):
            found += self._piped(sql, several[at : at + _ON_THE_WAY])
        return found

    def _piped(self, sql: str, several: Sequence[Values]) -> list[PGresult]:
        name, pgconn = self._names.get(sql) or self._prepared(sql), self.connection.pgconn
        pgconn.enter_pipeline_mode()
        try:
            for values in several:
                pgconn.send_query_prepared(name, values)
            pgconn.pipeline_sync()
            results = [self._next_result() for _ in several]
            self._next_result()
        finally:
            pgconn.exit_pipeline_mode()
        return [checked(self.connection, result) for result in results]

    def _next_result(self) -> PGresult:
        """Return the result of the next statement of a pipeline, or of its end."""
        pgconn = self.connection.pgconn
        result = pgconn.get_result()
        if result is None:
            raise psycopg.OperationalError("the connection was lost")
        if result.status != ExecStatus.PIPELINE_SYNC:
            # Each statement's results end with nothing.
            pgconn.get_result()
        return result

    def forget(self, sql: str) -> None:
        """Prepare a statement anew when it is executed next."""
        if name := self._names.pop(sql, None):
            self._stale.append(name)

    def _prepared(self, sql: str) -> bytes:
        if len(self._names) >= _PREPARED:
            self._stale.append(self._names.popitem(last=False)[1])
        while self._stale:
            checked(self.connection, self.connection.pgconn.exec_(b"DEALLOCATE " + self._stale[-1]))
            self._stale.pop()
        name = statement_name(sql)
        checked(self.connection, self.connection.pgconn.prepare(name, sql.encode()))
        self._names[sql] = name
        return name


class Unprepared:
    """A shared connection: each statement is sent whole, and leaves nothing in the server's session."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def execute(self, sql: str, values: Values) -> PGresult:
        """Execute a statement within the time limit and return its result, of values as text."""
        with database.in_settings():
            return checked(self.connection, self.connection.pgconn.exec_params(sql.encode(), values))


def execute(sql: str, values: Values) -> PGresult:
    """Execute a statement on the bound PostgreSQL, prepared where the connection is not shared.

    sql: with `$1` for the first value. values: as text.

    A statement whose plan does not fit any more, because a migration changed a column, is prepared anew.

    Raises:
        psycopg.Error: as the server says. OperationalError: a transaction was begun and is lost; run it again.
    """
    try:
        return _session().execute(sql, values)
    except (psycopg.errors.InvalidSqlStatementName, psycopg.errors.DuplicatePreparedStatement) as error:
        # Nothing was run. Somebody else uses the server's session too, so nothing is prepared from here on.
        _share(error)
        return _session().execute(sql, values)
    except psycopg.errors.FeatureNotSupported as error:
        session = _session()
        if not isinstance(session, Prepared) or error.diag.source_function != "RevalidateCachedQuery":
            raise
        # A migration changed a column's type since it was prepared.
        session.forget(sql)
        _require_no_transaction(error)
        return session.execute(sql, values)


def execute_each(sql: str, several: Sequence[Values]) -> list[PGresult]:
    """Execute a statement for several values in turn, without waiting for one before the next is sent."""
    session = _session()
    if isinstance(session, Prepared):
        return session.execute_each(sql, several)
    return [execute(sql, values) for values in several]


def statement_name(sql: str) -> bytes:
    """Return the name that a statement is prepared under: its own, so that a name never stands for another text."""
    return b"kept_" + hashlib.sha256(sql.encode()).hexdigest()[:48].encode()


def checked(connection: psycopg.Connection[Any], result: PGresult) -> PGresult:
    """Return a result if it is one.

    Raises:
        psycopg.Error: the server refused the statement, or the connection was lost.
    """
    if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        return result
    if connection.pgconn.status != ConnStatus.OK:
        raise psycopg.OperationalError("the connection was lost")
    raise psycopg.errors.error_from_result(result)


def _session() -> Prepared | Unprepared:
    # Kept with the connection, for a server's threads take turns at it.
    connection = database.connection()
    session: Prepared | Unprepared | None = getattr(connection, "session", None)
    if session is None:
        session = connection.session = (Prepared if connection.is_direct else Unprepared)(connection)
    return session


def _share(error: psycopg.Error) -> None:
    """Continue without prepared statements.

    Raises:
        OperationalError: a transaction was begun, which is lost and has to be run again.
    """
    database.share()
    database.connection().session = None
    _require_no_transaction(error)


def _require_no_transaction(error: psycopg.Error) -> None:
    """Check that a statement can simply be executed again.

    Raises:
        OperationalError: a transaction was begun, which is lost and has to be run again.
    """
    if database.in_transaction():
        lost = OperationalError(str(error))
        lost.orig = error  # pyright: ignore[reportAttributeAccessIssue]
        raise lost from error
