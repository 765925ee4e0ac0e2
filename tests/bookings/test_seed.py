"""The demo city's bookings: what claims took, by their own histories, and what three communities share."""

from collections import Counter
from datetime import timedelta
from typing import Any

from peewee import DatabaseProxy

from db.bookings.lots import order_of_lots
from db.bookings.models import Booking, BookingPurpose, BookingSlot, BookingState, BookingTerms, LotDrawing, Slot
from db.bookings.openings import days_open
from db.city import seed
from db.issues.models.claim import Claim, ClaimState
from db.kernel.calendar import SHANGHAI
from db.organizations.models.resource import ResourceWindow
from tests.bookings.invariants import check

S = BookingState


def test_the_citys_bookings_keep_the_invariants(demo_city: DatabaseProxy) -> None:
    check()


def test_what_was_claimed_in_a_window_is_a_booking_with_the_claims_own_history(demo_city: DatabaseProxy) -> None:
    windows = {window.id: window for window in ResourceWindow.select()}
    bookings = {booking.claim_id: booking for booking in Booking.select() if booking.claim_id is not None}
    today = seed.AS_OF_TIME.astimezone(SHANGHAI).date()
    claims = list(Claim.select().where(Claim.window.is_null(False)))
    for claim in claims:
        day: Any = claim.promised_on
        assert day in days_open(windows[claim.window_id or 0], day, day)
        booking = bookings.pop(claim.id, None)
        assert (booking is not None) == (claim.confirmed_at is not None)
        if booking is None:
            continue
        assert (booking.first_day, booking.created_at, booking.quantity) == (day, claim.confirmed_at, claim.quantity)
        ended_at: Any = claim.ended_at
        gave_back = claim.state is ClaimState.RELEASED and ended_at.astimezone(SHANGHAI).date() <= day
        assert booking.state is (S.CANCELLED if gave_back else S.ENDED if day < today else S.CONFIRMED)
        assert not gave_back or booking.ended_at == ended_at
    assert not bookings
    assert len(claims) > 4_000


def test_places_of_days_past_a_year_are_gone(demo_city: DatabaseProxy) -> None:
    since = seed.AS_OF_TIME.astimezone(SHANGHAI).date() - timedelta(days=366)

    assert min(slot.day for slot in Slot.select()) >= since
    kept = {place.booking_id for place in BookingSlot.select()}
    waiting = (S.WAITING, S.REQUESTED)
    assert all(
        (booking.id in kept) == (booking.first_day >= since)
        for booking in Booking.select()
        if booking.state not in waiting and (booking.drawing_id is None or booking.unit_id is not None)
    )


def test_what_is_shared_by_booking(demo_city: DatabaseProxy) -> None:
    booked = Counter((row.purpose, row.state) for row in Booking.select().where(Booking.claim.is_null()))
    [drawing] = LotDrawing.select()
    lots = {booking.id: booking.lot for booking in Booking.select().where(Booking.drawing == drawing.id)}

    assert {terms.purpose for terms in BookingTerms.select()} == {
        BookingPurpose.PARKING, BookingPurpose.SESSION, BookingPurpose.PLOT,
    }  # fmt: skip
    assert booked[BookingPurpose.PLOT, S.ENDED] == 12
    assert booked[BookingPurpose.PLOT, S.CANCELLED] == len(lots) - 12 > 0
    assert [lots[booking] for booking in order_of_lots(drawing.beacon, lots)] == list(range(1, len(lots) + 1))
    assert min(booked[BookingPurpose.PARKING, state] for state in (S.CONFIRMED, S.ENDED)) > 10
    assert booked[BookingPurpose.SESSION, S.CANCELLED] > 0
