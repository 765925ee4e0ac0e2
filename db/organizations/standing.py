"""Who may take the steps of an organization, and what stands in the way; see `db.access.steps`."""

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from peewee import SQL, Case, fn

from db.access.commands import Call
from db.access.journal import By, stale_by_journal
from db.access.models.access import speaks_for
from db.access.models.account import Role
from db.access.steps import RowFacts, RowSteps, mask, offices_over
from db.access.subjects import Subject
from db.issues.lifecycle import CLOSED_STATES, Capacity
from db.issues.models.claim import Claim, ClaimState
from db.issues.models.issue import Issue
from db.issues.row_guards import RowGuard
from db.organizations.lifecycle import ORGANIZATION_LIFECYCLE
from db.organizations.models.organization import Organization

C, G = Capacity, RowGuard
# What later contexts add to the work of an organization: conditions of an alias of its table.
OPEN_WORK: list[Callable[[Any], Any]] = []
# What later contexts end with an organization, in the transaction that closes it.
ENDS_WITH_IT: list[Callable[[Call, Organization, By], None]] = []


def _to_organization(call: Call, organization: Organization) -> dict[Capacity, Role]:
    found = offices_over(call, organization.division_code)
    part = call.actor.mandate.part
    if part.covers(organization.division_code) and any(h.organization_id == organization.id for h in call.actor.held):
        found[C.UNIT_CONTACT] = Role.UNIT_CONTACT
    return found


def _bits(facts: RowFacts) -> Any:
    row, asker = facts.row, facts.asker
    speaks = asker.holds(lambda grant: speaks_for(grant, "organization") & (grant.organization == row.id))
    contact = Case(None, [(asker.covers(row.division_code) & speaks, mask([C.UNIT_CONTACT]))], 0)
    return facts.office_bits(C.COMMUNITY_STAFF, C.SUBDISTRICT_OFFICER) + contact


def _has_open_work(facts: RowFacts) -> Any:
    """Build the condition that an organization handles an issue, has a claim that runs, or other open work."""
    issue, claim = Issue.alias("handled"), Claim.alias("running")
    is_open = issue.state.not_in([state.value for state in CLOSED_STATES])
    handles = issue.select(SQL("1")).where((issue.handler_organization == facts.row.id) & is_open)
    runs = claim.state.in_([ClaimState.PENDING.value, ClaimState.CONFIRMED.value])
    claims = claim.select(SQL("1")).where((claim.organization == facts.row.id) & runs)
    others = [is_open(facts.row) for is_open in OPEN_WORK]
    return reduce(or_, [fn.EXISTS(handles), fn.EXISTS(claims), *others])


ORGANIZATION_STEPS = RowSteps(
    Organization, ORGANIZATION_LIFECYCLE, _to_organization, _bits, {G.WORK_OPEN: _has_open_work}, serves_issue=False
)
ORGANIZATION = Subject(
    model=Organization,
    keys={"organization_id": "id"},
    missing=("There is no such organization; check the id.", "没有此单位，请核对 ID。"),
    stale=stale_by_journal(ORGANIZATION_LIFECYCLE),
    stand=lambda call, row, mutation: ORGANIZATION_STEPS.require(call, row, mutation, "organizationId"),
)
