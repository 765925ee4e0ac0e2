"""Keep matches of needs and resources."""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TABLE = """CREATE TABLE "match" (
    id BIGSERIAL PRIMARY KEY,
    need_id BIGINT NOT NULL REFERENCES need (id) ON DELETE RESTRICT,
    resource_id BIGINT NOT NULL REFERENCES resource (id) ON DELETE RESTRICT,
    division_code text_code NOT NULL,
    suggested_by text_line NOT NULL,
    answer_by calendar_day NOT NULL,
    claim_id BIGINT REFERENCES claim (id) ON DELETE RESTRICT,
    state text_code NOT NULL CHECK (state IN ('SUGGESTED', 'ACCEPTED', 'DECLINED', 'LAPSED')),
    created_at utc_time NOT NULL,
    version INTEGER NOT NULL,
    CHECK ((state = 'ACCEPTED') = (claim_id IS NOT NULL))
)"""
DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
SQLITE_FORMS = {
    "text_line": "NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*'",
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": f"GLOB '{DAY}T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
    "calendar_day": f"GLOB '{DAY}'",
}
INDEXES = (
    'UNIQUE INDEX match_need_id_id ON "match" (need_id, id)',
    'UNIQUE INDEX match_resource_id_id ON "match" (resource_id, id)',
    'UNIQUE INDEX match_division_code_id ON "match" (division_code, id)',
    'INDEX match_state_answer_by ON "match" (state, answer_by)',
    'UNIQUE INDEX match_claim_id ON "match" (claim_id)',
    "UNIQUE INDEX match_one_open ON \"match\" (need_id, resource_id) WHERE state = 'SUGGESTED'",
)


def up(migrator: Any, db: Database) -> None:
    db.execute_sql(_for_sqlite(TABLE) if isinstance(db, SqliteDatabase) else TABLE)
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql('DROP TABLE "match"')


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    statement = statement.replace("BIGINT", "INTEGER")
    statement = re.sub(r"text_code( NOT NULL)? CHECK", r"TEXT\1 CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
