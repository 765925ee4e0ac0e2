"""A resource that is booked by neighbours, for the tests of what may happen to its places."""

from datetime import date, timedelta
from typing import Any

from db.issues.models.claim import Claim
from db.issues.models.issue import Issue
from db.organizations.models.resource import CapacityModel
from tests import factories as make
from tests.asking import Asking
from tests.bookings.factories import make_booking_terms, make_resource_unit
from tests.factories import TODAY

NEIGHBOURS = 8
SHOWN = "booking { id state }"


class Booked:
    """A room with two places on one evening of the week, and eight neighbours who book it for two weeks.

    has_units: whether its places have numbers. is_lottery: whether they are given out by lot.
    """

    def __init__(self, ask: Asking, has_units: bool, is_lottery: bool) -> None:
        self.ask, home = ask, ask.town.home.division
        self.neighbours = [make.make_person(home, name=f"邻居{at}") for at in range(NEIGHBOURS)]
        for at, person in enumerate(self.neighbours):
            account = ask.town.accounts[f"neighbour{at}"] = make.make_account(name=person.name)
            person.change(account=account.id)
        self.issue = self.published()
        self._offer(has_units, is_lottery)

    def published(self) -> str:
        """Publish an issue for claims; return its number."""
        number = str(Issue.get_by_id(self.ask.town.accept()).number)
        given = {"wantedHelp": "需要一间活动室", "claimUntil": "2026-01-30T08:00:00Z"}
        assert not self.do("staff", "publishIssue", issueNumber=number, **given)["userErrors"]
        return number

    def _offer(self, has_units: bool, is_lottery: bool) -> None:
        assert self.ask.town.unit is not None
        room = make.make_resource(self.ask.town.unit, capacity_model=CapacityModel.BOOKABLE, quantity=None)
        self.window = make.make_resource_window(room, weekday=2, starts_minute=1080, ends_minute=1200, quantity=2)
        allotment = "LOTTERY" if is_lottery else "FIRST_COME"
        make_booking_terms(room, allotment=allotment, is_auto_confirmed=not is_lottery)
        for number in ("1", "2") if has_units else ():
            make_resource_unit(room, number=number)
        self.room = f"Resource_{room.id}"

    def again(self, has_units: bool, is_lottery: bool) -> "Booked":
        """Return another resource of the same neighbours."""
        other = object.__new__(Booked)
        other.ask, other.neighbours, other.issue = self.ask, self.neighbours, self.issue
        other._offer(has_units, is_lottery)
        return other

    def day(self, days: int) -> date:
        """Return a day on which it opens, so many days after the first one."""
        return TODAY + timedelta(days=1 + days)

    def do(self, who: str, name: str, /, **given: Any) -> Any:
        """Perform a mutation, which may be refused."""
        return self.ask.change(who, name, "__typename", **given)

    def request(self, neighbour: int, **given: Any) -> Any:
        """Let a neighbour book it for two weeks."""
        wanted = {
            "resourceId": self.room, "firstDay": str(self.day(0)), "lastDay": str(self.day(7)),
            "windowIds": [f"ResourceWindow_{self.window.id}"], **given,
        }  # fmt: skip
        return self.ask.change(f"neighbour{neighbour}", "requestBooking", SHOWN, **wanted)

    def on_slot(self, name: str, days: int, **given: Any) -> Any:
        """Shut or open it on a day."""
        wanted = {"resourceId": self.room, "windowId": f"ResourceWindow_{self.window.id}", "day": str(self.day(days))}
        return self.do("contact", name, **wanted, **given)

    def draw(self, beacon: str) -> Any:
        """Draw lots among those who asked."""
        given = {"firstDay": str(self.day(0)), "windowIds": [f"ResourceWindow_{self.window.id}"], "beacon": beacon}
        return self.do("contact", "drawLots", resourceId=self.room, **given)

    def claim(self, days: int, quantity: int = 1, issue: str | None = None) -> Any:
        """Let the unit claim places on a day for an issue."""
        given = {
            "resourceId": self.room, "windowId": f"ResourceWindow_{self.window.id}", "quantity": str(quantity),
            "promise": "提供活动室", "promisedOn": str(self.day(days)), "issueNumber": issue or self.issue,
        }  # fmt: skip
        return self.do("contact", "claimIssue", **given)

    def on_claim(self, name: str, claim: Claim, **given: Any) -> Any:
        """Take a step of a claim."""
        return self.do("staff", name, issueId=f"Issue_{claim.issue_id}", claimId=f"Claim_{claim.id}", **given)
