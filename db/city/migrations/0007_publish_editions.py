"""Keep each month's edition of the three lists, and let the database itself refuse to change one."""

from typing import Any

from peewee import Database, SqliteDatabase

DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
CODE = "TEXT NOT NULL CHECK ({0} NOT GLOB '*[^A-Za-z0-9_.:+-]*')"
SQLITE = f"""CREATE TABLE list_edition (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    committee_id INTEGER NOT NULL REFERENCES committee (id) ON DELETE RESTRICT,
    division_code {CODE.format("division_code")},
    number INTEGER NOT NULL,
    month {CODE.format("month")},
    published_at TEXT NOT NULL CHECK (published_at GLOB '{DAY}T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'),
    content TEXT NOT NULL,
    sha256 {CODE.format("sha256")},
    CHECK (number >= 1),
    CHECK (length(month) = 7),
    CHECK (length(sha256) = 64)
) STRICT"""
POSTGRES = """CREATE TABLE list_edition (
    id BIGSERIAL PRIMARY KEY,
    committee_id BIGINT NOT NULL REFERENCES committee (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    number INTEGER NOT NULL,
    month text_code NOT NULL,
    published_at utc_time NOT NULL,
    content text COLLATE "C" NOT NULL,
    sha256 text_code NOT NULL,
    CHECK (number >= 1),
    CHECK (length(month) = 7),
    CHECK (length(sha256) = 64)
)"""
INDEXES = (
    "UNIQUE INDEX list_edition_committee_id_number ON list_edition (committee_id, number)",
    "UNIQUE INDEX list_edition_committee_id_month ON list_edition (committee_id, month)",
    "INDEX list_edition_division_code_month ON list_edition (division_code, month)",
    "UNIQUE INDEX list_edition_committee_id_published_at_id ON list_edition (committee_id, published_at, id)",
)
REFUSAL = "an edition is published once and never changed"
SQLITE_EVENTS = {
    "update": "BEFORE UPDATE ON list_edition",
    "delete": "BEFORE DELETE ON list_edition",
    # INSERT OR REPLACE deletes the row in the way without telling the trigger above.
    "replace": """BEFORE INSERT ON list_edition WHEN EXISTS (
        SELECT 1 FROM list_edition WHERE id = NEW.id OR (committee_id = NEW.committee_id AND month = NEW.month))""",
}
POSTGRES_EVENTS = {
    "change": "BEFORE UPDATE OR DELETE ON list_edition FOR EACH ROW",
    "truncate": "BEFORE TRUNCATE ON list_edition FOR EACH STATEMENT",
}


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    db.execute_sql(SQLITE if is_sqlite else POSTGRES)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")
    action = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    if not is_sqlite:
        action = "EXECUTE FUNCTION refuse_edition_change()"
        db.execute_sql(
            f"""CREATE FUNCTION refuse_edition_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
        )
    for name, event in (SQLITE_EVENTS if is_sqlite else POSTGRES_EVENTS).items():
        db.execute_sql(f"CREATE TRIGGER list_edition_refuses_{name} {event} {action}")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE list_edition")
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("DROP FUNCTION refuse_edition_change()")
