"""What a committee owes to health work: both sub-committees stand a month after it began its work (H1)."""

from datetime import date, timedelta
from typing import Any

from peewee import SQL, ColumnBase, fn

from db.access.models.journal import JournalEntry
from db.committees.compliance import WatchedRule
from db.committees.lifecycle import COMMITTEE_LIFECYCLE
from db.committees.models.committee import CommitteeState
from db.health.models.sub_committee import SubCommittee, SubCommitteeKind, SubCommitteeState
from db.kernel.calendar import day_began
from db.kernel.expressions import Row

# How long after its activation a committee may be without one of them.
DAYS_TO_FORM = timedelta(days=30)


def _lacks_one(committee: Row, today: Any) -> ColumnBase:
    """Build the condition that a committee began its work too long ago to lack one of the two."""
    row, entry = SubCommittee.alias("standing"), JournalEntry.alias("beginning")
    stands = (row.committee == committee.id) & (row.state == SubCommitteeState.ACTIVE.value)
    count = row.select(fn.COUNT(row.kind)).where(stands)
    own = (entry.subject_type == COMMITTEE_LIFECYCLE.noun) & (entry.subject_id == committee.id)
    began = own & (entry.to_state == CommitteeState.ACTIVE.value) & (entry.at < today.through(_last_beginning))
    return fn.EXISTS(entry.select(SQL("1")).where(began)) & (fn.COALESCE(count, 0) < len(SubCommitteeKind))


def _last_beginning(today: date) -> str:
    """Return the moment before which a committee began its work that must have both by a day."""
    return day_began(today - DAYS_TO_FORM)


BOTH_STAND = WatchedRule("H1", _lacks_one)
