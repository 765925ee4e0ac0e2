"""Keep with an issue until when it may be given back and sent on, and let nobody have two claims pending on it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chinese_calendar import is_workday
from peewee import Database, SqliteDatabase

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORKING_DAYS = 2
TIME = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'"
# Column, the states in which it counts, and the actions that it follows from.
WINDOWS = (
    ("return_until", "'IN_PROGRESS'", "'CLAIM', 'ASSIGN', 'RESOLVE_MEETING', 'REOPEN'"),
    ("transfer_until", "'SUBMITTED', 'ACCEPTED'", "'CREATE', 'TRANSFER', 'APPEAL', 'ESCALATE', 'HAND_DOWN'"),
)
COLUMNS = ("organization_id", "team_id", "member_id", "account_id")
PARTY = ", ".join(f"COALESCE({column}, 0)" for column in COLUMNS)
SAME = " AND ".join(f"COALESCE(earlier.{column}, 0) = COALESCE(claim.{column}, 0)" for column in COLUMNS)
# Of several claims of one party that wait on one issue, the first stays.
DECLINE = f"""UPDATE claim SET state = 'DECLINED', ended_at = created_at WHERE state = 'PENDING' AND EXISTS (
    SELECT 1 FROM claim AS earlier
    WHERE earlier.issue_id = claim.issue_id AND earlier.state = 'PENDING' AND earlier.id < claim.id AND {SAME})"""


def up(migrator: Any, db: Database) -> None:
    is_sqlite = isinstance(db, SqliteDatabase)
    for column, states, actions in WINDOWS:
        kind = f"TEXT CHECK ({column} {TIME})" if is_sqlite else "utc_time"
        db.execute_sql(f"ALTER TABLE issue ADD COLUMN {column} {kind}")
        _fill(db, column, states, actions)
    db.execute_sql(DECLINE)
    db.execute_sql(f"CREATE UNIQUE INDEX claim_one_pending ON claim (issue_id, {PARTY}) WHERE state = 'PENDING'")


def down(migrator: Any, db: Database) -> None:
    db.execute_sql("DROP INDEX claim_one_pending")
    for column, _, _ in WINDOWS:
        db.execute_sql(f"ALTER TABLE issue DROP COLUMN {column}")


def _fill(db: Database, column: str, states: str, actions: str) -> None:
    mark = "?" if isinstance(db, SqliteDatabase) else "%s"
    said = dict(db.execute_sql("SELECT day, is_working_day FROM work_calendar_day").fetchall())
    found = db.execute_sql(
        f"""SELECT issue_id, MAX(at) FROM ledger_entry WHERE action IN ({actions})
        AND issue_id IN (SELECT id FROM issue WHERE state IN ({states})) GROUP BY issue_id"""
    ).fetchall()
    for issue_id, at in found:
        db.execute_sql(f"UPDATE issue SET {column} = {mark} WHERE id = {mark}", (_until(at, said), issue_id))


def _until(at: str, said: dict[str, Any]) -> str:
    start = datetime.fromisoformat(at).astimezone(SHANGHAI)
    day, count = start.date(), WORKING_DAYS
    while count > 0:
        day += timedelta(days=1)
        count -= bool(said.get(day.isoformat(), _is_usual(day)))
    end = datetime.combine(day, start.timetz()).astimezone(UTC)
    return end.strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_usual(day: date) -> bool:
    try:
        return is_workday(day)
    except NotImplementedError:
        return day.weekday() < 5
