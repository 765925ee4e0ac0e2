"""Let the database itself refuse to change or delete a ledger entry."""

from typing import Any

from peewee import Database, SqliteDatabase

REFUSAL = "the ledger is append-only: correct an entry by adding a CORRECT entry"
SQLITE_EVENTS = {
    "update": "BEFORE UPDATE ON ledger_entry",
    "delete": "BEFORE DELETE ON ledger_entry",
    # INSERT OR REPLACE deletes the row in the way without telling the trigger above.
    "replace": """BEFORE INSERT ON ledger_entry WHEN EXISTS (
        SELECT 1 FROM ledger_entry WHERE id = NEW.id OR (issue_id = NEW.issue_id AND seq = NEW.seq))""",
}
POSTGRES_EVENTS = {
    "change": "BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW",
    "truncate": "BEFORE TRUNCATE ON ledger_entry FOR EACH STATEMENT",
}


def up(migrator: Any, db: Database) -> None:
    if isinstance(db, SqliteDatabase):
        events, action = SQLITE_EVENTS, f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    else:
        events, action = POSTGRES_EVENTS, "EXECUTE FUNCTION refuse_ledger_change()"
        db.execute_sql(
            f"""CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
        )
    for name, event in events.items():
        db.execute_sql(f"CREATE TRIGGER ledger_entry_refuses_{name} {event} {action}")


def down(migrator: Any, db: Database) -> None:
    if isinstance(db, SqliteDatabase):
        for name in SQLITE_EVENTS:
            db.execute_sql(f"DROP TRIGGER ledger_entry_refuses_{name}")
        return
    for name in POSTGRES_EVENTS:
        db.execute_sql(f"DROP TRIGGER ledger_entry_refuses_{name} ON ledger_entry")
    db.execute_sql("DROP FUNCTION refuse_ledger_change()")
