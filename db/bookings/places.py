"""Taking places in slots and giving them back. The resource is locked, so that one does so at a time."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from db.access.commands import Call
from db.access.journal import move
from db.access.models.journal import JournalAction
from db.bookings.lifecycle import BOOKING_LIFECYCLE
from db.bookings.models import Booking, BookingSlot, BookingState, BookingWindow, PlaceUse, ResourceUnit, Slot
from db.bookings.openings import slots_of
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.statements import compiled
from db.organizations.models.resource import Resource, ResourceWindow

A = JournalAction


class Full(Exception):
    """There is no place for a booking. slot: the first one that has none; None where no slot opens at all."""

    def __init__(self, slot: Slot | None) -> None:
        """Keep the slot."""
        super().__init__()
        self.slot = slot

    def refusal(self, field: str) -> DomainError:
        """Build the refusal that names when there is no place. field: of the input, as the API names it."""
        if self.slot is None:
            message = "The resource does not open on these days in these windows; see its windows."
            return DomainError(
                ErrorCode.SLOT_CONFLICT, message, (field,), chinese="该资源在所选日期和时段不开放，请查看开放时段。"
            )
        day = self.slot.day.isoformat()
        return DomainError(
            ErrorCode.SLOT_CONFLICT,
            f"There is no free place on {day}; choose another unit, other windows or other days.",
            (field,),
            chinese=f"{day}该时段已无空位，请另选号位、时段或日期。",
        )


def take_places(resource: Resource, booking: Booking, day: date) -> int | None:
    """Reserve the places of a booking from a day on, all or none; return the unit that it holds.

    Raises:
        Full: some slot has no place for it, or is closed; nothing was taken.
    """
    first = max(booking.first_day, day)
    windows = [window for window in ResourceWindow.find_all(resource=resource.id) if window.id in _asked(booking)]
    slots = slots_of(resource, windows, first, booking.last_day)
    if not slots:
        raise Full(None)
    return take_slots(resource, booking, slots)


def take_slots(resource: Resource, booking: Booking, slots: Sequence[Slot]) -> int | None:
    """Reserve a place in each of some slots, which follow each other, or none; return the unit.

    Raises:
        Full: some slot has no place, or is closed; nothing was taken.
    """
    wanted = {slot.id for slot in slots}
    held = [row for row in _held.tuples(resource.id, slots[0].day, slots[-1].day) if row[0] in wanted]
    theirs = {slot for slot, _, person in held if person is not None and person == booking.person_id}
    for slot in slots:
        if slot.is_closed or slot.taken + booking.quantity > slot.capacity or slot.id in theirs:
            raise Full(slot)
    unit = _free_unit(resource, booking, slots, {unit for _, unit, _ in held})
    there = {place.slot_id: place for place in BookingSlot.find_all(booking=booking.id)}
    for slot in slots:
        if slot.id in there:
            # It gave the place back, and gets it again for another day that was shut.
            there[slot.id].change(unit=unit, is_live=True, attendance=PlaceUse.EXPECTED)
        else:
            BookingSlot.create(
                booking=booking.id, slot=slot.id, unit=unit, person=booking.person_id, quantity=booking.quantity,
                division_code=booking.division_code, is_live=True, attendance=PlaceUse.EXPECTED,
            )  # fmt: skip
        slot.change(taken=slot.taken + booking.quantity)
    return unit


def _asked(booking: Booking) -> set[int]:
    return {window for (window,) in _windows.tuples(booking.id)}


def _free_unit(resource: Resource, booking: Booking, slots: Sequence[Slot], held: set[int]) -> int | None:
    """Return the unit that is free in all slots: the one that was asked for, or the first by number."""
    units = ResourceUnit.find_all(resource=resource.id, is_active=True)
    if not units:
        return None
    free = sorted((unit.number, unit.id) for unit in units if unit.id not in held)
    if booking.unit_id is not None:
        free = [(number, unit) for number, unit in free if unit == booking.unit_id]
    if not free:
        raise Full(slots[0])
    return free[0][1]


def give_back(call: Call, booking: Booking, since: date) -> None:
    """Return the places that a booking holds from a day on to the slots, and from there to those who wait for one."""
    for place, slot in ((place, Slot.get_by_id(place.slot_id)) for place in _live_places.all(booking.id)):
        if slot.day >= since and place.attendance is PlaceUse.EXPECTED:
            place.change(is_live=False, attendance=PlaceUse.CANCELLED)
            slot.change(taken=slot.taken - place.quantity)
    fill_from_waiting(call, booking.resource_id)


def fill_from_waiting(call: Call, resource_id: int) -> None:
    """Confirm those who wait and for whom there is a place by now, the lowest lot first."""
    resource = Resource.get_by_id(resource_id)
    for booking in _waiting.all(resource_id, call.day):
        allot(call, resource, booking)


def allot(call: Call, resource: Resource, booking: Booking, **values: Any) -> bool:
    """Confirm a booking if there is a place for it; return whether there is. values: columns that change with it."""
    try:
        unit = take_places(resource, booking, call.day)
    except Full:
        return False
    move(call, BOOKING_LIFECYCLE, booking, A.ALLOT, unit=unit, **values)
    return True


def next_start(booking: Booking, since: date) -> datetime | None:
    """Return when the first place of a booking begins from a day on; None where it holds none."""
    starts = (Slot.get_by_id(place.slot_id) for place in _live_places.all(booking.id))
    return min((slot.starts_at for slot in starts if slot.day >= since), default=None)


@compiled
def _windows(booking_id: Any) -> Any:
    return BookingWindow.select(BookingWindow.window).where(BookingWindow.booking == booking_id)


@compiled
def _held(resource_id: Any, first: Any, last: Any) -> Any:
    held = BookingSlot.select(BookingSlot.slot, BookingSlot.unit, BookingSlot.person).join(Slot)
    return held.where(Slot.resource == resource_id, Slot.day >= first, Slot.day <= last, BookingSlot.is_live)


@compiled
def _live_places(booking_id: Any) -> Any:
    mine = BookingSlot.select().where(BookingSlot.booking == booking_id, BookingSlot.is_live)
    return mine.order_by(BookingSlot.slot)


@compiled
def _waiting(resource_id: Any, day: Any) -> Any:
    waits = (
        (Booking.resource == resource_id) & (Booking.state == BookingState.WAITING.value) & (Booking.last_day >= day)
    )
    return Booking.select().where(waits).order_by(Booking.lot, Booking.id)
