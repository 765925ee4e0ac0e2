"""What becomes of the places in a slot that the owner shuts: each is put off to the next opening that is free."""

from datetime import date, timedelta
from typing import Any

from db.access.commands import Call
from db.access.journal import move
from db.access.models.journal import JournalAction
from db.bookings.holders import tell_holder
from db.bookings.lifecycle import BOOKING_LIFECYCLE
from db.bookings.models import Booking, BookingSlot, PlaceUse, Slot
from db.bookings.openings import slots_of
from db.bookings.places import Full, take_slots
from db.kernel.statements import compiled
from db.organizations.models.resource import Recurrence, Resource, ResourceWindow

# How long after its last day a booking may get another day for one that was taken from it.
LATEST = timedelta(days=31)


def put_off(call: Call, resource: Resource, slot: Slot, reason: str) -> None:
    """Return every place in a slot, move its booking to another day after its last one, and notify the holders."""
    for place in _places.all(slot.id):
        place.change(is_live=False, attendance=PlaceUse.CANCELLED)
        slot.change(taken=slot.taken - place.quantity)
        booking = Booking.lock(id=place.booking_id)
        assert booking is not None, "the place keeps it"
        day = _another_day(resource, booking, slot)
        last = max(booking.last_day, day) if day else booking.last_day
        move(call, BOOKING_LIFECYCLE, booking, JournalAction.PUT_OFF, note=reason, last_day=last)
        instead = f"，顺延至{day}" if day else "，暂无可顺延的日期"
        text = f"“{resource.name}”{slot.day}不开放：{reason}您的预约 Booking_{booking.id}{instead}。"
        tell_holder(call, booking, f"{slot.id}:{place.id}", text)


def _another_day(resource: Resource, booking: Booking, slot: Slot) -> date | None:
    window = ResourceWindow.get_by_id(slot.window_id)
    if window.recurrence is Recurrence.SEASON:
        return None
    first = booking.last_day + timedelta(days=1)
    for other in slots_of(resource, [window], first, first + LATEST):
        try:
            take_slots(resource, booking, [other])
        except Full:
            continue
        return other.day
    return None


@compiled
def _places(slot_id: Any) -> Any:
    held = BookingSlot.select().where(BookingSlot.slot == slot_id, BookingSlot.is_live)
    return held.order_by(BookingSlot.id)
