"""Say for which case of monitoring at home supplies were handed out."""

from typing import Any

from peewee import Database, SqliteDatabase

REFUSAL = "moves of supplies are append-only: count the stock to correct it"


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    number = "INTEGER" if is_sqlite else "BIGINT"
    check = "CHECK (case_id IS NULL OR kind = 'ISSUE')"
    column = f"case_id {number} REFERENCES monitoring_case (id) ON DELETE RESTRICT {check}"
    db.execute_sql(f"ALTER TABLE stock_move ADD COLUMN {column}")
    db.execute_sql("CREATE INDEX stock_move_case_id ON stock_move (case_id) WHERE case_id IS NOT NULL")
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    if not is_sqlite:
        refuse = "FOR EACH ROW EXECUTE FUNCTION refuse_stock_move_change()"
    db.execute_sql(f"CREATE TRIGGER stock_move_refuses_case BEFORE UPDATE OF case_id ON stock_move {refuse}")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql(f"DROP TRIGGER stock_move_refuses_case{'' if isinstance(db, SqliteDatabase) else ' ON stock_move'}")
    db.execute_sql("DROP INDEX stock_move_case_id")
    db.execute_sql("ALTER TABLE stock_move DROP COLUMN case_id")
