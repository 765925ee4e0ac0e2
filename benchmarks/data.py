"""The demo city at a scale, with the same rows on SQLite and PostgreSQL.

It is generated once, on SQLite, kept in `var/benchmarks`, migrated when there are new migrations, and copied.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import apsw
import psycopg
from psycopg import sql

from db.access.models.account import Role
from db.access.tokens import issue_token
from db.city import models, seed
from db.city.migrations import migrate
from db.gates.models import ScanEvent
from db.kernel.database import connect, database
from tests.postgresql import Server

KEPT = Path(__file__).parents[1] / "var" / "benchmarks"
# The greatest tables, which the workload does not read and no other table refers to.
_LEFT_OUT = {
    models.LedgerEntry, models.Vote, models.Attendance, models.Comment, models.Evidence, models.IssueContact, ScanEvent,
}  # fmt: skip


def sqlite_city(scale: int) -> str:
    """Return the URL of the demo city on SQLite; it is made when it is not there, which takes about 30 s a scale."""
    path = KEPT / f"city-{scale}.sqlite3"
    if not path.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        with bound(f"sqlite:///{unfinished}"):
            migrate(database)
            seed.load(scale)
        unfinished.rename(path)
    url = f"sqlite:///{path}"
    with bound(url):
        migrate(database)
    return url


def postgresql_city(server: Server, scale: int) -> str:
    """Return the URL of a copy of the SQLite city on PostgreSQL, made when it is not there, analysed and vacuumed.

    Autovacuum would do the latter in time; the run does not wait for it.
    """
    name = f"city_{scale}"
    with closing(psycopg.connect(server.admin_url, autocommit=True)) as admin:
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            with bound(server.url(name)):
                migrate(database)
            return server.url(name)
    unfinished = f"{name}_unfinished"
    server.drop(unfinished)
    url = server.create(unfinished)
    with bound(url):
        migrate(database)
    _copy(path_of(sqlite_city(scale)), url)
    with closing(psycopg.connect(server.admin_url, autocommit=True)) as admin:
        admin.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"'.encode())
    return server.url(name)


def token(url: str) -> str:
    """Make a token of the demo city's officer, good for this run's servers.

    One who sees all rows: the other servers know nothing of who sees what.
    """
    with bound(url):
        return issue_token(dict(seed.demo_accounts())[Role.CITY_OFFICER], "benchmark", datetime.now(UTC))


@contextmanager
def bound(url: str) -> Iterator[Any]:
    """Bind the models to a database for a block."""
    opened = connect(url)
    opened.connect()
    try:
        yield opened
    finally:
        opened.close()


def path_of(url: str) -> str:
    """Return the file that an SQLite URL names."""
    return urlsplit(url).path.removeprefix("/")


def _copy(path: str, url: str) -> None:
    with closing(apsw.Connection(path)) as source, closing(psycopg.connect(url, autocommit=True)) as target:
        with target.transaction():
            # Rows may come before those that they refer to: triggers, foreign keys' among them, wait outside.
            target.execute("SET LOCAL session_replication_role = replica")
            copied = [model for model in (*models.ALL, *models.COUNTS) if model not in _LEFT_OUT]
            tables = ", ".join(f'"{model._meta.table_name}"' for model in (*models.ALL, *models.COUNTS))
            target.execute(f"TRUNCATE {tables}".encode())
            for model in copied:
                _copy_table(source, target, model._meta)
        target.execute("VACUUM ANALYZE")


def _copy_table(source: apsw.Connection, target: psycopg.Connection[Any], meta: Any) -> None:
    columns = [field.column_name for field in meta.sorted_fields]
    listed = ", ".join(f'"{column}"' for column in columns)
    rows = source.execute(f'SELECT {listed} FROM "{meta.table_name}"')
    # Rows that are frozen need no vacuum later; a partitioned table does not take them.
    is_whole = target.execute(
        "SELECT relkind FROM pg_class WHERE oid = %s::regclass", (meta.table_name,)
    ).fetchone() == ("r",)
    frozen = " (FREEZE)" if is_whole else ""
    with target.cursor().copy(f'COPY "{meta.table_name}" ({listed}) FROM STDIN{frozen}'.encode()) as copy:
        for row in rows:
            copy.write_row(row)
    if "id" in columns:
        name = sql.Identifier(meta.table_name)
        target.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), GREATEST((SELECT MAX(id) FROM {}), 1))").format(
                sql.Literal(meta.table_name), name
            )
        )
