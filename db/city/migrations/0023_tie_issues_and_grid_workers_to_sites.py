"""Say which site an issue is about, and which grid a grid worker looks after."""

from typing import Any

from peewee import Database, SqliteDatabase

# The table, and what happens to its rows with the site that they name.
TABLES = (("issue", "RESTRICT"), ("role_grant", "CASCADE"))
# With all that tells who sees an issue, so that counts need no table.
SEEN = "issue_division_code_state_number_reporter_id"


def up(migrator: Any, db: Database) -> None:
    number = "INTEGER" if isinstance(db, SqliteDatabase) else "BIGINT"
    for table, fate in TABLES:
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN site_id {number} REFERENCES site (id) ON DELETE {fate}")
        db.execute_sql(f"CREATE INDEX {table}_site_id ON {table} (site_id)")
    db.execute_sql(f"DROP INDEX {SEEN}")
    db.execute_sql(f"CREATE INDEX {SEEN}_site_id ON issue (division_code, state, number, reporter_id, site_id)")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql(f"DROP INDEX {SEEN}_site_id")
    db.execute_sql(f"CREATE INDEX {SEEN} ON issue (division_code, state, number, reporter_id)")
    for table, _ in TABLES:
        db.execute_sql(f"DROP INDEX {table}_site_id")
        db.execute_sql(f"ALTER TABLE {table} DROP COLUMN site_id")
