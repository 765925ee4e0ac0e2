"""Know documents: those that clients may ask for by their hash."""

from typing import Any

from peewee import Database, SqliteDatabase

POSTGRES = """CREATE TABLE known_document (
    id BIGSERIAL PRIMARY KEY,
    sha256 text_code NOT NULL,
    text text COLLATE "C" NOT NULL,
    file_name text_line NOT NULL,
    added_at utc_time NOT NULL
)"""
SQLITE = """CREATE TABLE known_document (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL CHECK (sha256 NOT GLOB '*[^A-Za-z0-9_.:+-]*'),
    text TEXT NOT NULL,
    file_name TEXT NOT NULL CHECK (file_name NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'),
    added_at TEXT NOT NULL
        CHECK (added_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z')
) STRICT"""


def up(migrator: Any, db: Database) -> None:
    db.execute_sql(SQLITE if isinstance(db, SqliteDatabase) else POSTGRES)
    db.execute_sql("CREATE UNIQUE INDEX known_document_sha256 ON known_document (sha256)")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE known_document")
