"""Keep publications, and who has read them on how many days."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
DUTIES = (
    "'RESOURCE_COORDINATION', 'PUBLICITY_EDUCATION', 'RESIDENT_OUTREACH', 'DISPUTE_RESOLUTION', 'CIVILITY_PROMOTION', "
    "'PUBLIC_BENEFIT_SERVICE', 'JOINT_PREVENTION', 'AREA_CO_GOVERNANCE'"
)
PUBLICATION = f"""CREATE TABLE publication (
    id BIGSERIAL PRIMARY KEY,
    division_id BIGINT NOT NULL REFERENCES division (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    last_code text_code NOT NULL,
    kind text_code NOT NULL,
    audience text_code NOT NULL CHECK (audience IN ('PUBLIC', 'MEMBERS', 'OFFICES')),
    title text_line NOT NULL,
    body TEXT COLLATE "C",
    uri text_line,
    sha256 text_code,
    duration_seconds INTEGER,
    duty text_code CHECK (duty IN ({DUTIES})),
    valid_from utc_time NOT NULL,
    valid_until utc_time,
    needs_receipt BOOLEAN NOT NULL,
    supersedes_id BIGINT REFERENCES publication (id) ON DELETE RESTRICT,
    published_by_name text_line NOT NULL,
    state text_code NOT NULL CHECK (state IN ('PUBLISHED', 'WITHDRAWN')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK (body IS NOT NULL OR uri IS NOT NULL),
    CHECK (sha256 IS NULL OR uri IS NOT NULL),
    CHECK (length(sha256) = 64),
    CHECK (valid_until > valid_from),
    CHECK (duration_seconds > 0),
    CHECK (supersedes_id <> id)
)"""
READ = """CREATE TABLE publication_read (
    id BIGSERIAL PRIMARY KEY,
    publication_id BIGINT NOT NULL REFERENCES publication (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    division_code text_code NOT NULL,
    first_read_at utc_time NOT NULL,
    last_read_at utc_time NOT NULL,
    last_read_on calendar_day NOT NULL,
    read_days INTEGER NOT NULL,
    CHECK (read_days >= 1),
    CHECK (last_read_at >= first_read_at)
)"""
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "calendar_day": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
INDEXES = (
    "UNIQUE INDEX publication_division_code_id ON publication (division_code, id)",
    "UNIQUE INDEX publication_valid_from_id ON publication (valid_from, id)",
    "INDEX publication_division_id ON publication (division_id)",
    "INDEX publication_supersedes_id ON publication (supersedes_id)",
    "UNIQUE INDEX publication_one_successor ON publication (supersedes_id) WHERE state = 'PUBLISHED'",
    "UNIQUE INDEX publication_read_publication_id_account_id ON publication_read (publication_id, account_id)",
    "UNIQUE INDEX publication_read_publication_id_first_read_at_id "
    "ON publication_read (publication_id, first_read_at, id)",
    "INDEX publication_read_account_id ON publication_read (account_id)",
)


def up(migrator: Any, db: Database) -> None:
    for table in (PUBLICATION, READ):
        db.execute_sql(_for_sqlite(table) if isinstance(db, SqliteDatabase) else table)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    for table in ("publication_read", "publication"):
        db.execute_sql(f"DROP TABLE {table}")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER").replace("BOOLEAN", "INTEGER").replace(' COLLATE "C"', "")
    statement = re.sub(r"text_code( NOT NULL)? CHECK", r"TEXT\1 CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
