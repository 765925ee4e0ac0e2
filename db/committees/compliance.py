"""Whether a committee meets its rules, recorded after each change of its members: by its state, and an event a rule.

Rules about what other contexts keep, such as a veterans' team, are each a `WatchedRule` of that context.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from peewee import SQL, ColumnBase, fn

from db.access.clock import TickReport
from db.access.commands import Call
from db.access.journal import move
from db.access.models.journal import JournalAction
from db.committees.composition import ALL, OF_STATE, broken_by
from db.committees.lifecycle import COMMITTEE_LIFECYCLE
from db.committees.models.candidacy import ComplianceEvent
from db.committees.models.committee import Committee, CommitteeState
from db.kernel.database import write
from db.kernel.expressions import Row
from db.kernel.statements import Statement, compiled
from db.settings.models import SettingKey
from db.settings.values import setting

A, S = JournalAction, CommitteeState
AT_WORK = (S.ACTIVE, S.NON_COMPLIANT)


def recompute_compliance(call: Call, committee: Committee) -> None:
    """Record which rules a committee at work breaks now, and which it meets again. committee: locked, as it is now."""
    if committee.state not in AT_WORK:
        return
    broken = {requirement.code for requirement in broken_by(committee.id, call.day)}
    is_short = not broken.isdisjoint(OF_STATE)
    if is_short and committee.state is S.ACTIVE:
        days = setting(SettingKey.COMMITTEE_GRACE_DAYS, committee.division_code)
        move(call, COMMITTEE_LIFECYCLE, committee, A.FALL_SHORT, grace_ends_on=call.day + timedelta(days=days))
    elif not is_short and committee.state is S.NON_COMPLIANT:
        move(call, COMMITTEE_LIFECYCLE, committee, A.RECOVER, grace_ends_on=None)
    _keep_events(call, committee, broken)


def _keep_events(call: Call, committee: Committee, broken: set[str]) -> None:
    known = {event.rule: event for event in _open_events.all(committee.id)}
    for code in sorted(broken - known.keys()):
        ComplianceEvent.create(
            committee=committee.id, division_code=committee.division_code, rule=code, since=call.day,
            grace_ends_on=committee.grace_ends_on if code in OF_STATE else None,
        )  # fmt: skip
    for code in sorted(known.keys() - broken):
        known[code].change(resolved_on=call.day)


@compiled
def _open_events(committee_id: Any) -> Any:
    is_open = ComplianceEvent.resolved_on.is_null() & ComplianceEvent.rule.in_(ALL)
    return ComplianceEvent.select().where(ComplianceEvent.committee == committee_id, is_open)


@dataclass(frozen=True, slots=True)
class WatchedRule:
    """A rule about what another context keeps for a committee at work; breaking it does not change the state.

    code: such as T1. is_broken: the SQL condition, of the committee's row and of today, the parameter of a statement.
    """

    code: str
    is_broken: Callable[[Row, Any], ColumnBase]
    _changed: Statement[Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Declare the statement that finds the committees of some divisions whose events do not say how they are."""

        def query(first: Any, last: Any, today: Any) -> Any:
            row: Any = Committee.alias("watched")
            event = ComplianceEvent.alias("recorded")
            own = (event.committee == row.id) & (event.rule == self.code) & event.resolved_on.is_null()
            is_recorded = fn.EXISTS(event.select(SQL("1")).where(own))
            is_broken = row.state.in_([state.value for state in AT_WORK]) & self.is_broken(row, today)
            differs = (is_recorded & ~is_broken) | (~is_recorded & is_broken)
            return row.select(row.id, row.division_code).where(row.division_code.between(first, last), differs)

        object.__setattr__(self, "_changed", compiled(query))

    def recompute(self, call: Call, first: str, last: str | None = None) -> None:
        """Record how the committees of a community, or of the divisions from one code to another, stand by the rule."""
        for committee_id, code in self.find_changed(first, last or first, call.day):
            if not _resolving.change(call.day, committee_id, self.code):
                ComplianceEvent.create_unless_there(
                    committee=committee_id, division_code=code, rule=self.code, since=call.day
                )

    def find_changed(self, first: str, last: str, today: date) -> list[tuple[int, str]]:
        """List the committees, with their division, whose events do not say how they stand by the rule."""
        return self._changed.tuples(first, last, today)

    def look(self, call: Call, report: TickReport) -> None:
        """Record, as a rule of the clock, how every committee stands by the rule; the report does not count it."""
        everywhere = "0" * 12, "9" * 12
        if self.find_changed(*everywhere, call.day):
            with write():
                self.recompute(call, *everywhere)


@compiled
def _resolving(day: Any, committee_id: Any, rule: Any) -> Any:
    event = ComplianceEvent
    is_open = (event.committee == committee_id) & (event.rule == rule) & event.resolved_on.is_null()
    return event.update(resolved_on=day.through(event.resolved_on.db_value)).where(is_open)
