"""Keep text in one form, let titles have two characters, and index enumerations by their rank.

Rows that can never change (the ledger, editions, the audit) and what programs wrote stay as they are.
"""

import unicodedata
from typing import Any

from peewee import Database, SqliteDatabase

FIVE = "length(title) BETWEEN 5 AND 60"
TWO = "length(title) BETWEEN 2 AND 60"
WIDE = "".join(chr(0xFEE0 + ord(character)) for character in "0123456789")
WIDE += "".join(chr(0xFEE0 + code) for code in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1)))
NARROW = {ord(character): ord(character) - 0xFEE0 for character in WIDE}
TEXTS = {
    "division": ("name",),
    "account": ("name",),
    "committee": ("name",),
    "member": ("name",),
    "organization": ("name",),
    "volunteer_team": ("name", "police_instructor_name"),
    "api_token": ("name",),
    "issue": ("title", "description", "place"),
    "issue_contact": ("name", "address"),
    "issue_request": ("reason", "decision_reason"),
    "comment": ("author_name", "text"),
    "evidence": ("description",),
    "meeting": ("place", "minutes"),
    "meeting_demand": ("reason",),
    "agenda_item": ("title", "hearing_record"),
    "vote": ("interest",),
    "resolution": ("text",),
    "need": ("title", "unit", "wanted"),
    "project": ("title",),
    "project_milestone": ("title",),
    "resource": ("name", "description", "unit"),
    "claim": ("promise",),
    "conduct_norm": ("text",),
}
RANKS = {
    ("division", "level"): ("PROVINCE", "CITY", "DISTRICT", "SUBDISTRICT", "COMMUNITY"),
    ("member", "position"): ("DIRECTOR", "DEPUTY_DIRECTOR", "MEMBER"),
    ("member", "category"): (
        "TWO_COMMITTEES", "DEPUTY_DELEGATE_CPPCC", "VETERAN", "COMMUNITY_POLICE", "NON_PUBLIC_ECONOMY",
        "SOCIAL_ORGANIZATION", "PROPERTY_COMPANY", "OWNERS_COMMITTEE", "NOTABLE_RESIDENT", "OTHER",
    ),
    ("issue", "state"): (
        "SUBMITTED", "NEEDS_INFO", "ACCEPTED", "IN_DELIBERATION", "OPEN_FOR_CLAIM", "IN_PROGRESS", "SUSPENDED",
        "AWAITING_VERIFICATION", "CLOSED", "REJECTED", "WITHDRAWN", "MERGED",
    ),
    ("issue", "urgency"): ("EMERGENCY", "URGENT", "NORMAL", "COMPLEX"),
    ("issue", "current_level"): ("PROVINCE", "CITY", "DISTRICT", "SUBDISTRICT", "COMMUNITY"),
    ("claim", "state"): ("PENDING", "CONFIRMED", "FULFILLED", "RELEASED", "DECLINED"),
}  # fmt: skip
# Which of them are ordered by the time of creation within a rank.
THEN_BY_TIME = (("issue", "state"), ("issue", "urgency"))


def up(migrator: Any, db: Database) -> None:
    _exchange(db, FIVE, TWO)
    _normalize(db)
    for (table, column), names in RANKS.items():
        rank = " ".join(f"WHEN '{name}' THEN {at}" for at, name in enumerate(names))
        db.execute_sql(f"CREATE INDEX {table}_{column}_rank ON {table} ((CASE {column} {rank} END), id)")
        if (table, column) in THEN_BY_TIME:
            columns = f"(CASE {column} {rank} END), created_at, id"
            db.execute_sql(f"CREATE INDEX {table}_{column}_rank_created_at ON {table} ({columns})")


def down(migrator: Any, db: Database) -> None:
    for table, column in RANKS:
        db.execute_sql(f"DROP INDEX {table}_{column}_rank")
        if (table, column) in THEN_BY_TIME:
            db.execute_sql(f"DROP INDEX {table}_{column}_rank_created_at")
    # The texts stay as they are: the release before takes them too. A short title cannot be made longer.
    db.execute_sql("UPDATE issue SET title = title || '…………' WHERE length(title) < 5")
    _exchange(db, TWO, FIVE)


def _exchange(db: Database, before: str, after: str) -> None:
    """Replace a check of issues by a looser or tighter one, without rewriting the table."""
    if not isinstance(db, SqliteDatabase):
        db.execute_sql(
            f"ALTER TABLE issue DROP CONSTRAINT issue_title_check, ADD CONSTRAINT issue_title_check CHECK ({after})"
        )
        return
    # https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes": what does not change
    # how rows are stored may be written into the schema itself.
    changed = "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'issue'"
    db.execute_sql("PRAGMA writable_schema = ON")
    db.execute_sql(changed, (before, after))
    db.execute_sql("PRAGMA writable_schema = RESET")


def _normalize(db: Database) -> None:
    if isinstance(db, SqliteDatabase):
        db.register_function(_normal, "normal_text", 1)
        normal = "normal_text({0})"
        is_other = "normal_text({0}) <> {0}"
    else:
        narrow = "".join(map(chr, NARROW.values()))
        normal = f"normalize(translate({{0}}, '{WIDE}', '{narrow}'), NFC)"
        is_other = f"({{0}} IS NOT NFC NORMALIZED OR {{0}} ~ '[{WIDE}]')"
    for table, columns in TEXTS.items():
        for column in columns:
            # A few characters become two in normal form C; those that might then be too long stay as they are.
            fits = f"length({normal}) <= length({{0}})"
            db.execute_sql(f"UPDATE {table} SET {column} = {normal} WHERE {is_other} AND {fits}".replace("{0}", column))
    if isinstance(db, SqliteDatabase):
        db.unregister_function("normal_text")


def _normal(text: str | None) -> str | None:
    return text if text is None or text.isascii() else unicodedata.normalize("NFC", text.translate(NARROW))
