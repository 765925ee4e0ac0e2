"""Claims on places in windows: each is a booking of its claimant, which takes places and gives them back (I36)."""

from datetime import timedelta
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.bookings.models import Booking, BookingSlot, Slot
from db.bookings.openings import know_days
from db.city.clock import tick
from db.city.journal_check import verify_journals
from db.issues.models.claim import Claim
from db.issues.models.issue import Issue
from db.organizations.models.resource import CapacityModel
from tests import factories as make
from tests.asking import Asking
from tests.bookings import factories
from tests.bookings.invariants import check
from tests.factories import AT, TODAY
from tests.town import build

TUESDAY, NEXT = TODAY + timedelta(days=1), TODAY + timedelta(days=8)
SHOWN = """claim { state booking { state firstDay lastDay quantity purpose holder { __typename } places(first: 5) {
    nodes { isLive attendance slot { day taken } } } } resource { availableQuantity } }"""


class Claimed:
    """A room of the unit with three places on Tuesdays, in the afternoon, and a published issue of its community."""

    def __init__(self) -> None:
        self.ask = Asking(build())
        town = self.ask.town
        assert town.unit is not None
        self.room = make.make_resource(town.unit, capacity_model=CapacityModel.BOOKABLE, quantity=3, unit="个")
        self.window = make.make_resource_window(self.room, weekday=2, starts_minute=840, ends_minute=960, quantity=3)
        know_days(TODAY, 60)
        self.issue = self.published()

    def published(self) -> str:
        """Publish another issue."""
        number = str(Issue.get_by_id(self.ask.town.accept()).number)
        given = {"issueNumber": number, "wantedHelp": "需要一间活动室", "claimUntil": "2026-01-30T08:00:00Z"}
        assert not self.ask.refused("staff", "publishIssue", **given)
        return number

    def claim(self, who: str = "contact", issue: str | None = None, day: Any = TUESDAY, **given: Any) -> Any:
        """Claim two places, or what is given."""
        wanted = {
            "resourceId": f"Resource_{self.room.id}", "windowId": f"ResourceWindow_{self.window.id}", "quantity": "2",
            "promise": "提供活动室", "promisedOn": str(day), "issueNumber": issue or self.issue, **given,
        }  # fmt: skip
        return self.ask.change(who, "claimIssue", "claim { id }", **wanted)

    def made(self, who: str = "contact", **given: Any) -> str:
        """Claim, which is not refused; return the id of the claim."""
        payload = self.claim(who, **given)
        assert payload["userErrors"] == []
        return payload["claim"]["id"]

    def do(self, name: str, claim: str, shows: str = SHOWN, who: str = "staff", at: Any = AT, **given: Any) -> Any:
        """Take a step of a claim."""
        issue = Claim.get_by_id(int(claim.removeprefix("Claim_"))).issue_id
        return self.ask.change(who, name, shows, at, issueId=f"Issue_{issue}", claimId=claim, **given)

    def confirmed(self, **given: Any) -> str:
        """Claim and have it confirmed; return the id of the claim."""
        claim = self.made(**given)
        assert self.do("confirmClaim", claim)["userErrors"] == []
        return claim

    def available(self, at: Any = AT) -> str:
        """Return how many places the next opening has."""
        text = f'{{ resource(id: "Resource_{self.room.id}") {{ availableQuantity }} }}'
        return self.ask.answer("stranger", text, at)["data"]["resource"]["availableQuantity"]


@pytest.fixture
def claimed(scratch: DatabaseProxy) -> Claimed:
    """Return a room to claim."""
    return Claimed()


