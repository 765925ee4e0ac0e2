"""Rows on their way into the database: numbered here, so that both databases hold the same, and written in batches."""

import csv
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any

from peewee import BigAutoField, IntegrityError, Model

from db.kernel.database import database, is_postgres, lift_time_limit
from db.kernel.fields import EnumField

# Rows kept before they are written. More would only cost memory.
BATCH = 30_000


class Table:
    """One table: its columns in order, what an absent value means, and the rows not yet written."""

    def __init__(self, model: type[Model]) -> None:
        meta = model._meta
        self.name: str = meta.table_name
        self.columns = [field.column_name for field in meta.sorted_fields]
        self.has_id = isinstance(meta.primary_key, BigAutoField)
        self.enums = [field.column_name for field in meta.sorted_fields if isinstance(field, EnumField)]
        # A column that may be null or has a default may be left out; every other one is missed (KeyError).
        self.defaults = {
            field.column_name: field.default for field in meta.sorted_fields if field.null or field.default is not None
        }
        self.tuple_of = itemgetter(*self.columns)
        self.rows: list[tuple[Any, ...]] = []
        self.last_id = 0


class Rows:
    """Every row of a load.

    models: parents first, so that a batch never names a row that is not written yet.
    """

    def __init__(self, models: Sequence[type[Model]]) -> None:
        self.tables = {model: Table(model) for model in models}
        self.pending = 0

    def lock(self) -> None:
        """Keep other writers out until the transaction ends: a second load, and PostgreSQL's autovacuum."""
        if is_postgres():
            lift_time_limit()
            database.execute_sql(f"LOCK TABLE {self._names()} IN SHARE ROW EXCLUSIVE MODE")

    def new_id(self, model: type[Model]) -> int:
        """Reserve the next id of a table, for a row that is added later."""
        table = self.tables[model]
        table.last_id += 1
        return table.last_id

    def add(self, model: type[Model], **values: Any) -> int:
        """Add a row and return its id (0 where the table has none).

        values: by column name; texts, whole numbers and booleans as they are stored, or members of enumerations.
        """
        table = self.tables[model]
        if table.has_id and "id" not in values:
            values["id"] = self.new_id(model)
        row = {**table.defaults, **values}
        if len(row) != len(table.columns):
            raise TypeError(f"{table.name} has no column {', '.join(set(row) - set(table.columns))}")
        for column in table.enums:
            if (member := row[column]) is not None and type(member) is not str:
                row[column] = member._value_
        table.rows.append(table.tuple_of(row))
        self.pending += 1
        return row.get("id", 0)

    def flush(self, at_least: int = 1) -> None:
        """Write what has gathered, if it is so many rows."""
        if self.pending < at_least:
            return
        for table in self.tables.values():
            if table.rows:
                _write(table)
                table.rows.clear()
        self.pending = 0

    def finish(self) -> None:
        """Update the statistics of the database, and let it give ids from where these end."""
        if is_postgres():
            database.execute_sql(f"ANALYZE {self._names()}")
            for table in self.tables.values():
                if table.has_id and table.last_id:
                    database.execute_sql(
                        "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (f'"{table.name}"', table.last_id)
                    )

    def _names(self) -> str:
        return ", ".join(f'"{table.name}"' for table in self.tables.values())


@contextmanager
def unchecked() -> Iterator[None]:
    """Switch off the checks of SQLite for a block around a transaction: each costs more than writing what it checks.

    The tests have it check the whole city afterwards (`PRAGMA integrity_check`), and PostgreSQL checks each row.
    Foreign keys are looked at by `written_bare`.
    """
    if is_postgres():
        yield
        return
    database.execute_sql("PRAGMA ignore_check_constraints = 1")
    database.execute_sql("PRAGMA foreign_keys = 0")
    try:
        yield
    finally:
        database.execute_sql("PRAGMA foreign_keys = 1")
        database.execute_sql("PRAGMA ignore_check_constraints = 0")


@contextmanager
def written_bare() -> Iterator[None]:
    """Write many rows in a block without what the database does for each, and do it for all rows at once at its end.

    These are indexes, triggers and foreign keys: sorting and joining once costs a fraction. What triggers would have
    counted is for the caller to count.

    Raises:
        IntegrityError: a row is not the only one of its kind, or names another one that is not there.
    """
    found = made_for_tables()
    for taken, _ in found:
        database.execute_sql(taken)
    yield
    for _, made in found:
        database.execute_sql(made)
    if not is_postgres() and (orphan := database.execute_sql("PRAGMA foreign_key_check").fetchone()):
        raise IntegrityError(f"Row {orphan[1]} of {orphan[0]} names a row of {orphan[2]} that is not there.")


def made_for_tables() -> list[tuple[str, str]]:
    """List the indexes, triggers and foreign keys: the statement that takes each away, and the one that makes it."""
    return [tuple(row) for row in database.execute_sql(_POSTGRESQL_MADE if is_postgres() else _SQLITE_MADE)]


_SQLITE_MADE = """SELECT 'DROP ' || type || ' "' || name || '"', sql
    FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type, name"""
_POSTGRESQL_MADE = """SELECT taken, made FROM (
    SELECT 0 AS place, indexname::text AS name, 'DROP INDEX ' || quote_ident(indexname) AS taken, indexdef AS made
    FROM pg_indexes WHERE schemaname = current_schema() AND indexname NOT IN (SELECT conname FROM pg_constraint)
    UNION ALL SELECT 1, conrelid::regclass || ' ' || conname,
        'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname),
        'ALTER TABLE ' || conrelid::regclass || ' ADD CONSTRAINT ' || quote_ident(conname) || ' '
            || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND connamespace = current_schema()::regnamespace
    UNION ALL SELECT DISTINCT 2, tgrelid::regclass::text,
        'ALTER TABLE ' || tgrelid::regclass || ' DISABLE TRIGGER USER',
        'ALTER TABLE ' || tgrelid::regclass || ' ENABLE TRIGGER USER'
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE NOT tgisinternal AND tgparentid = 0 AND relnamespace = current_schema()::regnamespace
) AS found ORDER BY place, name"""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Keep Python from looking for cycles often in a block: rows on their way hold none, and there are very many."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, before[2])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _write(table: Table) -> None:
    columns = ", ".join(f'"{column}"' for column in table.columns)
    if is_postgres():
        with database.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
            for row in table.rows:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(table.columns))
        database.connection().executemany(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', table.rows)


def hundredths(whole: int | None) -> int | None:
    """Write a whole number as a decimal with two places is stored."""
    return None if whole is None else whole * 100


def read_csv(file: Path) -> list[dict[str, str]]:
    """Read a table of the demo city's data, one dict a line by the names of its columns."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
