"""Keep a journal of every noun that has states, and let the database itself refuse to change what was kept.

Rows that are there already begin their journal as they stand: one entry each, with the action ADOPT.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from peewee import Database, SqliteDatabase

DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
CODE = "CHECK ({0} NOT GLOB '*[^A-Za-z0-9_.:+-]*')"
SQLITE = f"""CREATE TABLE journal_entry (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    subject_type TEXT NOT NULL {CODE.format("subject_type")},
    subject_id INTEGER NOT NULL,
    issue_id INTEGER REFERENCES issue (id) ON DELETE RESTRICT,
    division_code TEXT NOT NULL {CODE.format("division_code")},
    seq INTEGER NOT NULL,
    at TEXT NOT NULL CHECK (at GLOB '{DAY}T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'),
    action TEXT NOT NULL {CODE.format("action")},
    actor_id INTEGER REFERENCES account (id) ON DELETE RESTRICT,
    actor_name TEXT CHECK (actor_name NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'),
    actor_role TEXT NOT NULL {CODE.format("actor_role")},
    office_code TEXT {CODE.format("office_code")},
    from_state TEXT {CODE.format("from_state")},
    to_state TEXT NOT NULL {CODE.format("to_state")},
    note TEXT,
    facts TEXT NOT NULL,
    prev_hash TEXT NOT NULL {CODE.format("prev_hash")},
    hash TEXT NOT NULL {CODE.format("hash")},
    CHECK (seq >= 1),
    CHECK (length(hash) = 64),
    CHECK (length(prev_hash) = 64)
) STRICT"""
POSTGRES = """CREATE TABLE journal_entry (
    id BIGSERIAL PRIMARY KEY,
    subject_type text_code NOT NULL,
    subject_id BIGINT NOT NULL,
    issue_id BIGINT REFERENCES issue (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    seq INTEGER NOT NULL,
    at utc_time NOT NULL,
    action text_code NOT NULL,
    actor_id BIGINT REFERENCES account (id) ON DELETE RESTRICT,
    actor_name text_line,
    actor_role text_code NOT NULL,
    office_code text_code,
    from_state text_code,
    to_state text_code NOT NULL,
    note text COLLATE "C",
    facts text COLLATE "C" NOT NULL,
    prev_hash text_code NOT NULL,
    hash text_code NOT NULL,
    CHECK (seq >= 1),
    CHECK (length(hash) = 64),
    CHECK (length(prev_hash) = 64)
)"""
INDEXES = (
    "UNIQUE INDEX journal_entry_subject_type_subject_id_seq ON journal_entry (subject_type, subject_id, seq)",
    "INDEX journal_entry_division_code_at ON journal_entry (division_code, at)",
    "UNIQUE INDEX journal_entry_at_id ON journal_entry (at, id)",
    "INDEX journal_entry_issue_id ON journal_entry (issue_id)",
    "INDEX journal_entry_actor_id ON journal_entry (actor_id)",
)
REFUSAL = "the journal is append-only"
SQLITE_EVENTS = {
    "update": "BEFORE UPDATE ON journal_entry",
    "delete": "BEFORE DELETE ON journal_entry",
    # INSERT OR REPLACE deletes the row in the way without telling the trigger above.
    "replace": """BEFORE INSERT ON journal_entry WHEN EXISTS (SELECT 1 FROM journal_entry WHERE id = NEW.id OR
        (subject_type = NEW.subject_type AND subject_id = NEW.subject_id AND seq = NEW.seq))""",
}
POSTGRES_EVENTS = {
    "change": "BEFORE UPDATE OR DELETE ON journal_entry FOR EACH ROW",
    "truncate": "BEFORE TRUNCATE ON journal_entry FOR EACH STATEMENT",
}
# The noun, its table, and the column of the issue whose visibility it shares.
NOUNS = (
    ("Claim", "claim", "issue_id"),
    ("Need", "need", "issue_id"),
    ("Project", "project", "NULL"),
    ("Meeting", "meeting", "NULL"),
    ("IssueRequest", "issue_request", "issue_id"),
    ("Committee", "committee", "NULL"),
)
GENESIS = "0" * 64
BATCH = 1000


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    db.execute_sql(SQLITE if is_sqlite else POSTGRES)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")
    for noun, table, issue in NOUNS:
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN version INTEGER DEFAULT 1 NOT NULL")
        _adopt(db, noun, table, issue, "?" if is_sqlite else "%s")
    _keep(db, is_sqlite)


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE journal_entry")
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("DROP FUNCTION refuse_journal_change()")
    for _, table, _ in NOUNS:
        db.execute_sql(f"ALTER TABLE {table} DROP COLUMN version")


def _keep(db: Database, is_sqlite: bool) -> None:
    action = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    if not is_sqlite:
        action = "EXECUTE FUNCTION refuse_journal_change()"
        db.execute_sql(
            f"""CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
        )
    for name, event in (SQLITE_EVENTS if is_sqlite else POSTGRES_EVENTS).items():
        db.execute_sql(f"CREATE TRIGGER journal_entry_refuses_{name} {event} {action}")


def _adopt(db: Database, noun: str, table: str, issue: str, mark: str) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = db.execute_sql(f"SELECT id, {issue}, division_code, state FROM {table} ORDER BY id").fetchall()
    for first in range(0, len(rows), BATCH):
        values = [_entry(noun, now, *row) for row in rows[first : first + BATCH]]
        marks = ", ".join(f"({', '.join([mark] * len(values[0]))})" for _ in values)
        db.execute_sql(
            "INSERT INTO journal_entry (subject_type, subject_id, issue_id, division_code, seq, at, action, "
            f"actor_role, to_state, facts, prev_hash, hash) VALUES {marks}",
            [value for row in values for value in row],
        )


def _entry(noun: str, at: str, row_id: int, issue: int | None, division: str, state: str) -> tuple[Any, ...]:
    hashed = [GENESIS, noun, row_id, 1, at, "ADOPT", None, None, "SYSTEM", None, None, state, None, "{}"]
    content = json.dumps(hashed, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(content.encode()).hexdigest()
    return noun, row_id, issue, division, 1, at, "ADOPT", "SYSTEM", state, "{}", GENESIS, digest
