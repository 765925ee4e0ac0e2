"""Keep files, and say which one a piece of evidence has, and what it was given with."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TABLE = """CREATE TABLE file (
    id BIGSERIAL PRIMARY KEY,
    uploader_id BIGINT REFERENCES account (id) ON DELETE SET NULL,
    media_type text_line NOT NULL,
    byte_size INTEGER NOT NULL,
    sha256 text_code NOT NULL,
    width INTEGER,
    height INTEGER,
    uploaded_at utc_time NOT NULL,
    attached_at utc_time,
    CHECK (byte_size > 0),
    CHECK ((width IS NULL) = (height IS NULL))
)"""
COLUMNS = (
    ("file_id", "BIGINT REFERENCES file (id) ON DELETE RESTRICT"),
    ("stage", "text_code NOT NULL DEFAULT 'RESULT'"),
)
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEXES = (
    "INDEX file_uploader_id_uploaded_at ON file (uploader_id, uploaded_at)",
    "INDEX file_sha256 ON file (sha256)",
    "INDEX file_attached_at_uploaded_at ON file (attached_at, uploaded_at)",
    "UNIQUE INDEX evidence_file_id ON evidence (file_id)",
)


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    db.execute_sql(f"{_for_sqlite(TABLE)} STRICT" if is_sqlite else TABLE)
    for name, form in COLUMNS:
        column = f"{name} {form}"
        db.execute_sql(f"ALTER TABLE evidence ADD COLUMN {_for_sqlite(column) if is_sqlite else column}")
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    found = db.execute_sql("SELECT COUNT(*) FROM evidence WHERE file_id IS NOT NULL OR stage <> 'RESULT'")
    if count := found.fetchone()[0]:
        raise ValueError(f"{count} pieces of evidence have files or a stage, which the release before does not know")
    db.execute_sql("DROP INDEX evidence_file_id")
    for name, _ in reversed(COLUMNS):
        db.execute_sql(f"ALTER TABLE evidence DROP COLUMN {name}")
    db.execute_sql("DROP TABLE file")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER")
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?( DEFAULT '\w+')?", rf"\1 TEXT\2\3 CHECK (\1 {form})", statement)
    return statement
