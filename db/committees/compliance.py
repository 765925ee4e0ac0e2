"""Whether a committee meets its rules, recorded after each change of its members: by its state, and an event a rule."""

from datetime import timedelta
from typing import Any

from db.access.commands import Call
from db.access.journal import move
from db.access.models.journal import JournalAction
from db.committees.composition import OF_STATE, broken_by
from db.committees.lifecycle import COMMITTEE_LIFECYCLE
from db.committees.models.candidacy import ComplianceEvent
from db.committees.models.committee import Committee, CommitteeState
from db.kernel.statements import compiled
from db.settings.models import SettingKey
from db.settings.values import setting

A, S = JournalAction, CommitteeState


def recompute_compliance(call: Call, committee: Committee) -> None:
    """Record which rules a committee at work breaks now, and which it meets again. committee: locked, as it is now."""
    if committee.state not in (S.ACTIVE, S.NON_COMPLIANT):
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
    """Events of a month are never resolved."""
    is_open = ComplianceEvent.resolved_on.is_null() & ComplianceEvent.month.is_null()
    return ComplianceEvent.select().where(ComplianceEvent.committee == committee_id, is_open)
