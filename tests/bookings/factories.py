"""Rows of bookings for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from db.bookings import models as tables
from db.city import models
from db.organizations.models.resource import CapacityModel
from tests.organizations.factories import make_resource, make_resource_window
from tests.people.factories import make_person
from tests.times import AT, TODAY


def make_booking_terms(resource: models.Resource | None = None, **values: Any) -> tables.BookingTerms:
    """Make the terms of a resource of which anybody may ask for a day."""
    resource = resource or make_resource(capacity_model=CapacityModel.BOOKABLE)
    given = {
        "purpose": tables.BookingPurpose.ROOM, "allotment": tables.Allotment.FIRST_COME, "is_auto_confirmed": False,
        "is_open_to_all": False, "eligible_groups": "", "term_days": 31, **values,
    }  # fmt: skip
    return tables.BookingTerms.create(resource=resource, division_code=resource.division_code, **given)


def make_resource_unit(resource: models.Resource | None = None, **values: Any) -> tables.ResourceUnit:
    """Make a numbered unit that is in use."""
    resource = resource or make_resource(capacity_model=CapacityModel.BOOKABLE)
    given = {"number": "B-001", "is_active": True, **values}
    return tables.ResourceUnit.create(resource=resource, division_code=resource.division_code, **given)


def make_slot(window: models.ResourceWindow | None = None, **values: Any) -> tables.Slot:
    """Make a slot of a window, today."""
    window = window or make_resource_window()
    given = {
        "day": TODAY, "starts_at": AT, "ends_at": AT + timedelta(hours=2), "capacity": 2, "taken": 0,
        "is_closed": False, **values,
    }  # fmt: skip
    return tables.Slot.create(
        window=window, resource=window.resource_id, division_code=window.division_code, **given
    )  # fmt: skip


def make_lot_drawing(resource: models.Resource | None = None, **values: Any) -> tables.LotDrawing:
    """Make a drawing of lots in which nobody took part."""
    resource = resource or make_resource(capacity_model=CapacityModel.BOOKABLE)
    given = {"first_day": TODAY, "beacon": "示范公开文本", "drawn": "", "place_count": 0, "drawn_at": AT, **values}
    return tables.LotDrawing.create(resource=resource, division_code=resource.division_code, **given)


def make_booking(resource: models.Resource | None = None, **values: Any) -> tables.Booking:
    """Make a booking that a person of the community asked for."""
    resource = resource or make_resource(capacity_model=CapacityModel.BOOKABLE)
    given = {
        "purpose": tables.BookingPurpose.ROOM, "first_day": TODAY, "last_day": TODAY + timedelta(days=6),
        "quantity": 1, "warning_count": 0, "state": tables.BookingState.REQUESTED, "created_at": AT, "version": 1,
        **values,
    }  # fmt: skip
    if not {"organization", "team", "committee", "person"} & given.keys():
        given["person"] = make_person(resource.division)
    return tables.Booking.create(resource=resource, division_code=resource.division_code, **given)


def make_booking_window(booking: tables.Booking | None = None, **values: Any) -> tables.BookingWindow:
    """Make the window that a booking asks for."""
    booking = booking or make_booking()
    given = {"window": make_resource_window(booking.resource), **values} if "window" not in values else values
    return tables.BookingWindow.create(booking=booking, **given)


def make_booking_slot(booking: tables.Booking | None = None, **values: Any) -> tables.BookingSlot:
    """Make a place that a booking holds."""
    booking = booking or make_booking(state=tables.BookingState.CONFIRMED)
    given = {
        "quantity": 1, "is_live": True, "attendance": tables.PlaceUse.EXPECTED, "person": booking.person_id, **values,
    }  # fmt: skip
    if "slot" not in given:
        given["slot"] = make_slot(make_resource_window(booking.resource))
    return tables.BookingSlot.create(booking=booking, division_code=booking.division_code, **given)


def make_calendar_date(**values: Any) -> tables.CalendarDate:
    """Make a day of the calendar."""
    given = {"day": TODAY, "weekday": TODAY.isoweekday(), "is_holiday": False, **values}
    return tables.CalendarDate.create(**given)


MAKERS: dict[type[Any], Callable[..., Any]] = {
    tables.BookingTerms: make_booking_terms,
    tables.ResourceUnit: make_resource_unit,
    tables.Slot: make_slot,
    tables.LotDrawing: make_lot_drawing,
    tables.Booking: make_booking,
    tables.BookingWindow: make_booking_window,
    tables.BookingSlot: make_booking_slot,
    tables.CalendarDate: make_calendar_date,
}
