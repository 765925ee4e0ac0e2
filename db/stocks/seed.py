"""Supplies of the outbreak of 18 October 2021: what communities bought, were given, handed out and counted (F7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.funds.models import Donation
from db.kernel.seed_rows import Rows, hundredths
from db.kernel.seed_times import DAY, HOUR, MINUTE, midnight, utc
from db.organizations.models.organization import OrganizationKind
from db.organizations.seed.units import Units
from db.people.seed import Home
from db.places.seed.plan import CITY, COMMUNITIES, Place
from db.sites.models import SiteKind
from db.stocks.models import Stock, StockItem, StockMove, StockMoveKind

K = StockMoveKind
# What was received at scale 1, in yuan: bought by communities, and given to them.
BOUGHT, GIVEN = 1_303_000, 2_600_000
_BEGAN = midnight("2021-10-18")
# How many test kits the city has in reserve for each community, and how many it sends.
_KEPT, _SENT = 100, 60
_STAFF = ("社区两委工作人员1", "社区两委工作人员2")
_WAREHOUSE = "市级经办干部"


@dataclass(frozen=True)
class Goods:
    """Goods that a community was given and received. value: whole yuan; amount: of the unit; by: the donor's column."""

    donation: int
    incident: int
    by: tuple[str, Any]
    item: str
    unit: str
    amount: int
    value: int
    received_at: int


@dataclass
class _Book:
    """A stock of an office that is being filled and emptied. There is so much in it, in hundredths of the unit."""

    rows: Rows
    home: Home
    item: StockItem
    name: str
    unit: str
    by_name: str = _STAFF[0]
    incident: int | None = None
    id: int = field(init=False)
    left: int = 0
    moves: int = 0

    def __post_init__(self) -> None:
        self.id = self.rows.new_id(Stock)

    def move(self, kind: StockMoveKind, at: int, amount: int, **values: Any) -> None:
        """Add a move of whole units, below zero for what goes."""
        self.moves, self.left = self.moves + 1, self.left + amount
        given = {"by_name": self.by_name, "incident_id": self.incident, **values}
        self.rows.add(
            StockMove, stock_id=self.id, division_code=self.home.code, number=self.moves, kind=kind,
            quantity=hundredths(amount), at=utc(at), **given,
        )  # fmt: skip

    def issue(self, at: int, share: int, to: Sequence[str], **values: Any) -> None:
        """Hand a share of what is there out to each of some receivers, on days that follow one another."""
        amount = self.left // share
        for number, receiver in enumerate(to):
            self.move(K.ISSUE, at + number * 2 * DAY, -amount, receiver=receiver, **values)

    def close(self, reorder_at: int | None = None) -> None:
        """Add the stock as its moves have left it."""
        self.rows.add(
            Stock, id=self.id, division_id=self.home.division_id, division_code=self.home.code, item=self.item,
            name=self.name, unit=self.unit, quantity=hundredths(self.left), reorder_at=hundredths(reorder_at),
            created_at=utc(_BEGAN - 30 * DAY), version=self.moves + 1,
        )  # fmt: skip


class Reserve:
    """The city's reserve of test kits, from which each community gets some."""

    def __init__(self, rows: Rows, division_id: int, scale: int) -> None:
        home = Home(division_id, CITY[0])
        self._book = _Book(rows, home, StockItem.TEST_KIT, "核酸采样管", "盒", _WAREHOUSE)
        self._book.move(K.RECEIVE, _BEGAN - 2 * DAY, _KEPT * COMMUNITIES * scale, voucher="2021-RK-001")

    def send(self, to: _Book) -> int:
        """Send a community its part; return when that was."""
        book = self._book
        at = _BEGAN + 8 * HOUR + book.moves * MINUTE
        code = {"transfer_code": f"DB-{book.home.code}-{book.id}-{book.moves + 1}", "incident_id": to.incident}
        book.move(K.TRANSFER_OUT, at, -_SENT, **code)
        to.move(K.TRANSFER_IN, at, _SENT, by_name=_WAREHOUSE, **code)
        return at

    def close(self) -> None:
        """Add the reserve once every community has its part."""
        self._book.close(reorder_at=1_000)


def add_supplies(
    rows: Rows,
    place: Place,
    home: Home,
    units: Units,
    incident: int,
    sites: Mapping[SiteKind, Sequence[int]],
    reserve: Reserve,
) -> list[Goods]:
    """Add the stocks of a community with their moves; return what it was given. incident: its own of the outbreak."""

    def book(item: StockItem, name: str, unit: str) -> _Book:
        return _Book(rows, home, item, name, unit, incident=incident)

    def buy(to: _Book, value: int, price: int, slip: int) -> None:
        amount = max(value // price, 20)
        bought = {"value": hundredths(value), "voucher": f"2021-{slip:03}"}
        to.move(K.RECEIVE, _BEGAN + DAY + 10 * HOUR, amount, **bought)

    def take(to: _Book, by: tuple[str, Any], value: int, price: int, days: int) -> Goods:
        at = _BEGAN + days * DAY + 15 * HOUR
        given = Goods(rows.new_id(Donation), incident, by, to.name, to.unit, max(value // price, 20), value, at)
        to.move(K.RECEIVE, at, given.amount, value=hundredths(value), donation_id=given.donation)
        return given

    masks, liquid = book(StockItem.MASK, "医用外科口罩", "包"), book(StockItem.DISINFECTANT, "84消毒液", "桶")
    food, suits = book(StockItem.FOOD_PARCEL, "爱心蔬菜包", "份"), book(StockItem.PROTECTIVE_SUIT, "医用防护服", "套")
    kits = book(StockItem.TEST_KIT, "核酸采样管", "盒")
    bought, given = len(place.share(BOUGHT)), len(place.share(GIVEN))
    company = units.of(OrganizationKind.ENTERPRISE, OrganizationKind.NON_PUBLIC_ENTERPRISE)
    buy(masks, bought * 2 // 5, 25, 1)
    buy(liquid, bought * 2 // 5, 40, 2)
    buy(suits, bought - 2 * (bought * 2 // 5), 30, 3)
    donor = ("organization_id", company[0].id) if company else ("donor_name", "示范商户")
    goods = [
        take(masks, ("donor_name", "示范爱心商户"), given * 2 // 5, 25, 4),
        take(food, donor, given - given * 2 // 5, 20, 7),
    ]
    site = {"site_id": sites[SiteKind.COMPOUND][0]}
    grids = ("第一网格住户", "第二网格住户", "第三网格住户", "卡口值守人员")
    masks.issue(_BEGAN + 9 * DAY + 10 * HOUR, 6, grids, **site)
    liquid.issue(_BEGAN + 2 * DAY + 9 * HOUR, 6, grids, **site)
    suits.issue(_BEGAN + 2 * DAY + 9 * HOUR, 5, ("采样人员", "卡口值守人员", "消毒人员"))
    food.issue(_BEGAN + 9 * DAY + 10 * HOUR, 4, grids[:3])
    food.move(K.RETURN, _BEGAN + 16 * DAY + 11 * HOUR, 1, reason="住户外出，未领取。")
    kits.issue(reserve.send(kits) + DAY, 6, ("第一采样点", "第二采样点", "第三采样点", "第四采样点"), **site)
    for counted, found, reason in ((masks, -1, "破损一包。"), (kits, 0, "账实相符。")):
        counted.move(K.COUNT, _BEGAN + 52 * DAY + 10 * HOUR, found, reason=reason, by_name=_STAFF[1], incident_id=None)
    for kept in (masks, liquid, food, suits, kits):
        kept.close(reorder_at=20)
    return goods
