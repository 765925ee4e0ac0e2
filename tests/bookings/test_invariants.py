"""Bookings in any order, and at once: nobody holds what another holds, and what is given back is there again."""

from itertools import count
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from peewee import DatabaseProxy

from db.bookings.models import LIVE, Booking, BookingSlot, BookingState, Slot
from db.city.journal_check import verify_journals
from db.issues.models.claim import Claim, ClaimState
from tests.asking import Asking
from tests.bookings.booked import Booked
from tests.bookings.invariants import check
from tests.threads import at_once
from tests.town import build

STEPS = 32
# With numbered units or with a quantity, and given out at once or by lot.
OFFERS = [(has_units, is_lottery) for has_units in (True, False) for is_lottery in (True, False)]


class Life:
    """What is done with the bookings of one resource, at random."""

    def __init__(self, booked: Booked, rng: Random) -> None:
        self.booked, self.rng, self.done = booked, rng, set[str]()

    def step(self) -> None:
        """Take one step, which may be refused."""
        name = self.rng.choice(
            ["request"] * 4
            + ["cancel", "cancel", "leave", "shut", "open", "draw", "draw", "forfeit"]
            + ["claim", "claim", "confirm", "confirm", "release"]
        )
        payload = getattr(self, name)()
        if payload and not payload["userErrors"]:
            self.done.add(name)
        check()
        check_claims()

    def request(self) -> Any:
        return self.booked.request(self.rng.randrange(8))

    def cancel(self, **given: Any) -> Any:
        """Cancel one of the bookings, for its holder."""
        live = sorted(row.id for row in Booking.find_all() if row.state in LIVE)
        if not live:
            return None
        booking = f"Booking_{self.rng.choice(live)}"
        return self.booked.do("staff", "cancelBooking", bookingId=booking, reason="示范", **given)

    def leave(self) -> Any:
        return self.cancel(fromDay=str(self.booked.day(7)))

    def shut(self) -> Any:
        return self.booked.on_slot("closeSlot", self.rng.choice([0, 7]), reason="示范")

    def open(self) -> Any:
        return self.booked.on_slot("openSlot", self.rng.choice([0, 7]))

    def draw(self) -> Any:
        return self.booked.draw(f"示范公开文本 {self.rng.random()}")

    def forfeit(self) -> Any:
        """Take a booking away for a false statement."""
        held = sorted(row.id for row in Booking.find_all(state=BookingState.CONFIRMED))
        if not held:
            return None
        given = {"bookingId": f"Booking_{self.rng.choice(held)}", "cause": "FALSE_STATEMENT", "reason": "示范"}
        return self.booked.do("staff", "forfeitBooking", **given)

    def claim(self) -> Any:
        return self.booked.claim(self.rng.choice([0, 7]), self.rng.choice([1, 2]))

    def confirm(self) -> Any:
        """Confirm the claim that waits."""
        claim = Claim.find(state=ClaimState.PENDING)
        return claim and self.booked.on_claim("confirmClaim", claim)

    def release(self) -> Any:
        """End one of the claims, waiting or confirmed."""
        live = sorted(row.id for row in Claim.find_all() if row.state in (ClaimState.PENDING, ClaimState.CONFIRMED))
        return live and self.booked.on_claim("releaseClaim", Claim.get_by_id(self.rng.choice(live)), reason="示范")


def check_claims() -> None:
    """Check that each claim that counts has its booking, and none that was given up."""
    bookings = {row.claim_id: row.state for row in Booking.find_all() if row.claim_id is not None}
    kept = {row.id for row in Claim.find_all(state=ClaimState.CONFIRMED)}
    assert {claim for claim, state in bookings.items() if state is BookingState.CONFIRMED} == kept, "I36"
    assert set(bookings.values()) <= {BookingState.CONFIRMED, BookingState.CANCELLED}


def test_whatever_is_done_with_bookings_their_invariants_hold(scratch: DatabaseProxy) -> None:
    done = set[str]()
    neighbours = Booked(Asking(build()), *OFFERS[0])
    offers = {offer: neighbours.again(*offer) for offer in OFFERS}

    @given(offer=st.sampled_from(OFFERS), seed=st.integers(0, 2**32))
    @settings(
        max_examples=10, derandomize=True, deadline=None, phases=[Phase.generate], database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    def live(offer: tuple[bool, bool], seed: int) -> None:
        with scratch.savepoint() as undo:
            life = Life(offers[offer], Random(seed))
            for _ in range(STEPS):
                life.step()
            assert [found for found in verify_journals().findings if found.subject_type == "Booking"] == []
            done.update(life.done)
            undo.rollback()

    live()
    assert done == {"request", "cancel", "leave", "shut", "open", "draw", "forfeit", "claim", "confirm", "release"}


def test_the_last_place_is_taken_once(database: DatabaseProxy) -> None:
    neighbours = Booked(Asking(build()), *OFFERS[0])
    for has_units in (True, False):
        booked, number = neighbours.again(has_units, is_lottery=False), count()
        assert booked.request(7)["booking"]["state"] == "CONFIRMED"

        answers = at_once(4, lambda booked=booked, number=number: booked.request(next(number)))

        codes = sorted(error["code"] for answer in answers for error in answer["userErrors"])
        assert codes == ["SLOT_CONFLICT"] * 3
        check()
        # Three leave at once while two others ask: whatever comes first, all that was taken is there again.
        held = Booking.find_all(state=BookingState.CONFIRMED)
        number = count()

        def leave_or_ask(booked: Booked = booked, number: Any = number, held: list[Booking] = held) -> Any:
            at = next(number)
            if at < len(held):
                return booked.do("staff", "cancelBooking", bookingId=f"Booking_{held[at].id}", reason="示范")
            return booked.request(at + 3)

        at_once(4, leave_or_ask)
        check()
        for booking in Booking.find_all(state=BookingState.CONFIRMED):
            booked.do("staff", "cancelBooking", bookingId=f"Booking_{booking.id}", reason="示范")
        assert [slot.taken for slot in Slot.select()] == [0] * Slot.select().count()
        assert not BookingSlot.find_all(is_live=True)


def test_the_last_place_is_claimed_once_and_given_back_once(database: DatabaseProxy) -> None:
    booked = Booked(Asking(build()), *OFFERS[3])
    for issue in [booked.published() for _ in range(4)]:
        assert not booked.claim(0, issue=issue)["userErrors"]
    waiting, number = Claim.find_all(), count()

    answers = at_once(4, lambda: booked.on_claim("confirmClaim", waiting[next(number)]))

    codes = sorted(error["code"] for answer in answers for error in answer["userErrors"])
    assert codes == ["CLAIM_CAPACITY_EXCEEDED"] * 2
    check()
    check_claims()
    # Two are given up, each twice at once, while a neighbour books.
    held, number = Claim.find_all(state=ClaimState.CONFIRMED) * 2, count()

    def give_up_or_book() -> Any:
        at = next(number)
        if at < len(held):
            return booked.on_claim("releaseClaim", held[at], reason="示范")
        return booked.request(at)

    answers = at_once(5, give_up_or_book)
    codes = sorted(error["code"] for answer in answers for error in answer["userErrors"])
    assert codes in (["ILLEGAL_TRANSITION"] * 2, ["ILLEGAL_TRANSITION"] * 2 + ["SLOT_CONFLICT"])
    check()
    check_claims()
    for booking in Booking.find_all(state=BookingState.CONFIRMED):
        booked.do("staff", "cancelBooking", bookingId=f"Booking_{booking.id}", reason="示范")
    assert [slot.taken for slot in Slot.select()] == [0] * Slot.select().count()
