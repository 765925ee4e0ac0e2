"""A compound's bays, from the owner's terms to the bar of whoever overstays twice (错时共享停车)."""

from datetime import date, timedelta
from typing import Any

import pytest

from db.bookings.lots import order_of_lots
from db.bookings.models import Booking, BookingSlot, Slot
from db.city import models
from db.city.clock import tick
from db.city.journal_check import verify_journals
from db.organizations.models.resource import CapacityModel
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT

MONDAY = date(2026, 1, 5)
SHOWN = "booking { id state lot lastDay unit { number } places(filter: {isLive: {eq: true}}) { totalCount } }"


class Bays:
    """Two bays of a unit, open on Monday to Friday nights, and neighbours with cars."""

    def __init__(self, ask: Asking) -> None:
        self.ask = ask
        home = ask.town.home.division
        assert ask.town.unit is not None
        self.resource = make.make_resource(
            ask.town.unit, name="示范小区车位", capacity_model=CapacityModel.RECURRING_WINDOW, quantity=2, unit="个",
            topic_code="SPACE-01",
        )  # fmt: skip
        self.windows = [
            make.make_resource_window(self.resource, weekday=day, starts_minute=18 * 60, ends_minute=31 * 60)
            for day in (1, 2)
        ]
        self.neighbours = []
        for number in range(4):
            account = ask.town.accounts[f"driver{number}"] = make.make_account(name=f"邻居{number}")
            self.neighbours.append(make.make_person(home, name=f"邻居{number}", account=account))

    @property
    def id(self) -> str:
        return f"Resource_{self.resource.id}"

    def offer(self, **terms: Any) -> Any:
        given = {"resourceId": self.id, "purpose": "PARKING", "termDays": 92, **terms}
        assert self.ask.change("contact", "setBookingTerms", "resource { bookingTerms { purpose } }", **given)
        units = [{"number": "B-001"}, {"number": "B-002"}]
        return self.ask.change("contact", "changeResourceUnits", "resource { id }", resourceId=self.id, add=units)

    def book(self, who: str, at: Any = AT, **given: Any) -> Any:
        wanted = {
            "resourceId": self.id, "firstDay": "2026-01-05", "lastDay": "2026-01-18", "plate": f"甘A0000{who[-1]}",
            "windowIds": [f"ResourceWindow_{window.id}" for window in self.windows], **given,
        }  # fmt: skip
        return self.ask.change(who, "requestBooking", SHOWN, at, **wanted)


@pytest.fixture
def bays(ask: Asking) -> Bays:
    """Return the bays of a compound."""
    return Bays(ask)


def test_who_comes_first_holds_a_bay_on_every_night(bays: Bays, ask: Asking) -> None:
    bays.offer(isAutoConfirmed=True)
    first, second = bays.book("driver0"), bays.book("driver1")
    third, same_car = bays.book("driver2"), bays.book("driver3", plate="甘A00001")

    assert first["userErrors"] == []
    assert (first["booking"]["state"], first["booking"]["unit"]) == ("CONFIRMED", {"number": "B-001"})
    assert (first["booking"]["places"]["totalCount"], second["booking"]["unit"]) == (4, {"number": "B-002"})
    assert [error["code"] for error in third["userErrors"]] == ["SLOT_CONFLICT"]
    assert [(error["code"], error["field"]) for error in same_car["userErrors"]] == [("ALREADY_EXISTS", ["plate"])]
    assert [slot.taken for slot in Slot.select()] == [2] * 4
    # The first one leaves after the first week: nobody waits, so the bay is free from then on.
    late = ask.change(
        "driver0", "cancelBooking", SHOWN, bookingId=first["booking"]["id"], reason="搬家", fromDay="2026-01-05"
    )
    left = ask.change(
        "driver0", "cancelBooking", SHOWN, bookingId=first["booking"]["id"], reason="搬家", fromDay="2026-01-12"
    )
    assert [error["code"] for error in late["userErrors"]] == ["LIMIT_REACHED"]
    assert (left["booking"]["state"], left["booking"]["lastDay"]) == ("CONFIRMED", "2026-01-11")
    assert bays.book("driver2")["userErrors"][0]["code"] == "SLOT_CONFLICT"
    assert bays.book("driver2", firstDay="2026-01-12")["booking"]["unit"] == {"number": "B-001"}
    free = ask.answer(
        None,
        """query ($id: ID!) { resource(id: $id) { windows { nodes { weekday
            openings(fromDay: "2026-01-05", toDay: "2026-01-31") { day capacity free isClosed } } } } }""",
        id=bays.id,
    )  # fmt: skip
    assert "errors" not in free, free
    mondays = free["data"]["resource"]["windows"]["nodes"][0]["openings"]
    assert [row["free"] for row in mondays] == ["0.00", "0.00", "2.00", "2.00"]
    faults = [found for found in verify_journals().findings if found.subject_type == "Booking"]
    assert faults == []


