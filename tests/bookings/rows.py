"""Random rows of bookings for the tests that compare the engine with an independent reading."""

from datetime import timedelta
from typing import Any

from db.bookings import models as tables
from tests.graph.maker import DAYS, LINES, MOMENTS, NOW, PROSE, QUANTITIES, Maker

WEEK = timedelta(days=7)


def fill(maker: Maker) -> None:
    """Make terms, units, slots, drawings and bookings of resources, and the calendar of some days."""
    days = [NOW.date() + timedelta(days=after) for after in range(-3, 40, 1)]
    maker.rows.append(
        (
            tables.CalendarDate,
            [
                {"day": day, "weekday": day.isoweekday(), "is_holiday": maker.random.random() < 0.3}
                for day in maker.some([{"day": day} for day in days]) for day in [day["day"]]
            ],
        )
    )  # fmt: skip
    booked = maker.some(maker.offers)
    maker.add(tables.BookingTerms, [_terms(maker, row) for row in booked])
    units = maker.add(
        tables.ResourceUnit,
        [
            {**_of(row), "number": f"B-{number}", "note": maker.maybe(LINES), "is_active": maker.random.random() < 0.7}
            for row in maker.some(booked) for number in maker.few(3)
        ],
    )  # fmt: skip
    slots = maker.add(
        tables.Slot, [_slot(maker, window, day) for window in maker.windows for day in maker.several(days, 4)]
    )
    drawings = maker.add(
        tables.LotDrawing,
        [
            {
                **_of(row), "first_day": maker.one(DAYS), "beacon": maker.one(LINES), "drawn": maker.one(PROSE),
                "place_count": maker.random.randint(0, 3), "drawn_at": maker.one(MOMENTS),
            }
            for row in maker.several(booked, 3)
        ],
    )  # fmt: skip
    bookings = maker.add(
        tables.Booking, [_booking(maker, row, units, drawings) for row in maker.offers for _ in maker.few(4)]
    )
    for booking, claim in zip(maker.some(bookings), maker.some(maker.claims), strict=False):
        booking["claim"] = claim["id"]
    asked = [
        {"booking": row["id"], "window": window["id"]}
        for row in bookings for window in maker.windows
        if window["resource"] == row["resource"] and maker.random.random() < 0.7
    ]  # fmt: skip
    maker.rows.append((tables.BookingWindow, asked))
    maker.add(tables.BookingSlot, [row for booking in bookings for row in _places(maker, booking, slots)])


def _of(resource: dict[str, Any]) -> dict[str, Any]:
    return {"resource": resource["id"], "division_code": resource["division_code"]}


def _terms(maker: Maker, resource: dict[str, Any]) -> dict[str, Any]:
    return {
        **_of(resource), "purpose": maker.one(list(tables.BookingPurpose)),
        "allotment": maker.one(list(tables.Allotment)), "is_auto_confirmed": maker.random.random() < 0.5,
        "is_open_to_all": maker.random.random() < 0.5, "eligible_groups": maker.one(["", "VETERAN", "ELDER DISABLED"]),
        "term_days": maker.one([1, 31, 366]),
    }  # fmt: skip


def _slot(maker: Maker, window: dict[str, Any], day: Any) -> dict[str, Any]:
    is_closed = maker.random.random() < 0.2
    capacity = maker.one(QUANTITIES)
    return {
        "resource": window["resource"], "window": window["id"], "division_code": window["division_code"], "day": day,
        "starts_at": maker.one(MOMENTS), "ends_at": maker.one(MOMENTS), "capacity": capacity,
        "taken": maker.one([0, capacity]), "is_closed": is_closed,
        "closed_reason": maker.one(PROSE) if is_closed else None,
    }  # fmt: skip


def _booking(maker: Maker, resource: dict[str, Any], units: Any, drawings: Any) -> dict[str, Any]:
    own = [unit["id"] for unit in units if unit["resource"] == resource["id"]]
    drawn = [row["id"] for row in drawings if row["resource"] == resource["id"]]
    drawing = maker.maybe(drawn)
    holders = {
        "person": maker.ids(maker.persons), "organization": maker.ids(maker.units), "team": maker.ids(maker.teams),
        "committee": maker.ids(maker.boards),
    }  # fmt: skip
    kind = maker.one([name for name, rows in holders.items() if rows])
    first = maker.one(DAYS)
    return {
        **_of(resource), **{name: maker.one(rows) if name == kind else None for name, rows in holders.items()},
        "purpose": maker.one(list(tables.BookingPurpose)), "first_day": first,
        "last_day": first + maker.one([0, 5]) * WEEK,
        "unit": maker.maybe(own), "quantity": maker.one(QUANTITIES), "plate": maker.maybe(LINES), "drawing": drawing,
        "lot": None if drawing is None else maker.random.randint(1, 9), "claim": None,
        "warning_count": maker.random.randint(0, 2),
        "warned_on": maker.maybe(DAYS), "state": maker.one(list(tables.BookingState)),
        "created_at": maker.one(MOMENTS), "ended_at": maker.maybe(MOMENTS), "version": maker.random.randint(1, 3),
    }  # fmt: skip


def _places(maker: Maker, booking: dict[str, Any], slots: Any) -> list[dict[str, Any]]:
    own = [slot for slot in slots if slot["resource"] == booking["resource"]]
    found = []
    for slot in maker.several(own, 4):
        use = maker.one([tables.PlaceUse.CANCELLED, tables.PlaceUse.OVERSTAYED, tables.PlaceUse.NO_SHOW])
        is_live = use is not tables.PlaceUse.CANCELLED
        found.append(
            {
                "booking": booking["id"], "slot": slot["id"], "unit": None if is_live else booking["unit"],
                "person": None if is_live else booking["person"], "division_code": booking["division_code"],
                "quantity": maker.one(QUANTITIES), "is_live": is_live, "attendance": use,
                "overstay_minutes": 45 if use is tables.PlaceUse.OVERSTAYED else None,
            }
        )  # fmt: skip
    return found
