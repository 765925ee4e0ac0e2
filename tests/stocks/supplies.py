"""Stocks of the town that are asked for in GraphQL, and what must always hold of them."""

from decimal import Decimal
from typing import Any

from db.access.models.account import Role
from db.funds.models import Donation
from db.stocks.models import Stock, StockMove, StockMoveKind
from tests import factories as make
from tests.asking import Asking

MOVED = """stock { id quantity version isLow } move { number kind quantity value to transferCode byName
    counterpart { stock { id } } donation { id } incident { id } } """


class Supplies:
    """A stock of the community, one of its neighbour and one of its subdistrict, all of masks, in boxes."""

    def __init__(self, ask: Asking) -> None:
        self.ask, self.town = ask, ask.town
        self.town.accounts["colleague"] = make.make_account(name="示范colleague")
        make.make_role_grant(Role.STAFF, self.town.home.division, account=self.town.accounts["colleague"])
        self.home = self.open()
        self.next_door = self.open("next_staff", divisionCode=self.town.next_door.division_code)
        self.street = self.open("subdistrict", divisionCode=self.town.street.code)

    def open(self, who: str = "staff", **given: Any) -> str:
        """Open a stock and return its id."""
        wanted = {
            "divisionCode": self.town.home.division_code, "item": "MASK", "name": "医用口罩", "unit": "箱",
            "reorderAt": "3", **given,
        }  # fmt: skip
        payload = self.ask.change(who, "openStock", "stock { id quantity version }", **wanted)
        assert payload["userErrors"] == [], payload
        return payload["stock"]["id"]

    def move(self, name: str, who: str = "staff", **given: Any) -> Any:
        """Move something of the community's stock, or of another that is named, and return the payload."""
        return self.ask.change(who, name, MOVED, **{"stockId": self.home, **given})

    def refused(self, name: str, who: str = "staff", **given: Any) -> list[tuple[str, list[str] | None]]:
        """Do the same; return how it was refused."""
        return self.ask.refused(who, name, **{"stockId": self.home, **given})


def row_of(global_id: str) -> int:
    return int(global_id.rpartition("_")[2])


def check() -> None:
    """Check I11 and I41, that moves are numbered without gaps, and that no gift came in twice."""
    given: dict[int, list[StockMove]] = {}
    for stock in Stock.select():
        moves = list(StockMove.select().where(StockMove.stock == stock.id).order_by(StockMove.number))
        assert stock.quantity == sum((move.quantity for move in moves), Decimal(0)) >= 0, "I11"
        assert [move.number for move in moves] == list(range(1, stock.version)), "numbers"
        for move in moves:
            if move.donation_id is not None:
                given.setdefault(move.donation_id, []).append(move)
    halves: dict[str, list[StockMove]] = {}
    for move in StockMove.select().where(StockMove.transfer_code.is_null(False)):
        halves.setdefault(str(move.transfer_code), []).append(move)
    for rows in halves.values():
        assert sum(row.quantity for row in rows) == 0, "I41"
        assert sorted(row.kind for row in rows) == [StockMoveKind.TRANSFER_IN, StockMoveKind.TRANSFER_OUT], "I41"
    for key, rows in given.items():
        gift = Donation.get_by_id(key)
        assert gift.quantity is not None
        assert sum(row.quantity for row in rows) <= gift.quantity
        worth = sum((row.value for row in rows if row.value is not None), Decimal(0))
        assert gift.value is None or worth <= gift.value
        assert gift.value is None or sum(row.quantity for row in rows) < gift.quantity or worth == gift.value
