"""Keep the life of organizations: their state with its journal, their head, members, filing and address.

Organizations that are there already are active, and begin their journal so.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from peewee import Database, SqliteDatabase

from db.city.migrations.rollups_v1 import Rollup, create, drop

# Written for PostgreSQL.
COLUMNS = {
    "is_target_unit": "BOOLEAN NOT NULL DEFAULT FALSE",
    "party_organization_name": "text_line",
    "head_id": "BIGINT REFERENCES person (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED",
    "member_count": "INTEGER",
    "filing": "text_code",
    "filing_number": "text_code",
    "address": "text_line",
    "closed_on": "calendar_day",
    "state": "text_code NOT NULL DEFAULT 'ACTIVE' CHECK (state IN ('PENDING', 'ACTIVE', 'DECLINED', 'CLOSED'))",
    "version": "INTEGER NOT NULL DEFAULT 1",
}
SQLITE_FORMS = {
    "text_line": "TEXT CHECK ({0} NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*')",
    "text_code": "TEXT CHECK ({0} NOT GLOB '*[^A-Za-z0-9_.:+-]*')",
    "calendar_day": "TEXT CHECK ({0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')",
}
BEFORE = "organization_division_code_kind"
INDEXES = {
    "organization_division_code_kind_state": "(division_code, kind, state)",
    "organization_division_code_name": "(division_code, name)",
    "organization_head_id": "(head_id)",
}
# How units were counted until now, and how they are from here on: active ones apart.
PLACE, KIND = {"division_code": "{row}division_code"}, {"kind": "{row}kind"}
DISTRICT = {"district_code": "substr({row}division_code, 1, 6) || '000000'"}
PARTNER = {"is_partner_unit": "{row}is_partner_unit"}
MANY = {
    "has_many": "{row}row_count >= 10", "is_community": "substr({row}division_code, 10, 3) BETWEEN '001' AND '199'",
}  # fmt: skip
NAMES = ("organization_count_by_partnership", "organization_count_by_kind", "community_count_by_organizations")


def rollups(active: dict[str, str], kept: dict[str, str], state: tuple[str, ...]) -> tuple[Rollup, ...]:
    """List the roll-ups. active, kept: the flag of a unit, and the same of its count. state: the column it reads."""
    by_partnership, by_kind, of_communities = NAMES
    watched = ("division_code", "kind")
    return (
        Rollup(
            "organization", by_partnership, DISTRICT | KIND, PARTNER | active, (*watched, "is_partner_unit", *state)
        ),
        Rollup("organization", by_kind, PLACE | KIND, active, (*watched, *state), has_slots=False),
        Rollup(by_kind, of_communities, DISTRICT | KIND, kept | MANY, (*watched, *kept, "row_count")),
    )


COUNTED_BEFORE = rollups({}, {}, ())
COUNTED = rollups({"is_active": "{row}state = 'ACTIVE'"}, {"is_active": "{row}is_active"}, ("state",))
GENESIS = "0" * 64
BATCH = 1000


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    for rollup in reversed(COUNTED_BEFORE):
        drop(db, rollup)
    for name, definition in COLUMNS.items():
        form = _for_sqlite(name, definition) if is_sqlite else definition
        db.execute_sql(f"ALTER TABLE organization ADD COLUMN {name} {form}")
    db.execute_sql(f"DROP INDEX {BEFORE}")
    for name, columns in INDEXES.items():
        db.execute_sql(f"CREATE INDEX {name} ON organization {columns}")
    for rollup in COUNTED:
        create(db, rollup)
    _adopt(db, "?" if is_sqlite else "%s")


def down(migrator: Any, db: Database) -> None:
    found = db.execute_sql("SELECT COUNT(*) FROM journal_entry WHERE subject_type = 'Organization' AND seq > 1")
    if count := found.fetchone()[0]:
        raise ValueError(f"the journal has {count} steps of organizations, which the release before does not know")
    for rollup in reversed(COUNTED):
        drop(db, rollup)
    for name in INDEXES:
        db.execute_sql(f"DROP INDEX {name}")
    for name in reversed(COLUMNS):
        db.execute_sql(f"ALTER TABLE organization DROP COLUMN {name}")
    db.execute_sql(f"CREATE INDEX {BEFORE} ON organization (division_code, kind)")
    for rollup in COUNTED_BEFORE:
        create(db, rollup)


def _for_sqlite(name: str, definition: str) -> str:
    kind, _, rest = definition.partition(" ")
    if kind == "text_code" and "CHECK" in rest:
        return f"TEXT {rest}"
    form = SQLITE_FORMS.get(kind, {"BIGINT": "INTEGER", "BOOLEAN": "INTEGER"}.get(kind, kind)).format(name)
    return f"{form} {rest}".rstrip()


def _adopt(db: Database, mark: str) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = db.execute_sql("SELECT id, division_code FROM organization ORDER BY id").fetchall()
    for first in range(0, len(rows), BATCH):
        values = [_entry(now, *row) for row in rows[first : first + BATCH]]
        marks = ", ".join(f"({', '.join([mark] * len(values[0]))})" for _ in values)
        db.execute_sql(
            "INSERT INTO journal_entry (subject_type, subject_id, division_code, seq, at, action, actor_role, "
            f"to_state, facts, prev_hash, hash) VALUES {marks}",
            [value for row in values for value in row],
        )


def _entry(at: str, row_id: int, division: str) -> tuple[Any, ...]:
    noun, action, role, state = "Organization", "ADOPT", "SYSTEM", "ACTIVE"
    hashed = [GENESIS, noun, row_id, 1, at, action, None, None, role, None, None, state, None, "{}"]
    content = json.dumps(hashed, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(content.encode()).hexdigest()
    return noun, row_id, division, 1, at, action, role, state, "{}", GENESIS, digest
