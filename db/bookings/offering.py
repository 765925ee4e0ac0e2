"""What the owner of a resource says of its bookings: terms, numbered units, windows, and when it is shut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from peewee import fn

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.steps import require
from db.access.subjects import Subject, command
from db.bookings.lifecycle import OWNERS
from db.bookings.models import (
    TERM_DAYS,
    Allotment,
    BookingPurpose,
    BookingSlot,
    BookingTerms,
    ResourceUnit,
    Slot,
)
from db.bookings.openings import DAYS_AHEAD, days_open, know_days, slots_of
from db.bookings.places import fill_from_waiting
from db.bookings.shutting import put_off
from db.kernel.bounds import Days, Items, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.kernel.statements import compiled
from db.organizations.models.resource import Resource, ResourceWindow
from db.organizations.resource_lifecycle import RESOURCE_LIFECYCLE
from db.organizations.resource_standing import RESOURCE, to_resource
from db.organizations.resource_windows import Window, create_window, require_windows
from db.people.models.person import PeopleGroup, groups_text

A = JournalAction
# The owners of a resource, in each of its states.
OFFERED = Subject(
    model=Resource,
    keys=RESOURCE.keys,
    missing=RESOURCE.missing,
    stale=RESOURCE.stale,
    stand=lambda call, row, action: require(to_resource(call, row), OWNERS),
)


@dataclass(frozen=True, slots=True)
class Terms(Inputs):
    """On which terms a resource is booked."""

    purpose: BookingPurpose
    allotment: Allotment = Allotment.FIRST_COME
    is_auto_confirmed: bool = False
    is_open_to_all: bool = False
    term_days: Annotated[int, TERM_DAYS] = 1
    eligible_groups: Annotated[Sequence[PeopleGroup], Items(0, 8)] = ()


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A numbered unit, such as bay B-017."""

    number: Annotated[str, Length(1, 20)]
    note: Annotated[str, Length(1, 60, has_lines=False)] | None = None


@command(OFFERED)
def set_booking_terms(call: Call, resource: Resource, role: Role, *, terms: Terms) -> CommandResult:
    """Set the terms on which a resource is booked; bookings that are there stay as they are (设定预约规则).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT.
    """
    if terms.allotment is Allotment.LOTTERY and terms.is_auto_confirmed:
        message = "Lots are drawn once all requests are in; leave isAutoConfirmed out."
        raise invalid("isAutoConfirmed", message, "抽签分配须待申请截止，不能自动确认。")
    values = {**terms.values(), "eligible_groups": groups_text(terms.eligible_groups)}
    found = BookingTerms.lock(resource=resource.id)
    if found is None:
        BookingTerms.create(resource=resource.id, division_code=resource.division_code, **values)
    else:
        found.change(**values)
    know_days(call.day, DAYS_AHEAD)
    return _amended(call, resource, role)


@command(OFFERED)
def change_resource_units(
    call: Call,
    resource: Resource,
    role: Role,
    *,
    add: Annotated[Sequence[NewUnit], Items(0, 200)] = (),
    retire: Annotated[Sequence[int], Items(0, 200)] = (),
) -> CommandResult:
    """Add numbered units to a resource, and take units out of use (调整号位).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; ALREADY_EXISTS, a number
            is there; NOT_ALL_SETTLED, a unit is booked.
    """
    if not ResourceUnit.find(resource=resource.id) and _last_booked.scalar(resource.id, call.day) is not None:
        message = "Its places are booked without numbers; number the units once these bookings are over."
        raise DomainError(ErrorCode.NOT_ALL_SETTLED, message, ("add",), chinese="尚有未编号的预约，结束后方可编号。")
    for unit_id in retire:
        unit = ResourceUnit.lock(id=unit_id, resource=resource.id, is_active=True)
        if unit is None:
            raise not_found("retire", "The resource has no such unit in use; check the ids.", "该资源没有此号位。")
        if _last_booked_unit.scalar(unit.id, call.day) is not None:
            message = f"Unit {unit.number} is booked; cancel its bookings first."
            chinese = f"号位{unit.number}尚有预约，请先取消。"
            raise DomainError(ErrorCode.NOT_ALL_SETTLED, message, ("retire",), chinese=chinese)
        unit.change(is_active=False)
    for new in add:
        values = {"resource": resource.id, "division_code": resource.division_code, "number": new.number}
        if not ResourceUnit.create_unless_there(note=new.note, is_active=True, **values):
            message = f"There is a unit {new.number} already; give another number."
            chinese = f"号位{new.number}已存在，请更换编号。"
            raise DomainError(ErrorCode.ALREADY_EXISTS, message, ("add",), chinese=chinese)
    _resize.change(Slot.capacity.db_value(_count(resource)), resource.id, call.day)
    fill_from_waiting(call, resource.id)
    return _amended(call, resource, role)


