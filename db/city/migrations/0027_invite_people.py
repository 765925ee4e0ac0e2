"""Keep invitations: how somebody who is registered opens their account."""

from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TABLE = """CREATE TABLE invitation (
    id BIGSERIAL PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    secret_hash text_code NOT NULL,
    subject text_code,
    invited_by_id BIGINT REFERENCES account (id) ON DELETE SET NULL,
    created_at utc_time NOT NULL,
    expires_at utc_time NOT NULL
)"""
SQLITE_FORMS = {
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEXES = (
    "CREATE UNIQUE INDEX invitation_person_id ON invitation (person_id)",
    "CREATE UNIQUE INDEX invitation_secret_hash ON invitation (secret_hash)",
    "CREATE UNIQUE INDEX invitation_subject ON invitation (subject)",
    "CREATE INDEX invitation_invited_by_id ON invitation (invited_by_id)",
)


def up(migrator: Any, db: Database) -> None:
    for statement in (_for_sqlite(TABLE) if isinstance(db, SqliteDatabase) else TABLE, *INDEXES):
        db.execute_sql(statement)


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE invitation")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER")
    for name, form in SQLITE_FORMS.items():
        lines = [_checked(line, name, form) for line in statement.split("\n")]
        statement = "\n".join(lines)
    return f"{statement} STRICT"


def _checked(line: str, kind: str, form: str) -> str:
    """Write a column of one of our types as SQLite does: as a text with a check."""
    if kind not in line:
        return line
    column = line.split()[0]
    comma = "," if line.endswith(",") else ""
    return f"{line.rstrip(',').replace(kind, 'TEXT')} CHECK ({column} {form}){comma}"
