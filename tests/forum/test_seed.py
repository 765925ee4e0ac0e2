"""The demo city's forum: each community held a session within the last quarter, and all that was said was settled."""

from collections import Counter

from peewee import DatabaseProxy

from db.city.seed import AS_OF_TIME
from db.forum.compliance import SESSIONS_HELD
from db.kernel.calendar import SHANGHAI
from tests.city.seed_rows import rows
from tests.forum.invariants import check

OUTCOMES = {"ISSUE": 191, "PROPOSAL": 366, "JOINED": 92, "ANSWERED": 170, "NO_ACTION": 35}


def test_each_community_held_a_session(demo_city: DatabaseProxy) -> None:
    sessions = rows("SELECT state, COUNT(*), COUNT(DISTINCT committee_id) FROM forum_session GROUP BY state")
    assert sessions == [("CLOSED", 427, 427)]
    outcomes = Counter(name for (name,) in rows("SELECT outcome FROM statement"))
    assert outcomes == OUTCOMES
    check()
    # Each committee meets rule V1 (`db.forum.compliance`).
    today = AS_OF_TIME.astimezone(SHANGHAI).date()
    assert SESSIONS_HELD.find_changed("0" * 12, "9" * 12, today) == []
