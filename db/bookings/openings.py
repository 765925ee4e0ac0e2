"""On which days a window is open, and its slots there."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from peewee import JOIN, SQL, Case, Cast, ColumnBase, Join, Select, fn

from db.bookings.models import CalendarDate, ResourceUnit, Slot
from db.kernel.calendar import SHANGHAI, minutes_of, month_began, today
from db.kernel.expressions import Row
from db.kernel.statements import compiled, insertion_of
from db.organizations.capacity import taken
from db.organizations.models.resource import IN_WINDOWS, Holidays, Recurrence, Resource, ResourceWindow
from db.places.holidays import is_working_day

_DAY = timedelta(days=1)
# How far ahead lists of openings know the calendar.
DAYS_AHEAD = 400
_BATCH = 50


def days_open(window: ResourceWindow, first: date, last: date) -> Iterator[date]:
    """List the days from a first to a last on which a window opens; a season opens once, on its first day."""
    if window.recurrence is Recurrence.SEASON:
        if window.opens_on is not None and first <= window.opens_on <= last:
            yield window.opens_on
        return
    day = max(first, window.opens_on or first)
    day += timedelta(days=(window.weekday - day.isoweekday()) % 7)
    while day <= min(last, window.closes_on or last):
        if _opens(window, day):
            yield day
        day += 7 * _DAY


def _opens(window: ResourceWindow, day: date) -> bool:
    return window.holidays is Holidays.INCLUDED or is_holiday(day) is (window.holidays is Holidays.ONLY)


def opens(window: Row, day: Row) -> ColumnBase:
    """Build the condition that a window opens on a day of the calendar, as `days_open` says."""
    weekly = (
        (window.recurrence == Recurrence.WEEKLY.value)
        & (day.weekday == window.weekday)
        & (window.opens_on.is_null() | (day.day >= window.opens_on))
        & (window.closes_on.is_null() | (day.day <= window.closes_on))
        & (
            (window.holidays == Holidays.INCLUDED.value)
            | ((window.holidays == Holidays.EXCLUDED.value) & ~day.is_holiday)
            | ((window.holidays == Holidays.ONLY.value) & day.is_holiday)
        )
    )
    return ((window.recurrence == Recurrence.SEASON.value) & (day.day == window.opens_on)) | weekly


def places_of(window: Row, slot: Row) -> ColumnBase:
    """Build the number of places in an opening: of its slot, or of its numbered units or window where none is there."""
    unit = ResourceUnit.alias("there")
    of_resource = (unit.resource == window.resource_id) & unit.is_active
    units = unit.select(fn.COUNT(unit.id) * 100).where(of_resource)
    return fn.COALESCE(slot.capacity, fn.NULLIF(units, 0), window.quantity)


def free_next(resource: Row, today: Any, minute: Any) -> Select:
    """Build the number of free places in the next opening of a resource that is not over; NULL where none is ahead.

    today, minute: the day, and the minutes since it began in Asia/Shanghai, as texts.
    """
    window, day, shut = ResourceWindow.alias("opening"), CalendarDate.alias("ahead"), Slot.alias("shut")
    is_ahead = (
        (day.day > today)
        | (window.ends_minute > Cast(minute, "INTEGER"))
        | (window.recurrence == Recurrence.SEASON.value)
    )
    is_shut = fn.EXISTS(shut.select(SQL("1")).where(shut.window == window.id, shut.day == day.day, shut.is_closed))
    first = day.select(day.day).where(opens(window, day), day.day >= today, is_ahead, ~is_shut)
    next_day = first.order_by(day.day).limit(1).alias("day")
    columns = (window.id, window.resource, window.quantity, window.starts_minute, next_day)
    coming = window.select(*columns).where(window.resource == resource.id)
    coming = coming.order_by(SQL("day").asc(nulls="LAST"), window.starts_minute).limit(1).alias("coming")
    slot, its = Slot.alias("used"), coming.c
    found = Join(coming, slot, JOIN.LEFT_OUTER, on=(slot.window == its.id) & (slot.day == its.day))
    free = places_of(its, slot) - fn.COALESCE(slot.taken, 0)
    return Select(columns=[free]).from_(found).where(its.day.is_null(False))


def available(resource: Row, when: Callable[[Callable[[str], str]], Any]) -> ColumnBase:
    """Build what may still be claimed of a resource; NULL where nothing is counted.

    when: makes the SQL of a text that follows from the text of now, as `ViewerSql.when` does.
    """
    places = fn.COALESCE(free_next(resource, when(today), when(minutes_of)), 0)
    is_in_windows = resource.capacity_model.in_([model.value for model in IN_WINDOWS])
    return Case(None, [(is_in_windows, places)], resource.quantity - taken(resource, when(month_began)))


def is_holiday(day: date) -> bool:
    """Return whether a day is a day off that is none by its weekday."""
    return day.isoweekday() <= 5 and not is_working_day(day)


def know_days(first: date, count: int) -> None:
    """Write what windows must know of so many days from a first one on; days whose kind has changed are corrected."""
    there = {day.day: day for day in _known.all(first, first + timedelta(days=count))}
    days = [first + timedelta(days=after) for after in range(count)]
    missing = [day for day in days if day not in there]
    for at in range(0, len(missing), _BATCH):
        batch = missing[at : at + _BATCH]
        values = [value for day in batch for value in (day, day.isoweekday(), is_holiday(day))]
        insertion_of(CalendarDate, ("day", "weekday", "is_holiday"), len(batch), is_optional=True).change(*values)
    for day, known in there.items():
        if known.is_holiday is not is_holiday(day):
            known.change(is_holiday=is_holiday(day))


def span_of(window: ResourceWindow, day: date) -> tuple[datetime, datetime]:
    """Return when a window opens and closes, of the slot that begins on a day."""
    last = (window.recurrence is Recurrence.SEASON and window.closes_on) or day
    return _at(day, window.starts_minute), _at(last, window.ends_minute)


def _at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(), SHANGHAI) + timedelta(minutes=minute)


def free_on(resource: Resource, window: ResourceWindow, day: date) -> Decimal:
    """Return how many places a window has left on a day on which it opens."""
    slot = Slot.find(window=window.id, day=day)
    if slot is None:
        return Decimal(_units.scalar(resource.id) or window.quantity)
    return Decimal(0) if slot.is_closed else slot.capacity - slot.taken


def slots_of(resource: Resource, windows: Sequence[ResourceWindow], first: date, last: date) -> list[Slot]:
    """Return the slots of windows of a resource between two days, made where nobody used them yet.

    The resource is locked: of all that take and give back its places, one does so at a time.
    """
    there = {(slot.window_id, slot.day): slot for slot in _slots.all(resource.id, first, last)}
    units = _units.scalar(resource.id)
    for window in windows:
        for day in days_open(window, first, last):
            if (window.id, day) not in there:
                there[window.id, day] = _made(resource, window, day, units or window.quantity)
    wanted = {window.id for window in windows}
    return [there[key] for key in sorted(there, key=lambda key: (key[1], key[0])) if key[0] in wanted]


def _made(resource: Resource, window: ResourceWindow, day: date, capacity: Any) -> Slot:
    starts_at, ends_at = span_of(window, day)
    return Slot.create(
        resource=resource.id, window=window.id, division_code=resource.division_code, day=day, starts_at=starts_at,
        ends_at=ends_at, capacity=Decimal(capacity), taken=Decimal(0), is_closed=False,
    )  # fmt: skip


@compiled
def _known(first: Any, last: Any) -> Any:
    return CalendarDate.select().where(CalendarDate.day >= first, CalendarDate.day <= last)


@compiled
def _units(resource_id: Any) -> Any:
    of_resource = (ResourceUnit.resource == resource_id) & ResourceUnit.is_active
    return ResourceUnit.select(fn.COUNT(ResourceUnit.id)).where(of_resource)


@compiled
def _slots(resource_id: Any, first: Any, last: Any) -> Any:
    return Slot.select().where(Slot.resource == resource_id, Slot.day >= first, Slot.day <= last)
