"""The room of a session: a deliberation room among the resources, booked in the committee's name and given back."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from db.access.commands import Call
from db.access.journal import By
from db.bookings.commands import Wanted, book, bookable
from db.bookings.models import Booking, ResourceUnit
from db.bookings.openings import days_open, span_of
from db.committees.models.committee import Committee
from db.kernel.calendar import SHANGHAI
from db.kernel.errors import DomainError, ErrorCode
from db.organizations.models.resource import Resource, ResourceWindow

# The topic of resources that are rooms for deliberation (议事协商场地).
DELIBERATION_ROOM = "SPACE-10"
_DAY = timedelta(days=1)


def book_room(call: Call, by: By, committee: Committee, room_id: int, at: datetime) -> Booking:
    """Book a room for a committee, in the window that is open at a time; the whole of it is taken.

    Raises:
        DomainError: NOT_FOUND, no such room on offer; NOT_ELIGIBLE, it is no deliberation room, its places are not
            given out at once, or it is not for this committee; SLOT_CONFLICT, it is closed or taken then;
            LIMIT_REACHED, the committee has too many open bookings; BARRED.
    """
    room, terms = bookable(call, room_id, "roomId")
    if room.topic_code != DELIBERATION_ROOM:
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            f"The resource is no deliberation room; choose one with the topic {DELIBERATION_ROOM}.",
            ("roomId",),
            chinese=f"该资源不是议事协商场地，请选择主题为 {DELIBERATION_ROOM} 的资源。",
        )
    if not terms.gives_at_once:
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            "The room is not given out at once; book it first (`requestBooking`), and name it as the place.",
            ("roomId",),
            chinese="该场地的预约须经确认；请先预约（requestBooking），并以 place 填写地点。",
        )
    window, day = _open_window(room, at)
    quantity = Decimal(1) if ResourceUnit.find_all(resource=room.id, is_active=True) else window.quantity
    wanted = Wanted(first_day=day, last_day=day, window_ids=[window.id], quantity=quantity)
    booking, _ = book(call, by, room, terms, committee, wanted, "roomId")
    return booking


def _open_window(room: Resource, at: datetime) -> tuple[ResourceWindow, date]:
    """Return the window of a room that is open at a time, with the day on which it opened.

    Raises:
        DomainError: SLOT_CONFLICT, there is none.
    """
    today = at.astimezone(SHANGHAI).date()
    for window in ResourceWindow.find_all(resource=room.id):
        # A window may be open overnight.
        for day in days_open(window, today - _DAY, today):
            starts_at, ends_at = span_of(window, day)
            if starts_at <= at < ends_at:
                return window, day
    raise DomainError(
        ErrorCode.SLOT_CONFLICT,
        "The room is not open at that time; see its windows (`ResourceWindow.openings`).",
        ("scheduledAt",),
        chinese="该场地在此时间不开放，请查看其开放时段（ResourceWindow.openings）。",
    )
