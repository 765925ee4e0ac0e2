"""Keep incidents and the reports on them, and say which incident something belongs to."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

STATES = "'DETECTED', 'CALLED', 'GRADED', 'HANDLING', 'STOOD_DOWN', 'REVIEWED', 'DISMISSED'"
LEVELS = "'PROVINCE', 'CITY', 'DISTRICT', 'SUBDISTRICT', 'COMMUNITY'"
# Written for PostgreSQL.
INCIDENT = f"""CREATE TABLE incident (
    id BIGSERIAL PRIMARY KEY,
    number text_code NOT NULL,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    kind text_code NOT NULL,
    title text_line NOT NULL,
    parent_id BIGINT REFERENCES incident (id) ON DELETE RESTRICT,
    site_id BIGINT REFERENCES site (id) ON DELETE RESTRICT,
    place text_line,
    detected_by_id BIGINT REFERENCES account (id) ON DELETE SET NULL,
    detected_at utc_time NOT NULL,
    called_at utc_time,
    graded_at utc_time,
    first_on_site_at utc_time,
    stood_down_at utc_time,
    grade text_code CHECK (grade IN ('IV', 'III', 'II', 'I')),
    level text_code NOT NULL CHECK (level IN ({LEVELS})),
    responsible_code text_code NOT NULL,
    due_at utc_time,
    lessons TEXT COLLATE "C",
    state text_code NOT NULL CHECK (state IN ({STATES})),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK (length(title) BETWEEN 2 AND 60),
    CHECK (parent_id <> id),
    CHECK (called_at >= detected_at),
    CHECK (graded_at >= called_at),
    CHECK (first_on_site_at >= graded_at),
    CHECK (stood_down_at >= first_on_site_at),
    CHECK (state <> 'DETECTED' OR called_at IS NULL),
    CHECK (called_at IS NOT NULL OR state IN ('DETECTED', 'DISMISSED')),
    CHECK ((state IN ('GRADED', 'HANDLING', 'STOOD_DOWN', 'REVIEWED')) = (graded_at IS NOT NULL)),
    CHECK ((graded_at IS NULL) = (grade IS NULL)),
    CHECK ((state IN ('HANDLING', 'STOOD_DOWN', 'REVIEWED')) = (first_on_site_at IS NOT NULL)),
    CHECK ((state IN ('STOOD_DOWN', 'REVIEWED')) = (stood_down_at IS NOT NULL)),
    CHECK ((state = 'REVIEWED') = (lessons IS NOT NULL))
)"""
REPORT = """CREATE TABLE situation_report (
    id BIGSERIAL PRIMARY KEY,
    incident_id BIGINT NOT NULL REFERENCES incident (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    office_code text_code NOT NULL,
    at utc_time NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    new_cases INTEGER,
    open_cases INTEGER,
    tested INTEGER,
    helped INTEGER,
    CHECK (new_cases BETWEEN 0 AND 100000000),
    CHECK (open_cases BETWEEN 0 AND 100000000),
    CHECK (tested BETWEEN 0 AND 100000000),
    CHECK (helped BETWEEN 0 AND 100000000)
)"""
SERIAL = """CREATE TABLE incident_serial (
    division_code text_code NOT NULL,
    year INTEGER NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (division_code, year)
)"""
NAMES = ("incident", "situation_report", "incident_serial")
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEXES = (
    "UNIQUE INDEX incident_number ON incident (number)",
    "UNIQUE INDEX incident_division_code_detected_at_id ON incident (division_code, detected_at, id)",
    "UNIQUE INDEX incident_detected_at_id ON incident (detected_at, id)",
    "INDEX incident_state_due_at ON incident (state, due_at)",
    "INDEX incident_division_id ON incident (division_id)",
    "INDEX incident_parent_id ON incident (parent_id) WHERE parent_id IS NOT NULL",
    "INDEX incident_site_id ON incident (site_id) WHERE site_id IS NOT NULL",
    "INDEX incident_detected_by_id ON incident (detected_by_id) WHERE detected_by_id IS NOT NULL",
    "UNIQUE INDEX situation_report_incident_id_at_id ON situation_report (incident_id, at, id)",
    "UNIQUE INDEX situation_report_at_id ON situation_report (at, id)",
)
# What can belong to an incident; an issue that does is at least URGENT.
TIED = {
    "issue": "CHECK (incident_id IS NULL OR urgency IN ('EMERGENCY', 'URGENT'))",
    "deployment": "", "shift": "", "visit": "", "publication": "", "donation": "",
}  # fmt: skip


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    for table in (INCIDENT, REPORT, SERIAL):
        db.execute_sql(_for_sqlite(table) if is_sqlite else table)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")
    number = "INTEGER" if is_sqlite else "BIGINT"
    for table, check in TIED.items():
        column = f"incident_id {number} REFERENCES incident (id) ON DELETE RESTRICT {check}"
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")
        db.execute_sql(f"CREATE INDEX {table}_incident_id ON {table} (incident_id) WHERE incident_id IS NOT NULL")


def down(migrator: Any, db: Database) -> None:
    for table in TIED:
        db.execute_sql(f"DROP INDEX {table}_incident_id")
        db.execute_sql(f"ALTER TABLE {table} DROP COLUMN incident_id")
    for name in reversed(NAMES):
        db.execute_sql(f"DROP TABLE {name}")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace(' COLLATE "C"', "")
    statement = re.sub(r"(state|grade|level) text_code( NOT NULL)? CHECK", r"\1 TEXT\2 CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
