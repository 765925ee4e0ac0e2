"""Rows of supplies for tests; see `tests.factories`."""

from collections.abc import Callable
from decimal import Decimal
from itertools import count
from typing import Any

from db.city import models
from db.stocks.models import Stock, StockItem, StockMove, StockMoveKind
from tests.places.factories import make_division
from tests.times import AT

_NUMBERS = count(1)


def make_stock(division: models.Division | None = None, **values: Any) -> Stock:
    """Make an empty stock of masks, or of another article."""
    division = division or make_division()
    given = {
        "item": StockItem.MASK, "name": f"示范口罩{next(_NUMBERS)}", "unit": "箱", "quantity": Decimal(0),
        "created_at": AT, "version": 1, **values,
    }  # fmt: skip
    return Stock.create(division=division, division_code=division.code, **given)


def make_stock_move(stock: Stock | None = None, **values: Any) -> StockMove:
    """Make that ten came into a stock, or another move, and what it makes of the stock."""
    stock = stock or make_stock()
    given = {
        "number": stock.version, "kind": StockMoveKind.RECEIVE, "quantity": Decimal(10), "at": AT, "by_name": "示范",
        **values,
    }  # fmt: skip
    stock.change(quantity=stock.quantity + given["quantity"], version=stock.version + 1)
    return StockMove.create(stock=stock, division_code=stock.division_code, **given)


MAKERS: dict[type[Any], Callable[..., Any]] = {Stock: make_stock, StockMove: make_stock_move}
