"""Tell members without posts from those of whom nothing is known, and let several people nominate somebody.

Posts are known of whoever has one, and of members who were seated by an entry of their committee's journal; of others,
who were there before posts were kept, they are unknown until somebody sets them.
"""

from typing import Any

from peewee import Database, SqliteDatabase

KNOWN = """UPDATE member SET has_known_posts = TRUE WHERE posts <> '' OR EXISTS (
    SELECT 1 FROM journal_entry AS entry WHERE entry.subject_type = 'Committee'
    AND entry.subject_id = member.committee_id AND entry.action = 'SEAT'
    AND REPLACE(entry.facts, '"Member_' || member.id || '"', '') <> entry.facts
)"""
LIVE, TAKEN_UP = "'SUBMITTED', 'UNDER_DISCUSSION', 'PUBLIC_NOTICE'", "'UNDER_DISCUSSION', 'PUBLIC_NOTICE'"
INDEX = "CREATE UNIQUE INDEX {0} ON candidacy (committee_id, person_id) WHERE state IN ({1})"


def up(migrator: Any, db: Database) -> None:
    form = "INTEGER NOT NULL DEFAULT FALSE" if isinstance(db, SqliteDatabase) else "BOOLEAN NOT NULL DEFAULT FALSE"
    db.execute_sql(f"ALTER TABLE member ADD COLUMN has_known_posts {form}")
    db.execute_sql(KNOWN)
    db.execute_sql("DROP INDEX candidacy_one_live")
    db.execute_sql(INDEX.format("candidacy_one_taken_up", TAKEN_UP))


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP INDEX candidacy_one_taken_up")
    db.execute_sql(INDEX.format("candidacy_one_live", LIVE))
    db.execute_sql("ALTER TABLE member DROP COLUMN has_known_posts")
