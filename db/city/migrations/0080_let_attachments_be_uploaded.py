"""Let an attachment have a file that was uploaded."""

from typing import Any

from peewee import Database, SqliteDatabase


def up(migrator: Any, db: Database) -> None:
    number = "INTEGER" if isinstance(db, SqliteDatabase) else "BIGINT"
    db.execute_sql(f"ALTER TABLE attachment ADD COLUMN file_id {number} REFERENCES file (id) ON DELETE RESTRICT")
    db.execute_sql("CREATE UNIQUE INDEX attachment_file_id ON attachment (file_id)")


def down(migrator: Any, db: Database) -> None:
    found = db.execute_sql("SELECT COUNT(*) FROM attachment WHERE file_id IS NOT NULL")
    if count := found.fetchone()[0]:
        raise ValueError(f"{count} attachments have files, which the release before does not know")
    db.execute_sql("DROP INDEX attachment_file_id")
    db.execute_sql("ALTER TABLE attachment DROP COLUMN file_id")
