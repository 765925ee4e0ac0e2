"""Who records what was reaped on a plot, and what they may say of it (收成)."""

from datetime import date
from typing import Any

from peewee import DatabaseProxy

from db.bookings.models import BookingPurpose, BookingState
from db.harvests.models import Harvest
from tests import factories as make
from tests.asking import Asking
from tests.bookings.factories import make_booking

REAPED = {"day": "2026-01-05", "crop": "番茄", "kilograms": "6.50", "sharedKilograms": "2", "sharedWith": "楼院老人"}


def test_the_holder_and_staff_record_what_was_reaped_and_shared(ask: Asking) -> None:
    home = ask.town.home.division
    holder = make.make_person(home, account=ask.town.accounts["resident"])
    garden = make.make_resource(ask.town.unit)
    span = {"first_day": date(2026, 1, 2), "last_day": date(2026, 1, 9), "person": holder}
    plot = make_booking(garden, purpose=BookingPurpose.PLOT, state=BookingState.CONFIRMED, **span)
    waiting = make_booking(garden, purpose=BookingPurpose.PLOT, state=BookingState.WAITING, **span)
    room = make_booking(garden, purpose=BookingPurpose.ROOM, state=BookingState.CONFIRMED, **span)

    def record(who: str, booking: Any = plot, **given: Any) -> Any:
        values = {name: value for name, value in {**REAPED, **given}.items() if value is not None}
        return ask.refused(who, "recordHarvest", bookingId=f"Booking_{booking.id}", **values)

    taken = [record("resident"), record("staff", sharedKilograms=None, sharedWith=None)]
    refused = [
        record("contact"), record("neighbour"), record("resident", waiting), record("resident", room),
        record("resident", day="2026-01-01"), record("resident", day="2026-01-06"),
        record("resident", sharedKilograms="6.51"), record("resident", sharedWith=None),
        record("resident", sharedKilograms=None), record("resident", kilograms="0"),
    ]  # fmt: skip
    text = """query ($code: String!) { division(code: $code) { harvests { nodes { crop sharedWith booking { id } } } }
        harvestAggregate { sum { kilograms sharedKilograms } } }"""
    seen = {who: ask.answer(who, text, code=home.code)["data"] for who in (None, "resident")}

    assert taken == [[], []]
    assert refused == [
        [("NOT_PERMITTED", None)], [("NOT_FOUND", ["bookingId"])], [("NOT_ELIGIBLE", ["bookingId"])],
        [("NOT_ELIGIBLE", ["bookingId"])], [("INVALID_INPUT", ["day"])], [("INVALID_INPUT", ["day"])],
        [("INVALID_INPUT", ["sharedKilograms"])], [("INVALID_INPUT", ["sharedWith"])],
        [("INVALID_INPUT", ["sharedWith"])], [("INVALID_INPUT", ["kilograms"])],
    ]  # fmt: skip
    for who, answer in seen.items():
        rows = sorted(answer["division"]["harvests"]["nodes"], key=lambda row: row["sharedWith"] or "")
        assert [row["sharedWith"] for row in rows] == [None, "楼院老人"]
        assert [row["booking"] is not None for row in rows] == [who == "resident"] * 2
        assert answer["harvestAggregate"]["sum"] == {"kilograms": "13.00", "sharedKilograms": "2.00"}


def test_the_garden_of_the_article_was_reaped(demo_city: DatabaseProxy) -> None:
    rows = Harvest.find_all()

    assert len({row.booking_id for row in rows}) == len(rows) == 12
    assert {row.division_code for row in rows} == {"620102001005"}
    assert 0 < sum(row.shared_kilograms for row in rows) < sum(row.kilograms for row in rows)
