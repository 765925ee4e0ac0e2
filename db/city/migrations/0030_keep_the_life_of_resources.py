"""Keep the life of resources: their state with its journal, and when staff looked at them.

What was on offer stays so; what was not has expired where its last day is over, and is retired otherwise.
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from peewee import Database, SqliteDatabase

STATES = "'OFFERED', 'ON_OFFER', 'SUSPENDED', 'DECLINED', 'RETIRED', 'EXPIRED'"
# Written for PostgreSQL.
COLUMNS = {
    "verified_on": "calendar_day",
    "state": f"text_code NOT NULL DEFAULT 'ON_OFFER' CHECK (state IN ({STATES}))",
    "version": "INTEGER NOT NULL DEFAULT 1",
}
SQLITE_COLUMNS = COLUMNS | {
    "verified_on": "TEXT CHECK (verified_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')",
    "state": f"TEXT NOT NULL DEFAULT 'ON_OFFER' CHECK (state IN ({STATES}))",
}
INDEX = "resource_state_valid_until"
GENESIS = "0" * 64
BATCH = 1000


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    for name, definition in (SQLITE_COLUMNS if is_sqlite else COLUMNS).items():
        db.execute_sql(f"ALTER TABLE resource ADD COLUMN {name} {definition}")
    mark = "?" if is_sqlite else "%s"
    now = datetime.now(UTC)
    today = now.astimezone(timezone(timedelta(hours=8))).date().isoformat()
    db.execute_sql(
        f"UPDATE resource SET state = CASE WHEN valid_until < {mark} THEN 'EXPIRED' ELSE 'RETIRED' END "
        "WHERE NOT is_active",
        (today,),
    )
    db.execute_sql("ALTER TABLE resource DROP COLUMN is_active")
    db.execute_sql(f"CREATE INDEX {INDEX} ON resource (state, valid_until)")
    _adopt(db, now.strftime("%Y-%m-%dT%H:%M:%SZ"), mark)


def down(migrator: Any, db: Database) -> None:
    found = db.execute_sql("SELECT COUNT(*) FROM journal_entry WHERE subject_type = 'Resource' AND seq > 1")
    if count := found.fetchone()[0]:
        raise ValueError(f"the journal has {count} steps of resources, which the release before does not know")
    is_sqlite = isinstance(db, SqliteDatabase)
    kind = "INTEGER" if is_sqlite else "BOOLEAN"
    db.execute_sql(f"DROP INDEX {INDEX}")
    db.execute_sql(f"ALTER TABLE resource ADD COLUMN is_active {kind} NOT NULL DEFAULT FALSE")
    db.execute_sql("UPDATE resource SET is_active = (state = 'ON_OFFER')")
    for name in reversed(COLUMNS):
        db.execute_sql(f"ALTER TABLE resource DROP COLUMN {name}")


def _adopt(db: Database, now: str, mark: str) -> None:
    rows = db.execute_sql("SELECT id, division_code, state FROM resource ORDER BY id").fetchall()
    for first in range(0, len(rows), BATCH):
        values = [_entry(now, *row) for row in rows[first : first + BATCH]]
        marks = ", ".join(f"({', '.join([mark] * len(values[0]))})" for _ in values)
        db.execute_sql(
            "INSERT INTO journal_entry (subject_type, subject_id, division_code, seq, at, action, actor_role, "
            f"to_state, facts, prev_hash, hash) VALUES {marks}",
            [value for row in values for value in row],
        )


def _entry(at: str, row_id: int, division: str, state: str) -> tuple[Any, ...]:
    noun, action, role = "Resource", "ADOPT", "SYSTEM"
    hashed = [GENESIS, noun, row_id, 1, at, action, None, None, role, None, None, state, None, "{}"]
    content = json.dumps(hashed, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(content.encode()).hexdigest()
    return noun, row_id, division, 1, at, action, role, state, "{}", GENESIS, digest
