"""Say when and by whom a figure was recorded, and keep each snapshot as it was: a correction is another one."""

from typing import Any

from peewee import Database, SqliteDatabase

COLUMNS = ("recorded_at", "recorded_by_name")
SQLITE_COLUMNS = (
    "recorded_at TEXT CHECK (recorded_at GLOB "
    "'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z')",
    "recorded_by_name TEXT CHECK (recorded_by_name NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*')",
)
POSTGRESQL_COLUMNS = ("recorded_at utc_time", "recorded_by_name text_line")
REFUSAL = "a snapshot of figures is not changed; record another one"


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    for column in SQLITE_COLUMNS if is_sqlite else POSTGRESQL_COLUMNS:
        db.execute_sql(f"ALTER TABLE statistics_snapshot ADD COLUMN {column}")
    # A division that moves gets another code, and what lies in it goes along.
    stays = ", ".join(row.name for row in db.get_columns("statistics_snapshot") if row.name != "division_code")
    if is_sqlite:
        action = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for name, event in (
            ("update", f"UPDATE OF {stays} ON statistics_snapshot"),
            ("delete", "DELETE ON statistics_snapshot"),
            # INSERT OR REPLACE deletes the row in the way without telling the trigger above.
            (
                "replace",
                "INSERT ON statistics_snapshot WHEN EXISTS (SELECT 1 FROM statistics_snapshot WHERE id = NEW.id)",
            ),
        ):
            db.execute_sql(f"CREATE TRIGGER statistics_snapshot_refuses_{name} BEFORE {event} {action}")
        return
    db.execute_sql(
        "CREATE FUNCTION refuse_snapshot_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for name, event, each in (
        ("change", f"UPDATE OF {stays} OR DELETE", "ROW"),
        ("truncate", "TRUNCATE", "STATEMENT"),
    ):
        db.execute_sql(
            f"CREATE TRIGGER statistics_snapshot_refuses_{name} BEFORE {event} ON statistics_snapshot "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_snapshot_change()"
        )


def down(migrator: Any, db: Database) -> None:
    names = ("update", "delete", "replace") if isinstance(db, SqliteDatabase) else ("change", "truncate")
    for name in names:
        on = "" if isinstance(db, SqliteDatabase) else " ON statistics_snapshot"
        db.execute_sql(f"DROP TRIGGER statistics_snapshot_refuses_{name}{on}")
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("DROP FUNCTION refuse_snapshot_change()")
    for column in COLUMNS:
        db.execute_sql(f"ALTER TABLE statistics_snapshot DROP COLUMN {column}")
