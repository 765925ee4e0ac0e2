"""Let a scan name its access point without a foreign key: what is counted of its day has one."""

from typing import Any

from peewee import Database, SqliteDatabase

COLUMNS = "day, access_point_id, direction, number, at, pass_hash, result, reason"
REFERENCE = " REFERENCES access_point (id) ON DELETE RESTRICT"
# SQLite's form of the table, as it is made from here on.
SCAN = f"""CREATE TABLE scan_event (
    day TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    access_point_id INTEGER NOT NULL{REFERENCE},
    direction TEXT NOT NULL CHECK (direction IN ('IN', 'OUT')),
    number INTEGER NOT NULL,
    at TEXT NOT NULL CHECK (at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'),
    pass_hash TEXT CHECK (pass_hash NOT GLOB '*[^A-Za-z0-9_.:+-]*'),
    result TEXT NOT NULL CHECK (result IN ('PASSED', 'REFUSED')),
    reason TEXT CHECK (reason NOT GLOB '*[^A-Za-z0-9_.:+-]*'),
    PRIMARY KEY (day, access_point_id, direction, number),
    CHECK (number >= 1),
    CHECK (length(pass_hash) = 64),
    CHECK ((result = 'REFUSED') = (reason IS NOT NULL))
) STRICT, WITHOUT ROWID"""


def up(migrator: Any, db: Database) -> None:
    if isinstance(db, SqliteDatabase):
        _rebuild(db, SCAN.replace(REFERENCE, ""))
    else:
        db.execute_sql("ALTER TABLE scan_event DROP CONSTRAINT scan_event_access_point_id_fkey")


def down(migrator: Any, db: Database) -> None:
    if isinstance(db, SqliteDatabase):
        _rebuild(db, SCAN)
    else:
        db.execute_sql(f"ALTER TABLE scan_event ADD FOREIGN KEY (access_point_id){REFERENCE}")


def _rebuild(db: Database, made: str) -> None:
    db.execute_sql("ALTER TABLE scan_event RENAME TO scan_event_before")
    db.execute_sql(made)
    db.execute_sql(f"INSERT INTO scan_event ({COLUMNS}) SELECT {COLUMNS} FROM scan_event_before")
    db.execute_sql("DROP TABLE scan_event_before")
