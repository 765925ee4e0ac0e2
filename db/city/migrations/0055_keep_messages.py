"""Keep messages of the hotline and the mailbox, their contacts, and the issues that they may be about."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
MESSAGE = """CREATE TABLE channel_message (
    id BIGSERIAL PRIMARY KEY,
    number text_code NOT NULL,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    channel text_code NOT NULL,
    received_at utc_time NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    topic_code text_code,
    site_id BIGINT REFERENCES site (id) ON DELETE RESTRICT,
    place text_line,
    caller_id BIGINT REFERENCES account (id) ON DELETE SET NULL,
    reply_due_at utc_time,
    reply TEXT COLLATE "C",
    replied_at utc_time,
    issue_id BIGINT REFERENCES issue (id) ON DELETE RESTRICT,
    discard_reason text_code CHECK (discard_reason IN ('NO_CONTENT', 'ABUSIVE', 'ADVERTISING', 'MISDIALLED')),
    settled_at utc_time,
    state text_code NOT NULL CHECK (state IN ('RECEIVED', 'CONVERTED', 'LINKED', 'ANSWERED', 'DISCARDED')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK (length(text) <= 4000),
    CHECK ((state = 'RECEIVED') = (settled_at IS NULL)),
    CHECK ((state IN ('CONVERTED', 'LINKED')) = (issue_id IS NOT NULL)),
    CHECK ((state = 'DISCARDED') = (discard_reason IS NOT NULL)),
    CHECK ((reply IS NULL) = (replied_at IS NULL)),
    CHECK (state <> 'ANSWERED' OR reply IS NOT NULL)
)"""
CONTACT = """CREATE TABLE message_contact (
    message_id BIGINT NOT NULL PRIMARY KEY REFERENCES channel_message (id) ON DELETE CASCADE,
    division_code text_code NOT NULL,
    name text_line,
    phone text_code,
    address text_line
)"""
CANDIDATE = """CREATE TABLE message_candidate (
    id BIGSERIAL PRIMARY KEY,
    message_id BIGINT NOT NULL REFERENCES channel_message (id) ON DELETE CASCADE,
    division_code text_code NOT NULL,
    issue_id BIGINT NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
    score INTEGER NOT NULL,
    reasons text_line NOT NULL,
    CHECK (score BETWEEN 1 AND 100)
)"""
SERIAL = """CREATE TABLE message_serial (
    division_code text_code NOT NULL,
    year INTEGER NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (division_code, year)
)"""
TABLES = (MESSAGE, CONTACT, CANDIDATE, SERIAL)
NAMES = ("channel_message", "message_contact", "message_candidate", "message_serial")
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
FIGURES = "division_code, state, caller_id, reply_due_at, replied_at"
INDEXES = (
    "UNIQUE INDEX channel_message_number ON channel_message (number)",
    "UNIQUE INDEX channel_message_received_at_id ON channel_message (received_at, id)",
    "UNIQUE INDEX channel_message_division_code_received_at_id ON channel_message (division_code, received_at, id)",
    f"INDEX channel_message_figures ON channel_message ({FIGURES})",
    "INDEX channel_message_state_reply_due_at ON channel_message (state, reply_due_at)",
    "INDEX channel_message_division_id ON channel_message (division_id)",
    "INDEX channel_message_site_id ON channel_message (site_id) WHERE site_id IS NOT NULL",
    "INDEX channel_message_caller_id ON channel_message (caller_id) WHERE caller_id IS NOT NULL",
    "INDEX channel_message_issue_id ON channel_message (issue_id) WHERE issue_id IS NOT NULL",
    "UNIQUE INDEX message_candidate_message_id_issue_id ON message_candidate (message_id, issue_id)",
    "UNIQUE INDEX message_candidate_message_id_score_id ON message_candidate (message_id, score, id)",
    "INDEX message_candidate_issue_id ON message_candidate (issue_id)",
)


def up(migrator: Any, db: Database) -> None:
    for table in TABLES:
        db.execute_sql(_for_sqlite(table) if isinstance(db, SqliteDatabase) else table)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    for name in reversed(NAMES):
        db.execute_sql(f"DROP TABLE {name}")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace(' COLLATE "C"', "")
    statement = re.sub(r"(state|discard_reason) text_code( NOT NULL)? CHECK", r"\1 TEXT\2 CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
