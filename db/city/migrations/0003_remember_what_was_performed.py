"""Remember what was performed under an idempotency key."""

from typing import Any

from peewee import Database, SqliteDatabase

POSTGRES = """CREATE TABLE performed (
    id BIGSERIAL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    idempotency_key text_line NOT NULL,
    verb text_code NOT NULL,
    input_hash text_code NOT NULL,
    rows text COLLATE "C" NOT NULL,
    at utc_time NOT NULL
)"""
SQLITE = """CREATE TABLE performed (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    idempotency_key TEXT NOT NULL
        CHECK (idempotency_key NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'),
    verb TEXT NOT NULL CHECK (verb NOT GLOB '*[^A-Za-z0-9_.:+-]*'),
    input_hash TEXT NOT NULL CHECK (input_hash NOT GLOB '*[^A-Za-z0-9_.:+-]*'),
    rows TEXT NOT NULL,
    at TEXT NOT NULL CHECK (at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z')
) STRICT"""


def up(migrator: Any, db: Database) -> None:
    db.execute_sql(SQLITE if isinstance(db, SqliteDatabase) else POSTGRES)
    db.execute_sql(
        "CREATE UNIQUE INDEX performed_account_id_idempotency_key ON performed (account_id, idempotency_key)"
    )
    db.execute_sql("CREATE INDEX performed_at ON performed (at)")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE performed")
