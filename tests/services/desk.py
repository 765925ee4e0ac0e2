"""A catalogue for the town, and a person who applies, for the tests of what may happen to applications."""

from datetime import timedelta
from typing import Any

from db.access.models.account import Role
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT
from tests.people.factories import make_person

DAY = timedelta(days=1)
MATERIALS = [{"code": "M-1", "name": "身份证"}, {"code": "M-2", "name": "情况证明", "isRequired": False}]
ITEM = {
    "code": "MZ-001", "name": "临时救助申请", "area": "CIVIL_AFFAIRS", "department": "民政局", "mode": "AUTHORIZED",
    "level": "COMMUNITY", "promisedDays": 5, "fee": "0.00", "materials": MATERIALS,
}  # fmt: skip
# One that another office decides, and one that the subdistrict takes in.
FILED = {**ITEM, "code": "CJ-001", "name": "辅助器具帮办", "area": "DISABLED", "mode": "ASSISTED"}
OF_THE_STREET = {**ITEM, "code": "ZF-001", "name": "租赁补贴申请", "area": "HOUSING", "level": "SUBDISTRICT"}
FILE = {"kind": "DOCUMENT", "description": "身份证", "uri": "https://example.org/a.pdf", "sha256": "ab" * 32}
SHOWN = "application { id number state version dueAt } event { action actorName }"


class Desk:
    """Asks as the people of the town; a second member of staff is `clerk`."""

    def __init__(self, ask: Asking) -> None:
        self.ask, self.town = ask, ask.town
        home = self.town.home.division
        self.town.accounts["clerk"] = make.make_account(name="示范clerk")
        make.make_role_grant(Role.STAFF, home, account=self.town.accounts["clerk"])
        self.person = make_person(home, name="王示范", account=self.town.accounts["resident"])
        self.other = make_person(home, name="李示范")
        self.publish(ITEM, FILED, OF_THE_STREET)

    def publish(self, *items: dict[str, Any], who: str = "city", **more: Any) -> Any:
        """Publish a version of the catalogue and return the payload."""
        given = {"divisionCode": self.town.city.code, "items": list(items), **more}
        shows = "serviceCatalogue { id version itemCount changes { code change name } }"
        return self.ask.change(who, "publishServiceCatalogue", shows, **given)

    def file(self, who: str = "resident", at: Any = AT, **given: Any) -> str:
        """File an application and return its id."""
        made = self.ask.change(who, "submitApplication", SHOWN, at, **{"itemCode": "MZ-001", **given})
        assert made["userErrors"] == [], made
        return made["application"]["id"]

    def file_for(self, who: str = "staff", at: Any = AT, **given: Any) -> str:
        """File an application for somebody without an account and return its id."""
        return self.file(who, at, applicantId=f"Person_{self.other.id}", consent="SIGNED", **given)

    def do(self, who: str, name: str, at: Any = AT, /, **given: Any) -> list[tuple[str, list[str] | None]]:
        """Perform a mutation; return how it was refused."""
        return self.ask.refused(who, name, at, **given)

    def read(self, who: str | None, application: str, shows: str, at: Any = AT) -> Any:
        """Read an application as somebody."""
        text = f'{{ application(id: "{application}") {{ {shows} }} }}'
        return self.ask.answer(who, text, at)["data"]["application"]