def codes(payload: Any) -> list[tuple[str, list[str] | None]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


def test_a_confirmed_claim_is_a_booking_of_the_promised_day(claimed: Claimed) -> None:
    before, claim = claimed.available(), claimed.made()
    pending = claimed.available()

    shown = claimed.do("confirmClaim", claim)["claim"]

    assert (before, pending) == ("3.00", "3.00")
    assert shown == {
        "state": "CONFIRMED", "resource": {"availableQuantity": "1.00"},
        "booking": {
            "state": "CONFIRMED", "firstDay": str(TUESDAY), "lastDay": str(TUESDAY), "quantity": "2.00",
            "purpose": "OTHER", "holder": {"__typename": "Organization"},
            "places": {
                "nodes": [
                    {"isLive": True, "attendance": "EXPECTED", "slot": {"day": str(TUESDAY), "taken": "2.00"}}
                ]
            },
        },
    }  # fmt: skip
    text = f'{{ node(id: "{claim}") {{ ... on Claim {{ state booking {{ state }} }} }} }}'
    askers = ("staff", "contact", "next_staff", "stranger")
    answers = [claimed.ask.answer(who, text)["data"]["node"] for who in askers]
    seen = {"state": "CONFIRMED", "booking": {"state": "CONFIRMED"}}
    hidden = seen | {"booking": None}
    assert answers == [seen, seen, hidden, hidden]
    check()


def test_a_released_claim_gives_its_places_back_once(claimed: Claimed) -> None:
    other, claim = claimed.confirmed(quantity="1"), claimed.confirmed()
    full = claimed.claim(quantity="1")

    shown = claimed.do("releaseClaim", claim, who="contact", reason="另有安排")["claim"]
    again = claimed.do("releaseClaim", claim, who="contact", reason="另有安排")

    assert codes(full) == [("CLAIM_CAPACITY_EXCEEDED", ["quantity"])]
    assert full["userErrors"][0]["message"] == "The resource has 0.00个 left on 2026-01-06; 1个 cannot be claimed."
    assert (shown["state"], shown["resource"]) == ("RELEASED", {"availableQuantity": "2.00"})
    assert shown["booking"]["state"] == "CANCELLED"
    assert [place["attendance"] for place in shown["booking"]["places"]["nodes"]] == ["CANCELLED"]
    assert codes(again) == [("ILLEGAL_TRANSITION", ["claimId"])]
    assert Booking.get(claim=int(other.removeprefix("Claim_"))).state == "CONFIRMED"
    check()


def test_a_promise_that_was_kept_keeps_its_place(claimed: Claimed) -> None:
    claim = claimed.confirmed()

    shown = claimed.do("fulfilClaim", claim, who="contact")["claim"]

    assert (shown["state"], shown["booking"]["state"]) == ("FULFILLED", "CONFIRMED")
    assert shown["resource"] == {"availableQuantity": "1.00"}


def test_claims_that_end_with_their_issue_give_their_places_back(claimed: Claimed) -> None:
    claimed.confirmed()
    given = {"issueNumber": claimed.issue, "reason": "人手不足"}

    assert claimed.ask.refused("contact", "returnIssue", **given) == []

    assert claimed.available() == "3.00"
    assert [booking.state for booking in Booking.find_all()] == ["CANCELLED"]
    check()


def test_a_place_whose_day_is_over_is_not_given_back(claimed: Claimed) -> None:
    claim = claimed.confirmed()
    later = AT + timedelta(days=3)

    shown = claimed.do("releaseClaim", claim, who="contact", at=later, reason="未能履行")["claim"]

    assert (shown["state"], shown["booking"]["state"]) == ("RELEASED", "CONFIRMED")
    assert [place["isLive"] for place in shown["booking"]["places"]["nodes"]] == [True]
    tick(later)
    assert [booking.state for booking in Booking.find_all()] == ["ENDED"]


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"day": TODAY}, ("INVALID_INPUT", ["promisedOn"])),
        ({"quantity": None}, ("INVALID_INPUT", ["quantity"])),
        ({"quantity": "3.01"}, ("CLAIM_CAPACITY_EXCEEDED", ["quantity"])),
        ({"windowId": None}, ("INVALID_INPUT", ["windowId"])),
        ({"who": "resident"}, ("INVALID_INPUT", ["claimantId"])),
    ],
)
def test_what_a_window_cannot_give_is_not_claimed(claimed: Claimed, given: Any, refused: Any) -> None:
    assert codes(claimed.claim(**given)) == [refused]


def test_holidays_closures_and_the_end_of_the_offer_count(claimed: Claimed) -> None:
    shut = {"resourceId": f"Resource_{claimed.room.id}", "windowId": f"ResourceWindow_{claimed.window.id}"}
    assert claimed.ask.refused("contact", "closeSlot", **shut, day=str(TUESDAY), reason="内部活动") == []

    closed = claimed.claim()
    at_next = claimed.available()
    claimed.room.change(valid_until=TUESDAY)
    after = claimed.claim(day=NEXT)

    assert codes(closed) == [("CLAIM_CAPACITY_EXCEEDED", ["quantity"])]
    assert at_next == "3.00"
    assert codes(after) == [("INVALID_INPUT", ["promisedOn"])]


def test_what_is_given_out_by_lot_is_not_claimed(claimed: Claimed) -> None:
    factories.make_booking_terms(claimed.room, allotment="LOTTERY", is_auto_confirmed=False)

    assert codes(claimed.claim()) == [("NOT_ELIGIBLE", ["resourceId"])]


