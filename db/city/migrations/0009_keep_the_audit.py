"""Keep the use of authority and attempts at it, and let the database itself refuse to change what was kept."""

from typing import Any

from peewee import Database, SqliteDatabase

DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
CODE = "CHECK ({0} NOT GLOB '*[^A-Za-z0-9_.:+-]*')"
ACTIONS = "'REFUSED', 'TOKEN_AFTER_REVOCATION', 'REVEALED', 'GRANTED', 'REVOKED', 'TOKEN_ISSUED', 'TOKEN_REVOKED'"
SQLITE = f"""CREATE TABLE audit_entry (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL CHECK (at GLOB '{DAY}T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'),
    action TEXT NOT NULL CHECK (action IN ({ACTIONS})),
    account_id INTEGER REFERENCES account (id) ON DELETE RESTRICT,
    address TEXT NOT NULL CHECK (address NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'),
    request_id TEXT NOT NULL {CODE.format("request_id")},
    mutation TEXT {CODE.format("mutation")},
    subject_type TEXT {CODE.format("subject_type")},
    subject_id INTEGER,
    division_code TEXT {CODE.format("division_code")},
    reason TEXT NOT NULL,
    CHECK ((subject_type IS NULL) = (subject_id IS NULL))
) STRICT"""
POSTGRES = f"""CREATE TABLE audit_entry (
    id BIGSERIAL PRIMARY KEY,
    at utc_time NOT NULL,
    action text_code NOT NULL CHECK (action IN ({ACTIONS})),
    account_id BIGINT REFERENCES account (id) ON DELETE RESTRICT,
    address text_line NOT NULL,
    request_id text_code NOT NULL,
    mutation text_code,
    subject_type text_code,
    subject_id BIGINT,
    division_code text_code,
    reason text COLLATE "C" NOT NULL,
    CHECK ((subject_type IS NULL) = (subject_id IS NULL))
)"""
INDEXES = (
    "UNIQUE INDEX audit_entry_at_id ON audit_entry (at, id)",
    "INDEX audit_entry_division_code_at ON audit_entry (division_code, at)",
    "INDEX audit_entry_account_id_action_at ON audit_entry (account_id, action, at)",
)
REFUSAL = "the audit is append-only"
SQLITE_EVENTS = {
    "update": "BEFORE UPDATE ON audit_entry",
    "delete": "BEFORE DELETE ON audit_entry",
    # INSERT OR REPLACE deletes the row in the way without telling the trigger above.
    "replace": "BEFORE INSERT ON audit_entry WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)",
}
POSTGRES_EVENTS = {
    "change": "BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW",
    "truncate": "BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT",
}


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    db.execute_sql(SQLITE if is_sqlite else POSTGRES)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")
    action = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    if not is_sqlite:
        action = "EXECUTE FUNCTION refuse_audit_change()"
        db.execute_sql(
            f"""CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
        )
    for name, event in (SQLITE_EVENTS if is_sqlite else POSTGRES_EVENTS).items():
        db.execute_sql(f"CREATE TRIGGER audit_entry_refuses_{name} {event} {action}")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE audit_entry")
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("DROP FUNCTION refuse_audit_change()")
