"""How places were used: who came, who did not, and who stayed too long."""

from datetime import timedelta
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.models.account import Role
from db.access.steps import require
from db.access.subjects import Subject, command
from db.bookings.lifecycle import OWNERS
from db.bookings.models import Booking, BookingSlot, PlaceUse, Slot
from db.bookings.standing import to_booking
from db.bookings.visibility import may_see_place
from db.kernel.bounds import Between
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid


def _stand(call: Call, place: BookingSlot, action: Any) -> Role:
    return require(to_booking(call, Booking.get_by_id(place.booking_id)), OWNERS)


PLACE = Subject(
    model=BookingSlot,
    keys={"booking_slot_id": "id"},
    missing=("There is no such place; check the id.", "没有此预约时段，请核对 ID。"),
    stand=_stand,
    is_known=may_see_place,
)
_RECORDED = (PlaceUse.ATTENDED, PlaceUse.NO_SHOW)


@command(PLACE)
def record_booking_attendance(call: Call, place: BookingSlot, role: Role, *, attendance: PlaceUse) -> CommandResult:
    """Record whether the holder of a place came (登记到场).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED; INVALID_INPUT, it is neither ATTENDED nor NO_SHOW; ILLEGAL_TRANSITION,
            the slot has not begun, or the place was given back.
    """
    if attendance not in _RECORDED:
        raise invalid("attendance", "Say ATTENDED or NO_SHOW.", "请填写 ATTENDED 或 NO_SHOW。")
    slot = _begun(call, place)
    if attendance is PlaceUse.NO_SHOW and slot.ends_at > call.at:
        raise _too_early("The slot has not ended, so the holder may still come.", "时段尚未结束，不能登记未到场。")
    place.change(attendance=attendance, overstay_minutes=None)
    return CommandResult({"bookingSlot": place.id, "booking": place.booking_id})


@command(PLACE)
def report_overstay(
    call: Call, place: BookingSlot, role: Role, *, minutes: Annotated[int, Between(1, 10_080)]
) -> CommandResult:
    """Report that the holder of a place stayed beyond its end (登记超时).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, INVALID_INPUT; ILLEGAL_TRANSITION, so much time has not passed since the
            end, or the place was given back.
    """
    slot = _begun(call, place)
    if slot.ends_at + timedelta(minutes=minutes) > call.at:
        raise _too_early("So many minutes have not passed since the slot ended.", "时段结束至今未满所报分钟数。")
    place.change(attendance=PlaceUse.OVERSTAYED, overstay_minutes=minutes)
    return CommandResult({"bookingSlot": place.id, "booking": place.booking_id})


def _begun(call: Call, place: BookingSlot) -> Slot:
    slot = Slot.get_by_id(place.slot_id)
    if not place.is_live:
        raise _too_early("The place was given back.", "该时段已退还。")
    if slot.starts_at > call.at:
        raise _too_early("The slot has not begun.", "时段尚未开始。")
    return slot


def _too_early(english: str, chinese: str) -> DomainError:
    return DomainError(ErrorCode.ILLEGAL_TRANSITION, english, ("bookingSlotId",), chinese=chinese)
