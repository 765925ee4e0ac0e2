"""Keep which claim took the places of a booking. What was confirmed before took none, and gives none back."""

from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
COLUMN = "claim_id BIGINT REFERENCES claim (id) ON DELETE RESTRICT"


def up(migrator: Any, db: Database) -> None:
    column = COLUMN.replace("BIGINT", "INTEGER") if isinstance(db, SqliteDatabase) else COLUMN
    db.execute_sql(f"ALTER TABLE booking ADD COLUMN {column}")
    db.execute_sql("CREATE UNIQUE INDEX booking_claim_id ON booking (claim_id)")


def down(migrator: Any, db: Database) -> None:
    found = db.execute_sql("SELECT COUNT(*) FROM booking WHERE claim_id IS NOT NULL")
    if count := found.fetchone()[0]:
        raise ValueError(f"{count} claims took places, which the release before does not know")
    db.execute_sql("DROP INDEX booking_claim_id")
    db.execute_sql("ALTER TABLE booking DROP COLUMN claim_id")
