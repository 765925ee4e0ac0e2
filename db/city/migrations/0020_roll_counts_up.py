"""Keep counts of issues that do not grow, and indexes for what they leave to be counted for each viewer and moment."""

from typing import Any

from peewee import Database

from db.city.migrations.rollups_v1 import Rollup, create, drop

PRIVATE_STATES = "'SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'"
PUBLIC = f"({{row}}number IS NOT NULL OR {{row}}state NOT IN ({PRIVATE_STATES}))"
PRIVATE = "INDEX issue_private ON issue (division_code, state, number, reporter_id) WHERE NOT " + PUBLIC.format(row="")
CLOCK = "INDEX issue_clock ON issue (state, due_at, id, division_code, number, reporter_id)"
CLOCK_BEFORE = "INDEX issue_clock ON issue (state, due_at, id)"
PLACE = "{row}division_code"
DISTRICT = "substr({row}division_code, 1, 6) || '000000'"
FLAGS = {"is_public": PUBLIC}
COLUMNS = ("division_code", "number", "state")
STATE = {"state": "{row}state"}
ROLLUPS = (
    Rollup("issue", "issue_count_by_state", {"division_code": PLACE, **STATE}, FLAGS, COLUMNS),
    Rollup(
        "issue",
        "issue_count_by_duty",
        {"district_code": DISTRICT, **STATE, "duty": "{row}duty"},
        FLAGS,
        (*COLUMNS, "duty"),
    ),
    Rollup(
        "issue",
        "issue_count_by_channel",
        {"district_code": DISTRICT, **STATE, "urgency": "{row}urgency", "channel": "{row}channel"},
        FLAGS,
        (*COLUMNS, "urgency", "channel"),
    ),
)


def up(migrator: Any, db: Database) -> None:
    for rollup in ROLLUPS:
        create(db, rollup)
    db.execute_sql("DROP INDEX issue_clock")
    for index in (PRIVATE, CLOCK):
        db.execute_sql(f"CREATE {index}")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP INDEX issue_private")
    db.execute_sql("DROP INDEX issue_clock")
    db.execute_sql(f"CREATE {CLOCK_BEFORE}")
    for rollup in ROLLUPS:
        drop(db, rollup)
