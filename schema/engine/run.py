"""Fourth stage: binds a statement's values, runs it within the time limit, and hands on the bytes of the answer."""

import sqlite3
import threading
from typing import Any

import psycopg
from psycopg.adapt import Loader

from db.database import database, deadline, is_postgres
from schema.engine.dialects import POSTGRES, SQLITE, Dialect
from schema.engine.emit import Emitted
from schema.engine.values import Moment
from schema.errors import RequestErrorCode, RequestRefused

# How many statements a PostgreSQL connection keeps prepared.
_PREPARED = 512
_local = threading.local()


def dialect() -> Dialect:
    """Give the spelling of the bound database."""
    return POSTGRES if is_postgres() else SQLITE


def fetch(statement: Emitted, moment: Moment) -> bytes | None:
    """Run a statement and give the one text it makes, as UTF-8; None when it finds no row.

    Raises:
        RequestRefused: TIMEOUT, the time limit passed; UNAVAILABLE, the database cannot be reached; or what binding a
            value refuses.
    """
    if is_postgres():
        bind = POSTGRES.bind
        return _fetch_postgres(statement.sql, [bind(param.bind(moment)) for param in statement.params])
    bind = SQLITE.bind
    return _fetch_sqlite(statement.sql, [bind(param.bind(moment)) for param in statement.params])


def _fetch_sqlite(sql: str, values: list[Any]) -> bytes | None:
    with deadline():
        try:
            row = database.connection().execute(sql, values).fetchone()
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise _refusal(error, True) from error
            if "parser stack overflow" in str(error):
                raise _too_deep() from error
            raise
    return row[0] if row else None


def _fetch_postgres(sql: str, values: list[Any]) -> bytes | None:
    for is_last in (False, True):
        cursor = _cursor()
        try:
            row = cursor.execute(sql.encode(), values, prepare=True).fetchone()
        except psycopg.errors.QueryCanceled as error:
            raise _refusal(error, True) from error
        except psycopg.OperationalError as error:
            # A server that went away took the connection with it; a new one may find it back.
            database.close()
            if is_last or database.in_transaction():
                raise _refusal(error, False) from error
        else:
            return row[0] if row else None
    return None


def _cursor() -> "psycopg.RawCursor[Any]":
    connection: psycopg.Connection[Any] = database.connection()
    if getattr(_local, "connection", None) is not connection:
        connection.prepared_max = _PREPARED
        cursor = psycopg.RawCursor(connection)
        cursor.adapters.register_loader("text", _BytesLoader)
        _local.connection, _local.cursor = connection, cursor
    return _local.cursor


class _BytesLoader(Loader):
    """Leaves the answer as the bytes that came over the wire."""

    def load(self, data: Any) -> bytes:
        return bytes(data)


def _too_deep() -> RequestRefused:
    # SQLite's parser holds a hundred open symbols, which deep lists with deep filters can exceed within our own limit.
    return RequestRefused(
        RequestErrorCode.QUERY_TOO_DEEP, "The query is nested too deeply for SQLite; ask for less at once."
    )


def _refusal(error: Exception, is_timeout: bool) -> RequestRefused:
    if is_timeout:
        return RequestRefused(
            RequestErrorCode.TIMEOUT, "The database took too long; ask for fewer rows, or filter by an indexed field."
        )
    return RequestRefused(RequestErrorCode.UNAVAILABLE, "The database cannot be reached just now; try again shortly.")
