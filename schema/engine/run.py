"""Fourth stage: binds a statement's values, runs it within the time limit, and hands on the bytes of the answer."""

from db.kernel import sessions
from db.kernel.database import database, is_postgres, retry_when_lost
from db.kernel.watchdog import watchdog
from schema.engine.bindings import RequestValues
from schema.engine.dialects import POSTGRES, SQLITE, Dialect
from schema.engine.emit import Emitted


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
    result = sessions.execute(sql, values)
    return result.get_value(0, 0) if result.ntuples else None
