"""What an actor is to a booking: they hold it, speak for its holder, or own what is booked; see `db.access.steps`."""

from collections.abc import Callable
from typing import Any

from peewee import SQL, Case, fn

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.account import Role
from db.access.steps import RowFacts, RowSteps, mask, offices_over
from db.access.subjects import Subject
from db.bookings.lifecycle import BOOKING_LIFECYCLE
from db.bookings.models import Allotment, Booking, BookingSlot, BookingTerms, Slot
from db.bookings.parties import (
    holder_of,
    is_owner,
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
from db.kernel.calendar import today
from db.kernel.moments import days_later, hours_later
from db.settings.models import SettingKey
from db.settings.values import setting_sql

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


def _is_near(facts: RowFacts, *conditions: Callable[[Any], Any]) -> Any:
    """Build the condition that a place begins sooner than a holder may give it back. conditions: on its slot."""
    place, slot = BookingSlot.alias("held_place"), Slot.alias("near")
    hours = setting_sql(SettingKey.BOOKING_CANCEL_HOURS, facts.row.division_code)
    begins = (slot.id == place.slot) & (slot.starts_at < hours_later(facts.asker.now, hours))
    for condition in conditions:
        begins = begins & condition(slot)
    mine = place.select(SQL("1")).join(slot, on=begins).where((place.booking == facts.row.id) & place.is_live)
    return _is_bound(facts) & fn.EXISTS(mine)


def _is_bound(facts: RowFacts) -> Any:
    """Build the condition that the asker gives back in time alone: they speak for the holder, and own nothing of it."""
    return is_party(facts.row, facts.asker) & ~is_owner(facts.row, facts.asker)


def _next_is_near(facts: RowFacts) -> Any:
    return _is_near(facts, lambda slot: slot.day >= facts.asker.when(today))


def _no_later_day(facts: RowFacts) -> Any:
    row, now = facts.row, facts.asker.when(today)
    is_last = (row.first_day == row.last_day) | (row.last_day < now)
    return is_last | _is_near(facts, lambda slot: slot.day >= row.last_day)


def _was_warned(facts: RowFacts) -> Any:
    days = setting_sql(SettingKey.PLOT_WARNING_DAYS, facts.row.division_code)
    warned = facts.row.warned_on
    return warned.is_null(False) & (days_later(warned, days) > facts.asker.when(today))


BOOKING_STEPS = RowSteps(
    Booking,
    BOOKING_LIFECYCLE,
    to_booking,
    _bits,
    {
        RowGuard.BY_LOT: _by_lot,
        RowGuard.OF_CLAIM: _of_claim,
        RowGuard.TOO_LATE_TO_CANCEL: lambda facts: _next_is_near(facts) & _no_later_day(facts),
        RowGuard.NEXT_PLACE_NEAR: _next_is_near,
        RowGuard.NO_LATER_DAY: _no_later_day,
        RowGuard.WARNED_LATELY: _was_warned,
    },
    serves_issue=False,
)
BOOKING = Subject(
    model=Booking,
    keys={"booking_id": "id"},
    missing=("There is no such booking; check the id.", "没有此预约，请核对 ID。"),
    stale=stale_by_journal(BOOKING_LIFECYCLE),
    stand=lambda call, row, mutation: BOOKING_STEPS.require(call, row, mutation, "bookingId"),
    is_known=may_see,
)
