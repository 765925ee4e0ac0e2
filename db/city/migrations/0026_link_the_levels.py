"""Link the levels: task forces, who answers for what, and the visits that they make, with what these bring."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TARGET = """committee_id BIGINT REFERENCES committee (id) ON DELETE RESTRICT,
    site_id BIGINT REFERENCES site (id) ON DELETE RESTRICT,
    organization_id BIGINT REFERENCES organization (id) ON DELETE RESTRICT"""
PLACE = """id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL"""


def exactly_one(*columns: str) -> str:
    return f"CHECK ({' + '.join(f'(CASE WHEN {column} IS NULL THEN 0 ELSE 1 END)' for column in columns)} = 1)"


ONE_TARGET = exactly_one("committee_id", "site_id", "organization_id")
TABLES = (
    f"""CREATE TABLE task_force (
    {PLACE},
    kind text_code NOT NULL CHECK (kind IN ('TASK_FORCE', 'COORDINATION_BODY')),
    name text_line NOT NULL,
    formed_on calendar_day NOT NULL,
    ended_on calendar_day,
    state text_code NOT NULL CHECK (state IN ('ACTIVE', 'ENDED')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK ((state = 'ENDED') = (ended_on IS NOT NULL)),
    CHECK (ended_on IS NULL OR ended_on >= formed_on)
)""",
    """CREATE TABLE task_force_member (
    id BIGSERIAL PRIMARY KEY,
    task_force_id BIGINT NOT NULL REFERENCES task_force (id) ON DELETE CASCADE,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    role text_code NOT NULL CHECK (role IN ('LEAD', 'DEPUTY', 'MEMBER')),
    work text_line NOT NULL
)""",
    f"""CREATE TABLE sponsorship (
    {PLACE},
    kind text_code NOT NULL CHECK (kind IN ('LEADER_CONTACT', 'PATCH', 'TARGET')),
    sponsor_person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    sponsor_organization_id BIGINT REFERENCES organization (id) ON DELETE RESTRICT,
    lead_person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    {TARGET},
    patch_name text_line,
    starts_on calendar_day NOT NULL,
    ends_on calendar_day,
    end_reason text_line,
    visit_by calendar_day NOT NULL,
    remind_on calendar_day NOT NULL,
    grant_id BIGINT REFERENCES role_grant (id) ON DELETE RESTRICT,
    state text_code NOT NULL CHECK (state IN ('ACTIVE', 'ENDED')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    {exactly_one("sponsor_person_id", "sponsor_organization_id")},
    {ONE_TARGET},
    CHECK ((kind = 'TARGET') = (committee_id IS NULL)),
    CHECK (kind = 'TARGET' OR sponsor_person_id IS NOT NULL),
    CHECK ((kind = 'PATCH') = (patch_name IS NOT NULL)),
    CHECK ((kind = 'LEADER_CONTACT') = (grant_id IS NOT NULL)),
    CHECK (lead_person_id IS NULL OR sponsor_organization_id IS NOT NULL),
    CHECK (sponsor_organization_id <> organization_id),
    CHECK ((state = 'ENDED') = (ends_on IS NOT NULL)),
    CHECK ((state = 'ENDED') = (end_reason IS NOT NULL)),
    CHECK (ends_on >= starts_on)
)""",
    f"""CREATE TABLE visit (
    {PLACE},
    {TARGET},
    sponsorship_id BIGINT REFERENCES sponsorship (id) ON DELETE RESTRICT,
    visitor_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    visited_at utc_time NOT NULL,
    visited_on calendar_day NOT NULL,
    form text_code NOT NULL,
    findings text COLLATE "C" NOT NULL,
    created_at utc_time NOT NULL,
    {ONE_TARGET}
)""",
    """CREATE TABLE visit_issue (
    issue_id BIGINT NOT NULL PRIMARY KEY REFERENCES issue (id) ON DELETE CASCADE,
    visit_id BIGINT NOT NULL REFERENCES visit (id) ON DELETE CASCADE
)""",
)
# Names of tables and columns, with a condition where there is one; a star says that the rows differ there.
INDEXES = (
    "task_force: division_id",
    "task_force*: division_code, id",
    "task_force_member: person_id",
    "task_force_member*: task_force_id, person_id",
    *(
        f"sponsorship: {key}_id"
        for key in (
            "division", "sponsor_person", "sponsor_organization", "lead_person", "committee", "site", "organization",
            "grant",
        )
    ),
    "sponsorship*: division_code, id",
    "sponsorship: division_code, state, kind",
    *(f"visit: {key}_id" for key in ("division", "committee", "site", "organization", "visitor")),
    "visit*: division_code, visited_at, id",
    "visit: sponsorship_id, form, visited_on",
    "visit*: visited_at, id",
    "visit_issue: visit_id",
)  # fmt: skip
PARTIAL = (
    "UNIQUE INDEX task_force_one_of_each ON task_force (division_code, kind) WHERE state = 'ACTIVE'",
    "UNIQUE INDEX task_force_member_one_lead ON task_force_member (task_force_id) WHERE role = 'LEAD'",
    "UNIQUE INDEX sponsorship_one_leader ON sponsorship (committee_id) "
    "WHERE kind = 'LEADER_CONTACT' AND state = 'ACTIVE'",
    "UNIQUE INDEX sponsorship_one_patch ON sponsorship (committee_id) WHERE kind = 'PATCH' AND state = 'ACTIVE'",
    "INDEX sponsorship_reminder ON sponsorship (remind_on, id) WHERE state = 'ACTIVE'",
)
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
}


def up(migrator: Any, db: Database) -> None:
    for table in TABLES:
        db.execute_sql(_for_sqlite(table) if isinstance(db, SqliteDatabase) else table)
    for index in (*map(_index, INDEXES), *PARTIAL):
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    for table in ("visit_issue", "visit", "sponsorship", "task_force_member", "task_force"):
        db.execute_sql(f"DROP TABLE {table}")


def _index(declared: str) -> str:
    """Return what creates an index: given "visit*: a, b", it is "UNIQUE INDEX visit_a_b ON visit (a, b)"."""
    table, columns = declared.split(": ")
    kind, table = ("UNIQUE INDEX" if table.endswith("*") else "INDEX"), table.removesuffix("*")
    return f"{kind} {table}_{columns.replace(', ', '_')} ON {table} ({columns})"


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace('text COLLATE "C"', "TEXT").replace("BIGINT", "INTEGER")
    statement = statement.replace("text_code NOT NULL CHECK", "TEXT NOT NULL CHECK")
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
