"""Keep activities, and which organizations took part in them."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

DUTIES = (
    "'RESOURCE_COORDINATION', 'PUBLICITY_EDUCATION', 'RESIDENT_OUTREACH', 'DISPUTE_RESOLUTION', "
    "'CIVILITY_PROMOTION', 'PUBLIC_BENEFIT_SERVICE', 'JOINT_PREVENTION', 'AREA_CO_GOVERNANCE'"
)
# Written for PostgreSQL. Hours are hundredths of an hour.
ACTIVITY = f"""CREATE TABLE activity (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    held_on calendar_day NOT NULL,
    title text_line NOT NULL,
    duty text_code NOT NULL CHECK (duty IN ({DUTIES})),
    site_id BIGINT REFERENCES site (id) ON DELETE RESTRICT,
    team_id BIGINT REFERENCES volunteer_team (id) ON DELETE RESTRICT,
    agreement_id BIGINT REFERENCES partnership_agreement (id) ON DELETE RESTRICT,
    participant_count INTEGER NOT NULL,
    hours BIGINT,
    summary TEXT COLLATE "C" NOT NULL,
    issue_id BIGINT REFERENCES issue (id) ON DELETE RESTRICT,
    created_at utc_time NOT NULL,
    CHECK (participant_count BETWEEN 1 AND 100000),
    CHECK (hours > 0)
)"""
PARTY = """CREATE TABLE activity_organization (
    activity_id BIGINT NOT NULL REFERENCES activity (id) ON DELETE CASCADE,
    organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE RESTRICT,
    PRIMARY KEY (activity_id, organization_id)
)"""
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEXES = (
    "UNIQUE INDEX activity_division_code_id ON activity (division_code, id)",
    "UNIQUE INDEX activity_division_code_held_on_id ON activity (division_code, held_on, id)",
    "UNIQUE INDEX activity_held_on_id ON activity (held_on, id)",
    *(f"INDEX activity_{key} ON activity ({key})" for key in (
        "division_id", "site_id", "team_id", "agreement_id", "issue_id",
    )),
    "INDEX activity_organization_organization_id ON activity_organization (organization_id)",
)  # fmt: skip


def up(migrator: Any, db: Database) -> None:
    for table in (ACTIVITY, PARTY):
        db.execute_sql(_for_sqlite(table) if isinstance(db, SqliteDatabase) else table)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE activity_organization")
    db.execute_sql("DROP TABLE activity")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace('TEXT COLLATE "C"', "TEXT")
    statement = re.sub(r"text_code NOT NULL CHECK", "TEXT NOT NULL CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
