"""Keep attachments: descriptions and addresses of files that belong to subjects of many tables."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TABLE = """CREATE TABLE attachment (
    id BIGSERIAL PRIMARY KEY,
    subject_type text_code NOT NULL,
    subject_id BIGINT NOT NULL,
    division_code text_code NOT NULL,
    kind text_code NOT NULL,
    description text_line NOT NULL,
    uri text_line,
    sha256 text_code,
    created_at utc_time NOT NULL,
    CHECK (length(sha256) = 64)
)"""
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEXES = (
    "UNIQUE INDEX attachment_subject_type_subject_id_id ON attachment (subject_type, subject_id, id)",
    "INDEX attachment_division_code_id ON attachment (division_code, id)",
)


def up(migrator: Any, db: Database) -> None:
    db.execute_sql(_for_sqlite(TABLE) if isinstance(db, SqliteDatabase) else TABLE)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE attachment")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER")
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
