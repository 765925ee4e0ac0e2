"""Say for which case of monitoring at home supplies were handed out."""

from typing import Any

from peewee import Database, SqliteDatabase


def up(migrator: Any, db: Database) -> None:
    number = "INTEGER" if isinstance(db, SqliteDatabase) else "BIGINT"
    check = "CHECK (case_id IS NULL OR kind = 'ISSUE')"
    column = f"case_id {number} REFERENCES monitoring_case (id) ON DELETE RESTRICT {check}"
    db.execute_sql(f"ALTER TABLE stock_move ADD COLUMN {column}")
    db.execute_sql("CREATE INDEX stock_move_case_id ON stock_move (case_id) WHERE case_id IS NOT NULL")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP INDEX stock_move_case_id")
    db.execute_sql("ALTER TABLE stock_move DROP COLUMN case_id")
