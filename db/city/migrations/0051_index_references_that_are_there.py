"""Index a reference that may be absent by the rows that have one: most have none, and each costs a write."""

from collections.abc import Iterator
from typing import Any

from peewee import Database, SqliteDatabase

# The plain indexes of one column each that refers to another table and may be null: name, table, column, condition.
OF_POSTGRESQL = """
    SELECT index.relname, held.relname, field.attname, pg_get_expr(about.indpred, about.indrelid)
    FROM pg_index about
    JOIN pg_class index ON index.oid = about.indexrelid
    JOIN pg_class held ON held.oid = about.indrelid
    JOIN pg_attribute field ON field.attrelid = held.oid AND field.attnum = about.indkey[0]
    JOIN pg_constraint reference
        ON reference.conrelid = held.oid AND reference.contype = 'f' AND reference.conkey = ARRAY[field.attnum]
    WHERE about.indnatts = 1 AND NOT about.indisunique AND NOT field.attnotnull
        AND held.relnamespace = current_schema()::regnamespace
    ORDER BY index.relname
"""
OF_SQLITE = """
    SELECT DISTINCT listed.name, held.name, field.name, substr(made.sql, instr(made.sql || ' WHERE ', ' WHERE ') + 7)
    FROM sqlite_master held
    JOIN pragma_index_list(held.name) listed ON NOT listed."unique"
    JOIN sqlite_master made ON made.type = 'index' AND made.name = listed.name
    JOIN pragma_foreign_key_list(held.name) reference
    JOIN pragma_table_info(held.name) field ON field.name = reference."from" AND NOT field."notnull"
    WHERE held.type = 'table'
        AND (SELECT json_group_array(name) FROM pragma_index_info(listed.name)) = json_array(field.name)
    ORDER BY listed.name
"""


def up(migrator: Any, db: Database) -> None:
    for name, table, column, condition in _found(db):
        if not condition:
            _make(db, name, f"{table} ({column}) WHERE {column} IS NOT NULL")


def down(migrator: Any, db: Database) -> None:
    for name, table, column, condition in _found(db):
        if condition and condition.strip("()") == f"{column} IS NOT NULL":
            _make(db, name, f"{table} ({column})")


def _found(db: Database) -> Iterator[tuple[str, str, str, str | None]]:
    yield from db.execute_sql(OF_SQLITE if isinstance(db, SqliteDatabase) else OF_POSTGRESQL).fetchall()


def _make(db: Database, name: str, of: str) -> None:
    db.execute_sql(f"DROP INDEX {name}")
    db.execute_sql(f"CREATE INDEX {name} ON {of}")
