"""Keep progress reports on issues, and which evidence came with one."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TABLE = """CREATE TABLE progress_report (
    id BIGSERIAL PRIMARY KEY,
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    division_code text_code NOT NULL,
    reporter_id BIGINT REFERENCES account (id) ON DELETE SET NULL,
    reporter_name text_line NOT NULL,
    percent INTEGER NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    next_on calendar_day,
    created_at utc_time NOT NULL,
    CHECK (percent BETWEEN 0 AND 100)
)"""
DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": f"GLOB '{DAY}T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
    "calendar_day": f"GLOB '{DAY}'",
}
COLUMN = "progress_report_id {} REFERENCES progress_report (id) ON DELETE CASCADE"
INDEXES = (
    "UNIQUE INDEX progress_report_issue_id_created_at_id ON progress_report (issue_id, created_at, id)",
    "INDEX progress_report_reporter_id ON progress_report (reporter_id)",
    "INDEX evidence_progress_report_id ON evidence (progress_report_id)",
)


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    db.execute_sql(_for_sqlite(TABLE) if is_sqlite else TABLE)
    db.execute_sql(f"ALTER TABLE evidence ADD COLUMN {COLUMN.format('INTEGER' if is_sqlite else 'BIGINT')}")
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP INDEX evidence_progress_report_id")
    db.execute_sql("ALTER TABLE evidence DROP COLUMN progress_report_id")
    db.execute_sql("DROP TABLE progress_report")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace(' COLLATE "C"', "")
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
