"""What a committee owes to the forum: so many sessions a quarter (V1)."""

from datetime import date, timedelta
from typing import Any

from peewee import ColumnBase, fn

from db.committees.compliance import WatchedRule
from db.forum.models import ForumSession
from db.kernel.calendar import day_began
from db.kernel.expressions import Row
from db.settings.models import SettingKey
from db.settings.values import setting_sql


def _held_too_few(committee: Row, today: Any) -> ColumnBase:
    """Build the condition that a committee held too few sessions in the last whole quarter, and again in this one.

    A committee that was established within the last quarter owes none for it.
    """
    this, last = today.through(_this_quarter), today.through(_last_quarter)
    least = setting_sql(SettingKey.FORUM_PER_QUARTER, committee.division_code)
    was_there = committee.established_on < today.through(_last_quarter_day)
    return was_there & (_held(committee, last, this) < least) & (_held(committee, this) < least)


def _held(committee: Row, since: Any, until: Any = None) -> Any:
    """Count the sessions that a committee held from one moment to another."""
    row = ForumSession.alias("sitting")
    held = (row.committee == committee.id) & (row.held_at >= since)
    counted = row.select(fn.COUNT(row.id)).where(held if until is None else held & (row.held_at < until))
    return fn.COALESCE(counted, 0)


def quarter_of(day: date) -> date:
    """Return the first day of the quarter in which a day lies."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def quarter_before(day: date) -> date:
    """Return the first day of the quarter before the one in which a day lies."""
    return quarter_of(quarter_of(day) - timedelta(days=1))


def _this_quarter(today: date) -> str:
    return day_began(quarter_of(today))


def _last_quarter(today: date) -> str:
    return day_began(quarter_before(today))


def _last_quarter_day(today: date) -> str:
    return quarter_before(today).isoformat()


SESSIONS_HELD = WatchedRule("V1", _held_too_few)
