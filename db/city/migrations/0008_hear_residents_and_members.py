"""Let residents claim, members demand meetings and hearings, cities set deadlines, and districts publish norms."""

from typing import Any

from peewee import Database, SqliteDatabase

DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
SQLITE = {
    "id": "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT",
    "number": "INTEGER",
    "flag": "INTEGER",
    "code": "TEXT{1} CHECK ({0} NOT GLOB '*[^A-Za-z0-9_.:+-]*')",
    "line": "TEXT{1} CHECK ({0} NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || ']*')",
    "prose": "TEXT{1}",
    "time": f"TEXT{{1}} CHECK ({{0}} GLOB '{DAY}T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z')",
    "day": f"TEXT{{1}} CHECK ({{0}} GLOB '{DAY}')",
    "enum": "TEXT",
    "strict": " STRICT",
}
POSTGRES = {
    "id": "BIGSERIAL NOT NULL PRIMARY KEY",
    "number": "BIGINT",
    "flag": "BOOLEAN",
    "code": "text_code{1}",
    "line": "text_line{1}",
    "prose": 'TEXT COLLATE "C"{1}',
    "time": "utc_time{1}",
    "day": "calendar_day{1}",
    "enum": "text_code",
    "strict": "",
}
_SET = "(CASE WHEN {} IS NULL THEN 0 ELSE 1 END)"
THREE = " + ".join(_SET.format(column) for column in ("organization_id", "team_id", "member_id")) + " = 1"
FOUR = THREE.replace(" = 1", f" + {_SET.format('account_id')} = 1")
TOLD = (
    "kind IN ('DEADLINE_NEAR', 'OVERDUE', 'CITY_LIST', 'UNCLAIMED', 'CLAIM_LAPSED', 'MERGE_SUGGESTED', "
    "'PROPOSAL_SUGGESTED', 'TERM_ENDING', 'TERM_ENDED')"
)
DEMANDED = TOLD.replace(")", ", 'MEETING_DEMANDED')")
HEARD = "(hearing_held_on IS NULL) = (hearing_record IS NULL)"
INDEXES = (
    "INDEX claim_account_id ON claim (account_id)",
    "UNIQUE INDEX meeting_demand_committee_id_demanded_at_id ON meeting_demand (committee_id, demanded_at, id)",
    "UNIQUE INDEX meeting_demand_one_open ON meeting_demand (member_id) WHERE meeting_id IS NULL",
    "INDEX meeting_demand_member_id ON meeting_demand (member_id)",
    "INDEX meeting_demand_meeting_id ON meeting_demand (meeting_id)",
    "UNIQUE INDEX conduct_norm_division_code_version_kind_position "
    "ON conduct_norm (division_code, version, kind, position)",
)


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    kinds = SQLITE if is_sqlite else POSTGRES

    def kind(name: str, column: str, nullable: bool = False) -> str:
        return f"{column} " + kinds[name].format(column, "" if nullable else " NOT NULL")

    db.execute_sql(
        f"ALTER TABLE claim ADD COLUMN account_id {kinds['number']} REFERENCES account (id) ON DELETE RESTRICT"
    )
    _exchange(db, "claim", "claim_check", THREE, FOUR)
    _exchange(db, "notice", "notice_kind_check", TOLD, DEMANDED)
    check = f"CHECK ({HEARD})" if is_sqlite else f", ADD CHECK ({HEARD})"
    for column in (
        f"needs_hearing {kinds['flag']} NOT NULL DEFAULT FALSE",
        kind("day", "hearing_held_on", True),
        f"{kind('prose', 'hearing_record', True)} {check}",
    ):
        db.execute_sql(f"ALTER TABLE agenda_item ADD COLUMN {column}")
    for column in (
        "version INTEGER NOT NULL DEFAULT 1",
        kind("time", "set_at", True),
        kind("line", "set_by_name", True),
    ):
        db.execute_sql(f"ALTER TABLE sla_rule ADD COLUMN {column}")
    db.execute_sql(
        f"""CREATE TABLE meeting_demand (
        id {kinds["id"]},
        committee_id {kinds["number"]} NOT NULL REFERENCES committee (id) ON DELETE RESTRICT,
        division_code {kinds["code"].format("division_code", " NOT NULL")},
        member_id {kinds["number"]} NOT NULL REFERENCES member (id) ON DELETE RESTRICT,
        {kind("prose", "reason")},
        {kind("time", "demanded_at")},
        meeting_id {kinds["number"]} REFERENCES meeting (id) ON DELETE SET NULL
        ){kinds["strict"]}"""
    )
    db.execute_sql(
        f"""CREATE TABLE conduct_norm (
        id {kinds["id"]},
        {kind("code", "division_code")},
        version INTEGER NOT NULL,
        kind {kinds["enum"]} NOT NULL CHECK (kind IN ('PARTICIPATE', 'ABSTAIN')),
        position INTEGER NOT NULL,
        {kind("code", "code")},
        {kind("line", "text")},
        {kind("time", "published_at")},
        {kind("line", "published_by_name", True)},
        CHECK (version >= 1),
        CHECK (position BETWEEN 1 AND 6)
        ){kinds["strict"]}"""
    )
    for index in INDEXES:
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    for table in ("conduct_norm", "meeting_demand"):
        db.execute_sql(f"DROP TABLE {table}")
    for column in ("set_by_name", "set_at", "version"):
        db.execute_sql(f"ALTER TABLE sla_rule DROP COLUMN {column}")
    for column in ("hearing_record", "hearing_held_on", "needs_hearing"):
        db.execute_sql(f"ALTER TABLE agenda_item DROP COLUMN {column}")
    db.execute_sql("DELETE FROM notice WHERE kind = 'MEETING_DEMANDED'")
    _exchange(db, "notice", "notice_kind_check", DEMANDED, TOLD)
    db.execute_sql("DELETE FROM claim WHERE account_id IS NOT NULL")
    _exchange(db, "claim", "claim_check", FOUR, THREE)
    db.execute_sql("DROP INDEX claim_account_id")
    db.execute_sql("ALTER TABLE claim DROP COLUMN account_id")


def _exchange(db: Database, table: str, name: str, before: str, after: str) -> None:
    """Replace one check of a table by another; SQLite, which cannot, gets a new table with the old one's rows."""
    if not isinstance(db, SqliteDatabase):
        db.execute_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK ({after})")
        return
    made = db.execute_sql("SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (table,))
    statements = [(kind, " ".join(sql.split())) for kind, sql in made.fetchall()]
    [definition] = [sql for kind, sql in statements if kind == "table"]
    assert before in definition, f"the check of {table} is another"
    columns = definition.split("(", 1)[1].replace(before, after)
    db.execute_sql(f"CREATE TABLE {table}_exchanged ({columns}")
    db.execute_sql(f"INSERT INTO {table}_exchanged SELECT * FROM {table}")
    db.execute_sql(f"DROP TABLE {table}")
    db.execute_sql(f"ALTER TABLE {table}_exchanged RENAME TO {table}")
    for kind, sql in statements:
        if kind != "table":
            db.execute_sql(sql)
