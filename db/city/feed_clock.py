"""What the clock does for the change feed: changes that are kept no longer go, and those of another database."""

from functools import partial
from typing import Any

from db.access.clock import ClockRule, TickReport, days_before, purge
from db.access.commands import Call
from db.access.models.change import Change
from db.city import feed
from db.kernel.fields import utc_text
from db.kernel.statements import compiled
from db.settings.models import SettingKey
from db.settings.values import greatest

# How many changes go in one transaction.
_AT_ONCE = 1000
_before = days_before(lambda: greatest(SettingKey.CHANGE_KEEP_DAYS))


def forget_changes(call: Call, report: TickReport) -> None:
    """Delete changes of days that are kept no longer.

    They go in the order of the feed, and none that comes after one that stays: whoever has read up to a change that is
    still there has missed nothing. The newest one stays, so that there is always a position to begin from.
    """
    before = _before(call)
    while over := _first_over(utc_text(before)):
        xid, key, _ = over[-1]
        # Another process may have been here meanwhile, and then there is nothing left to forget.
        purge(call, report, "change", before, partial(_forget.change, xid, key))


def _first_over(before: str) -> list[tuple[int, int, str]]:
    """Return the oldest changes, up to the first that is not over."""
    found = _oldest.tuples()
    young = next((at for at, (_, _, when) in enumerate(found) if when >= before), len(found) - 1)
    return found[:young]


@compiled
def _oldest() -> Any:
    row: Any = Change
    # One more, for the newest of all stays.
    return row.select(row.xid, row.id, row.at.concat("")).order_by(row.xid, row.id).limit(_AT_ONCE + 1)


@compiled
def _forget(xid: Any, key: Any) -> Any:
    row: Any = Change
    return row.delete().where((row.xid < xid) | ((row.xid == xid) & (row.id <= key)))


def begin_anew(call: Call, report: TickReport) -> None:
    """Begin the feed anew where its changes are of another database, from a backup that was restored."""
    if feed.is_of_another():
        feed.begin()
        report.counts["feed begun anew"] += 1


RULES: tuple[ClockRule, ...] = (begin_anew, forget_changes)
