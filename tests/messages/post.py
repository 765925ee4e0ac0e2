"""Messages of the town's home community, for the tests of what may happen to them."""

from typing import Any

from db.city import models
from tests.asking import Asking
from tests.factories import AT

TOLD = {
    "channel": "HOTLINE", "text": "三号楼前的路灯坏了三天", "topicCode": "HOU-01", "place": "三号楼",
    "contactName": "赵示范", "contactPhone": "13800000001",
}  # fmt: skip
ISSUE = {"title": "示范小区路灯不亮", "duty": "PUBLIC_BENEFIT_SERVICE", "urgency": "NORMAL"}
SHOWN = "message { id number state replyDueAt }"


class Post:
    """Asks as the people of the town."""

    def __init__(self, ask: Asking) -> None:
        self.ask, self.town = ask, ask.town

    @property
    def code(self) -> str:
        """The code of the home community."""
        return self.town.home.division_code

    def take_in(self, who: str = "staff", at: Any = AT, shows: str = SHOWN, **given: Any) -> Any:
        """Take in a message and return its payload."""
        wanted = {"divisionCode": self.code, **TOLD, **given}
        wanted = {name: value for name, value in wanted.items() if value is not None}
        return self.ask.change(who, "takeInMessage", shows, at, **wanted)

    def message(self, who: str = "staff", at: Any = AT, **given: Any) -> str:
        """Take in a message and return its id."""
        payload = self.take_in(who, at, **given)
        assert payload["userErrors"] == [], payload
        return payload["message"]["id"]

    def do(self, who: str, name: str, at: Any = AT, /, **given: Any) -> list[tuple[str, list[str] | None]]:
        """Perform a mutation; return how it was refused."""
        return self.ask.refused(who, name, at, **given)

    def read(self, who: str | None, message: str, shows: str, at: Any = AT) -> Any:
        """Read a message as somebody."""
        return self.ask.answer(who, f'{{ message(id: "{message}") {{ {shows} }} }}', at)["data"]["message"]


def row(name: str) -> int:
    """Return the row's id in a global id."""
    return int(name.rpartition("_")[2])


def issue_of(name: str) -> models.Issue:
    """Read an issue anew, by global id."""
    return models.Issue.get_by_id(row(name))