def test_lots_are_drawn_again_by_anybody_and_the_lowest_waits_first(bays: Bays, ask: Asking) -> None:
    bays.offer(allotment="LOTTERY")
    asked = [bays.book(f"driver{number}")["booking"] for number in range(4)]
    assert {booking["state"] for booking in asked} == {"REQUESTED"}
    windows = [f"ResourceWindow_{window.id}" for window in bays.windows]
    drawn = ask.change(
        "contact", "drawLots", "lotDrawing { drawn beacon placeCount }", resourceId=bays.id, firstDay="2026-01-05",
        windowIds=windows, beacon="2026-01-05 台账首部 abcdef",
    )["lotDrawing"]  # fmt: skip
    order = order_of_lots(drawn["beacon"], [int(booking["id"].split("_")[1]) for booking in asked])

    assert drawn["placeCount"] == 2
    assert drawn["drawn"].split() == [f"Booking_{one}" for one in order]
    states = [Booking.get_by_id(one).state.value for one in order]
    assert states == ["CONFIRMED", "CONFIRMED", "WAITING", "WAITING"]
    ask.change("staff", "cancelBooking", SHOWN, bookingId=f"Booking_{order[1]}", reason="车已卖")
    assert [Booking.get_by_id(one).state.value for one in order] == ["CONFIRMED", "CANCELLED", "CONFIRMED", "WAITING"]
    assert {slot.taken for slot in Slot.select()} == {2}


def test_bookings_end_when_the_bays_are_off_the_list(bays: Bays, ask: Asking) -> None:
    bays.offer(allotment="LOTTERY")
    asked = [bays.book(f"driver{number}")["booking"]["id"] for number in range(3)]
    windows = [f"ResourceWindow_{window.id}" for window in bays.windows]
    given = {"firstDay": "2026-01-05", "windowIds": windows, "beacon": "2026-01-05 台账首部"}
    ask.change("contact", "drawLots", "__typename", resourceId=bays.id, **given)
    late = bays.book("driver3")["booking"]["id"]

    assert ask.refused("contact", "suspendResource", resourceId=bays.id, reason="地库维修。") == []

    assert {Booking.get_by_id(int(one.split("_")[1])).state.value for one in (*asked, late)} == {"CANCELLED"}
    assert {slot.taken for slot in Slot.select()} == {0}
    told = models.Notice.select().where(
        models.Notice.kind == "BOOKING_CHANGED", models.Notice.text.contains("停止提供")
    )
    assert told.count() == 4
    assert bays.book("driver0")["userErrors"][0]["code"] == "NOT_FOUND"
    assert ask.refused("contact", "resumeResource", resourceId=bays.id) == []
    assert bays.book("driver0")["booking"]["state"] == "REQUESTED"
    assert [found for found in verify_journals().findings if found.subject_type == "Booking"] == []


def test_a_closed_night_is_put_off_and_two_overstays_bar(bays: Bays, ask: Asking) -> None:
    bays.offer(isAutoConfirmed=True)
    booking = bays.book("driver0")["booking"]
    window = f"ResourceWindow_{bays.windows[0].id}"
    closed = ask.change(
        "contact", "closeSlot", "slot { isClosed taken }", resourceId=bays.id, windowId=window, day="2026-01-12",
        reason="管道检修。",
    )  # fmt: skip
    assert closed["slot"] == {"isClosed": True, "taken": "0.00"}
    row = Booking.get_by_id(int(booking["id"].split("_")[1]))
    assert row.last_day == date(2026, 1, 19)
    assert models.Notice.select().where(models.Notice.kind == "BOOKING_CHANGED").count() == 1
    places = BookingSlot.select().where(BookingSlot.booking == row.id, BookingSlot.is_live).order_by(BookingSlot.id)
    later = AT + timedelta(days=20)
    for place in list(places)[:2]:
        over = ask.change(
            "contact",
            "reportOverstay",
            "bookingSlot { attendance }",
            later,
            bookingSlotId=f"BookingSlot_{place.id}",
            minutes=45,
        )
        assert over["bookingSlot"] == {"attendance": "OVERSTAYED"}
    tick(later)
    assert Booking.get_by_id(row.id).state.value == "ENDED"
    barred = bays.book("driver0", later, firstDay="2026-02-02", lastDay="2026-02-09", plate="甘A00002")
    same_car = bays.book("driver1", later, firstDay="2026-02-02", lastDay="2026-02-09", plate="甘A00000")
    assert [error["code"] for error in (*barred["userErrors"], *same_car["userErrors"])] == ["BARRED", "BARRED"]
    assert "2026-04-06" in barred["userErrors"][0]["message"]
