"""The limit: a bare WSGI function that answers the workload from one hand-written statement a query (`sql/`).

It takes the same requests as the other servers, and does for them the least that a server can.
"""

import json
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import apsw
import orjson
import psycopg
from psycopg.adapt import Loader

from benchmarks.data import path_of
from db.kernel.postgres import SETTINGS, options_of
from db.kernel.sqlite import PRAGMAS

URL = os.environ["DATABASE_URL"]
IS_SQLITE = URL.startswith("sqlite:")
# What each topic's cursors are stamped with by the engine; a hand-written server would not need to know.
STAMPS = json.loads(os.environ.get("CURSOR_STAMPS", "{}"))
_local = threading.local()


def _row_id(variables: dict[str, Any]) -> list[Any]:
    return [int(variables["id"].rpartition("_")[2])]


def _after(variables: dict[str, Any]) -> list[Any]:
    stamp, created_at, row_id = variables["after"].split("~")
    return [created_at, int(row_id), stamp]


PARAMETERS: dict[str, Callable[[dict[str, Any]], list[Any]]] = {
    "Q1": _row_id,
    "Q2": lambda variables: [variables["state"], variables["topic"], STAMPS.get(variables["topic"], "")],
    "Q3": lambda variables: [variables["code"]],
    "Q4": _row_id,
    "Q5": lambda variables: [variables["first"]],
    "Q6": lambda variables: [],
    "Q7": _after,
}
_SUFFIX = "sqlite" if IS_SQLITE else "postgresql"
STATEMENTS = {name: (Path(__file__).parent / "sql" / f"{name}.{_SUFFIX}.sql").read_text() for name in PARAMETERS}

_ENCODED = {name: statement.encode() for name, statement in STATEMENTS.items()}


def _application(read: Callable[[str, list[Any]], bytes]) -> Callable[..., Iterable[bytes]]:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = orjson.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        name = request["operationName"]
        body = read(name, PARAMETERS[name](request["variables"]))
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return app


def _read_sqlite(name: str, values: list[Any]) -> bytes:
    try:
        connection = _local.connection
    except AttributeError:
        connection = _local.connection = apsw.Connection(path_of(URL), statementcachesize=512)
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        for pragma, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {pragma} = {value}")
    row: Any = connection.execute(STATEMENTS[name], values, prepare_flags=apsw.SQLITE_PREPARE_PERSISTENT).fetchone()
    return row[0]


def _read_postgresql(name: str, values: list[Any]) -> bytes:
    try:
        cursor = _local.cursor
    except AttributeError:
        cursor = _local.cursor = psycopg.RawCursor(psycopg.connect(URL, options=options_of(SETTINGS), autocommit=True))
        cursor.adapters.register_loader("text", _Bytes)
    row: Any = cursor.execute(_ENCODED[name], [str(value) for value in values], prepare=True).fetchone()
    return row[0]


class _Bytes(Loader):
    def load(self, data: Any) -> bytes:
        return bytes(data)


def _read_below_cursors(name: str, values: list[Any]) -> bytes:
    try:
        session: Any = _local.session
    except AttributeError:
        _local.connection = psycopg.connect(URL, options=options_of(SETTINGS), autocommit=True)
        session = _local.session = _local.connection.pgconn
        for each, statement in _ENCODED.items():
            session.prepare(each.encode(), statement)
    return session.exec_prepared(name.encode(), [str(value).encode() for value in values]).get_value(0, 0)


def close() -> None:
    """Close the connection of this thread."""
    connection = _local.connection if IS_SQLITE else _local.cursor.connection
    connection.close()


# What one writes by hand, and the same with what psycopg has below its cursors, which the engine uses too.
read = _read_sqlite if IS_SQLITE else _read_postgresql
app = _application(read)
floor = _application(_read_below_cursors)
