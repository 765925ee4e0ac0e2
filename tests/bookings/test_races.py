"""Lots, cars, holders and harvests at once: each is counted once, whoever is first."""

from itertools import count
from typing import Any

from peewee import DatabaseProxy

from db.bookings.models import LIVE, Booking, BookingPurpose, BookingState, LotDrawing
from db.harvests.models import Harvest
from tests import factories as make
from tests.asking import Asking
from tests.bookings.booked import Booked
from tests.bookings.factories import make_booking, make_booking_terms
from tests.bookings.invariants import check
from tests.factories import TODAY
from tests.threads import at_once
from tests.town import build


def codes_of(answers: list[Any]) -> list[str]:
    return sorted(error["code"] for answer in answers for error in answer["userErrors"])


def test_lots_are_drawn_once_while_somebody_leaves(database: DatabaseProxy) -> None:
    booked = Booked(Asking(build()), has_units=True, is_lottery=True)
    asked = [booked.request(neighbour)["booking"]["id"] for neighbour in range(5)]
    number = count()

    def draw_or_leave() -> Any:
        at = next(number)
        if at < 3:
            return booked.draw(f"示范公开文本 {at}")
        return booked.do("staff", "cancelBooking", bookingId=asked[at], reason="示范")

    answers = at_once(5, draw_or_leave)

    # Two more drawings find nobody; whoever left before the first one took no part in it.
    assert codes_of(answers) == ["LIMIT_REACHED"] * 2
    [drawing] = LotDrawing.find_all()
    drawn = {row.id: row.lot or 0 for row in Booking.find_all() if row.drawing_id is not None}
    assert [int(name.partition("_")[2]) for name in drawing.drawn.split()] == sorted(drawn, key=lambda one: drawn[one])
    assert {f"Booking_{row_id}" for row_id in drawn} >= set(asked[:3])
    # I33: a place that fell free went to the lowest lot that waits.
    live = sorted((row.lot, row.state) for row in Booking.find_all() if row.state in LIVE)
    assert [state for _, state in live] == [BookingState.CONFIRMED] * 2 + [BookingState.WAITING]
    check()


def test_a_car_has_one_permit_and_a_holder_few_bookings(database: DatabaseProxy) -> None:
    booked = Booked(Asking(build()), has_units=False, is_lottery=True)
    number = count()

    answers = at_once(4, lambda: booked.request(next(number), plate="甘A12345"))

    assert codes_of(answers) == ["ALREADY_EXISTS"] * 3
    # One neighbour asks for many things at once, of which each is locked for itself.
    rooms = [booked.again(has_units=False, is_lottery=True) for _ in range(6)]
    number = count()

    answers = at_once(6, lambda: rooms[next(number)].request(7))

    assert codes_of(answers) == ["LIMIT_REACHED"] * 2
    assert sum(row.person_id == booked.neighbours[7].id for row in Booking.find_all()) == 4
    check()


def test_a_harvest_is_of_a_plot_that_was_held(database: DatabaseProxy) -> None:
    ask = Asking(build())
    home = ask.town.home.division
    person = make.make_person(home, account=ask.town.accounts["resident"])
    garden = make.make_resource(ask.town.unit)
    make_booking_terms(garden, purpose=BookingPurpose.PLOT)
    plot = make_booking(garden, purpose=BookingPurpose.PLOT, state=BookingState.CONFIRMED, person=person)
    reaped = {"bookingId": f"Booking_{plot.id}", "day": str(TODAY), "crop": "番茄", "kilograms": "6.50"}
    number = count()

    def reap_or_leave() -> Any:
        if next(number) == 0:
            return ask.change("staff", "cancelBooking", "__typename", bookingId=f"Booking_{plot.id}", reason="示范")
        return ask.change("resident", "recordHarvest", "__typename", **reaped, idempotencyKey="once")

    answers = at_once(4, reap_or_leave)

    codes, kept = set(codes_of(answers)), Harvest.find_all(booking=plot.id)
    # One request sent three times is one harvest at most, and none where the plot was given up before.
    assert len(kept) <= 1
    assert (codes <= {"NOT_ELIGIBLE"}) if kept else (codes == {"NOT_ELIGIBLE"})
    assert Booking.get_by_id(plot.id).state is BookingState.CANCELLED
