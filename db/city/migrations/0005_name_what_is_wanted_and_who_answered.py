"""Say in words which help a need wants, and name staff who answered an issue on the spot."""

from typing import Any

from peewee import Database, SqliteDatabase

CHECK = (
    "CHECK (handler_account_id IS NULL OR "
    "COALESCE(handler_organization_id, handler_team_id, handler_member_id) IS NULL)"
)


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    number, prose = ("INTEGER", "TEXT") if is_sqlite else ("BIGINT", 'TEXT COLLATE "C"')
    db.execute_sql(f"ALTER TABLE need ADD COLUMN wanted {prose}")
    # On PostgreSQL a check of several columns belongs to the table.
    check = CHECK if is_sqlite else f", ADD {CHECK}"
    reference = f"handler_account_id {number} REFERENCES account (id) ON DELETE RESTRICT"
    db.execute_sql(f"ALTER TABLE issue ADD COLUMN {reference} {check}")
    db.execute_sql("CREATE INDEX issue_handler_account_id ON issue (handler_account_id)")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP INDEX issue_handler_account_id")
    db.execute_sql("ALTER TABLE issue DROP COLUMN handler_account_id")
    db.execute_sql("ALTER TABLE need DROP COLUMN wanted")
