"""Keep deployments: which team or unit was called out, when, and how it answered."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TABLE = """CREATE TABLE deployment (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    team_id BIGINT REFERENCES volunteer_team (id) ON DELETE RESTRICT,
    organization_id BIGINT REFERENCES organization (id) ON DELETE RESTRICT,
    issue_id BIGINT REFERENCES issue (id) ON DELETE RESTRICT,
    site_id BIGINT REFERENCES site (id) ON DELETE RESTRICT,
    place text_line,
    headcount INTEGER,
    called_at utc_time NOT NULL,
    answer_by utc_time NOT NULL,
    answered_at utc_time,
    on_site_at utc_time,
    ended_at utc_time,
    decline_reason TEXT COLLATE "C",
    called_by_id BIGINT REFERENCES account (id) ON DELETE SET NULL,
    caller_role text_code NOT NULL,
    state text_code NOT NULL CHECK (state IN ('CALLED', 'ACCEPTED', 'DECLINED', 'ON_SITE', 'RETURNED', 'CANCELLED')),
    version INTEGER NOT NULL,
    CHECK ((CASE WHEN team_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN organization_id IS NULL THEN 0 ELSE 1 END) = 1),
    CHECK (headcount BETWEEN 1 AND 10000)
)"""
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
KEYS = ("division_id", "team_id", "organization_id", "issue_id", "site_id", "called_by_id")
INDEXES = (
    "UNIQUE INDEX deployment_division_code_id ON deployment (division_code, id)",
    "UNIQUE INDEX deployment_called_at_id ON deployment (called_at, id)",
    "INDEX deployment_state_answer_by ON deployment (state, answer_by)",
    *(f"INDEX deployment_{key} ON deployment ({key})" for key in KEYS),
)


def up(migrator: Any, db: Database) -> None:
    db.execute_sql(_for_sqlite(TABLE) if isinstance(db, SqliteDatabase) else TABLE)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE deployment")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace('TEXT COLLATE "C"', "TEXT")
    statement = re.sub(r"text_code NOT NULL CHECK", "TEXT NOT NULL CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
