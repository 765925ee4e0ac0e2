"""Let an issue keep the name that another system knows it by, once for each system."""

from typing import Any

from peewee import Database, SqliteDatabase

SQLITE = (
    "external_source TEXT CHECK (external_source NOT GLOB '*[^A-Za-z0-9_.:+-]*')",
    """external_id TEXT
        CHECK (external_id NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*')
        CHECK ((external_id IS NULL) = (external_source IS NULL))""",
)
POSTGRES = (
    "external_source text_code",
    "external_id text_line CONSTRAINT issue_external_check CHECK ((external_id IS NULL) = (external_source IS NULL))",
)
INDEX = "issue_external_source_external_id"


def up(migrator: Any, db: Database) -> None:
    for column in SQLITE if isinstance(db, SqliteDatabase) else POSTGRES:
        db.execute_sql(f"ALTER TABLE issue ADD COLUMN {column}")
    db.execute_sql(f"CREATE UNIQUE INDEX {INDEX} ON issue (external_source, external_id)")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql(f"DROP INDEX {INDEX}")
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("ALTER TABLE issue DROP CONSTRAINT issue_external_check")
    for column in ("external_id", "external_source"):
        db.execute_sql(f"ALTER TABLE issue DROP COLUMN {column}")
