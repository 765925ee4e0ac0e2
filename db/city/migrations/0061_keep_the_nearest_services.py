"""Keep which basic service of each kind is nearest to each home."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TABLE = """CREATE TABLE nearest_service (
    id BIGSERIAL PRIMARY KEY,
    site_id BIGINT NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    division_code text_code NOT NULL,
    kind text_code NOT NULL CHECK (kind IN ('FOOD', 'LODGING', 'TRAVEL', 'FUN', 'SHOPPING')),
    service_point_id BIGINT NOT NULL REFERENCES service_point (id) ON DELETE CASCADE,
    metres INTEGER NOT NULL
)"""
SQLITE_FORMS = {"text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'"}
INDEXES = (
    "UNIQUE INDEX nearest_service_site_id_kind ON nearest_service (site_id, kind)",
    "INDEX nearest_service_kind_division_code_metres ON nearest_service (kind, division_code, metres)",
    "INDEX nearest_service_service_point_id ON nearest_service (service_point_id)",
    "INDEX service_point_basic ON service_point (cell_x, cell_y) WHERE tier = 'BASIC' AND state = 'ACTIVE'",
)
DISTANCE = """FLOOR(SQRT(
    CAST(point.x_m - home.x_m AS BIGINT) * CAST(point.x_m - home.x_m AS BIGINT)
    + CAST(point.y_m - home.y_m AS BIGINT) * CAST(point.y_m - home.y_m AS BIGINT)
))"""
# What is there already: homes and services at most 1,500 m apart.
FOUND = f"""INSERT INTO nearest_service (site_id, division_code, kind, service_point_id, metres)
SELECT site_id, division_code, kind, point_id, metres FROM (
    SELECT ways.*, ROW_NUMBER() OVER (PARTITION BY site_id, kind ORDER BY metres, point_id) AS place FROM (
        SELECT home.id AS site_id, home.division_code, point.id AS point_id, CAST({DISTANCE} AS BIGINT) AS metres,
            CASE
                WHEN point.category IN ('BREAKFAST', 'CANTEEN', 'RESTAURANT') THEN 'FOOD'
                WHEN point.category IN ('HOTEL', 'HOUSEKEEPING', 'REPAIR') THEN 'LODGING'
                WHEN point.category IN ('BUS_STOP', 'PARKING', 'CHARGING', 'BICYCLE') THEN 'TRAVEL'
                WHEN point.category IN ('GYM', 'CULTURE_ROOM', 'PARK') THEN 'FUN'
                ELSE 'SHOPPING'
            END AS kind
        FROM service_point point JOIN site home
            ON home.cell_x BETWEEN point.cell_x - 3 AND point.cell_x + 3
            AND home.cell_y BETWEEN point.cell_y - 3 AND point.cell_y + 3
        WHERE point.tier = 'BASIC' AND point.state = 'ACTIVE'
            AND home.kind IN ('COMPOUND', 'COURTYARD_BUILDING') AND home.state = 'ACTIVE'
    ) ways WHERE metres <= 1500
) ranked WHERE place = 1"""


def up(migrator: Any, db: Database) -> None:
    db.execute_sql(_for_sqlite(TABLE) if isinstance(db, SqliteDatabase) else TABLE)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")
    db.execute_sql(FOUND)


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP INDEX service_point_basic")
    db.execute_sql("DROP TABLE nearest_service")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = re.sub(r"text_code( NOT NULL)? CHECK", r"TEXT\1 CHECK", statement.replace("BIGINT", "INTEGER"))
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
