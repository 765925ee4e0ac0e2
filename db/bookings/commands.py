"""Bookings: they are requested, answered, cancelled, and taken away; and how their places were used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.steps import not_permitted, offices_over
from db.access.subjects import command
from db.bookings.lifecycle import BOOKING_LIFECYCLE
from db.bookings.models import (
    LIVE,
    Booking,
    BookingPurpose,
    BookingReview,
    BookingState,
    BookingTerms,
    BookingWindow,
    ForfeitCause,
    ResourceUnit,
)
from db.bookings.parties import HOLDERS, owns, speaks
from db.bookings.places import Full, give_back, next_start, take_places
from db.bookings.rules import (
    require_eligible,
    require_few_open,
    require_not_barred,
    require_one_permit,
    require_unnumbered,
)
from db.bookings.standing import BOOKING
from db.issues.lifecycle import Capacity
from db.kernel.bounds import Between, Days, Items, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.organizations.models.resource import Resource, ResourceState, ResourceWindow
from db.people.models.person import Person
from db.settings.models import SettingKey
from db.settings.values import setting

A = JournalAction
MACHINE = BOOKING_LIFECYCLE
_COLUMNS = {table.__name__: column for column, table in HOLDERS.items()}
PLATE = Length(2, 12, has_lines=False)


@dataclass(frozen=True, slots=True)
class Wanted(Inputs):
    """What is booked: days and windows, and if units have numbers which one, or how many places."""

    first_day: Annotated[date, Days(first=0)]
    last_day: Annotated[date, Days(first=0)]
    window_ids: Annotated[Sequence[int], Items(1, 21)]
    unit_id: int | None = None
    quantity: Annotated[Decimal, Between(Decimal("0.01"), Decimal(10_000), places=2)] = Decimal(1)
    plate: Annotated[str, PLATE] | None = None


@command()
def request_booking(
    call: Call, *, resource_id: int, wanted: Wanted, holder_id: tuple[str, int] | None = None
) -> CommandResult:
    """Request places of a resource (预约); the booking is confirmed at once where its terms say so.

    holder_id: the type that the id names, and the row's id; None for the person that the actor is.

    Raises:
        DomainError: NOT_FOUND, no such resource on offer, window, unit or holder; NOT_PERMITTED; INVALID_INPUT;
            NOT_ELIGIBLE, BARRED, LIMIT_REACHED; ALREADY_EXISTS, the car has a booking;
            SLOT_CONFLICT, there is no free place.
    """
    resource, terms = bookable(call, resource_id)
    holder = _holder(call, holder_id)
    is_good = call.actor.mandate.part.covers(resource.division_code)
    role = (is_good and speaks(call.actor, column_of(holder), holder)) or offices_over(
        call, resource.division_code
    ).get(Capacity.COMMUNITY_STAFF)
    if role is None:
        raise not_permitted(Capacity.PARTY, Capacity.COMMUNITY_STAFF)
    by = By.actor(call, role, resource.division_code)
    booking, event = book(call, by, resource, terms, holder, wanted, "windowIds")
    return CommandResult({"booking": booking.id, "event": event})


def book(
    call: Call, by: By, resource: Resource, terms: BookingTerms, holder: Any, wanted: Wanted, field: str
) -> tuple[Booking, int]:
    """Book places of a resource, which is locked, for a holder; return the booking and the entry of its journal.

    field: of the input, that a refusal for want of a place names.

    Raises:
        DomainError: NOT_FOUND, INVALID_INPUT, NOT_ELIGIBLE, BARRED, LIMIT_REACHED, ALREADY_EXISTS, SLOT_CONFLICT: as
            those of `requestBooking`.
    """
    columns = {column_of(holder): holder.id}
    require_eligible(terms, resource, holder)
    require_not_barred(call, resource, columns, wanted.plate)
    require_few_open(call, resource, columns)
    _require_wanted(terms, resource, wanted)
    if wanted.plate is not None:
        require_one_permit(wanted.plate, wanted.window_ids, wanted.first_day, wanted.last_day)
    booking = begin(
        call, MACHINE, Booking, by, resource=resource.id,
        division_code=resource.division_code, purpose=terms.purpose, first_day=wanted.first_day,
        last_day=wanted.last_day, unit=wanted.unit_id, quantity=wanted.quantity, plate=wanted.plate, warning_count=0,
        created_at=call.at, **columns,
    )  # fmt: skip
    for window_id in dict.fromkeys(wanted.window_ids):
        BookingWindow.create(booking=booking.id, window=window_id)
    event = entry_of(MACHINE, booking)
    if terms.gives_at_once:
        event = move(call, MACHINE, booking, A.ALLOT, unit=_taken(call, resource, booking, field))
    return booking, event


def lock_resource(call: Call, inputs: Mapping[str, Any]) -> None:
    """Lock what a booking is of, before the booking itself: of all that take and give back, one does so at a time."""
    booking = Booking.find(id=inputs["booking_id"])
    if booking is not None:
        Resource.lock(id=booking.resource_id)


@command(BOOKING, "reviewBooking", lock=lock_resource)
def review_booking(
    call: Call,
    booking: Booking,
    role: Role,
    *,
    decision: BookingReview,
    unit_id: int | None = None,
    reason: Prose | None = None,
) -> CommandResult:
    """Confirm a requested booking, which takes its places, or turn it down with a reason (审核预约).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, a refusal without
            reason; NOT_ELIGIBLE, its places are given out by lot; SLOT_CONFLICT, there is no free place.
    """
    by = By.actor(call, role, booking.division_code)
    if decision is BookingReview.DECLINED:
        if reason is None:
            raise invalid("reason", "Give the reason why the booking is declined.", "请说明不予通过的理由。")
        return _done(booking, move(call, MACHINE, booking, A.DECLINE, by, note=reason, ended_at=call.at))
    resource = Resource.get_by_id(booking.resource_id)
    if unit_id is not None:
        _require_unit(resource, unit_id)
        booking.change(unit=unit_id)
    unit = _taken(call, resource, booking, "bookingId")
    return _done(booking, move(call, MACHINE, booking, A.APPROVE, by, note=reason, unit=unit))


@command(BOOKING, "cancelBooking", lock=lock_resource)
def cancel_booking(
    call: Call,
    booking: Booking,
    role: Role,
    *,
    reason: Prose,
    from_day: Annotated[date, Days(first=0)] | None = None,
) -> CommandResult:
    """Cancel a booking, or the rest of it from a day on; its places go to others (取消预约).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, the day is not one of
            the booking; LIMIT_REACHED, it is too late for the holder.
    """
    if from_day is not None and not booking.first_day <= from_day <= booking.last_day:
        raise invalid("fromDay", "Give a day of the booking.", "请填写预约期内的日期。")
    first = max(from_day or booking.first_day, call.day)
    if role is not Role.STAFF and not owns(call.actor, booking):
        _require_in_time(call, booking, first)
    by = By.actor(call, role, booking.division_code)
    if from_day is not None and booking.state is BookingState.CONFIRMED and first > booking.first_day:
        event = move(call, MACHINE, booking, A.RELEASE, by, note=reason, last_day=first - timedelta(days=1))
    else:
        event = move(call, MACHINE, booking, A.CANCEL, by, note=reason, ended_at=call.at)
    give_back(call, booking, first)
    return _done(booking, event)


def cancel_for_holder(call: Call, booking_id: int, by: By, reason: str) -> None:
    """Cancel a booking that is still live, for a rule that knows its holder needs it no more."""
    lock_resource(call, {"booking_id": booking_id})
    booking = Booking.lock(id=booking_id)
    if booking is not None and booking.state in LIVE:
        move(call, MACHINE, booking, A.CANCEL, by, note=reason, ended_at=call.at)
        give_back(call, booking, call.day)


@command(BOOKING, "warnBooking")
def warn_booking(call: Call, booking: Booking, role: Role, *, reason: Prose) -> CommandResult:
    """Warn the holder of a booking, for example of a plot that lies fallow (提醒).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; LIMIT_REACHED, the last
            warning is too recent.
    """
    by = By.actor(call, role, booking.division_code)
    count = booking.warning_count + 1
    event = move(call, MACHINE, booking, A.WARN, by, note=reason, warning_count=count, warned_on=call.day)
    return _done(booking, event)


@command(BOOKING, "forfeitBooking", lock=lock_resource)
def forfeit_booking(call: Call, booking: Booking, role: Role, *, cause: ForfeitCause, reason: Prose) -> CommandResult:
    """End a booking after warnings or for a false statement; its places go to others (收回预约).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; NOT_ELIGIBLE, the holder
            was not warned often enough.
    """
    least = setting(SettingKey.PLOT_WARNINGS, booking.division_code)
    if cause is ForfeitCause.WARNED and booking.warning_count < least:
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            f"The holder was warned {booking.warning_count} times, and {least} are needed; warn first (`warnBooking`).",
            ("cause",),
            chinese=f"已提醒{booking.warning_count}次，须提醒{least}次后方可收回。",
        )
    by = By.actor(call, role, booking.division_code)
    event = move(call, MACHINE, booking, A.FORFEIT, by, note=reason, ended_at=call.at)
    give_back(call, booking, call.day)
    return _done(booking, event)


def column_of(holder: Any) -> str:
    """Return the column of a booking that names a holder."""
    return _COLUMNS[type(holder).__name__]


# --- What the commands check ------------------------------------------------------------------------------------------


def bookable(call: Call, resource_id: int, field: str = "resourceId") -> tuple[Resource, BookingTerms]:
    """Find and lock a resource that is on offer, with the terms on which it is booked. field: of the input.

    Raises:
        DomainError: NOT_FOUND.
    """
    resource = Resource.lock(id=resource_id)
    terms = BookingTerms.find(resource=resource_id)
    if resource is None or resource.state is not ResourceState.ON_OFFER:
        raise not_found(field, "There is no such resource on offer; check the id.", "没有此资源，或未在提供中。")
    if terms is None:
        message = "The resource has no terms of booking; whoever offers it sets them (`setBookingTerms`)."
        raise not_found(field, message, "该资源未开放预约；提供方设定预约规则后方可预约。")
    return resource, terms


def _holder(call: Call, holder_id: tuple[str, int] | None) -> Any:
    """Return the holder; it is the person that the actor is where none is named."""
    if holder_id is None:
        own = Person.lock(account=call.actor.account_id) if call.actor.account_id is not None else None
        if own is None:
            message = "Your account is not registered as a person; register first (`registerPerson`) or name a holder."
            raise invalid("holderId", message, "您的账号尚未登记人员信息；请先登记，或指明预约人。")
        return own
    noun, row_id = holder_id
    holder = HOLDERS[_COLUMNS[noun]].lock(id=row_id)
    if holder is None or (isinstance(holder, Person) and holder.is_erased):
        raise not_found("holderId", "There is no such holder; check the id.", "没有此预约人，请核对 ID。")
    return holder


def _require_wanted(terms: BookingTerms, resource: Resource, wanted: Wanted) -> None:
    days = (wanted.last_day - wanted.first_day).days + 1
    if days < 1:
        raise invalid("lastDay", "The last day must not be before the first one.", "结束日期不能早于开始日期。")
    if days > terms.term_days:
        message = f"The resource is booked for at most {terms.term_days} days at once."
        raise invalid("lastDay", message, f"该资源每次最多预约{terms.term_days}天。")
    if resource.valid_until is not None and wanted.last_day > resource.valid_until:
        message = f"The resource is offered until {resource.valid_until}."
        raise invalid("lastDay", message, f"该资源提供至{resource.valid_until}。")
    there = {window.id for window in ResourceWindow.find_all(resource=resource.id)}
    if not set(wanted.window_ids) <= there:
        raise not_found("windowIds", "The resource has no such window; check the ids.", "该资源没有此时段。")
    require_unnumbered(resource, wanted.quantity)
    if wanted.unit_id is not None:
        _require_unit(resource, wanted.unit_id)
    if terms.purpose is BookingPurpose.PARKING and wanted.plate is None:
        raise invalid("plate", "Give the plate of the car that parks.", "请填写停放车辆的车牌号。")


def _require_unit(resource: Resource, unit_id: int) -> None:
    if ResourceUnit.find(id=unit_id, resource=resource.id, is_active=True) is None:
        raise not_found("unitId", "The resource has no such unit in use; check the id.", "该资源没有此号位。")


def _require_in_time(call: Call, booking: Booking, first: date) -> None:
    hours = setting(SettingKey.BOOKING_CANCEL_HOURS, booking.division_code)
    starts_at = next_start(booking, first)
    if starts_at is not None and starts_at - timedelta(hours=hours) < call.at:
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"A place can be given back until {hours} hours before it begins; give a later fromDay, or ask staff.",
            ("fromDay",),
            chinese=f"须在时段开始前{hours}小时取消；请选择以后的日期，或联系社区。",
        )


def _taken(call: Call, resource: Resource, booking: Booking, field: str) -> int | None:
    try:
        return take_places(resource, booking, call.day)
    except Full as full:
        raise full.refusal(field) from full


def _done(booking: Booking, event: int) -> CommandResult:
    return CommandResult({"booking": booking.id, "event": event})
