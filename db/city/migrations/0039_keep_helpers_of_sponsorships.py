"""Keep which sponsorship of their own unit a registered cadre helps with."""

from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TABLE = """CREATE TABLE sponsorship_helper (
    registration_id BIGINT NOT NULL PRIMARY KEY REFERENCES registration (id) ON DELETE CASCADE,
    sponsorship_id BIGINT NOT NULL REFERENCES sponsorship (id) ON DELETE CASCADE
)"""
INDEX = "CREATE INDEX sponsorship_helper_sponsorship_id ON sponsorship_helper (sponsorship_id)"


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    db.execute_sql(f"{TABLE.replace('BIGINT', 'INTEGER')} STRICT" if is_sqlite else TABLE)
    db.execute_sql(INDEX)


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE sponsorship_helper")
