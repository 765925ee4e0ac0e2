"""Keep sites: the grids of a community, and the compounds and courtyards that lie in them."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TABLE = """CREATE TABLE site (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    kind text_code NOT NULL CHECK (kind IN ('GRID', 'COMPOUND', 'COURTYARD_BUILDING')),
    code text_code NOT NULL,
    name text_line NOT NULL,
    grid_id BIGINT REFERENCES site (id) ON DELETE RESTRICT,
    household_count INTEGER,
    latitude BIGINT,
    longitude BIGINT,
    x_m INTEGER,
    y_m INTEGER,
    cell_x INTEGER,
    cell_y INTEGER,
    state text_code NOT NULL CHECK (state IN ('ACTIVE', 'RETIRED')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK ((kind = 'GRID') = (grid_id IS NULL)),
    CHECK ((latitude IS NULL) = (longitude IS NULL)),
    CHECK (household_count BETWEEN 0 AND 100000)
)"""
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEXES = (
    "CREATE UNIQUE INDEX site_division_code_id ON site (division_code, id)",
    "CREATE UNIQUE INDEX site_division_code_code ON site (division_code, code)",
    "CREATE INDEX site_cell_x_cell_y ON site (cell_x, cell_y)",
    "CREATE INDEX site_division_id ON site (division_id)",
    "CREATE INDEX site_grid_id ON site (grid_id)",
)


def up(migrator: Any, db: Database) -> None:
    for statement in (_for_sqlite(TABLE) if isinstance(db, SqliteDatabase) else TABLE, *INDEXES):
        db.execute_sql(statement)


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE site")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = re.sub(r"text_code NOT NULL CHECK", "TEXT NOT NULL CHECK", statement.replace("BIGINT", "INTEGER"))
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
