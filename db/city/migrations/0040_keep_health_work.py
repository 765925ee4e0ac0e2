"""Keep the sub-committees for health work, who belongs to them, and the figures of each month."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TABLES = (
    """CREATE TABLE sub_committee (
    id BIGSERIAL PRIMARY KEY,
    committee_id BIGINT NOT NULL REFERENCES committee (id) ON DELETE RESTRICT,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    kind text_code NOT NULL,
    formed_on calendar_day NOT NULL,
    dissolved_on calendar_day,
    state text_code NOT NULL CHECK (state IN ('ACTIVE', 'DISSOLVED')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK ((state = 'DISSOLVED') = (dissolved_on IS NOT NULL))
)""",
    """CREATE TABLE sub_committee_member (
    id BIGSERIAL PRIMARY KEY,
    sub_committee_id BIGINT NOT NULL REFERENCES sub_committee (id) ON DELETE CASCADE,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    role text_code NOT NULL CHECK (role IN ('HEAD', 'DEPUTY', 'MEMBER')),
    since calendar_day NOT NULL,
    until calendar_day,
    CHECK (until IS NULL OR until >= since)
)""",
    """CREATE TABLE health_figure (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    month text_code NOT NULL,
    indicator text_code NOT NULL,
    value INTEGER NOT NULL,
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK (value BETWEEN 0 AND 1000000),
    CHECK (length(month) = 7)
)""",
)
INDEXES = (
    "INDEX sub_committee_committee_id ON sub_committee (committee_id)",
    "INDEX sub_committee_division_id ON sub_committee (division_id)",
    "UNIQUE INDEX sub_committee_division_code_id ON sub_committee (division_code, id)",
    "UNIQUE INDEX sub_committee_one_of_each ON sub_committee (committee_id, kind) WHERE state = 'ACTIVE'",
    "INDEX sub_committee_member_person_id ON sub_committee_member (person_id)",
    "UNIQUE INDEX sub_committee_member_sub_committee_id_id ON sub_committee_member (sub_committee_id, id)",
    "UNIQUE INDEX sub_committee_member_once ON sub_committee_member (sub_committee_id, person_id) WHERE until IS NULL",
    "UNIQUE INDEX sub_committee_member_one_head ON sub_committee_member (sub_committee_id) "
    "WHERE role = 'HEAD' AND until IS NULL",
    "INDEX health_figure_division_id ON health_figure (division_id)",
    "UNIQUE INDEX health_figure_division_code_month_indicator ON health_figure (division_code, month, indicator)",
    "UNIQUE INDEX health_figure_division_code_id ON health_figure (division_code, id)",
)
SQLITE_FORMS = {
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
}


def up(migrator: Any, db: Database) -> None:
    for table in TABLES:
        db.execute_sql(_for_sqlite(table) if isinstance(db, SqliteDatabase) else table)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    for table in ("health_figure", "sub_committee_member", "sub_committee"):
        db.execute_sql(f"DROP TABLE {table}")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER")
    statement = re.sub(r"text_code NOT NULL CHECK", "TEXT NOT NULL CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
