"""Who may take the steps of somebody's monitoring at home; see `db.access.steps`."""

from typing import Any

from peewee import Case

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.access import part_of
from db.access.models.account import Role
from db.access.steps import RowFacts, RowSteps, mask
from db.access.subjects import Subject
from db.issues.lifecycle import Capacity
from db.monitoring.lifecycle import MONITORING_LIFECYCLE
from db.monitoring.models import MonitoringCase
from db.monitoring.visibility import CASE

C = Capacity
_ROLES = {C.COMMUNITY_STAFF: Role.STAFF, C.HEALTH_WORKER: Role.HEALTH_WORKER}


def carers(call: Call, division_code: str) -> dict[Capacity, Role]:
    """Return what makes the actor one who looks after people who are monitored in a community."""
    return {capacity: role for capacity, role in _ROLES.items() if call.actor.holds(role, over=division_code)}


def _bits(facts: RowFacts) -> Any:
    row, asker = facts.row, facts.asker
    bits = facts.office_bits(C.COMMUNITY_STAFF)
    held = asker.holds(
        lambda grant: (grant.role == Role.HEALTH_WORKER.value) & part_of(grant).covers(row.division_code)
    )
    return bits + Case(None, [(asker.covers(row.division_code) & held, mask([C.HEALTH_WORKER]))], 0)


MONITORING_STEPS = RowSteps(
    MonitoringCase, MONITORING_LIFECYCLE, lambda call, case: carers(call, case.division_code), _bits, {},
    serves_issue=False,
)  # fmt: skip
MONITORING = Subject(
    model=MonitoringCase,
    keys={"case_id": "id"},
    missing=("There is no such monitoring case; check the id.", "没有此居家健康监测，请核对 ID。"),
    is_known=CASE.check,
    stale=stale_by_journal(MONITORING_LIFECYCLE),
    stand=lambda call, case, mutation: MONITORING_STEPS.require(call, case, mutation, "caseId"),
)
