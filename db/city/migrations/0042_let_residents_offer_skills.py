"""Keep which resident offers a skill."""

from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
COLUMN = (
    "person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT CHECK (organization_id IS NULL OR person_id IS NULL)"
)


def up(migrator: Any, db: Database) -> None:
    column = COLUMN.replace("BIGINT", "INTEGER") if isinstance(db, SqliteDatabase) else COLUMN
    db.execute_sql(f"ALTER TABLE resource ADD COLUMN {column}")
    db.execute_sql("CREATE INDEX resource_person_id ON resource (person_id)")


def down(migrator: Any, db: Database) -> None:
    found = db.execute_sql("SELECT COUNT(*) FROM resource WHERE person_id IS NOT NULL")
    if count := found.fetchone()[0]:
        raise ValueError(f"{count} residents offer skills, which the release before does not know")
    db.execute_sql("DROP INDEX resource_person_id")
    db.execute_sql("ALTER TABLE resource DROP COLUMN person_id")
