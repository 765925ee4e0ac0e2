"""Keep the last rejection of each issue with the norm that it cites, and whom a reporter was told to call.

Rejections that are there already are read from the ledger.
"""

import re
from typing import Any

from peewee import Database, SqliteDatabase

# Written for PostgreSQL.
TABLE = """CREATE TABLE rejection (
    issue_id BIGINT NOT NULL PRIMARY KEY REFERENCES issue (id) ON DELETE CASCADE,
    division_code text_code NOT NULL,
    reason text_code NOT NULL
        CHECK (reason IN ('OUT_OF_SCOPE', 'NORM_ABSTAIN', 'IN_LITIGATION', 'NOT_LOCAL', 'ABUSIVE')),
    advice TEXT COLLATE "C" NOT NULL,
    norm_id BIGINT REFERENCES conduct_norm (id) ON DELETE RESTRICT,
    at utc_time NOT NULL,
    CHECK ((reason = 'NORM_ABSTAIN') = (norm_id IS NOT NULL))
)"""
SQLITE_FORMS = {
    "text_code": "NOT GLOB '*[^A-Za-z0-9_.:+-]*'",
    "utc_time": "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'",
}
# {json}: reads a name of an entry's details as text.
FILL = """INSERT INTO rejection (issue_id, division_code, reason, advice, norm_id, at)
SELECT e.issue_id, i.division_code, {reason}, COALESCE(e.note, '-'), n.id, e.at
FROM ledger_entry AS e
JOIN issue AS i ON i.id = e.issue_id
LEFT JOIN conduct_norm AS n ON n.division_code = substr(e.division_code, 1, 6) || '000000'
    AND n.code = {norm_code} AND n.version = CAST({norm_version} AS INTEGER)
WHERE e.action = 'REJECT' AND ({reason} = 'NORM_ABSTAIN') = (n.id IS NOT NULL)
    AND e.seq = (SELECT MAX(o.seq) FROM ledger_entry AS o WHERE o.issue_id = e.issue_id AND o.action = 'REJECT')"""


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    db.execute_sql(_for_sqlite(TABLE) if is_sqlite else TABLE)
    db.execute_sql("CREATE INDEX rejection_norm_id ON rejection (norm_id)")
    code = f"TEXT CHECK (referred_to {SQLITE_FORMS['text_code']})" if is_sqlite else "text_code"
    db.execute_sql(f"ALTER TABLE issue ADD COLUMN referred_to {code}")
    read = "json_extract(e.details, '$.{}')" if is_sqlite else "(e.details::jsonb ->> '{}')"
    names = ("reason", "norm_code", "norm_version")
    db.execute_sql(FILL.format(**{name: read.format(name) for name in names}))


def down(migrator: Any, db: Database) -> None:
    found = db.execute_sql("SELECT COUNT(*) FROM issue WHERE referred_to IS NOT NULL")
    if count := found.fetchone()[0]:
        raise ValueError(f"{count} issues name an emergency service, which the release before does not know")
    db.execute_sql("ALTER TABLE issue DROP COLUMN referred_to")
    db.execute_sql("DROP TABLE rejection")


def _for_sqlite(statement: str) -> str:
    statement = statement.replace("BIGINT", "INTEGER").replace(' COLLATE "C"', "")
    statement = re.sub(r"text_code NOT NULL\s+CHECK", "TEXT NOT NULL CHECK", statement)
    for name, form in SQLITE_FORMS.items():
        statement = re.sub(rf"(\w+) {name}( NOT NULL)?", rf"\1 TEXT\2 CHECK (\1 {form})", statement)
    return f"{statement} STRICT"
