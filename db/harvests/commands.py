"""Harvests are recorded by whoever holds the plot, and by staff."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.steps import require
from db.access.subjects import Subject, command
from db.bookings.lifecycle import HOLDERS
from db.bookings.models import Booking, BookingPurpose, BookingState
from db.bookings.standing import to_booking
from db.bookings.visibility import may_see
from db.harvests.models import KILOGRAMS, Harvest
from db.kernel.bounds import Between, Days, Length
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid

_HELD = (BookingState.CONFIRMED, BookingState.ENDED)
# The booking of a plot, for whoever holds it and for staff.
PLOT = Subject(
    model=Booking,
    keys={"booking_id": "id"},
    missing=("There is no such booking; check the id.", "没有此预约，请核对 ID。"),
    stand=lambda call, booking, action: require(to_booking(call, booking), HOLDERS),
    is_known=may_see,
)


@dataclass(frozen=True, slots=True)
class Reaped(Inputs):
    """What was reaped, and how much of it was given away."""

    day: Annotated[date, Days(last=0)]
    crop: Annotated[str, Length(1, 30, has_lines=False)]
    kilograms: Annotated[Decimal, KILOGRAMS]
    shared_kilograms: Annotated[Decimal, Between(0, 10_000, places=2)] = Decimal(0)
    shared_with: Annotated[str, Length(2, 60, has_lines=False)] | None = None


@command(PLOT, "recordHarvest")
def record_harvest(call: Call, booking: Booking, standing: object, *, reaped: Reaped) -> CommandResult:
    """Record what was reaped on a plot (登记收成).

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED, the holder of the plot and staff record its harvests; NOT_ELIGIBLE, the
            booking holds no plot; INVALID_INPUT, also where more is shared than was reaped.
    """
    if booking.purpose is not BookingPurpose.PLOT or booking.state not in _HELD:
        message = "The booking holds no plot of a garden; name one that is confirmed or over."
        chinese = "该预约未取得菜园地块，请选择已确认或已结束的地块预约。"
        raise DomainError(ErrorCode.NOT_ELIGIBLE, message, ("bookingId",), chinese=chinese)
    if not booking.first_day <= reaped.day <= booking.last_day:
        message = f"Give a day from {booking.first_day} to {booking.last_day}, on which the plot was held."
        raise invalid("day", message, f"请填写认种期内的日期（{booking.first_day}至{booking.last_day}）。")
    if reaped.shared_kilograms > reaped.kilograms:
        message = f"At most the {reaped.kilograms} kg that were reaped can be shared."
        raise invalid("sharedKilograms", message, f"分享的重量不能超过收成 {reaped.kilograms} 公斤。")
    if (reaped.shared_kilograms > 0) != (reaped.shared_with is not None):
        message = "Give sharedKilograms and sharedWith together, or neither."
        raise invalid("sharedWith", message, "分享重量与分享对象须同时填写，或都不填写。")
    harvest = Harvest.create(
        booking=booking.id, division_code=booking.division_code, created_at=call.at, **reaped.values()
    )
    return CommandResult({"harvest": harvest.id})
