"""Drawing lots among those who asked for places: anybody can draw them again from the beacon and the ids."""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.journal import move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.subjects import command
from db.bookings.holders import tell_holder
from db.bookings.lifecycle import BOOKING_LIFECYCLE
from db.bookings.models import Allotment, Booking, BookingState, BookingTerms, BookingWindow, LotDrawing
from db.bookings.offering import OFFERED
from db.bookings.places import allot
from db.kernel.bounds import Items, Length
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.kernel.statements import compiled
from db.organizations.models.resource import Resource


def order_of_lots(beacon: str, ids: Iterable[int]) -> list[int]:
    """Return bookings in the order of their lots: of the SHA-256 of the beacon and the id, lowest first."""
    return sorted(
        ids, key=lambda booking_id: (sha256(f"{beacon}Booking_{booking_id}".encode()).hexdigest(), booking_id)
    )


@command(OFFERED)
def draw_lots(
    call: Call,
    resource: Resource,
    role: Role,
    *,
    first_day: date,
    window_ids: Annotated[Sequence[int], Items(1, 21)],
    beacon: Annotated[str, Length(8, 200, has_lines=False)],
) -> CommandResult:
    """Draw lots among the requests that begin on a day in some windows; who gets no place waits for one (抽签).

    beacon: a public text that nobody knew before the last request, such as that day's head of the ledger.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, STALE_OBJECT; INVALID_INPUT, its places are not given out by lot;
            LIMIT_REACHED, nobody asked.
    """
    terms = BookingTerms.find(resource=resource.id)
    if terms is None or terms.allotment is not Allotment.LOTTERY:
        message = "Its places are not given out by lot; set the allotment LOTTERY first (`setBookingTerms`)."
        raise invalid("resourceId", message, "该资源不是抽签分配；请先设为 LOTTERY（setBookingTerms）。")
    asked = [row for row in _requested.all(resource.id, first_day) if _windows_of(row) == set(window_ids)]
    if not asked:
        message = "Nobody asked for these windows from that day; see the requested bookings."
        raise DomainError(ErrorCode.LIMIT_REACHED, message, ("firstDay",), chinese="该日该时段没有待抽签的申请。")
    by_id = {booking.id: booking for booking in asked}
    order = order_of_lots(beacon, by_id)
    drawing = LotDrawing.create(
        resource=resource.id, division_code=resource.division_code, first_day=first_day, beacon=beacon,
        drawn=" ".join(f"Booking_{booking_id}" for booking_id in order), place_count=0, drawn_at=call.at,
    )  # fmt: skip
    count = 0
    for lot, booking_id in enumerate(order, 1):
        count += _settle(call, resource, by_id[booking_id], drawing=drawing.id, lot=lot)
    drawing.change(place_count=count)
    return CommandResult({"resource": resource.id, "lotDrawing": drawing.id})


def _settle(call: Call, resource: Resource, booking: Booking, **drawn: Any) -> bool:
    is_placed = allot(call, resource, booking, **drawn)
    if not is_placed:
        move(call, BOOKING_LIFECYCLE, booking, JournalAction.QUEUE, **drawn)
    outcome = "已中签，预约生效" if is_placed else f"未中签，列入候补第{drawn['lot']}号"
    text = f"“{resource.name}”抽签结果：您的预约 Booking_{booking.id} {outcome}。"
    tell_holder(call, booking, f"drawn:{drawn['drawing']}", text)
    return is_placed


def _windows_of(booking: Booking) -> set[int]:
    return {row.window_id for row in BookingWindow.find_all(booking=booking.id)}


@compiled
def _requested(resource_id: Any, first_day: Any) -> Any:
    waits = (Booking.resource == resource_id) & (Booking.state == BookingState.REQUESTED.value)
    return Booking.select().where(waits, Booking.first_day == first_day).order_by(Booking.id)
