"""Who may book a resource, and how much at once: groups, the community, open bookings, and bars after misuse."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from db.access.commands import Call
from db.bookings.models import LIVE, Booking, BookingSlot, BookingTerms, BookingWindow, PlaceUse, ResourceUnit, Slot
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.kernel.statements import compiled
from db.organizations.models.resource import Resource
from db.people.models.person import Person
from db.settings.models import SettingKey
from db.settings.values import setting

_K = SettingKey
# What bars a holder: how often, and for how many days.
_BARS = {
    PlaceUse.OVERSTAYED: (_K.BOOKING_OVERSTAYS, _K.BOOKING_OVERSTAY_BAR_DAYS),
    PlaceUse.NO_SHOW: (_K.BOOKING_NO_SHOWS, _K.BOOKING_NO_SHOW_BAR_DAYS),
}


def require_eligible(terms: BookingTerms, resource: Resource, holder: Any) -> None:
    """Check that a holder may book a resource at all. holder: a person, a unit, a team or a committee.

    Raises:
        DomainError: NOT_ELIGIBLE, of another community, or in none of the groups that the resource is for.
    """
    if not terms.is_open_to_all and holder.division_code != resource.division_code:
        raise _not_eligible("The resource is for its own community.", "该资源仅供本社区使用。")
    wanted = set(terms.eligible_groups.split())
    if wanted and not (isinstance(holder, Person) and wanted & set(holder.groups.split())):
        names = "、".join(sorted(wanted))
        raise _not_eligible(
            f"The resource is for people of these groups: {', '.join(sorted(wanted))}; ask staff to verify yours.",
            f"该资源面向以下人员：{names}；请联系社区核验人员类别。",
        )


def require_few_open(call: Call, resource: Resource, columns: dict[str, int]) -> None:
    """Check that a holder has few open bookings. columns: the column that names the holder.

    Raises:
        DomainError: LIMIT_REACHED.
    """
    most = setting(_K.BOOKING_MOST_OPEN, resource.division_code)
    count = sum(booking.state in LIVE for booking in Booking.find_all(**columns))
    if count >= most:
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"There are {count} open bookings already, and {most} are allowed at once; cancel one or wait.",
            chinese=f"已有{count}个未结束的预约，最多{most}个；请取消一个或等其结束。",
        )


def require_not_barred(call: Call, resource: Resource, columns: dict[str, int], plate: str | None) -> None:
    """Check that neither a holder nor a plate is barred after misuse.

    Raises:
        DomainError: BARRED, with the day on which it ends.
    """
    ends = [
        end
        for attendance, (times, days) in _BARS.items()
        for found in (_of_holder(columns, attendance), _of_plate(plate, attendance))
        if (end := barred_until(found, setting(times, resource.division_code), setting(days, resource.division_code)))
        and end > call.day
    ]
    if ends:
        until = max(ends).isoformat()
        raise DomainError(
            ErrorCode.BARRED,
            f"After missed or overstayed bookings, nothing can be booked before {until}.",
            chinese=f"因爽约或超时，{until}之前不能预约。",
        )


def require_one_permit(plate: str, window_ids: Sequence[int], first: date, last: date) -> None:
    """Check that a car has no other live booking in some windows, from a first to a last day.

    Raises:
        DomainError: ALREADY_EXISTS.
    """
    if any(window_id in window_ids for (window_id,) in _of_car.tuples(plate, first, last)):
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"The car {plate} has a booking in these windows already; change the days or cancel that one.",
            ("plate",),
            chinese=f"车牌{plate}在该时段已有预约；请更改日期或取消原预约。",
        )


def require_unnumbered(resource: Resource, quantity: Decimal) -> None:
    """Check that one place is wanted where units have numbers.

    Raises:
        DomainError: INVALID_INPUT.
    """
    if quantity != 1 and ResourceUnit.find_all(resource=resource.id, is_active=True):
        message = "Its units have numbers; the quantity is one of them, 1."
        raise invalid("quantity", message, "该资源按号位预约，数量为 1。")


def barred_until(days: Iterable[date], times: int, length: int) -> date | None:
    """Return until when misuse on some days bars somebody: each so many times, for so many days after the last one.

    Misuse while a bar runs does not count again.
    """
    until, count = None, 0
    for day in sorted(days):
        if until is not None and day < until:
            continue
        count += 1
        if count == times:
            until, count = day + timedelta(days=length), 0
    return until


def _of_holder(columns: dict[str, int], attendance: PlaceUse) -> list[date]:
    [(column, row_id)] = columns.items()
    return [day for (day,) in _MISUSE[column].tuples(row_id, attendance)]


def _of_plate(plate: str | None, attendance: PlaceUse) -> list[date]:
    return [] if plate is None else [day for (day,) in _MISUSE["plate"].tuples(plate, attendance)]


@compiled
def _of_car(plate: Any, first: Any, last: Any) -> Any:
    live = (Booking.plate == plate) & Booking.state.in_([state.value for state in LIVE])
    asked = Booking.select(BookingWindow.window).join(BookingWindow, on=BookingWindow.booking == Booking.id)
    return asked.where(live, Booking.first_day <= last, Booking.last_day >= first)


def _misuse(column: str) -> Any:
    def query(value: Any, attendance: Any) -> Any:
        used = Slot.select(Slot.day).join(BookingSlot, on=BookingSlot.slot == Slot.id)
        used = used.join(Booking, on=BookingSlot.booking == Booking.id)
        return used.where(getattr(Booking, column) == value, BookingSlot.attendance == attendance)

    return compiled(query)


_MISUSE = {column: _misuse(column) for column in ("person", "organization", "team", "committee", "plate")}


def _not_eligible(english: str, chinese: str) -> DomainError:
    return DomainError(ErrorCode.NOT_ELIGIBLE, english, chinese=chinese)
