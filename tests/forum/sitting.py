"""Sessions of the forum of the town's home community, for the tests of what may happen to them."""

from datetime import timedelta
from typing import Any

from db.city import models
from db.kernel.fields import utc_text
from db.organizations.models.resource import CapacityModel
from tests import factories as make
from tests.asking import Asking
from tests.bookings.factories import make_booking_terms
from tests.factories import AT

DAY = timedelta(days=1)
# Two days later, on a Wednesday at 16:00 in Lanzhou, and a moment at which it was opened.
AHEAD, OPENED = AT + 2 * DAY, AT + 2 * DAY + timedelta(minutes=5)
ISSUE = {"title": "示范小区路灯不亮", "duty": "PUBLIC_BENEFIT_SERVICE", "urgency": "NORMAL"}
PROPOSAL = {"title": "关于修缮路灯的提案", "duty": "AREA_CO_GOVERNANCE"}


class Forum:
    """Asks as the people of the town; the director hosts, and resident and neighbour are registered people."""

    def __init__(self, ask: Asking) -> None:
        self.ask, self.town = ask, ask.town
        home = self.town.home.division
        self.people = {
            who: make.make_person(home, name=name, account=self.town.accounts[who])
            for who, name in (("resident", "赵示范"), ("neighbour", "钱示范"))
        }
        self.host = models.Member.get(models.Member.account == self.town.accounts["director"])

    def room(self, **values: Any) -> models.Resource:
        """Make a deliberation room that is open on Wednesdays from 14:00 to 18:00, in Lanzhou."""
        given = {"topic_code": "SPACE-10", "capacity_model": CapacityModel.BOOKABLE, "quantity": None, **values}
        room = make.make_resource(self.town.unit, **given)
        make.make_resource_window(room, weekday=3, starts_minute=840, ends_minute=1080, quantity=2)
        make_booking_terms(room, is_auto_confirmed=True)
        return room

    def schedule(
        self, who: str = "director", at: Any = AT, shows: str = "forumSession { id state }", **given: Any
    ) -> Any:
        """Announce a session."""
        wanted = {
            "divisionCode": self.town.home.division_code, "title": "路灯怎么修", "scheduledAt": utc_text(AHEAD),
            "place": "示范议事亭", **given,
        }  # fmt: skip
        return self.ask.change(who, "scheduleForum", shows, at, **{k: v for k, v in wanted.items() if v is not None})

    def session(self, **given: Any) -> str:
        """Announce a session and return its id."""
        payload = self.schedule(**given)
        assert payload["userErrors"] == [], payload
        return payload["forumSession"]["id"]

    def held(self, **given: Any) -> str:
        """Announce and open a session, and return its id."""
        session = self.session(**given)
        assert self.do("director", "holdForum", OPENED, sessionId=session, participantCount=12) == []
        return session

    def say(self, who: str, session: str, at: Any = AT, **given: Any) -> str:
        """Make a statement and return its id."""
        wanted = {"sessionId": session, "text": "三号楼前的路灯坏了三天", **given}
        payload = self.ask.change(who, "addStatement", "statement { id }", at, **wanted)
        assert payload["userErrors"] == [], payload
        return payload["statement"]["id"]

    def do(self, who: str, name: str, at: Any = OPENED, /, **given: Any) -> list[tuple[str, list[str] | None]]:
        """Perform a mutation; return how it was refused."""
        return self.ask.refused(who, name, at, **given)
