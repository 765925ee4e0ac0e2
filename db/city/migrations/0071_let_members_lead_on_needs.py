"""Let members lead on needs that a meeting resolved by themselves."""

from typing import Any

from peewee import Database, SqliteDatabase


def up(migrator: Any, db: Database) -> None:
    key = "INTEGER" if isinstance(db, SqliteDatabase) else "BIGINT"
    db.execute_sql(f"ALTER TABLE need ADD COLUMN lead_id {key} REFERENCES member (id) ON DELETE SET NULL")
    db.execute_sql("CREATE INDEX need_lead_id ON need (lead_id) WHERE lead_id IS NOT NULL")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP INDEX need_lead_id")
    db.execute_sql("ALTER TABLE need DROP COLUMN lead_id")
