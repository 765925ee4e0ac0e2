"""Keep what each purge erased or deleted, and let the database itself refuse to change what was kept."""

from typing import Any

from peewee import Database, SqliteDatabase

MOMENT = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'"
SQLITE = f"""CREATE TABLE purge_run (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    rule TEXT NOT NULL CHECK (rule NOT GLOB '*[^A-Za-z0-9_.:+-]*'),
    at TEXT NOT NULL CHECK (at {MOMENT}),
    before TEXT NOT NULL CHECK (before {MOMENT}),
    count INTEGER NOT NULL,
    CHECK (count > 0)
) STRICT"""
POSTGRES = """CREATE TABLE purge_run (
    id BIGSERIAL PRIMARY KEY,
    rule text_code NOT NULL,
    at utc_time NOT NULL,
    before utc_time NOT NULL,
    count INTEGER NOT NULL,
    CHECK (count > 0)
)"""
INDEXES = ("UNIQUE INDEX purge_run_at_id ON purge_run (at, id)", "INDEX purge_run_rule_at ON purge_run (rule, at)")
REFUSAL = "records of purges are append-only"
SQLITE_EVENTS = {
    "update": "BEFORE UPDATE ON purge_run",
    "delete": "BEFORE DELETE ON purge_run",
    # INSERT OR REPLACE deletes the row in the way without telling the trigger above.
    "replace": "BEFORE INSERT ON purge_run WHEN EXISTS (SELECT 1 FROM purge_run WHERE id = NEW.id)",
}
POSTGRES_EVENTS = {
    "change": "BEFORE UPDATE OR DELETE ON purge_run FOR EACH ROW",
    "truncate": "BEFORE TRUNCATE ON purge_run FOR EACH STATEMENT",
}


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    db.execute_sql(SQLITE if is_sqlite else POSTGRES)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")
    action = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    if not is_sqlite:
        action = "EXECUTE FUNCTION refuse_purge_change()"
        db.execute_sql(
            f"""CREATE FUNCTION refuse_purge_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
        )
    for name, event in (SQLITE_EVENTS if is_sqlite else POSTGRES_EVENTS).items():
        db.execute_sql(f"CREATE TRIGGER purge_run_refuses_{name} {event} {action}")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE purge_run")
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("DROP FUNCTION refuse_purge_change()")
