"""What the clock does for bookings: it ends those that are over, and forgets plates and places after a time."""

from datetime import timedelta
from typing import Any

from db.access.clock import ClockRule, Due, Purge, TickReport, days_before
from db.access.commands import Call
from db.access.journal import move
from db.access.models.journal import JournalAction
from db.bookings.lifecycle import BOOKING_LIFECYCLE
from db.bookings.models import KEPT_DAYS, LIVE, Booking, BookingSlot, BookingState, Slot
from db.bookings.openings import DAYS_AHEAD, know_days
from db.kernel.database import write
from db.kernel.statements import compiled
from db.settings.models import SettingKey
from db.settings.values import least, setting

A = JournalAction


def end_bookings(call: Call, report: TickReport) -> None:
    """End each booking whose last day is over: one that held places is done, one that waited for them lapses."""

    def end(booking: Booking) -> None:
        action = A.COMPLETE if booking.state is BookingState.CONFIRMED else A.LAPSE
        move(call, BOOKING_LIFECYCLE, booking, action, ended_at=call.at)
        report.counts["bookings ended"] += 1

    _over.for_each(call, end)


def know_days_ahead(call: Call, report: TickReport) -> None:
    """Write the calendar of the days ahead, which lists of openings read."""
    with write():
        know_days(call.day, DAYS_AHEAD)


def _plate_is_over(call: Call, booking: Booking) -> bool:
    days = setting(SettingKey.CONTACT_KEEP_DAYS, booking.division_code)
    return booking.last_day + timedelta(days=days) < call.day


def _forget_places(slot: Slot) -> None:
    """Delete a slot, and who held places in it; their bookings stay."""
    _places_of.change(slot.id)
    _slot.change(slot.id)


_over = Due(Booking, lambda tick: Booking.state.in_(LIVE) & (Booking.last_day < tick.today))
forget_plates = Purge(
    "booking.plate",
    Due(
        Booking,
        lambda tick: Booking.plate.is_null(False) & Booking.state.not_in(LIVE) & (Booking.last_day < tick.today),
    ),
    before=days_before(lambda: least(SettingKey.CONTACT_KEEP_DAYS)),
    forget=lambda booking: booking.change(plate=None),
    is_over=_plate_is_over,
)
forget_places = Purge(
    "booking.slot",
    Due(Slot, lambda tick: Slot.day < tick.day(lambda: -KEPT_DAYS)),
    before=days_before(lambda: KEPT_DAYS),
    forget=_forget_places,
)


@compiled
def _places_of(slot_id: Any) -> Any:
    return BookingSlot.delete().where(BookingSlot.slot == slot_id)


@compiled
def _slot(slot_id: Any) -> Any:
    return Slot.delete().where(Slot.id == slot_id)


RULES: tuple[ClockRule, ...] = (know_days_ahead, end_bookings, forget_plates, forget_places)
