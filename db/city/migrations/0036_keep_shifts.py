"""Keep shifts, and who is on them."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
SHIFT = """CREATE TABLE shift (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    kind text_code NOT NULL,
    site_id BIGINT REFERENCES site (id) ON DELETE RESTRICT,
    place text_line NOT NULL,
    starts_at utc_time NOT NULL,
    ends_at utc_time NOT NULL,
    check_in_from utc_time NOT NULL,
    rest_from utc_time NOT NULL,
    rest_until utc_time NOT NULL,
    needed INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    police_needed INTEGER NOT NULL,
    militia_needed INTEGER NOT NULL,
    ethnic_religious_needed INTEGER NOT NULL,
    created_at utc_time NOT NULL,
    state text_code NOT NULL CHECK (state IN ('OPEN', 'FULL', 'RUNNING', 'ENDED', 'CANCELLED')),
    version INTEGER NOT NULL,
    CHECK (ends_at > starts_at),
    CHECK (check_in_from <= starts_at),
    CHECK (rest_from <= starts_at AND rest_until >= ends_at),
    CHECK (needed BETWEEN 1 AND 200),
    CHECK (taken BETWEEN 0 AND needed),
    CHECK (police_needed >= 0 AND militia_needed >= 0 AND ethnic_religious_needed >= 0),
    CHECK (police_needed + militia_needed + ethnic_religious_needed <= needed)
)"""
ASSIGNMENT = """CREATE TABLE shift_assignment (
    id BIGSERIAL PRIMARY KEY,
    shift_id BIGINT NOT NULL REFERENCES shift (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    team_id BIGINT REFERENCES volunteer_team (id) ON DELETE RESTRICT,
    organization_id BIGINT REFERENCES organization (id) ON DELETE RESTRICT,
    force text_code NOT NULL,
    checked_in_at utc_time,
    checked_out_at utc_time,
    swap_with_id BIGINT REFERENCES shift_assignment (id) ON DELETE SET NULL,
    created_at utc_time NOT NULL,
    state text_code NOT NULL CHECK (state IN ('PLANNED', 'SWAP_OFFERED', 'CHECKED_IN', 'DONE', 'ABSENT', 'EXCUSED')),
    version INTEGER NOT NULL,
    CHECK (checked_out_at >= checked_in_at)
)"""
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEXES = (
    "UNIQUE INDEX shift_division_code_starts_at_id ON shift (division_code, starts_at, id)",
    "UNIQUE INDEX shift_division_code_id ON shift (division_code, id)",
    "UNIQUE INDEX shift_starts_at_id ON shift (starts_at, id)",
    "INDEX shift_division_id ON shift (division_id)",
    "INDEX shift_site_id ON shift (site_id)",
    "INDEX shift_ahead ON shift (state, starts_at, id) WHERE state IN ('OPEN', 'FULL', 'RUNNING')",
    "UNIQUE INDEX shift_assignment_shift_id_id ON shift_assignment (shift_id, id)",
    "UNIQUE INDEX shift_assignment_person_id_id ON shift_assignment (person_id, id)",
    "UNIQUE INDEX shift_assignment_division_code_id ON shift_assignment (division_code, id)",
    "INDEX shift_assignment_team_id ON shift_assignment (team_id)",
    "INDEX shift_assignment_organization_id ON shift_assignment (organization_id)",
    "INDEX shift_assignment_swap_with_id ON shift_assignment (swap_with_id)",
    "UNIQUE INDEX shift_assignment_once ON shift_assignment (shift_id, person_id) "
    "WHERE state NOT IN ('EXCUSED', 'ABSENT')",
)


def up(migrator: Any, db: Database) -> None:
    for table in (SHIFT, ASSIGNMENT):
        db.execute_sql(_for_sqlite(table) if isinstance(db, SqliteDatabase) else table)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE shift_assignment")
    db.execute_sql("DROP TABLE shift")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER")
    statement = re.sub(r"text_code NOT NULL CHECK", "TEXT NOT NULL CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
