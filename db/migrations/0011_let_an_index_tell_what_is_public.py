"""Put the ledger number into the index that counts of issues walk: whether there is one tells what everybody sees."""

from typing import Any

from peewee import Database


def up(migrator: Any, db: Database) -> None:
    db.execute_sql("CREATE INDEX issue_division_code_state_number ON issue (division_code, state, number)")
    db.execute_sql("DROP INDEX issue_division_code_state")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("CREATE INDEX issue_division_code_state ON issue (division_code, state)")
    db.execute_sql("DROP INDEX issue_division_code_state_number")
