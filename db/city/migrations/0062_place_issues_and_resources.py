"""Say where issues and resources are; an issue of a site is where the site lies."""

from typing import Any

from peewee import Database, SqliteDatabase

TABLES = ("issue", "resource")
CELLS = ("x_m", "y_m", "cell_x", "cell_y")
OF_SITES = """UPDATE issue SET {} WHERE site_id IS NOT NULL""".format(
    ", ".join(
        f"{name} = (SELECT site.{name} FROM site WHERE site.id = issue.site_id)"
        for name in ("latitude", "longitude", *CELLS)
    )
)


def up(migrator: Any, db: Database) -> None:
    degrees = "INTEGER" if isinstance(db, SqliteDatabase) else "BIGINT"
    for table in TABLES:
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN latitude {degrees}")
        db.execute_sql(
            f"ALTER TABLE {table} ADD COLUMN longitude {degrees} CHECK ((latitude IS NULL) = (longitude IS NULL))"
        )
        for name in CELLS:
            db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {name} INTEGER")
        db.execute_sql(f"CREATE INDEX {table}_place ON {table} (cell_x, cell_y) WHERE cell_x IS NOT NULL")
    db.execute_sql(OF_SITES)


def down(migrator: Any, db: Database) -> None:
    for table in TABLES:
        db.execute_sql(f"DROP INDEX {table}_place")
        for name in ("longitude", "latitude", *CELLS):
            db.execute_sql(f"ALTER TABLE {table} DROP COLUMN {name}")