@command(OFFERED)
def change_resource_windows(
    call: Call,
    resource: Resource,
    role: Role,
    *,
    close: Annotated[Sequence[int], Items(0, 50)] = (),
    closes_on: Annotated[date, Days(first=0)] | None = None,
    add: Annotated[Sequence[Window], Items(0, 50)] = (),
) -> CommandResult:
    """Close windows of a resource after a day, and add others; no window is changed (调整开放时段).

    closes_on: the last day on which the closed ones open; today when left out.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; SLOT_CONFLICT, two
            windows are open at one time; NOT_ALL_SETTLED, a closed one is booked after the day.
    """
    last = closes_on or call.day
    for window_id in close:
        window = ResourceWindow.lock(id=window_id, resource=resource.id)
        if window is None:
            raise not_found("close", "The resource has no such window; check the ids.", "该资源没有此时段。")
        booked = _last_booked_window.scalar(window.id, last)
        if booked is not None:
            message = f"The window is booked until {booked}; close it after that day, or cancel the bookings first."
            chinese = f"该时段已预约至{booked}，请在此后关闭或先取消预约。"
            raise DomainError(ErrorCode.NOT_ALL_SETTLED, message, ("closesOn",), chinese=chinese)
        window.change(closes_on=last, opens_on=min(window.opens_on, last) if window.opens_on else None)
    kept = [window for window in ResourceWindow.find_all(resource=resource.id) if window.id not in close]
    closing = [window for window in ResourceWindow.find_all(resource=resource.id) if window.id in close]
    require_windows(resource.capacity_model, add, [*kept, *closing])
    for new in add:
        create_window(resource, new)
    return _amended(call, resource, role)


@command(OFFERED)
def close_slot(
    call: Call,
    resource: Resource,
    role: Role,
    *,
    window_id: int,
    day: Annotated[date, Days(first=0)],
    reason: Prose,
) -> CommandResult:
    """Shut a resource for one opening; its bookings get another day where one is free (关闭时段).

    Raises:
        DomainError: NOT_FOUND, no such window, or it does not open on the day; NOT_PERMITTED, STALE_OBJECT,
            INVALID_INPUT; LIMIT_REACHED, it is closed already.
    """
    slot = _slot(resource, window_id, day)
    if slot.is_closed:
        message = "The slot is closed already."
        raise DomainError(ErrorCode.LIMIT_REACHED, message, ("day",), chinese="该时段已关闭。")
    slot.change(is_closed=True, closed_reason=reason)
    put_off(call, resource, slot, reason)
    event = _amended(call, resource, role).rows["event"]
    return CommandResult({"slot": slot.id, "event": event})


@command(OFFERED)
def open_slot(
    call: Call, resource: Resource, role: Role, *, window_id: int, day: Annotated[date, Days(first=0)]
) -> CommandResult:
    """Open a slot again that was closed (重新开放时段).

    Raises:
        DomainError: NOT_FOUND, no such window, or it does not open on the day; NOT_PERMITTED, STALE_OBJECT,
            INVALID_INPUT; LIMIT_REACHED, it is open.
    """
    slot = _slot(resource, window_id, day)
    if not slot.is_closed:
        raise DomainError(ErrorCode.LIMIT_REACHED, "The slot is open.", ("day",), chinese="该时段未关闭。")
    slot.change(is_closed=False, closed_reason=None)
    fill_from_waiting(call, resource.id)
    event = _amended(call, resource, role).rows["event"]
    return CommandResult({"slot": slot.id, "event": event})


def _slot(resource: Resource, window_id: int, day: date) -> Slot:
    window = ResourceWindow.find(id=window_id, resource=resource.id)
    if window is None:
        raise not_found("windowId", "The resource has no such window; check the id.", "该资源没有此时段。")
    if day not in days_open(window, day, day):
        raise not_found("day", "The window does not open on that day; see its days.", "该时段当日不开放。")
    [slot] = slots_of(resource, [window], day, day)
    return slot


def _amended(call: Call, resource: Resource, role: Role) -> CommandResult:
    by = By.actor(call, role, resource.division_code)
    return CommandResult({"resource": resource.id, "event": move(call, RESOURCE_LIFECYCLE, resource, A.AMEND, by)})


def _count(resource: Resource) -> Decimal:
    return Decimal(len(ResourceUnit.find_all(resource=resource.id, is_active=True)))


@compiled
def _resize(capacity: Any, resource_id: Any, day: Any) -> Any:
    """Give the slots that are to come as many places as there are units."""
    return Slot.update({Slot.capacity: capacity}).where(Slot.resource == resource_id, Slot.day >= day)


def _last_day(*conditions: Any) -> Any:
    held = Slot.select(fn.MAX(Slot.day)).join(BookingSlot, on=BookingSlot.slot == Slot.id)
    return held.where(BookingSlot.is_live, *conditions)


@compiled
def _last_booked(resource_id: Any, since: Any) -> Any:
    return _last_day(Slot.resource == resource_id, Slot.day >= since)


@compiled
def _last_booked_unit(unit_id: Any, since: Any) -> Any:
    return _last_day(BookingSlot.unit == unit_id, Slot.day >= since)


@compiled
def _last_booked_window(window_id: Any, after: Any) -> Any:
    return _last_day(Slot.window == window_id, Slot.day > after)
