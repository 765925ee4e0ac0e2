"""Keep what registered parties promise and do: pledges, hours of service, and yearly appraisals."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
DUTIES = (
    "'RESOURCE_COORDINATION', 'PUBLICITY_EDUCATION', 'RESIDENT_OUTREACH', 'DISPUTE_RESOLUTION', 'CIVILITY_PROMOTION', "
    "'PUBLIC_BENEFIT_SERVICE', 'JOINT_PREVENTION', 'AREA_CO_GOVERNANCE'"
)
PLEDGE = f"""CREATE TABLE pledge (
    id BIGSERIAL PRIMARY KEY,
    registration_id BIGINT NOT NULL REFERENCES registration (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    duty text_code NOT NULL CHECK (duty IN ({DUTIES})),
    text TEXT COLLATE "C" NOT NULL,
    hours BIGINT,
    due_on calendar_day NOT NULL,
    need_id BIGINT REFERENCES need (id) ON DELETE SET NULL,
    site_id BIGINT REFERENCES site (id) ON DELETE RESTRICT,
    state text_code NOT NULL CHECK (state IN ('OPEN', 'KEPT', 'LAPSED', 'CANCELLED')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK (hours > 0)
)"""
HOURS = f"""CREATE TABLE hour_record (
    id BIGSERIAL PRIMARY KEY,
    division_code text_code NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    registration_id BIGINT REFERENCES registration (id) ON DELETE RESTRICT,
    team_id BIGINT REFERENCES volunteer_team (id) ON DELETE RESTRICT,
    pledge_id BIGINT REFERENCES pledge (id) ON DELETE RESTRICT,
    source_type text_code,
    source_id BIGINT,
    day calendar_day NOT NULL,
    hours BIGINT NOT NULL,
    duty text_code NOT NULL CHECK (duty IN ({DUTIES})),
    text text_line NOT NULL,
    state text_code NOT NULL CHECK (state IN ('LOGGED', 'CONFIRMED', 'REJECTED')),
    reviewed_by_name text_line,
    review_note text_line,
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK (hours > 0),
    CHECK ((source_type IS NULL) = (source_id IS NULL))
)"""
APPRAISAL = """CREATE TABLE appraisal (
    id BIGSERIAL PRIMARY KEY,
    registration_id BIGINT NOT NULL REFERENCES registration (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    year INTEGER NOT NULL,
    grade text_code NOT NULL CHECK (grade IN ('EXCELLENT', 'GOOD', 'PASS', 'FAIL')),
    hours BIGINT NOT NULL,
    pledges_kept INTEGER NOT NULL,
    pledges_due INTEGER NOT NULL,
    comment TEXT COLLATE "C" NOT NULL,
    reported_at utc_time,
    created_at utc_time NOT NULL,
    CHECK (year BETWEEN 2020 AND 2999),
    CHECK (hours >= 0),
    CHECK (pledges_kept BETWEEN 0 AND pledges_due)
)"""
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEXES = (
    "UNIQUE INDEX pledge_registration_id_id ON pledge (registration_id, id)",
    "UNIQUE INDEX pledge_division_code_id ON pledge (division_code, id)",
    "INDEX pledge_need_id ON pledge (need_id)",
    "INDEX pledge_site_id ON pledge (site_id)",
    "INDEX pledge_due ON pledge (due_on, id) WHERE state = 'OPEN'",
    "UNIQUE INDEX hour_record_person_id_day_id ON hour_record (person_id, day, id)",
    "UNIQUE INDEX hour_record_division_code_day_id ON hour_record (division_code, day, id)",
    "UNIQUE INDEX hour_record_source_type_source_id_person_id ON hour_record (source_type, source_id, person_id)",
    "INDEX hour_record_registration_id ON hour_record (registration_id)",
    "INDEX hour_record_team_id ON hour_record (team_id)",
    "INDEX hour_record_pledge_id ON hour_record (pledge_id)",
    "UNIQUE INDEX appraisal_registration_id_year ON appraisal (registration_id, year)",
    "UNIQUE INDEX appraisal_division_code_id ON appraisal (division_code, id)",
    "INDEX appraisal_person_id ON appraisal (person_id)",
)


def up(migrator: Any, db: Database) -> None:
    for table in (PLEDGE, HOURS, APPRAISAL):
        db.execute_sql(_for_sqlite(table) if isinstance(db, SqliteDatabase) else table)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    for table in ("appraisal", "hour_record", "pledge"):
        db.execute_sql(f"DROP TABLE {table}")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace(' COLLATE "C"', "")
    statement = re.sub(r"text_code( NOT NULL)? CHECK", r"TEXT\1 CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
