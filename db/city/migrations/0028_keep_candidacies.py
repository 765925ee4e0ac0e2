"""Keep how members come to be: candidacies, meetings of the two committees, posts, waivers, and broken rules."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TABLES = (
    """CREATE TABLE two_committees_meeting (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    held_on calendar_day NOT NULL,
    expected_count INTEGER NOT NULL,
    present_count INTEGER NOT NULL,
    minutes TEXT COLLATE "C" NOT NULL,
    created_at utc_time NOT NULL,
    CHECK (present_count BETWEEN 1 AND expected_count),
    CHECK (present_count * 2 > expected_count)
)""",
    """CREATE TABLE candidacy (
    id BIGSERIAL PRIMARY KEY,
    committee_id BIGINT NOT NULL REFERENCES committee (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    nominator_id BIGINT REFERENCES account (id) ON DELETE SET NULL,
    category text_code NOT NULL CHECK (category IN ('TWO_COMMITTEES', 'DEPUTY_DELEGATE_CPPCC', 'VETERAN',
        'COMMUNITY_POLICE', 'NON_PUBLIC_ECONOMY', 'SOCIAL_ORGANIZATION', 'PROPERTY_COMPANY', 'OWNERS_COMMITTEE',
        'NOTABLE_RESIDENT', 'OTHER')),
    seat_kind text_code NOT NULL CHECK (seat_kind IN ('STANDING', 'ROTATING')),
    channel text_code NOT NULL,
    organization_id BIGINT REFERENCES organization (id) ON DELETE RESTRICT,
    recommender_count INTEGER,
    ex_officio_post text_code,
    statement TEXT COLLATE "C",
    replaces_id BIGINT REFERENCES member (id) ON DELETE RESTRICT,
    meeting_id BIGINT REFERENCES two_committees_meeting (id) ON DELETE RESTRICT,
    notice_until calendar_day,
    is_objected BOOLEAN NOT NULL,
    objection_answer TEXT COLLATE "C",
    decline_reason text_code,
    decline_note TEXT COLLATE "C",
    decided_on calendar_day,
    member_id BIGINT REFERENCES member (id) ON DELETE RESTRICT,
    created_at utc_time NOT NULL,
    state text_code NOT NULL CHECK (state IN ('SUBMITTED', 'UNDER_DISCUSSION', 'PUBLIC_NOTICE', 'APPOINTED',
        'DECLINED', 'WITHDRAWN')),
    version INTEGER NOT NULL,
    CHECK ((state = 'APPOINTED') = (member_id IS NOT NULL)),
    CHECK (state <> 'PUBLIC_NOTICE' OR notice_until IS NOT NULL),
    CHECK (state IN ('DECLINED', 'WITHDRAWN') OR person_id IS NOT NULL)
)""",
    """CREATE TABLE candidacy_objection (
    id BIGSERIAL PRIMARY KEY,
    candidacy_id BIGINT NOT NULL REFERENCES candidacy (id) ON DELETE CASCADE,
    division_code text_code NOT NULL,
    account_id BIGINT REFERENCES account (id) ON DELETE SET NULL,
    author_name text_line,
    text TEXT COLLATE "C" NOT NULL,
    created_at utc_time NOT NULL
)""",
    """CREATE TABLE compliance_event (
    id BIGSERIAL PRIMARY KEY,
    committee_id BIGINT NOT NULL REFERENCES committee (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    rule text_code NOT NULL,
    month text_code,
    since calendar_day NOT NULL,
    grace_ends_on calendar_day,
    resolved_on calendar_day
)""",
)
COLUMNS = {
    "committee": {
        "lead_waiver_post": "text_code",
        "lead_waiver_reason": 'TEXT COLLATE "C"',
        "lead_waiver_until": "calendar_day",
        "grace_ends_on": "calendar_day",
    },
    "member": {
        "posts": "text_line NOT NULL DEFAULT ''",
        "replaces_id": "BIGINT REFERENCES member (id) ON DELETE RESTRICT",
        "end_reason": "text_code",
        "ended_on": "calendar_day",
    },
}
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEXES = {
    "two_committees_meeting_division_id_held_on_id": "two_committees_meeting (division_id, held_on, id)",
    "two_committees_meeting_division_code_id": "two_committees_meeting (division_code, id)",
    "candidacy_committee_id_state_id": "candidacy (committee_id, state, id)",
    "candidacy_division_code_id": "candidacy (division_code, id)",
    "candidacy_member_id": "candidacy (member_id)",
    "candidacy_one_live": "candidacy (committee_id, person_id) "
    "WHERE state IN ('SUBMITTED', 'UNDER_DISCUSSION', 'PUBLIC_NOTICE')",
    "candidacy_objection_candidacy_id_account_id": "candidacy_objection (candidacy_id, account_id)",
    "compliance_event_committee_id_id": "compliance_event (committee_id, id)",
    "compliance_event_division_code_id": "compliance_event (division_code, id)",
    "compliance_event_one_open": "compliance_event (committee_id, rule, COALESCE(month, '')) WHERE resolved_on IS NULL",
}
PLAIN_INDEXES = {
    "candidacy_person_id": "candidacy (person_id)",
    "candidacy_nominator_id": "candidacy (nominator_id)",
    "candidacy_organization_id": "candidacy (organization_id)",
    "candidacy_replaces_id": "candidacy (replaces_id)",
    "candidacy_meeting_id": "candidacy (meeting_id)",
    "candidacy_to_forget": "candidacy (decided_on) WHERE state IN ('DECLINED', 'WITHDRAWN') AND person_id IS NOT NULL",
    "candidacy_objection_account_id": "candidacy_objection (account_id)",
}
# Of tables that stay when it is undone.
KEPT_INDEXES = {
    "committee_lead_waiver_until": "committee (lead_waiver_until) WHERE lead_waiver_until IS NOT NULL",
    "committee_grace_ends_on": "committee (grace_ends_on) WHERE grace_ends_on IS NOT NULL",
    "member_replaces_id": "member (replaces_id)",
}


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    for table, columns in COLUMNS.items():
        for name, definition in columns.items():
            form = _for_sqlite(f"{name} {definition}") if is_sqlite else f"{name} {definition}"
            db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {form}")
    for statement in TABLES:
        db.execute_sql(f"{_for_sqlite(statement)} STRICT" if is_sqlite else statement)
    for unique, indexes in (("UNIQUE ", INDEXES), ("", PLAIN_INDEXES | KEPT_INDEXES)):
        for name, columns in indexes.items():
            db.execute_sql(f"CREATE {unique}INDEX {name} ON {columns}")


def down(migrator: Any, db: Database) -> None:
    found = db.execute_sql("SELECT COUNT(*) FROM candidacy").fetchone()[0]
    if found:
        raise ValueError(f"there are {found} candidacies, which the release before does not know")
    for table in ("compliance_event", "candidacy_objection", "candidacy", "two_committees_meeting"):
        db.execute_sql(f"DROP TABLE {table}")
    for name in KEPT_INDEXES:
        db.execute_sql(f"DROP INDEX {name}")
    for table, columns in COLUMNS.items():
        for name in reversed(columns):
            db.execute_sql(f"ALTER TABLE {table} DROP COLUMN {name}")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace('TEXT COLLATE "C"', "TEXT").replace("BOOLEAN", "INTEGER")
    statement = statement.replace("text_code NOT NULL CHECK", "TEXT NOT NULL CHECK")
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}((?: NOT NULL)?(?: DEFAULT '')?)", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return statement
