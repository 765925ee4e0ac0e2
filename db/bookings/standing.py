"""What an actor is to a booking: they hold it, speak for its holder, or own what is booked; see `db.access.steps`."""

from typing import Any

from peewee import SQL, Case, fn

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.account import Role
from db.access.steps import RowFacts, RowSteps, mask, offices_over
from db.access.subjects import Subject
from db.bookings.lifecycle import BOOKING_LIFECYCLE
from db.bookings.models import Allotment, Booking, BookingTerms
from db.bookings.parties import (
    holder_of,
    is_owner_as_skill,
    is_owner_for_unit,
    is_party,
    owns_as_skill,
    owns_for_unit,
    speaks,
)
from db.bookings.visibility import may_see
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard

C = Capacity


def to_booking(call: Call, booking: Booking) -> dict[Capacity, Role]:
    """Return what an actor is to a booking, by which role."""
    found = offices_over(call, booking.division_code)
    if not call.actor.mandate.part.covers(booking.division_code):
        return found
    role = speaks(call.actor, *holder_of(booking))
    if role is not None:
        found[C.PARTY] = role
    if owns_for_unit(call.actor, booking):
        found[C.UNIT_CONTACT] = Role.UNIT_CONTACT
    if owns_as_skill(call.actor, booking):
        found[C.SUBJECT] = Role.RESIDENT
    return found


def _bits(facts: RowFacts) -> Any:
    row, asker = facts.row, facts.asker
    bits = facts.office_bits(C.COMMUNITY_STAFF)
    conditions = {
        C.PARTY: is_party(row, asker), C.UNIT_CONTACT: is_owner_for_unit(row, asker),
        C.SUBJECT: is_owner_as_skill(row, asker),
    }  # fmt: skip
    for capacity, condition in conditions.items():
        bits = bits + Case(None, [(asker.covers(row.division_code) & condition, mask([capacity]))], 0)
    return bits


def _by_lot(facts: RowFacts) -> Any:
    terms = BookingTerms.alias("its_terms")
    of_lots = (terms.resource == facts.row.resource) & (terms.allotment == Allotment.LOTTERY.value)
    return fn.EXISTS(terms.select(SQL("1")).where(of_lots))


def _of_claim(facts: RowFacts) -> Any:
    return facts.row.claim.is_null(False)


BOOKING_STEPS = RowSteps(
    Booking, BOOKING_LIFECYCLE, to_booking, _bits, {RowGuard.BY_LOT: _by_lot, RowGuard.OF_CLAIM: _of_claim},
    serves_issue=False,
)  # fmt: skip
BOOKING = Subject(
    model=Booking,
    keys={"booking_id": "id"},
    missing=("There is no such booking; check the id.", "没有此预约，请核对 ID。"),
    stale=stale_by_journal(BOOKING_LIFECYCLE),
    stand=lambda call, row, mutation: BOOKING_STEPS.require(call, row, mutation, "bookingId"),
    is_known=may_see,
)
