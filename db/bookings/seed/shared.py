"""What three communities of the demo city share by booking: bays by the hour, sessions of rehabilitation, plots by lot.

The article tells of the bays in 七里河区, of the hospital for veterans in 安宁区, and of the garden of 杨家园. Who
books is of the demo city, and so are the numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.bookings import models
from db.bookings.lifecycle import BOOKING_LIFECYCLE
from db.bookings.lots import order_of_lots
from db.bookings.models import LIVE, Allotment, BookingPurpose, BookingState, PlaceUse
from db.bookings.openings import is_holiday
from db.issues.models.duty import Duty
from db.kernel.seed_rows import Rows, hundredths
from db.kernel.seed_times import DAY, HOUR, MINUTE, Present, day, midnight, utc
from db.organizations.models.organization import OrganizationKind
from db.organizations.models.resource import (
    CapacityModel,
    Holidays,
    Recurrence,
    Resource,
    ResourceState,
    ResourceWindow,
)
from db.organizations.resource_lifecycle import RESOURCE_LIFECYCLE
from db.organizations.seed.units import Units
from db.people.models.person import PeopleGroup, groups_text
from db.places.seed.plan import Place

A, S, U = JournalAction, BookingState, PlaceUse
_GARDEN, _BAYS, _SESSIONS = "杨家园社区", "七里河示范一街道第1社区", "安宁示范一街道第1社区"
_STAFF, _RESIDENT = Actor("社区“两委”", Role.STAFF), Actor("居民", Role.RESIDENT)
# When the garden opens and closes, people ask for plots, lots are drawn, and everybody reaps; each year.
_SEASON, _ASKED, _DRAWN, _REAPED = ("03-20", "11-10"), "01-10", "02-01", "08-20"
_PLOTS = 12
# How many resources drawn by chance there are fewer for what is shared: 杨家园 keeps its own, and so its story.
_INSTEAD = {_BAYS: 1, _SESSIONS: 2}
# Hours of the day in which bays are free, and in which sessions begin; in minutes.
_HOURS = (540, 600, 660, 840, 900, 960)
_SESSION_HOURS = (540, 870)
# Of those who book an opening, the fourth cancels.
_CANCELLED = 3


@dataclass(frozen=True)
class Sharing:
    """A community that shares something. residents, veterans: the ids of people there.

    reaped: the bookings of the garden's plots, by the day of their harvest; filled with the garden.
    """

    rows: Rows
    place: Place
    division: int
    units: Units
    residents: Sequence[int]
    veterans: Sequence[int]
    present: Present
    reaped: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Shared:
    """A resource that is booked. places: of each opening."""

    here: Sharing
    id: int
    purpose: BookingPurpose
    places: int

    @property
    def columns(self) -> dict[str, Any]:
        """The columns that name it."""
        return {"resource_id": self.id, "division_code": self.here.place.code}


@dataclass(frozen=True)
class _Window:
    id: int
    weekday: int
    starts: int
    ends: int


def add_shared(here: Sharing) -> int:
    """Add what a community shares by booking; return how many resources it has fewer for that."""
    add = {_GARDEN: _add_garden, _BAYS: _add_bays, _SESSIONS: _add_sessions}.get(here.place.name)
    if add is not None:
        add(here)
    return _INSTEAD.get(here.place.name, 0)


def _add_bays(here: Sharing) -> None:
    """Add bays of a compound, free while its people are at work: people of older ones book them by the hour."""
    bays = _resource(
        here, BookingPurpose.PARKING, 8, name="示范小区白天车位", topic_code="SPACE-02", unit="车位·时段",
        duty=Duty.RESOURCE_COORDINATION, organization_id=here.units.of(OrganizationKind.PROPERTY_COMPANY)[0].id,
        description="居民白天外出时段，空余车位按小时提供给周边老旧小区居民，按车牌登记。",
    )  # fmt: skip
    _terms(bays, term_days=31)
    units = [_unit(bays, f"B-{number:03}") for number in range(1, bays.places + 1)]
    windows = [_window(bays, weekday, hour, 60) for weekday in range(1, 6) for hour in _HOURS]
    for at, (window, opened) in enumerate(_openings(here, windows)):
        # Three cars or fewer in an hour, each in a bay of its own.
        turns = range(at, at + at % 4)
        _fill(bays, window, opened, [(here.residents[n % len(here.residents)], units[n % len(units)]) for n in turns])


def _add_sessions(here: Sharing) -> None:
    """Add sessions in the rehabilitation rooms of the hospital for veterans."""
    sessions = _resource(
        here, BookingPurpose.SESSION, 6, name="省荣军院康复训练场次", topic_code="HEALTH-02", unit="时段",
        duty=Duty.PUBLIC_BENEFIT_SERVICE, organization_id=here.units.of(OrganizationKind.PUBLIC_INSTITUTION)[0].id,
        description="荣军医院开放康复训练室，供退役军人、残疾人和老人预约使用。",
    )  # fmt: skip
    _terms(sessions, eligible_groups=groups_text((PeopleGroup.VETERAN, PeopleGroup.ELDER, PeopleGroup.DISABLED)))
    windows = [_window(sessions, weekday, hour, 120) for weekday in (2, 4) for hour in _SESSION_HOURS]
    for at, (window, opened) in enumerate(_openings(here, windows)):
        turns = range(3 * at, 3 * at + 2 + at % 4)
        _fill(sessions, window, opened, [(here.veterans[n % len(here.veterans)], None) for n in turns])


def _add_garden(here: Sharing) -> None:
    """Add the shared garden: its plots are drawn by lot for the season among those who asked, the last one reaped."""
    rows, today = here.rows, here.present.date.isoformat()
    year = here.present.date.year - (today[5:] <= _REAPED)
    opened, closed = (f"{year}-{of_year}" for of_year in _SEASON)
    garden = _resource(
        here, BookingPurpose.PLOT, _PLOTS, name="杨家园共享菜园", topic_code="SPACE-11", unit="块·季",
        duty=Duty.CIVILITY_PROMOTION, description="楼院边角地划成小块，居民抽签认种一季。",
    )  # fmt: skip
    _terms(garden, allotment=Allotment.LOTTERY, is_auto_confirmed=False, is_open_to_all=False, term_days=366)
    plots = [_unit(garden, f"{number:02}") for number in range(1, _PLOTS + 1)]
    window = _window(garden, date.fromisoformat(opened).isoweekday(), 480, 600, opened, closed)
    ids = [rows.new_id(models.Booking) for _ in here.residents]
    beacon, drawn_at = f"{year}-01-31 示范公开文本", midnight(f"{year}-{_DRAWN}") + 10 * HOUR
    order = order_of_lots(beacon, ids)
    drawing = rows.add(
        models.LotDrawing, **garden.columns, first_day=opened, beacon=beacon, place_count=_PLOTS,
        drawn=" ".join(f"Booking_{booking}" for booking in order), drawn_at=utc(drawn_at),
    )  # fmt: skip
    slot = _slot(garden, window, opened, _PLOTS, closed)
    for booking, person in zip(ids, here.residents, strict=True):
        lot = order.index(booking) + 1
        unit = plots[lot - 1] if lot <= _PLOTS else None
        steps = [
            Step(midnight(f"{year}-{_ASKED}") + (9 + lot % 8) * HOUR, A.CREATE, S.REQUESTED, _RESIDENT),
            Step(drawn_at, A.ALLOT if unit else A.QUEUE, S.CONFIRMED if unit else S.WAITING),
        ]
        if closed < today:
            last = (A.COMPLETE, S.ENDED) if unit else (A.LAPSE, S.CANCELLED)
            steps.append(Step(midnight(closed) + DAY, *last))
        values = {"id": booking, "unit_id": unit, "lot": lot, "drawing_id": drawing, "last_day": closed}
        _book(garden, window, opened, steps, person_id=person, **values)
        if unit:
            use = U.ATTENDED if closed < today else U.EXPECTED
            _hold(garden, booking, slot, use, person_id=person, unit_id=unit)
            here.reaped.setdefault(f"{year}-{_REAPED}", []).append(booking)


# --- Rows -------------------------------------------------------------------------------------------------------------


def _resource(here: Sharing, purpose: BookingPurpose, places: int, **values: Any) -> _Shared:
    """Add a resource that was put on the list, got terms of booking, and was looked at again last year."""
    checked = midnight(f"{here.present.date.year - 1}-07-10")
    life = [
        Step(midnight("2020-05-20"), A.CREATE, ResourceState.OFFERED, _STAFF),
        Step(midnight("2020-06-10"), A.APPROVE, ResourceState.ON_OFFER, _STAFF),
        Step(midnight("2021-03-01"), A.AMEND, ResourceState.ON_OFFER, _STAFF),
        Step(checked, A.RENEW, ResourceState.ON_OFFER, _STAFF),
    ]
    resource = add_with_journal(
        here.rows, RESOURCE_LIFECYCLE, Resource, life, division_id=here.division, division_code=here.place.code,
        capacity_model=CapacityModel.BOOKABLE, quantity=hundredths(places), verified_on=day(checked), **values,
    )  # fmt: skip
    return _Shared(here, resource, purpose, places)


def _terms(shared: _Shared, **values: Any) -> None:
    usual = {"allotment": Allotment.FIRST_COME, "is_auto_confirmed": True, "is_open_to_all": True, "term_days": 1}
    given = {**usual, "eligible_groups": "", **values}
    shared.here.rows.add(models.BookingTerms, **shared.columns, purpose=shared.purpose, **given)


def _unit(shared: _Shared, number: str) -> int:
    return shared.here.rows.add(models.ResourceUnit, **shared.columns, number=number, is_active=True)


def _window(shared: _Shared, weekday: int, starts: int, length: int, *season: str) -> _Window:
    """Add a window. season: its first and its last day; without, it opens each week but on holidays."""
    first, last = season or (None, None)
    window = shared.here.rows.add(
        ResourceWindow, **shared.columns, weekday=weekday, starts_minute=starts, ends_minute=starts + length,
        quantity=hundredths(shared.places), opens_on=first, closes_on=last,
        recurrence=Recurrence.SEASON if season else Recurrence.WEEKLY,
        holidays=Holidays.INCLUDED if season else Holidays.EXCLUDED,
    )  # fmt: skip
    return _Window(window, weekday, starts, starts + length)


def _openings(here: Sharing, windows: Sequence[_Window]) -> Iterator[tuple[_Window, str]]:
    """List the openings of a week before the present and of the days after it."""
    for after in range(-6, 4):
        at = here.present.date + timedelta(days=after)
        if not is_holiday(at):
            yield from ((window, at.isoformat()) for window in windows if window.weekday == at.isoweekday())


def _fill(shared: _Shared, window: _Window, opened: str, held: Sequence[tuple[int, int | None]]) -> None:
    """Add the bookings of an opening, each made two days before. held: by whom, and where."""
    if not held:
        return
    present, (began, ended) = shared.here.present, _span(window, opened)
    slot = _slot(shared, window, opened, len(held) - (len(held) > _CANCELLED))
    for at, (person, unit) in enumerate(held):
        asked = min(began - 2 * DAY + at * HOUR, present.at - HOUR)
        steps = [Step(asked, A.CREATE, S.REQUESTED, _RESIDENT), Step(asked, A.ALLOT, S.CONFIRMED)]
        use = U.ATTENDED if ended < present.at else U.EXPECTED
        if at == _CANCELLED:
            use = U.CANCELLED
            steps.append(Step(asked + HOUR // 2, A.CANCEL, S.CANCELLED, _RESIDENT))
        elif opened < present.date.isoformat():
            steps.append(Step(midnight(opened) + DAY, A.COMPLETE, S.ENDED))
        plate = f"甘A·SF{person % 1000:03}" if shared.purpose is BookingPurpose.PARKING else None
        booking = _book(shared, window, opened, steps, person_id=person, unit_id=unit, plate=plate)
        _hold(shared, booking, slot, use, person_id=person, unit_id=unit)


def _span(window: _Window, opened: str, closed: str | None = None) -> tuple[int, int]:
    return midnight(opened) + window.starts * MINUTE, midnight(closed or opened) + window.ends * MINUTE


def _slot(shared: _Shared, window: _Window, opened: str, taken: int, closed: str | None = None) -> int:
    """Add a slot. closed: its last day, of a season."""
    starts, ends = _span(window, opened, closed)
    return shared.here.rows.add(
        models.Slot, **shared.columns, window_id=window.id, day=opened, starts_at=utc(starts), ends_at=utc(ends),
        capacity=hundredths(shared.places), taken=hundredths(taken), is_closed=False,
    )  # fmt: skip


def _book(shared: _Shared, window: _Window, opened: str, steps: list[Step], **values: Any) -> int:
    given = {"last_day": opened, **shared.columns, **values}
    booking = add_with_journal(
        shared.here.rows, BOOKING_LIFECYCLE, models.Booking, steps, purpose=shared.purpose, first_day=opened,
        quantity=hundredths(1), warning_count=0, created_at=utc(steps[0].at),
        ended_at=None if steps[-1].state in LIVE else utc(steps[-1].at), **given,
    )  # fmt: skip
    shared.here.rows.add(models.BookingWindow, booking_id=booking, window_id=window.id)
    return booking


def _hold(shared: _Shared, booking: int, slot: int, use: PlaceUse, **values: Any) -> None:
    shared.here.rows.add(
        models.BookingSlot, booking_id=booking, slot_id=slot, division_code=shared.here.place.code,
        quantity=hundredths(1), is_live=use is not U.CANCELLED, attendance=use, **values,
    )  # fmt: skip