def test_the_next_opening_is_one_that_is_not_over(claimed: Claimed) -> None:
    claimed.confirmed()
    ends = AT.replace(day=TUESDAY.day, hour=8, minute=0, second=0)

    assert [claimed.available(at) for at in (ends - timedelta(minutes=1), ends)] == ["1.00", "3.00"]


def test_one_numbered_unit_is_claimed_and_one_place_in_a_slot_is_held_by_a_person(claimed: Claimed) -> None:
    for number in ("1", "2"):
        factories.make_resource_unit(claimed.room, number=number)
    make.make_person(claimed.ask.town.home.division).change(account=claimed.ask.town.accounts["resident"].id)
    claimed.confirmed(quantity="1")
    two = claimed.claim("resident")
    own = claimed.confirmed(who="resident", quantity="1", issue=claimed.published())
    shown = {place.unit_id for place in BookingSlot.find_all()}

    assert codes(two) == [("INVALID_INPUT", ["quantity"])]
    assert len(shown) == 2
    claimed.do("releaseClaim", own, reason="另有安排")
    claimed.confirmed(who="resident", quantity="1", issue=claimed.published())
    check()


def test_a_person_has_one_place_in_a_slot(claimed: Claimed) -> None:
    person = make.make_person(claimed.ask.town.home.division)
    person.change(account=claimed.ask.town.accounts["resident"].id)
    claimed.confirmed(who="resident", quantity="1")
    second = claimed.made("resident", quantity="1", issue=claimed.published())

    refused = claimed.do("confirmClaim", second)

    assert codes(refused) == [("SLOT_CONFLICT", ["claimId"])]
    assert [(claim.state, Booking.find(claim=claim.id) is None) for claim in Claim.find_all()] == [
        ("CONFIRMED", False), ("PENDING", True),
    ]  # fmt: skip


def test_a_claim_that_is_confirmed_too_late_says_so(claimed: Claimed) -> None:
    claim = claimed.made()

    late = claimed.do("confirmClaim", claim, at=AT + timedelta(days=2))

    assert codes(late) == [("SLOT_CONFLICT", ["promisedOn"])]


def test_the_booking_of_a_claim_ends_with_the_claim_alone(claimed: Claimed) -> None:
    claimed.confirmed()
    booking = f"Booking_{Booking.get().id}"
    steps = "booking(id: $id) { availableTransitions { mutation isAllowed blockedBy { code } } }"

    refused = [
        claimed.ask.refused(who, "cancelBooking", bookingId=booking, reason="另有安排") for who in ("contact", "staff")
    ]
    taken = claimed.ask.refused(
        "staff", "forfeitBooking", bookingId=booking, cause="FALSE_STATEMENT", reason="信息不实"
    )

    assert [*refused, taken] == [[("NOT_ALL_SETTLED", ["bookingId"])]] * 3
    shown = claimed.ask.answer("staff", f"query ($id: ID!) {{ {steps} }}", id=booking)["data"]["booking"]
    blocked = {step["mutation"]: step["isAllowed"] for step in shown["availableTransitions"]}
    assert blocked["cancelBooking"] is False
    assert blocked["warnBooking"] is True


def test_shutting_the_slot_moves_the_claim_to_another_day(claimed: Claimed) -> None:
    claim = claimed.confirmed()
    shut = {"resourceId": f"Resource_{claimed.room.id}", "windowId": f"ResourceWindow_{claimed.window.id}"}

    assert claimed.ask.refused("contact", "closeSlot", **shut, day=str(TUESDAY), reason="内部活动") == []
    moved = [(slot.day, slot.taken) for slot in Slot.find_all()]
    claimed.do("releaseClaim", claim, who="contact", reason="另有安排")

    assert sorted(moved)[:2] == [(TUESDAY, 0), (NEXT, 2)]
    assert not any(slot.taken for slot in Slot.find_all())
    check()


def test_a_resource_off_the_list_takes_the_place_and_a_release_gives_nothing_twice(claimed: Claimed) -> None:
    claim = claimed.confirmed()

    assert (
        claimed.ask.refused("contact", "suspendResource", resourceId=f"Resource_{claimed.room.id}", reason="维修") == []
    )
    assert [booking.state for booking in Booking.find_all()] == ["CANCELLED"]
    claimed.do("releaseClaim", claim, who="contact", reason="另有安排")

    assert not any(slot.taken for slot in Slot.find_all())
    assert [found for found in verify_journals().findings if found.subject_type == "Booking"] == []
    check()
