"""Keep stocks of supplies, and the moves that make them what they are, which nobody changes."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

KINDS = "'RECEIVE', 'ISSUE', 'TRANSFER_OUT', 'TRANSFER_IN', 'COUNT', 'RETURN'"
# Written for PostgreSQL.
STOCK = """CREATE TABLE stock (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    item text_code NOT NULL,
    name text_line NOT NULL,
    unit text_line NOT NULL,
    quantity BIGINT NOT NULL,
    reorder_at BIGINT,
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK (quantity >= 0),
    CHECK (reorder_at >= 0)
)"""
MOVE = f"""CREATE TABLE stock_move (
    id BIGSERIAL PRIMARY KEY,
    stock_id BIGINT NOT NULL REFERENCES stock (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    number INTEGER NOT NULL,
    kind text_code NOT NULL CHECK (kind IN ({KINDS})),
    quantity BIGINT NOT NULL,
    value BIGINT,
    donation_id BIGINT REFERENCES donation (id) ON DELETE RESTRICT,
    incident_id BIGINT REFERENCES incident (id) ON DELETE RESTRICT,
    receiver text_line,
    site_id BIGINT REFERENCES site (id) ON DELETE RESTRICT,
    transfer_code text_code,
    voucher text_code,
    reason TEXT COLLATE "C",
    at utc_time NOT NULL,
    moved_by_id BIGINT REFERENCES account (id) ON DELETE RESTRICT,
    by_name text_line NOT NULL,
    CHECK (number >= 1),
    CHECK (kind = 'COUNT' OR quantity <> 0),
    CHECK (kind = 'COUNT' OR (quantity < 0) = (kind IN ('ISSUE', 'TRANSFER_OUT'))),
    CHECK (value > 0),
    CHECK (kind = 'RECEIVE' OR (value IS NULL AND donation_id IS NULL)),
    CHECK ((kind = 'ISSUE') = (receiver IS NOT NULL)),
    CHECK ((kind IN ('TRANSFER_OUT', 'TRANSFER_IN')) = (transfer_code IS NOT NULL)),
    CHECK (kind <> 'COUNT' OR reason IS NOT NULL)
)"""
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEXES = (
    "UNIQUE INDEX stock_division_id_item_name ON stock (division_id, item, name)",
    "UNIQUE INDEX stock_division_code_id ON stock (division_code, id)",
    "UNIQUE INDEX stock_move_stock_id_number ON stock_move (stock_id, number)",
    "UNIQUE INDEX stock_move_division_code_at_id ON stock_move (division_code, at, id)",
    "UNIQUE INDEX stock_move_at_id ON stock_move (at, id)",
    "UNIQUE INDEX stock_move_transfer_code_kind ON stock_move (transfer_code, kind)",
    *(
        f"INDEX stock_move_{key} ON stock_move ({key}) WHERE {key} IS NOT NULL"
        for key in ("donation_id", "incident_id", "site_id", "moved_by_id")
    ),
)
REFUSAL = "moves of supplies are append-only: count the stock to correct it"
# A division gets another code when it moves, and what lies in it goes along.
SQLITE_EVENTS = {
    "update": "BEFORE UPDATE OF {columns} ON stock_move",
    "delete": "BEFORE DELETE ON stock_move",
    # INSERT OR REPLACE deletes the row in the way without telling the trigger above.
    "replace": "BEFORE INSERT ON stock_move WHEN EXISTS (SELECT 1 FROM stock_move WHERE id = NEW.id)",
}
POSTGRES_EVENTS = {
    "change": "BEFORE UPDATE OF {columns} OR DELETE ON stock_move FOR EACH ROW",
    "truncate": "BEFORE TRUNCATE ON stock_move FOR EACH STATEMENT",
}


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    for table in (STOCK, MOVE):
        db.execute_sql(_for_sqlite(table) if is_sqlite else table)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")
    action = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    if not is_sqlite:
        action = "EXECUTE FUNCTION refuse_stock_move_change()"
        db.execute_sql(
            f"""CREATE FUNCTION refuse_stock_move_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
        )
    columns = ", ".join(column.name for column in db.get_columns("stock_move") if column.name != "division_code")
    for name, event in (SQLITE_EVENTS if is_sqlite else POSTGRES_EVENTS).items():
        db.execute_sql(f"CREATE TRIGGER stock_move_refuses_{name} {event.format(columns=columns)} {action}")


def down(migrator: Any, db: Database) -> None:
    if count := db.execute_sql("SELECT COUNT(*) FROM stock").fetchone()[0]:
        raise ValueError(f"{count} stocks of supplies would be lost, which the release before does not know")
    for table in ("stock_move", "stock"):
        db.execute_sql(f"DROP TABLE {table}")
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("DROP FUNCTION refuse_stock_move_change()")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace(' COLLATE "C"', "")
    statement = re.sub(r"kind text_code( NOT NULL)? CHECK", r"kind TEXT\1 CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
