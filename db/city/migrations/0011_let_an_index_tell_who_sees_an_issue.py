"""Put the number and the reporter into the index that counts of issues walk: they tell who sees an issue."""

from typing import Any

from peewee import Database

NEW = "issue_division_code_state_number_reporter_id"


def up(migrator: Any, db: Database) -> None:
    db.execute_sql(f"CREATE INDEX {NEW} ON issue (division_code, state, number, reporter_id)")
    db.execute_sql("DROP INDEX issue_division_code_state")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("CREATE INDEX issue_division_code_state ON issue (division_code, state)")
    db.execute_sql(f"DROP INDEX {NEW}")
