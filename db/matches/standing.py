"""What an actor is to a match, and what stands in the way of a claim by it; see `db.access.steps`."""

from typing import Any

from peewee import SQL, Case, fn

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.account import Role
from db.access.steps import RowFacts, RowSteps, mask, offices_over
from db.access.subjects import Subject
from db.access.viewers import ViewerSql
from db.bookings.parties import is_owner_as_skill, is_owner_for_unit, owns_as_skill, owns_for_unit
from db.issues.guards_sql import GuardFacts, is_open_for_claims
from db.issues.lifecycle import Capacity
from db.issues.models.claim import Claim, ClaimState, Need
from db.issues.models.issue import Issue
from db.issues.need_and_project_lists import ON_THE_LIST
from db.issues.row_guards import RowGuard
from db.kernel.calendar import today
from db.kernel.statements import compiled
from db.matches.lifecycle import MATCH_LIFECYCLE
from db.matches.models import Match
from db.matches.visibility import may_see
from db.organizations.models.resource import Resource, ResourceState, ResourceWindow
from db.people.models.person import Person

C, G = Capacity, RowGuard


def _to_match(call: Call, match: Match) -> dict[Capacity, Role]:
    found = offices_over(call, match.division_code)
    if call.actor.mandate.part.covers(match.division_code):
        if owns_for_unit(call.actor, match):
            found[C.UNIT_CONTACT] = Role.UNIT_CONTACT
        if owns_as_skill(call.actor, match):
            found[C.SUBJECT] = Role.RESIDENT
    return found


def _bits(facts: RowFacts) -> Any:
    row, asker = facts.row, facts.asker
    bits = facts.office_bits(C.COMMUNITY_STAFF)
    for capacity, owns in ((C.UNIT_CONTACT, is_owner_for_unit), (C.SUBJECT, is_owner_as_skill)):
        bits = bits + Case(None, [(asker.covers(row.division_code) & owns(row, asker), mask([capacity]))], 0)
    return bits


def _claimable(need_id: Any, asker: ViewerSql) -> Any:
    """Select a need if it is on the list and claims on its issue are taken."""
    need, issue = Need.alias("wanted"), Issue.alias("of_need")
    is_listed = need.state.in_([state.value for state in ON_THE_LIST])
    is_open = is_open_for_claims(GuardFacts(issue, asker, SQL("0")))
    found = need.select(need.id).join(issue, on=(need.issue == issue.id))
    return found.where(need.id == need_id, is_listed, is_open)


@compiled
def is_claimable(need_id: Any, actor: Any, now: Any) -> Any:
    """Find a need if it can be claimed now."""
    return _claimable(need_id, ViewerSql.of(actor, now))


def _offer_has_ended(facts: RowFacts) -> Any:
    offer = Resource.alias("offered")
    is_timely = offer.valid_until.is_null() | (offer.valid_until >= facts.asker.when(today))
    is_there = (offer.id == facts.row.resource) & (offer.state == ResourceState.ON_OFFER.value) & is_timely
    return ~fn.EXISTS(offer.select(SQL("1")).where(is_there))


def _owner_waits(facts: RowFacts) -> Any:
    """Build the condition that the owner has a claim on the need's issue that nobody has confirmed yet."""
    claim, need = Claim.alias("waiting"), Need.alias("of_match")
    offer, person = Resource.alias("of_owner"), Person.alias("owner")
    owner = offer.select(offer.organization).where(offer.id == facts.row.resource)
    skilled = offer.select(person.account).join(person, on=(offer.person == person.id))
    is_own = (claim.organization == owner) | (claim.account == skilled.where(offer.id == facts.row.resource))
    issue = need.select(need.issue).where(need.id == facts.row.need)
    waits = (claim.issue == issue) & (claim.state == ClaimState.PENDING.value) & is_own
    return fn.EXISTS(claim.select(SQL("1")).where(waits))


def _has_windows(facts: RowFacts) -> Any:
    window = ResourceWindow.alias("opens")
    return fn.EXISTS(window.select(SQL("1")).where(window.resource == facts.row.resource))


def _has_quantity(facts: RowFacts) -> Any:
    offer = Resource.alias("counted")
    is_counted = (offer.id == facts.row.resource) & offer.quantity.is_null(False)
    return _has_windows(facts) | fn.EXISTS(offer.select(SQL("1")).where(is_counted))


MATCH_STEPS = RowSteps(
    Match,
    MATCH_LIFECYCLE,
    _to_match,
    _bits,
    {
        G.NEED_CLOSED: lambda facts: ~fn.EXISTS(_claimable(facts.row.need, facts.asker)),
        G.OFFER_ENDED: _offer_has_ended, G.OWNER_WAITS: _owner_waits,
        G.WINDOW_NEEDED: _has_windows, G.QUANTITY_NEEDED: _has_quantity,
    },
    serves_issue=False,
)  # fmt: skip
MATCH = Subject(
    model=Match,
    keys={"match_id": "id"},
    missing=("There is no such match; check the id.", "没有此对接，请核对 ID。"),
    stale=stale_by_journal(MATCH_LIFECYCLE),
    stand=lambda call, row, mutation: MATCH_STEPS.require(call, row, mutation, "matchId"),
    is_known=may_see,
)
