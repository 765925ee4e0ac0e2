"""Keep settings: the numbers that the city and its districts set for rules."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TABLE = """CREATE TABLE setting (
    id BIGSERIAL PRIMARY KEY,
    division_code text_code NOT NULL,
    key text_code NOT NULL,
    value INTEGER NOT NULL,
    version INTEGER NOT NULL,
    set_at utc_time NOT NULL,
    set_by_name text_line,
    CHECK (length(division_code) = 12),
    CHECK (value >= 0)
)"""
DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": f"GLOB '{DAY}T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEX = "CREATE UNIQUE INDEX setting_division_code_key ON setting (division_code, key)"


def up(migrator: Any, db: Database) -> None:
    for statement in (_for_sqlite(TABLE) if isinstance(db, SqliteDatabase) else TABLE, INDEX):
        db.execute_sql(statement)


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE setting")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
