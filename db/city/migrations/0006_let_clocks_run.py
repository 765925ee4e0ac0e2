"""Keep deadlines by division, exceptions to the calendar of holidays, and what the clock told whom."""

from typing import Any

from peewee import Database, SqliteDatabase

DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
SQLITE = {
    "id": "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT",
    "number": "INTEGER",
    "flag": "INTEGER",
    "code": "TEXT NOT NULL CHECK ({0} NOT GLOB '*[^A-Za-z0-9_.:+-]*')",
    "prose": "TEXT",
    "time": f"TEXT NOT NULL CHECK ({{0}} GLOB '{DAY}T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z')",
    "day": f"TEXT NOT NULL CHECK ({{0}} GLOB '{DAY}')",
    "enum": "TEXT",
    "strict": " STRICT",
}
POSTGRES = {
    "id": "BIGSERIAL NOT NULL PRIMARY KEY",
    "number": "BIGINT",
    "flag": "BOOLEAN",
    "code": "text_code NOT NULL",
    "prose": 'TEXT COLLATE "C"',
    "time": "utc_time NOT NULL",
    "day": "calendar_day NOT NULL",
    "enum": "text_code",
    "strict": "",
}
CLOCKS = ("INTAKE", "TRIAGE", "CLAIM", "HANDLING", "VERIFICATION", "REPORTER")
URGENCIES = ("EMERGENCY", "URGENT", "NORMAL", "COMPLEX")
UNITS = ("MINUTE", "HOUR", "DAY", "WORKING_DAY")
NOTICES = (
    "DEADLINE_NEAR", "OVERDUE", "CITY_LIST", "UNCLAIMED", "CLAIM_LAPSED", "MERGE_SUGGESTED", "PROPOSAL_SUGGESTED",
    "TERM_ENDING", "TERM_ENDED",
)  # fmt: skip
ROLES = (
    "ANONYMOUS", "RESIDENT", "GRID_WORKER", "MEMBER", "DEPUTY_DIRECTOR", "DIRECTOR", "STAFF", "UNIT_CONTACT",
    "TEAM_CAPTAIN", "SUBDISTRICT_OFFICER", "DISTRICT_OFFICER", "CITY_OFFICER", "LEADER", "AUDITOR", "SYSTEM",
)  # fmt: skip
INDEXES = (
    "UNIQUE INDEX sla_rule_division_code_clock_urgency ON sla_rule (division_code, clock, urgency)",
    "UNIQUE INDEX work_calendar_day_day ON work_calendar_day (day)",
    "UNIQUE INDEX notice_key ON notice (key)",
    "UNIQUE INDEX notice_issue_id_created_at_id ON notice (issue_id, created_at, id)",
    "INDEX notice_member_id ON notice (member_id)",
    "INDEX notice_account_id ON notice (account_id)",
    "UNIQUE INDEX notice_office_code_role_created_at_id ON notice (office_code, role, created_at, id)",
    "INDEX notice_division_code_kind_created_at ON notice (division_code, kind, created_at)",
    # What a tick looks for: clocks that run, promises that wait, terms that end.
    "INDEX issue_clock ON issue (state, due_at, id)",
    "INDEX claim_promised ON claim (promised_on, id) WHERE state = 'CONFIRMED'",
    "INDEX member_term ON member (term_end, id) WHERE is_active",
)


def up(migrator: Any, db: Database) -> None:
    kinds = SQLITE if isinstance(db, SqliteDatabase) else POSTGRES

    def kind(name: str, column: str) -> str:
        return f"{column} " + kinds[name].format(column)

    def one_of(column: str, names: tuple[str, ...]) -> str:
        listed = ", ".join(f"'{name}'" for name in names)
        return f"{column} {kinds['enum']} NOT NULL CHECK ({column} IN ({listed}))"

    db.execute_sql(
        f"""CREATE TABLE sla_rule (
        id {kinds["id"]},
        {kind("code", "division_code")},
        {one_of("clock", CLOCKS)},
        {one_of("urgency", URGENCIES)},
        amount INTEGER NOT NULL,
        {one_of("unit", UNITS)},
        CHECK (length(division_code) = 12),
        CHECK (amount BETWEEN 1 AND 10000)
        ){kinds["strict"]}"""
    )
    db.execute_sql(
        f"""CREATE TABLE work_calendar_day (
        id {kinds["id"]},
        {kind("day", "day")},
        is_working_day {kinds["flag"]} NOT NULL
        ){kinds["strict"]}"""
    )
    db.execute_sql(
        f"""CREATE TABLE notice (
        id {kinds["id"]},
        {kind("code", "key")},
        {one_of("kind", NOTICES)},
        {kind("code", "division_code")},
        issue_id {kinds["number"]} REFERENCES issue (id) ON DELETE CASCADE,
        member_id {kinds["number"]} REFERENCES member (id) ON DELETE CASCADE,
        {one_of("role", ROLES)},
        {kind("code", "office_code")},
        account_id {kinds["number"]} REFERENCES account (id) ON DELETE CASCADE,
        text {kinds["prose"]} NOT NULL,
        {kind("time", "created_at")}
        ){kinds["strict"]}"""
    )
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    for index in ("member_term", "claim_promised", "issue_clock"):
        db.execute_sql(f"DROP INDEX {index}")
    for table in ("notice", "work_calendar_day", "sla_rule"):
        db.execute_sql(f"DROP TABLE {table}")
