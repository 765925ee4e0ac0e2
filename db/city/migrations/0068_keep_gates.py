"""Keep access points, passes, scans with the secret of their day, and how many there were."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
POINT = """CREATE TABLE access_point (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    site_id BIGINT REFERENCES site (id) ON DELETE RESTRICT,
    organization_id BIGINT REFERENCES organization (id) ON DELETE RESTRICT,
    name text_line NOT NULL,
    is_only_gate BOOLEAN NOT NULL,
    needs_pass BOOLEAN NOT NULL,
    state text_code NOT NULL CHECK (state IN ('ACTIVE', 'CLOSED')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK ((CASE WHEN site_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN organization_id IS NULL THEN 0 ELSE 1 END) = 1),
    CHECK (site_id IS NOT NULL OR NOT is_only_gate)
)"""
PASS = """CREATE TABLE access_pass (
    id BIGSERIAL PRIMARY KEY,
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    code_hash text_code NOT NULL,
    valid_until calendar_day NOT NULL,
    state text_code NOT NULL CHECK (state IN ('VALID', 'REVOKED', 'EXPIRED')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK (length(code_hash) = 64)
)"""
DAY = """CREATE TABLE access_day (
    id BIGSERIAL PRIMARY KEY,
    access_point_id BIGINT NOT NULL REFERENCES access_point (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    day calendar_day NOT NULL,
    direction text_code NOT NULL CHECK (direction IN ('IN', 'OUT')),
    passed INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    CHECK (passed >= 0),
    CHECK (refused >= 0)
)"""
SECRET = """CREATE TABLE scan_secret (
    id BIGSERIAL PRIMARY KEY,
    day calendar_day NOT NULL,
    secret text_code NOT NULL,
    CHECK (length(secret) = 64)
)"""
SCAN = """CREATE TABLE scan_event (
    day calendar_day NOT NULL,
    access_point_id BIGINT NOT NULL REFERENCES access_point (id) ON DELETE RESTRICT,
    direction text_code NOT NULL CHECK (direction IN ('IN', 'OUT')),
    number INTEGER NOT NULL,
    at utc_time NOT NULL,
    pass_hash text_code,
    result text_code NOT NULL CHECK (result IN ('PASSED', 'REFUSED')),
    reason text_code,
    PRIMARY KEY (day, access_point_id, direction, number),
    CHECK (number >= 1),
    CHECK (length(pass_hash) = 64),
    CHECK ((result = 'REFUSED') = (reason IS NOT NULL))
)"""
TABLES = (POINT, PASS, DAY, SECRET)
NAMES = ("access_point", "access_pass", "access_day", "scan_secret", "scan_event")
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
}
INDEXES = (
    "UNIQUE INDEX access_point_division_code_id ON access_point (division_code, id)",
    "UNIQUE INDEX access_point_only_gate ON access_point (site_id) WHERE is_only_gate AND state = 'ACTIVE'",
    "INDEX access_point_division_id ON access_point (division_id)",
    "INDEX access_point_site_id ON access_point (site_id) WHERE site_id IS NOT NULL",
    "INDEX access_point_organization_id ON access_point (organization_id) WHERE organization_id IS NOT NULL",
    "UNIQUE INDEX access_pass_code_hash ON access_pass (code_hash)",
    "UNIQUE INDEX access_pass_site_id_id ON access_pass (site_id, id)",
    "UNIQUE INDEX access_pass_division_code_id ON access_pass (division_code, id)",
    "INDEX access_pass_state_valid_until ON access_pass (state, valid_until)",
    "INDEX access_pass_person_id ON access_pass (person_id)",
    "UNIQUE INDEX access_day_access_point_id_day_direction ON access_day (access_point_id, day, direction)",
    "UNIQUE INDEX access_day_division_code_day_id ON access_day (division_code, day, id)",
    "UNIQUE INDEX access_day_day_id ON access_day (day, id)",
    "UNIQUE INDEX scan_secret_day ON scan_secret (day)",
)


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    for table in TABLES:
        db.execute_sql(_for_sqlite(table) if is_sqlite else table)
    # A day's scans go together: on PostgreSQL as a partition, on SQLite side by side in the key.
    db.execute_sql(f"{_for_sqlite(SCAN)}, WITHOUT ROWID" if is_sqlite else f"{SCAN} PARTITION BY LIST (day)")
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    for name in reversed(NAMES):
        db.execute_sql(f"DROP TABLE {name}")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace("BOOLEAN", "INTEGER")
    statement = re.sub(r"text_code( NOT NULL)? CHECK", r"TEXT\1 CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
