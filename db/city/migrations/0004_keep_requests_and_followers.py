"""Keep requests about issues until they are decided, and who follows an issue."""

from typing import Any

from peewee import Database, SqliteDatabase

SQLITE = {
    "id": "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT",
    "reference": "INTEGER",
    "code": "TEXT NOT NULL CHECK ({0} NOT GLOB '*[^A-Za-z0-9_.:+-]*')",
    "line": "TEXT{1} CHECK ({0} NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*')",
    "prose": "TEXT",
    "time": "TEXT{1} CHECK ({0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z')",
    "day": "TEXT CHECK ({0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')",
    "enum": "TEXT",
    "strict": " STRICT",
}
POSTGRES = {
    "id": "BIGSERIAL NOT NULL PRIMARY KEY",
    "reference": "BIGINT",
    "code": "text_code NOT NULL",
    "line": "text_line{1}",
    "prose": 'TEXT COLLATE "C"',
    "time": "utc_time{1}",
    "day": "calendar_day",
    "enum": "text_code",
    "strict": "",
}


def up(migrator: Any, db: Database) -> None:
    kinds = SQLITE if isinstance(db, SqliteDatabase) else POSTGRES

    def kind(name: str, column: str, nullable: bool = False) -> str:
        return f"{column} " + kinds[name].format(column, "" if nullable else " NOT NULL")

    db.execute_sql(
        f"""CREATE TABLE issue_follower (
        issue_id {kinds["reference"]} NOT NULL REFERENCES issue (id) ON DELETE CASCADE,
        account_id {kinds["reference"]} NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        {kind("code", "division_code")},
        {kind("time", "since")},
        PRIMARY KEY (issue_id, account_id)
        ){kinds["strict"]}"""
    )
    db.execute_sql("CREATE INDEX issue_follower_account_id ON issue_follower (account_id)")
    db.execute_sql(
        f"""CREATE TABLE issue_request (
        id {kinds["id"]},
        issue_id {kinds["reference"]} NOT NULL REFERENCES issue (id) ON DELETE RESTRICT,
        {kind("code", "division_code")},
        kind {kinds["enum"]} NOT NULL CHECK (kind IN ('SUSPENSION', 'EXTENSION', 'TRANSFER')),
        state {kinds["enum"]} NOT NULL CHECK (state IN ('PENDING', 'APPROVED', 'DECLINED')),
        reason {kinds["prose"]} NOT NULL,
        {kind("day", "resume_on")},
        working_days INTEGER,
        target_id {kinds["reference"]} REFERENCES division (id) ON DELETE RESTRICT,
        asked_by_id {kinds["reference"]} REFERENCES account (id) ON DELETE SET NULL,
        {kind("line", "asked_by_name")},
        {kind("time", "asked_at")},
        decided_by_id {kinds["reference"]} REFERENCES account (id) ON DELETE SET NULL,
        {kind("line", "decided_by_name", True)},
        {kind("time", "decided_at", True)},
        decision_reason {kinds["prose"]},
        CHECK ((kind = 'SUSPENSION') = (resume_on IS NOT NULL)),
        CHECK ((kind = 'EXTENSION') = (working_days IS NOT NULL)),
        CHECK ((kind = 'TRANSFER') = (target_id IS NOT NULL)),
        CHECK ((state = 'PENDING') = (decided_at IS NULL)),
        CHECK (working_days BETWEEN 1 AND 10)
        ){kinds["strict"]}"""
    )
    for column in ("target_id", "asked_by_id", "decided_by_id"):
        db.execute_sql(f"CREATE INDEX issue_request_{column} ON issue_request ({column})")
    db.execute_sql("CREATE UNIQUE INDEX issue_request_issue_id_asked_at_id ON issue_request (issue_id, asked_at, id)")
    db.execute_sql("CREATE INDEX issue_request_division_code_state ON issue_request (division_code, state)")
    db.execute_sql(
        "CREATE UNIQUE INDEX issue_request_one_pending ON issue_request (issue_id, kind) WHERE state = 'PENDING'"
    )


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP TABLE issue_request")
    db.execute_sql("DROP TABLE issue_follower")
