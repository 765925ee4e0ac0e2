"""Who keeps the access points of a community and gives out passes; see `db.access.steps`."""

from typing import Any

from peewee import Case

from db.access.commands import Call
from db.access.journal import By, move, stale_by_journal
from db.access.models.access import part_of
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.steps import Capacities, RowFacts, RowSteps, mask, offices_over
from db.access.subjects import Subject
from db.gates.lifecycle import ACCESS_POINT_LIFECYCLE, PASS_LIFECYCLE
from db.gates.models import AccessPass, AccessPoint, AccessPointState, PassState
from db.gates.visibility import may_see
from db.issues.lifecycle import Capacity
from db.sites.models import Site
from db.sites.standing import ENDS_WITH_IT

A, C = JournalAction, Capacity


def over_gates(call: Call, division_code: str) -> Capacities:
    """Return what an actor is to the gates of a community, by which role."""
    found = offices_over(call, division_code)
    keeper = call.actor.holds(Role.GATE_KEEPER, over=division_code)
    return found if keeper is None else {**found, C.GATE_KEEPER: Role.GATE_KEEPER}


def _bits(facts: RowFacts) -> Any:
    code, asker = facts.row.division_code, facts.asker
    keeps = asker.holds(lambda grant: (grant.role == Role.GATE_KEEPER.value) & part_of(grant).covers(code))
    keeper = Case(None, [(asker.covers(code) & keeps, mask([C.GATE_KEEPER]))], 0)
    return facts.office_bits(C.COMMUNITY_STAFF) + keeper


ACCESS_POINT_STEPS = RowSteps(
    AccessPoint,
    ACCESS_POINT_LIFECYCLE,
    lambda call, row: over_gates(call, row.division_code),
    _bits,
    {},
    serves_issue=False,
)
PASS_STEPS = RowSteps(
    AccessPass, PASS_LIFECYCLE, lambda call, row: over_gates(call, row.division_code), _bits, {}, serves_issue=False
)
ACCESS_POINT = Subject(
    model=AccessPoint,
    keys={"access_point_id": "id"},
    missing=("There is no such access point; check the id.", "没有此出入口，请核对 ID。"),
    stale=stale_by_journal(ACCESS_POINT_LIFECYCLE),
    stand=lambda call, row, mutation: ACCESS_POINT_STEPS.require(call, row, mutation, "accessPointId"),
)
PASS = Subject(
    model=AccessPass,
    keys={"access_pass_id": "id"},
    missing=("There is no such pass; check the id.", "没有此出入证，请核对 ID。"),
    is_known=may_see,
    stale=stale_by_journal(PASS_LIFECYCLE),
    stand=lambda call, row, mutation: PASS_STEPS.require(call, row, mutation, "accessPassId"),
)


def _end_gates(call: Call, site: Site, by: By) -> None:
    """Close the gates of a site that is retired, and revoke the passes for them."""
    for point in AccessPoint.lock_all(site=site.id, state=AccessPointState.ACTIVE):
        move(call, ACCESS_POINT_LIFECYCLE, point, A.END, by)
    for row in AccessPass.lock_all(site=site.id, state=PassState.VALID):
        move(call, PASS_LIFECYCLE, row, A.WITHDRAW, by)


ENDS_WITH_IT.append(_end_gates)
