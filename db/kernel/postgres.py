"""PostgreSQL as the project uses it: a session's settings, also where a pooler shares the server's connections.

A pooler such as PgBouncer in transaction mode gives each transaction any of its connections. What a session keeps
(prepared statements, settings, locks) is then lost or somebody else's; docs/adr/0019 says what is done about it.
"""

import secrets
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import psycopg
from peewee import PostgresqlDatabase
from psycopg import sql

from db.kernel.fields import POSTGRES_TYPES

# The engine's statements are many small lookups in data that is in memory: compiling them to machine code costs more
# than it saves, and an index is worth using on the smallest table. What is prepared is planned once: planned anew for
# the values of each request, a page with its relations took three times as long.
SETTINGS = {"timezone": "UTC", "jit": "off", "random_page_cost": "1.1", "plan_cache_mode": "force_generic_plan"}
# A setting of our own that names a connection: only the session that was started for it can know the name.
_MARK = "graph.connection"


class Postgres(PostgresqlDatabase):
    """PostgreSQL, by psycopg 3, with the project's column types.

    A connection is *direct* when the server was seen to have a session for it alone. Any other is *shared*: each
    transaction on it, and each statement outside one, begins by setting what it needs, for itself alone.

    settings: what every session has, by name.
    """

    field_types = {**PostgresqlDatabase.field_types, **POSTGRES_TYPES}

    def __init__(self, conninfo: str, settings: Mapping[str, str], **connecting: Any) -> None:
        # Psycopg's own prepared statements end with DEALLOCATE ALL at a rollback, which takes the engine's with them.
        super().__init__(conninfo, prefer_psycopg3=True, prepare_threshold=None, **connecting)
        self.settings = dict(settings)
        local = ", ".join(_set_local(name, value) for name, value in settings.items())
        self._begin = f"BEGIN; SELECT {local}"
        self._is_shared = False

    def share(self) -> None:
        """Mark the open connection, and all later ones, as shared: one did not keep its settings."""
        self._is_shared = True
        self.connection().is_direct = False

    def _connect(self) -> Any:
        mark = secrets.token_hex(8)
        try:
            connection = self._opened({**self.settings, _MARK: mark})
        except psycopg.OperationalError as error:
            if not _refuses_settings(error):
                raise
            connection = self._opened({})
        try:
            connection.is_direct = not self._is_shared and _is_direct(connection, mark)
            if not connection.is_direct:
                self._require_transactions(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _opened(self, settings: Mapping[str, str]) -> Any:
        # The answers' bytes are handed on as they come, so they must be UTF-8.
        return psycopg.connect(
            self.database, autocommit=True, client_encoding="UTF8", options=options_of(settings), **self.connect_params
        )

    def _require_transactions(self, connection: Any) -> None:
        """Check that a transaction stays on one connection and keeps what is set in it.

        Raises:
            psycopg.OperationalError: it does not, or the server refuses a setting.
        """
        try:
            connection.execute(self._begin)
            (limit,) = connection.execute("SELECT setting FROM pg_settings WHERE name = 'statement_timeout'").fetchone()
            connection.execute("COMMIT")
        except psycopg.OperationalError:
            limit = None
        except psycopg.Error as error:
            raise psycopg.OperationalError(f"the server refuses what is set for a session: {error}") from None
        if limit != self.settings["statement_timeout"]:
            raise psycopg.OperationalError(
                "the pooler in front of PostgreSQL does not keep a transaction on one connection; "
                "set its pool_mode to transaction or session"
            )

    def begin(self, isolation_level: Any = None) -> None:
        """Begin a transaction, on a shared connection with the settings that it needs."""
        if self.connection().is_direct:
            super().begin(isolation_level)
        else:
            super().execute_sql(self._begin)

    def in_settings(self) -> Any:
        """Return a context in which statements have the session's settings: on a shared connection, a transaction."""
        return nullcontext() if self.in_transaction() or self.connection().is_direct else self.atomic()

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """Execute a statement, on a shared connection with the settings that it needs."""
        with self.in_settings():
            return super().execute_sql(sql, params)


def _set_local(name: str, value: str) -> str:
    # As `SET LOCAL` does; but a list, such as a search_path, is written as in `options`.
    return sql.SQL("set_config({}, {}, true)").format(name, value).as_string()


def options_of(settings: Mapping[str, str]) -> str:
    """Return settings as libpq's `options`, such as `-c jit=off`; a blank in a value would begin the next option."""
    escaped = {name: value.replace("\\", "\\\\").replace(" ", "\\ ") for name, value in settings.items()}
    return " ".join(f"-c {name}={value}" for name, value in escaped.items())


def _refuses_settings(error: Exception) -> bool:
    """Return whether it is the startup parameter `options` that was refused: PgBouncer's words, and other poolers'."""
    return "startup parameter" in str(error) or "options" in str(error)


def _is_direct(connection: Any, mark: str) -> bool:
    """Return whether the answering session was started for this connection and is the one that was announced."""
    found = connection.execute(f"SELECT pg_backend_pid(), current_setting('{_MARK}', true)").fetchone()
    return found == (connection.info.backend_pid, mark)
