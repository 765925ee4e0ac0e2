"""Who may take the steps of task forces and sponsorships; see `db.access.steps`."""

from collections.abc import Mapping, Sequence
from typing import Any

from peewee import SQL, Case, fn

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.access import speaks_for
from db.access.models.account import Role
from db.access.steps import RowFacts, RowSteps, mask, not_permitted, offices_over
from db.access.subjects import Subject
from db.issues.lifecycle import Capacity
from db.linkage.lifecycle import SPONSORSHIP_LIFECYCLE, TASK_FORCE_LIFECYCLE
from db.linkage.models.sponsorship import Sponsorship, SponsorshipKind, SponsorshipState
from db.linkage.models.task_force import TaskForce
from db.organizations.standing import OPEN_WORK

C = Capacity
# Who assigns each kind of sponsorship, and ends it (R3, R4, R5).
ASSIGNERS: Mapping[SponsorshipKind, Sequence[Capacity]] = {
    SponsorshipKind.LEADER_CONTACT: (C.DISTRICT_OFFICER, C.CITY_OFFICER),
    SponsorshipKind.PATCH: (C.SUBDISTRICT_OFFICER,),
    SponsorshipKind.TARGET: (C.COMMUNITY_STAFF,),
}


def require_assigner(call: Call, kind: SponsorshipKind, division_code: str) -> Role:
    """Check that the actor assigns sponsorships of a kind in a community; return the role in which they do.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    held = offices_over(call, division_code)
    found = next((held[capacity] for capacity in ASSIGNERS[kind] if capacity in held), None)
    if found is None:
        raise not_permitted(*ASSIGNERS[kind])
    return found


def _to_sponsorship(call: Call, row: Sponsorship) -> dict[Capacity, Role]:
    held = offices_over(call, row.division_code)
    roles = [held[capacity] for capacity in ASSIGNERS[row.kind] if capacity in held]
    found: dict[Capacity, Role] = {C.ASSIGNER: roles[0]} if roles else {}
    unit = row.sponsor_organization_id
    is_contact = unit is not None and any(one.organization_id == unit for one in call.actor.held)
    if is_contact and call.actor.mandate.part.covers(row.division_code):
        found[C.UNIT_CONTACT] = Role.UNIT_CONTACT
    return found


def _sponsorship_bits(facts: RowFacts) -> Any:
    row, asker = facts.row, facts.asker
    by_kind = [(kind.value, facts.office_bits(*who)) for kind, who in ASSIGNERS.items()]
    offices = Case(None, [(Case(row.kind, by_kind, 0) > 0, mask([C.ASSIGNER]))], 0)
    speaks = asker.holds(
        lambda grant: speaks_for(grant, "organization") & (grant.organization == row.sponsor_organization)
    )
    return offices + Case(None, [(asker.covers(row.division_code) & speaks, mask([C.UNIT_CONTACT]))], 0)


def _to_task_force(call: Call, row: TaskForce) -> dict[Capacity, Role]:
    return {capacity: role for capacity, role in offices_over(call, row.division_code).items() if capacity is _STREET}


_STREET = C.SUBDISTRICT_OFFICER
TASK_FORCE_STEPS = RowSteps(
    TaskForce, TASK_FORCE_LIFECYCLE, _to_task_force, lambda facts: facts.office_bits(_STREET), {}, serves_issue=False
)
SPONSORSHIP_STEPS = RowSteps(
    Sponsorship, SPONSORSHIP_LIFECYCLE, _to_sponsorship, _sponsorship_bits, {}, serves_issue=False
)
TASK_FORCE = Subject(
    model=TaskForce,
    keys={"task_force_id": "id"},
    missing=("There is no such task force; check the id.", "没有此工作专班，请核对 ID。"),
    stale=stale_by_journal(TASK_FORCE_LIFECYCLE),
    stand=lambda call, row, mutation: TASK_FORCE_STEPS.require(call, row, mutation, "taskForceId"),
)
SPONSORSHIP = Subject(
    model=Sponsorship,
    keys={"sponsorship_id": "id"},
    missing=("There is no such sponsorship; check the id.", "没有此包抓任务，请核对 ID。"),
    stale=stale_by_journal(SPONSORSHIP_LIFECYCLE),
    stand=lambda call, row, mutation: SPONSORSHIP_STEPS.require(call, row, mutation, "sponsorshipId"),
)


def _leads(unit: Any) -> Any:
    """Build the condition that an organization leads a sponsorship."""
    row = Sponsorship.alias("led")
    is_led = (row.sponsor_organization == unit.id) & (row.state == SponsorshipState.ACTIVE.value)
    return fn.EXISTS(row.select(SQL("1")).where(is_led))


OPEN_WORK.append(_leads)
