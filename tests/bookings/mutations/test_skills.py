"""A resident's own skill is booked on their own terms: they answer, record who came, and see who booked."""

from typing import Any

from db.organizations.models.resource import CapacityModel
from tests import factories as make
from tests.asking import Asking


def test_a_resident_sets_the_terms_of_their_own_skill_and_answers_for_them(ask: Asking) -> None:
    assert ask.town.unit is not None
    home = ask.town.home.division
    owner = make.make_person(home, name="王示范", account=ask.town.accounts["resident"])
    make.make_person(home, name="李示范", account=ask.town.accounts["neighbour"])
    skill = make.make_resource(ask.town.unit, capacity_model=CapacityModel.BOOKABLE, name="书法辅导")
    skill.change(organization=None, person=owner.id)
    window = make.make_resource_window(skill, weekday=2, starts_minute=1080, ends_minute=1200, quantity=2)
    terms = {"resourceId": f"Resource_{skill.id}", "purpose": "SESSION"}
    shows = "resource { bookingTerms { purpose } } event { actorRole }"
    wanted = {
        "resourceId": f"Resource_{skill.id}", "firstDay": "2026-01-06", "lastDay": "2026-01-06",
        "windowIds": [f"ResourceWindow_{window.id}"],
    }  # fmt: skip

    refused = [ask.refused(who, "setBookingTerms", **terms) for who in ("neighbour", "contact")]
    made = ask.change("resident", "setBookingTerms", shows, **terms)
    asked = ask.change("neighbour", "requestBooking", "booking { id state }", **wanted)["booking"]
    unknown = ask.refused("contact", "reviewBooking", bookingId=asked["id"], decision="APPROVED")
    own = ask.refused("neighbour", "reviewBooking", bookingId=asked["id"], decision="APPROVED")
    steps = "query ($id: ID!) { booking(id: $id) { availableTransitions { mutation isAllowed } } }"
    shown: Any = ask.answer("resident", steps, id=asked["id"])["data"]["booking"]["availableTransitions"]
    done = ask.change(
        "resident", "reviewBooking", "booking { state } event { actorRole }", bookingId=asked["id"], decision="APPROVED"
    )

    assert refused == [[("NOT_PERMITTED", None)]] * 2
    assert made == {
        "resource": {"bookingTerms": {"purpose": "SESSION"}}, "event": {"actorRole": "RESIDENT"}, "userErrors": [],
    }  # fmt: skip
    assert asked["state"] == "REQUESTED"
    assert unknown == [("NOT_FOUND", ["bookingId"])]
    assert own == [("NOT_PERMITTED", None)]
    assert {step["mutation"] for step in shown if step["isAllowed"]} == {"reviewBooking", "cancelBooking"}
    assert done == {"booking": {"state": "CONFIRMED"}, "event": {"actorRole": "RESIDENT"}, "userErrors": []}
    assert ask.refused("resident", "cancelBooking", bookingId=asked["id"], reason="临时有事") == []
