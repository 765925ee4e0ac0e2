"""Who may take the steps of a resource, and what stands in the way; see `db.access.steps`."""

from collections.abc import Callable
from typing import Any

from peewee import SQL, Case, fn

from db.access.commands import Call
from db.access.journal import By, stale_by_journal
from db.access.models.access import part_of, speaks_for
from db.access.models.account import Role
from db.access.records import speaks_for as is_contact
from db.access.steps import RowFacts, RowSteps, mask, offices_over
from db.access.subjects import Subject
from db.issues.lifecycle import Capacity
from db.issues.models.claim import Claim, ClaimState
from db.issues.row_guards import RowGuard
from db.organizations.models.resource import Resource
from db.organizations.resource_lifecycle import RESOURCE_LIFECYCLE
from db.people.models.person import Person
from db.people.themselves import is_account_of

C, G = Capacity, RowGuard
# What other contexts end once a resource is off the list. They get its locked row, who took it off, and why.
ENDS_OFF_THE_LIST: list[Callable[[Call, Resource, By, str], None]] = []


def to_resource(call: Call, resource: Resource) -> dict[Capacity, Role]:
    """Return what the actor is to a resource: who offers it, by themselves or for a unit, or an office over it."""
    found = offices_over(call, resource.division_code)
    if is_contact(call, resource):
        found[C.UNIT_CONTACT] = Role.UNIT_CONTACT
    if is_account_of(resource.person_id, call.actor) and call.actor.mandate.part.covers(resource.division_code):
        found[C.SUBJECT] = Role.RESIDENT
    return found


def _bits(facts: RowFacts) -> Any:
    row, asker = facts.row, facts.asker
    speaks = asker.holds(
        lambda grant: (
            speaks_for(grant, "organization")
            & (grant.organization == row.organization)
            & part_of(grant).covers(row.division_code)
        )
    )
    person = Person.alias("offering")
    offers = fn.EXISTS(person.select(SQL("1")).where(person.id == row.person, person.account == asker.account_id))
    bits = facts.office_bits(C.COMMUNITY_STAFF)
    for capacity, condition in ((C.UNIT_CONTACT, speaks), (C.SUBJECT, offers)):
        bits = bits + Case(None, [(asker.covers(row.division_code) & condition, mask([capacity]))], 0)
    return bits


def _has_confirmed_claims(facts: RowFacts) -> Any:
    """Build the condition that a confirmed claim counts on a resource."""
    claim = Claim.alias("counting")
    counts = (claim.resource == facts.row.id) & (claim.state == ClaimState.CONFIRMED.value)
    return fn.EXISTS(claim.select(SQL("1")).where(counts))


RESOURCE_STEPS = RowSteps(
    Resource, RESOURCE_LIFECYCLE, to_resource, _bits, {G.CLAIMS_CONFIRMED: _has_confirmed_claims}, serves_issue=False
)
RESOURCE = Subject(
    model=Resource,
    keys={"resource_id": "id"},
    missing=("There is no such resource; check the id.", "没有此资源，请核对 ID。"),
    stale=stale_by_journal(RESOURCE_LIFECYCLE),
    stand=lambda call, row, mutation: RESOURCE_STEPS.require(call, row, mutation, "resourceId"),
)
