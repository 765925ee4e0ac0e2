"""Keep what was reaped on the plots of gardens."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
HARVEST = """CREATE TABLE harvest (
    id BIGSERIAL PRIMARY KEY,
    booking_id BIGINT NOT NULL REFERENCES booking (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    day calendar_day NOT NULL,
    crop text_line NOT NULL,
    kilograms BIGINT NOT NULL,
    shared_kilograms BIGINT NOT NULL,
    shared_with text_line,
    created_at utc_time NOT NULL,
    CHECK (kilograms > 0),
    CHECK (shared_kilograms BETWEEN 0 AND kilograms),
    CHECK ((shared_kilograms > 0) = (shared_with IS NOT NULL))
)"""
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEXES = (
    "UNIQUE INDEX harvest_booking_id_day_id ON harvest (booking_id, day, id)",
    "UNIQUE INDEX harvest_division_code_day_id ON harvest (division_code, day, id)",
    "UNIQUE INDEX harvest_day_id ON harvest (day, id)",
)


def up(migrator: Any, db: Database) -> None:
    db.execute_sql(_for_sqlite(HARVEST) if isinstance(db, SqliteDatabase) else HARVEST)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    if count := db.execute_sql("SELECT COUNT(*) FROM harvest").fetchone()[0]:
        raise ValueError(f"{count} harvests would be lost, which the release before does not know")
    db.execute_sql("DROP TABLE harvest")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER")
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
