"""Keep service points: what is within a walk, where it lies, and when it is open."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TABLE = """CREATE TABLE service_point (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    organization_id BIGINT REFERENCES organization (id) ON DELETE SET NULL,
    name text_line NOT NULL,
    category text_code NOT NULL CHECK (category IN ('BREAKFAST', 'CANTEEN', 'RESTAURANT', 'HOTEL', 'HOUSEKEEPING',
        'REPAIR', 'BUS_STOP', 'PARKING', 'CHARGING', 'BICYCLE', 'GYM', 'CULTURE_ROOM', 'PARK', 'MARKET',
        'CONVENIENCE_STORE', 'PHARMACY', 'PARCEL')),
    tier text_code NOT NULL CHECK (tier IN ('BASIC', 'QUALITY')),
    latitude BIGINT NOT NULL,
    longitude BIGINT NOT NULL,
    x_m INTEGER NOT NULL,
    y_m INTEGER NOT NULL,
    cell_x INTEGER NOT NULL,
    cell_y INTEGER NOT NULL,
    open_from INTEGER,
    open_to INTEGER,
    phone text_line,
    verified_on calendar_day NOT NULL,
    state text_code NOT NULL CHECK (state IN ('ACTIVE', 'CLOSED')),
    version INTEGER NOT NULL,
    CHECK ((open_from IS NULL) = (open_to IS NULL)),
    CHECK (open_from BETWEEN 0 AND 1439 AND open_to > open_from AND open_to <= open_from + 1440)
)"""
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
}
INDEXES = (
    "CREATE UNIQUE INDEX service_point_division_code_id ON service_point (division_code, id)",
    "CREATE INDEX service_point_cell_x_cell_y ON service_point (cell_x, cell_y)",
    "CREATE INDEX service_point_division_id ON service_point (division_id)",
    "CREATE INDEX service_point_organization_id ON service_point (organization_id)",
)


def up(migrator: Any, db: Database) -> None:
    for statement in (_for_sqlite(TABLE) if isinstance(db, SqliteDatabase) else TABLE, *INDEXES):
        db.execute_sql(statement)


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE service_point")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = re.sub(r"text_code NOT NULL CHECK", "TEXT NOT NULL CHECK", statement.replace("BIGINT", "INTEGER"))
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
