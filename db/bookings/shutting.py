"""What becomes of bookings when the owner shuts a slot, or takes a resource off the list."""

from datetime import date, timedelta
from typing import Any

from db.access.commands import Call
from db.access.journal import By, move
from db.access.models.journal import JournalAction
from db.bookings.holders import tell_holder
from db.bookings.lifecycle import BOOKING_LIFECYCLE
from db.bookings.models import LIVE, Booking, BookingSlot, PlaceUse, Slot
from db.bookings.openings import slots_of
from db.bookings.places import Full, give_back, take_slots
from db.kernel.statements import compiled
from db.organizations.models.resource import Recurrence, Resource, ResourceWindow
from db.organizations.resource_standing import ENDS_OFF_THE_LIST

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


def cancel_all(call: Call, resource: Resource, by: By, reason: str) -> None:
    """Cancel the live bookings of a resource that is off the list, and notify the holders."""
    live = _live.all(resource.id)
    for booking in live:
        move(call, BOOKING_LIFECYCLE, booking, JournalAction.CANCEL, by, note=reason, ended_at=call.at)
    # Nobody waits any more who would get what the others give back.
    for booking in live:
        give_back(call, booking, call.day)
        text = f"“{resource.name}”停止提供：{reason}您的预约 Booking_{booking.id} 已取消。"
        tell_holder(call, booking, "off-the-list", text)


ENDS_OFF_THE_LIST.append(cancel_all)


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
def _live(resource_id: Any) -> Any:
    open_ones = Booking.state.in_([state.value for state in LIVE])
    return Booking.select().where(Booking.resource == resource_id, open_ones).order_by(Booking.id)


@compiled
def _places(slot_id: Any) -> Any:
    held = BookingSlot.select().where(BookingSlot.slot == slot_id, BookingSlot.is_live)
    return held.order_by(BookingSlot.id)
