"""Supplies in the tests that span all nouns."""

from decimal import Decimal
from typing import Any

from db.access.models.account import Role
from db.city import models
from db.funds.models import DonationState
from db.places.models.division import DivisionLevel
from db.stocks.models import StockMoveKind
from tests.factories import MAKERS
from tests.funds.factories import GOODS, make_donation
from tests.graph.evaluator import COMPUTED, FIGURES, LISTS, PERSONAL, ROOT_LISTS, World, by_column, scoped
from tests.graph.places import ROLES, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, WORDS
from tests.graph.viewers import Viewer
from tests.issues.capacities import covers
from tests.people.nouns import OFFICES
from tests.stocks import factories
from tests.stocks.factories import make_stock, make_stock_move
from tests.stocks.rows import fill

FILLS.append(fill)
MAKERS.update(factories.MAKERS)


def receiver(viewer: Viewer, move: Any) -> str | None:
    """Return to whom supplies went: for offices over the division."""
    code = move.division_code
    held = any(grant.role in OFFICES and covers(grant, code) for grant in viewer.held())
    return move.receiver if viewer.is_good(code) and held else None


def _counterpart(world: World, move: Any) -> Any:
    code = move.transfer_code
    return next(
        (row for row in world.rows["StockMove"] if code and row.transfer_code == code and row.kind != move.kind), None
    )


PERSONAL["StockMove", "to"] = receiver
COMPUTED |= {
    ("Stock", "isLow"): lambda _, stock: stock.reorder_at is not None and stock.quantity < stock.reorder_at,
    ("StockMove", "counterpart"): _counterpart,
}
LISTS |= {
    ("Division", "stocks"): (scoped("Stock"), ""),
    ("Stock", "moves"): (by_column("stock_id", "StockMove"), "-number"),
    ("MonitoringCase", "stockMoves"): (by_column("case_id", "StockMove"), "-at"),
    ("Donation", "stockMoves"): (by_column("donation_id", "StockMove"), "-at"),
}
ROOT_LISTS |= {"stocks": ("Stock", ""), "stockMoves": ("StockMove", "-at")}
FIGURES["suppliesValue"] = lambda rows: sum(
    (row.value for row in rows("StockMove", lambda row: row.kind == "RECEIVE") if row.value is not None),
    Decimal("0.00"),
)


def add_to_place(place: Place) -> dict[str, str]:
    """Add a stock of the community with ten boxes, an empty one, one of the district, and a donation of goods."""
    home = models.Division.get_by_id(place.committee.division_id)
    stock = make_stock(home)
    goods: dict[str, Any] = {**GOODS, "unit": stock.unit, "committee": place.committee}
    gift = make_donation(**goods, state=DonationState.RECEIVED)
    made = {
        "stock": stock, "stock move": make_stock_move(stock), "other stock": make_stock(home),
        "district stock": make_stock(place.offices[DivisionLevel.DISTRICT]), "given goods": gift,
        "handed out": make_stock_move(stock, kind=StockMoveKind.ISSUE, quantity=Decimal(-1), receiver="示范居民"),
    }  # fmt: skip
    make_stock_move(made["district stock"])
    return {name: f"{type(row).__name__}_{row.id}" for name, row in made.items()}


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}


def _page(name: str, thing: str) -> str:
    return f'{name}(filter: {{id: {{eq: "%({thing})s"}}}}) {{ totalCount nodes {{ id }} }}'


READS = {
    "stock": ('stock(id: "%(stock)s") { id }', _PUBLIC),
    "stocks": (_page("stocks", "stock"), _PUBLIC),
    "stockAggregate": ('stockAggregate(filter: {id: {eq: "%(stock)s"}}) { count }', _PUBLIC),
    "stockMove": ('stockMove(id: "%(stock move)s") { id }', _PUBLIC),
    "stockMoves": (_page("stockMoves", "stock move"), _PUBLIC),
    "stockMoveAggregate": ('stockMoveAggregate(filter: {id: {eq: "%(stock move)s"}}) { count }', _PUBLIC),
}
_STAFF, _DISTRICT = {Role.STAFF}, {Role.DISTRICT_OFFICER}
MAY = {
    "openStock": (_STAFF,),
    "openStock of a district": (_DISTRICT,),
    "receiveStock": (_STAFF,),
    "receiveStock of a district": (_DISTRICT,),
    "issueStock": (_STAFF,),
    "issueStock for a case": (_STAFF,),
    "returnStock": (_STAFF,),
    "transferStock": (_STAFF,),
    "transferStock of a district": (_DISTRICT,),
    "countStock": (_STAFF,),
}
_NEW = {"item": "WATER", "name": WORDS, "unit": "箱"}
INPUTS |= {
    "openStock": lambda at: {"divisionCode": at.place.code, **_NEW},
    "openStock of a district": lambda at: {"divisionCode": at.place.offices[DivisionLevel.DISTRICT].code, **_NEW},
    "receiveStock": lambda at: {"stockId": at.row("stock"), "quantity": "1", "donationId": at.row("given goods")},
    "receiveStock of a district": lambda at: {"stockId": at.row("district stock"), "quantity": "1", "value": "9.90"},
    "issueStock": lambda at: {"stockId": at.row("stock"), "quantity": "1", "to": WORDS},
    "issueStock for a case": lambda at: {
        "stockId": at.row("stock"), "quantity": "1", "caseId": at.row("monitoring"),
    },
    "returnStock": lambda at: {"stockId": at.row("stock"), "quantity": "1"},
    "transferStock": lambda at: {
        "stockId": at.row("stock"), "toStockId": at.row("other stock"), "quantity": "1",
    },
    "transferStock of a district": lambda at: {
        "stockId": at.row("district stock"), "toStockId": at.row("stock"), "quantity": "1",
    },
    "countStock": lambda at: {"stockId": at.row("stock"), "counted": "1", "reason": WORDS},
}  # fmt: skip
