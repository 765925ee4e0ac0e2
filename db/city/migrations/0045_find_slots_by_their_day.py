"""Find slots by their day, so that those of days past a year are soon found and deleted."""

from typing import Any

from peewee import Database


def up(migrator: Any, db: Database) -> None:
    db.execute_sql("CREATE INDEX slot_day ON slot (day)")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP INDEX slot_day")
