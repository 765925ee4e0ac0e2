"""Keep donations and expenses, and what kind of place a project makes."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
COLUMNS = (
    "kind text_code NOT NULL DEFAULT 'ORDINARY'",
    "site_id BIGINT REFERENCES site (id) ON DELETE RESTRICT",
    "area_square_meters INTEGER CHECK (area_square_meters BETWEEN 1 AND 1000000)",
    'balance_note TEXT COLLATE "C"',
)


def _one_of(*columns: str) -> str:
    return " + ".join(f"(CASE WHEN {column} IS NULL THEN 0 ELSE 1 END)" for column in columns) + " = 1"


DONATION = f"""CREATE TABLE donation (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    kind text_code NOT NULL CHECK (kind IN ('MONEY', 'GOODS')),
    organization_id BIGINT REFERENCES organization (id) ON DELETE RESTRICT,
    person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    donor_name text_line,
    is_name_hidden BOOLEAN NOT NULL,
    project_id BIGINT REFERENCES project (id) ON DELETE RESTRICT,
    committee_id BIGINT REFERENCES committee (id) ON DELETE RESTRICT,
    amount BIGINT,
    item text_line,
    unit text_line,
    quantity BIGINT,
    value BIGINT,
    pledged_on calendar_day NOT NULL,
    received_on calendar_day,
    receipt_number text_code,
    purpose_note TEXT COLLATE "C",
    claim_id BIGINT REFERENCES claim (id) ON DELETE RESTRICT,
    state text_code NOT NULL CHECK (state IN ('PLEDGED', 'RECEIVED', 'CANCELLED')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK ({_one_of("organization_id", "person_id", "donor_name")}),
    CHECK ({_one_of("project_id", "committee_id")}),
    CHECK ((kind = 'MONEY') = (amount IS NOT NULL)),
    CHECK ((kind = 'GOODS') = (item IS NOT NULL)),
    CHECK ((item IS NULL) = (unit IS NULL)),
    CHECK ((item IS NULL) = (quantity IS NULL)),
    CHECK (value IS NULL OR item IS NOT NULL),
    CHECK (amount > 0),
    CHECK (quantity > 0),
    CHECK (value > 0),
    CHECK ((state = 'RECEIVED') = (received_on IS NOT NULL)),
    CHECK ((state = 'RECEIVED') = (receipt_number IS NOT NULL))
)"""
SERIAL = """CREATE TABLE donation_serial (
    division_code text_code NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (division_code, year)
)"""
EXPENSE = """CREATE TABLE expense (
    id BIGSERIAL PRIMARY KEY,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    day calendar_day NOT NULL,
    amount BIGINT NOT NULL,
    payee text_line NOT NULL,
    purpose text_line NOT NULL,
    voucher text_code NOT NULL,
    reverses_id BIGINT REFERENCES expense (id) ON DELETE RESTRICT,
    created_at utc_time NOT NULL,
    CHECK ((reverses_id IS NULL) = (amount > 0)),
    CHECK (amount <> 0)
)"""
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEXES = (
    "INDEX project_site_id ON project (site_id) WHERE site_id IS NOT NULL",
    "UNIQUE INDEX donation_receipt_number ON donation (receipt_number)",
    "UNIQUE INDEX donation_claim_id ON donation (claim_id)",
    "UNIQUE INDEX donation_division_code_id ON donation (division_code, id)",
    "INDEX donation_project_id_state ON donation (project_id, state)",
    "INDEX donation_division_id ON donation (division_id)",
    *(
        f"INDEX donation_{key} ON donation ({key}) WHERE {key} IS NOT NULL"
        for key in ("organization_id", "person_id", "committee_id")
    ),
    "UNIQUE INDEX expense_project_id_day_id ON expense (project_id, day, id)",
    "UNIQUE INDEX expense_division_code_day_id ON expense (division_code, day, id)",
    "UNIQUE INDEX expense_day_id ON expense (day, id)",
    "UNIQUE INDEX expense_reverses_id ON expense (reverses_id)",
)


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    changes = [f"ALTER TABLE project ADD COLUMN {column}" for column in COLUMNS]
    for statement in (*changes, DONATION, SERIAL, EXPENSE):
        db.execute_sql(_for_sqlite(statement) if is_sqlite else statement)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    for table in ("donation", "expense"):
        if count := db.execute_sql(f"SELECT COUNT(*) FROM {table}").fetchone()[0]:
            raise ValueError(f"{count} rows of {table} would be lost, which the release before does not know")
    for table in ("expense", "donation_serial", "donation"):
        db.execute_sql(f"DROP TABLE {table}")
    db.execute_sql("DROP INDEX project_site_id")
    for column in reversed(COLUMNS):
        db.execute_sql(f"ALTER TABLE project DROP COLUMN {column.split()[0]}")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace("BOOLEAN", "INTEGER").replace(' COLLATE "C"', "")
    statement = re.sub(r"text_code( NOT NULL)? CHECK", r"TEXT\1 CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        rest = r"( NOT NULL)?( DEFAULT '\w+')?"
        statement = re.sub(rf"(\w+) {name}{rest}", rf"\1 TEXT\2\3 CHECK (\1 {form})", statement)
    return f"{statement} STRICT" if statement.startswith("CREATE") else statement
