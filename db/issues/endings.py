"""When an issue is over: where it was merged, with the one that goes on in its place."""

from datetime import datetime
from typing import Any

from peewee import SQL, ColumnBase, fn

from db.issues.lifecycle import CLOSED_STATES, IssueState
from db.issues.models.issue import Issue

_ENDED = tuple(state for state in CLOSED_STATES if state is not IssueState.MERGED)


def is_over(issue: Any) -> ColumnBase:
    """Build the condition that an issue is over. issue: its table, or an alias of it."""
    master = Issue.alias("its_master")
    goes_on = master.select(SQL("1")).where(master.id == issue.merged_into, master.state.in_(_ENDED))
    return issue.state.in_(_ENDED) | fn.EXISTS(goes_on)


def ended_at(issue: Issue) -> datetime:
    """Return when an issue that is over came to its end: the last step of it, or of the one that goes on for it."""
    master = Issue.find(id=issue.merged_into_id) if issue.merged_into_id is not None else None
    return max(issue.updated_at, master.updated_at) if master else issue.updated_at
