"""Rows of harvests for tests; see `tests.factories`."""

from collections.abc import Callable
from typing import Any

from db.bookings.models import Booking, BookingPurpose, BookingState
from db.harvests.models import Harvest
from tests.bookings.factories import make_booking
from tests.times import AT, TODAY


def make_harvest(booking: Booking | None = None, **values: Any) -> Harvest:
    """Make a harvest of a plot, of which a part was given away."""
    booking = booking or make_booking(purpose=BookingPurpose.PLOT, state=BookingState.CONFIRMED)
    given = {
        "day": TODAY, "crop": "番茄", "kilograms": 6, "shared_kilograms": 2, "shared_with": "楼院老人",
        "created_at": AT, **values,
    }  # fmt: skip
    return Harvest.create(booking=booking, division_code=booking.division_code, **given)


MAKERS: dict[type[Any], Callable[..., Any]] = {Harvest: make_harvest}
