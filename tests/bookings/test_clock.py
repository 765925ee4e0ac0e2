"""What the clock does for bookings: places of days past a year are gone, and so are their slots."""

from datetime import timedelta
from typing import Any

from db.bookings.models import Booking, BookingSlot, BookingState, Slot
from db.city.clock import tick
from tests import factories as make
from tests.asking import Asking
from tests.bookings import factories
from tests.factories import AT, TODAY


def test_places_of_days_past_a_year_are_deleted(ask: Asking) -> None:
    room = make.make_resource(ask.town.unit)
    window = make.make_resource_window(room)
    kept: list[Any] = []
    for days in (367, 366, 1):
        day = TODAY - timedelta(days=days)
        booking = factories.make_booking(room, state=BookingState.ENDED, first_day=day, last_day=day, ended_at=AT)
        slot = factories.make_slot(window, day=day, taken=1, starts_at=AT - timedelta(days=days))
        kept.append((slot.id, factories.make_booking_slot(booking, slot=slot).id))

    reports = [tick(AT).counts["purged booking.slot"] for _ in range(2)]

    assert reports == [1, 0]
    found = sorted(row.id for row in Slot.find_all()), sorted(row.id for row in BookingSlot.find_all())
    assert found == ([slot for slot, _ in kept[1:]], [place for _, place in kept[1:]])
    assert len(Booking.find_all()) == 3
