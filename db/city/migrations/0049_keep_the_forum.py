"""Keep sessions of the forum, who is invited to them, and what was said there."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
SESSION = """CREATE TABLE forum_session (
    id BIGSERIAL PRIMARY KEY,
    committee_id BIGINT NOT NULL REFERENCES committee (id) ON DELETE RESTRICT,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    title text_line NOT NULL,
    booking_id BIGINT REFERENCES booking (id) ON DELETE RESTRICT,
    place text_line,
    scheduled_at utc_time NOT NULL,
    held_at utc_time,
    host_id BIGINT NOT NULL REFERENCES member (id) ON DELETE RESTRICT,
    participant_count INTEGER,
    summary TEXT COLLATE "C",
    published_at utc_time,
    state text_code NOT NULL CHECK (state IN ('ANNOUNCED', 'HELD', 'CLOSED', 'CANCELLED')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK (booking_id IS NOT NULL OR place IS NOT NULL),
    CHECK ((state IN ('HELD', 'CLOSED')) = (held_at IS NOT NULL)),
    CHECK ((held_at IS NULL) = (participant_count IS NULL)),
    CHECK ((state = 'CLOSED') = (published_at IS NOT NULL)),
    CHECK ((published_at IS NULL) = (summary IS NULL)),
    CHECK (participant_count BETWEEN 1 AND 100000)
)"""
INVITATION = """CREATE TABLE forum_invitation (
    id BIGSERIAL PRIMARY KEY,
    session_id BIGINT NOT NULL REFERENCES forum_session (id) ON DELETE CASCADE,
    division_code text_code NOT NULL,
    organization_id BIGINT REFERENCES organization (id) ON DELETE RESTRICT,
    person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    label text_line NOT NULL,
    CHECK (organization_id IS NULL OR person_id IS NULL)
)"""
STATEMENT = """CREATE TABLE statement (
    id BIGSERIAL PRIMARY KEY,
    session_id BIGINT NOT NULL REFERENCES forum_session (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    position INTEGER NOT NULL,
    speaker_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    speaker_name text_line,
    is_anonymous BOOLEAN NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    outcome text_code CHECK (outcome IN ('ISSUE', 'JOINED', 'PROPOSAL', 'ANSWERED', 'NO_ACTION')),
    issue_id BIGINT REFERENCES issue (id) ON DELETE RESTRICT,
    agenda_item_id BIGINT REFERENCES agenda_item (id) ON DELETE RESTRICT,
    answer TEXT COLLATE "C",
    settled_at utc_time,
    created_at utc_time NOT NULL,
    CHECK (speaker_id IS NULL OR speaker_name IS NULL),
    CHECK (is_anonymous OR speaker_id IS NOT NULL OR speaker_name IS NOT NULL),
    CHECK ((outcome IS NULL) = (settled_at IS NULL)),
    CHECK ((issue_id IS NOT NULL) = (outcome IS NOT NULL AND outcome IN ('ISSUE', 'JOINED'))),
    CHECK ((agenda_item_id IS NOT NULL) = (outcome IS NOT NULL AND outcome = 'PROPOSAL')),
    CHECK (outcome IS NULL OR outcome <> 'ANSWERED' OR answer IS NOT NULL)
)"""
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEXES = (
    "UNIQUE INDEX forum_session_committee_id_scheduled_at_id ON forum_session (committee_id, scheduled_at, id)",
    "UNIQUE INDEX forum_session_division_code_scheduled_at_id ON forum_session (division_code, scheduled_at, id)",
    "UNIQUE INDEX forum_session_division_code_id ON forum_session (division_code, id)",
    "UNIQUE INDEX forum_session_scheduled_at_id ON forum_session (scheduled_at, id)",
    "INDEX forum_session_division_id ON forum_session (division_id)",
    "INDEX forum_session_booking_id ON forum_session (booking_id)",
    "INDEX forum_session_host_id ON forum_session (host_id)",
    "UNIQUE INDEX forum_invitation_session_id_id ON forum_invitation (session_id, id)",
    "INDEX forum_invitation_organization_id ON forum_invitation (organization_id)",
    "INDEX forum_invitation_person_id ON forum_invitation (person_id)",
    "UNIQUE INDEX statement_session_id_position ON statement (session_id, position)",
    "UNIQUE INDEX statement_division_code_id ON statement (division_code, id)",
    "INDEX statement_speaker_id ON statement (speaker_id)",
    "INDEX statement_issue_id ON statement (issue_id)",
    "UNIQUE INDEX statement_agenda_item_id ON statement (agenda_item_id)",
)


def up(migrator: Any, db: Database) -> None:
    for table in (SESSION, INVITATION, STATEMENT):
        db.execute_sql(_for_sqlite(table) if isinstance(db, SqliteDatabase) else table)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    for table in ("statement", "forum_invitation", "forum_session"):
        db.execute_sql(f"DROP TABLE {table}")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace("BOOLEAN", "INTEGER").replace(' COLLATE "C"', "")
    statement = re.sub(r"text_code( NOT NULL)? CHECK", r"TEXT\1 CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
