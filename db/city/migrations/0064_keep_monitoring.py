"""Keep people who are monitored at home, what is measured of them, and what neighbours do for them."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
CASE = """CREATE TABLE monitoring_case (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    incident_id BIGINT NOT NULL REFERENCES incident (id) ON DELETE RESTRICT,
    person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE RESTRICT,
    address text_line,
    team_id BIGINT NOT NULL REFERENCES volunteer_team (id) ON DELETE RESTRICT,
    starts_on calendar_day NOT NULL,
    ends_on calendar_day NOT NULL,
    consent_at utc_time NOT NULL,
    consent_by text_code NOT NULL CHECK (consent_by IN ('SELF', 'GUARDIAN')),
    outcome text_code CHECK (outcome IN ('COMPLETED', 'MOVED', 'CONSENT_WITHDRAWN', 'LAPSED')),
    state text_code NOT NULL CHECK (state IN ('OPEN', 'CLOSED', 'HOSPITAL')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK (ends_on >= starts_on),
    CHECK ((state = 'CLOSED') = (outcome IS NOT NULL)),
    CHECK (state <> 'OPEN' OR person_id IS NOT NULL),
    CHECK (person_id IS NOT NULL OR address IS NULL)
)"""
READING = """CREATE TABLE monitoring_reading (
    id BIGSERIAL PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES monitoring_case (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    at utc_time NOT NULL,
    temperature BIGINT NOT NULL,
    has_symptoms BOOLEAN NOT NULL,
    CHECK (temperature BETWEEN 340 AND 430)
)"""
TASK = """CREATE TABLE aid_task (
    id BIGSERIAL PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES monitoring_case (id) ON DELETE RESTRICT,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    kind text_code NOT NULL,
    text text_line,
    wanted_by utc_time NOT NULL,
    team_id BIGINT NOT NULL REFERENCES volunteer_team (id) ON DELETE RESTRICT,
    taker_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    taken_at utc_time,
    done_at utc_time,
    hours BIGINT,
    rating INTEGER,
    state text_code NOT NULL CHECK (state IN ('OPEN', 'TAKEN', 'DONE', 'CONFIRMED', 'CANCELLED')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK ((state IN ('TAKEN', 'DONE', 'CONFIRMED')) = (taken_at IS NOT NULL)),
    CHECK ((state IN ('DONE', 'CONFIRMED')) = (done_at IS NOT NULL)),
    CHECK ((done_at IS NULL) = (hours IS NULL)),
    CHECK (done_at >= taken_at),
    CHECK (hours > 0),
    CHECK (state NOT IN ('TAKEN', 'DONE') OR taker_id IS NOT NULL),
    CHECK (taken_at IS NOT NULL OR taker_id IS NULL),
    CHECK (rating IS NULL OR state = 'CONFIRMED'),
    CHECK (rating BETWEEN 1 AND 5),
    CHECK (text IS NOT NULL OR state IN ('CONFIRMED', 'CANCELLED'))
)"""
TABLES = (CASE, READING, TASK)
NAMES = ("monitoring_case", "monitoring_reading", "aid_task")
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
}
INDEXES = (
    "UNIQUE INDEX monitoring_case_division_code_starts_on_id ON monitoring_case (division_code, starts_on, id)",
    "UNIQUE INDEX monitoring_case_starts_on_id ON monitoring_case (starts_on, id)",
    "UNIQUE INDEX monitoring_case_one_open ON monitoring_case (person_id) WHERE state = 'OPEN'",
    "INDEX monitoring_case_open ON monitoring_case (division_code) WHERE state = 'OPEN'",
    "INDEX monitoring_case_due ON monitoring_case (ends_on, id) WHERE person_id IS NOT NULL",
    "INDEX monitoring_case_division_id ON monitoring_case (division_id)",
    "INDEX monitoring_case_incident_id ON monitoring_case (incident_id)",
    "INDEX monitoring_case_person_id ON monitoring_case (person_id) WHERE person_id IS NOT NULL",
    "INDEX monitoring_case_site_id ON monitoring_case (site_id)",
    "INDEX monitoring_case_team_id ON monitoring_case (team_id)",
    "UNIQUE INDEX monitoring_reading_case_id_at_id ON monitoring_reading (case_id, at, id)",
    "UNIQUE INDEX monitoring_reading_at_id ON monitoring_reading (at, id)",
    "UNIQUE INDEX aid_task_case_id_id ON aid_task (case_id, id)",
    "UNIQUE INDEX aid_task_division_code_wanted_by_id ON aid_task (division_code, wanted_by, id)",
    "UNIQUE INDEX aid_task_wanted_by_id ON aid_task (wanted_by, id)",
    "INDEX aid_task_to_confirm ON aid_task (done_at, id) WHERE state = 'DONE'",
    "INDEX aid_task_active ON aid_task (division_code) WHERE state IN ('OPEN', 'TAKEN')",
    "INDEX aid_task_division_id ON aid_task (division_id)",
    "INDEX aid_task_team_id ON aid_task (team_id)",
    "INDEX aid_task_taker_id ON aid_task (taker_id) WHERE taker_id IS NOT NULL",
)
# Whether somebody opened a case.
REVEALED = "INDEX audit_entry_revealed ON audit_entry (account_id, subject_type, subject_id) WHERE action = 'REVEALED'"


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    for table in TABLES:
        db.execute_sql(_for_sqlite(table) if is_sqlite else table)
    for index in (*INDEXES, REVEALED):
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP INDEX audit_entry_revealed")
    for name in reversed(NAMES):
        db.execute_sql(f"DROP TABLE {name}")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace("BOOLEAN", "INTEGER")
    statement = re.sub(r"text_code( NOT NULL)? CHECK", r"TEXT\1 CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
