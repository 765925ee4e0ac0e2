"""A bare insert of an issue by the other servers: one row as it is given, with no rights, rules, journal or numbers."""

from datetime import UTC, datetime
from typing import Any

from benchmarks import data
from benchmarks.servers import Server
from db.city.rollups import ROLLUPS
from db.committees.models.committee import Committee
from db.issues.models.issue import Issue
from db.kernel.database import database, is_postgres
from db.kernel.fields import utc_text
from db.places.models.division import Division

INSERT = "insertIssue"
_DOCUMENT = "mutation ($input: InsertIssueInput!) { insertIssue(input: $input) { id state } }"
_POSTGRAPHILE = "mutation ($input: IssueInput!) { createIssue(input: { issue: $input }) { issue { rowId state } } }"
_COUNTERS = ("reporterCount", "reopenCount", "returnCount", "deferralCount", "transferCount")
_MARKS = ("isAnonymous", "isExtended", "isSuspendedOnce", "isAppealed")


def without_triggers(url: str) -> None:
    """Free the table of issues of the triggers that the project adds, which is in the other servers' favour."""
    with data.bound(url):
        database.execute_sql(f"ALTER TABLE {Issue._meta.table_name} DISABLE TRIGGER USER")


def without_rollups(url: str) -> None:
    """Take the triggers of the roll-ups away, to see what they cost."""
    with data.bound(url):
        for rollup in ROLLUPS:
            on = f" ON {rollup.counted._meta.table_name}" if is_postgres() else ""
            for event in ("insert", "update", "delete"):
                database.execute_sql(f"DROP TRIGGER {rollup.name}_{event}{on}")


def insert_request(server: Server, url: str, division_code: str) -> dict[str, Any]:
    """Return the request that inserts an issue of a community, in the words of a server."""
    with data.bound(url):
        division: Any = Division.get(Division.code == division_code)
        committee: Any = Committee.get(Committee.division == division)
    now = utc_text(datetime.now(UTC))
    row = {
        "title": "示范小区路灯不亮", "description": "示范小区三号楼前的路灯已经三天不亮", "duty": "DISPUTE_RESOLUTION",
        "urgency": "NORMAL", "channel": "APP", "state": "SUBMITTED", "currentLevel": "COMMUNITY", "version": 1,
        "divisionId": str(division.id), "divisionCode": division_code, "responsibleCode": division_code,
        "committeeId": str(committee.id), "createdAt": now, "updatedAt": now, "dueAt": now,
        **dict.fromkeys(_COUNTERS, 0), **dict.fromkeys(_MARKS, False),
    }  # fmt: skip
    document = _POSTGRAPHILE if server.contestant.name == "postgraphile" else _DOCUMENT
    return {"query": document, "variables": {"input": row}}
