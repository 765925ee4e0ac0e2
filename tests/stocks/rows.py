"""Random stocks and moves for the tests that compare the engine with an independent reading."""

from typing import Any

from db.funds.models import Donation
from db.monitoring.models import MonitoringCase
from db.places.models.division import DivisionLevel
from db.stocks.models import Stock, StockItem, StockMove, StockMoveKind
from tests.graph.maker import LINES, MOMENTS, PROSE, QUANTITIES, Maker

K = StockMoveKind
_GONE = (K.ISSUE, K.TRANSFER_OUT)


def fill(maker: Maker) -> None:
    """Make stocks of divisions of all levels, and moves of them."""
    places = [place for place in maker.tree if place["level"] is not DivisionLevel.PROVINCE]
    stocks = maker.add(Stock, [_stock(maker, place, at) for place in places for at in maker.few(2)])
    moves = [_move(maker, stock, at) for stock in stocks for at in maker.few(4)]
    # Both moves of a transfer have one code.
    halves = {kind: [row for row in moves if row["kind"] is kind] for kind in (K.TRANSFER_OUT, K.TRANSFER_IN)}
    for rows in halves.values():
        for at, row in enumerate(rows):
            row["transfer_code"] = f"DB-{at}"
    maker.add(StockMove, moves)


def _stock(maker: Maker, place: dict[str, Any], at: int) -> dict[str, Any]:
    return {
        "division": place["id"], "division_code": place["code"], "item": maker.one(list(StockItem)),
        "name": f"{maker.one(LINES)}{at}", "unit": maker.one(LINES), "quantity": maker.one([0, *QUANTITIES]),
        "reorder_at": maker.maybe(QUANTITIES), "created_at": maker.one(MOMENTS), "version": maker.random.randint(1, 9),
    }  # fmt: skip


def _move(maker: Maker, stock: dict[str, Any], at: int) -> dict[str, Any]:
    [donations] = [rows for model, rows in maker.rows if model is Donation]
    [cases] = [rows for model, rows in maker.rows if model is MonitoringCase]
    kind, quantity = maker.one(list(StockMoveKind)), maker.one(QUANTITIES)
    is_in = kind is K.RECEIVE
    return {
        "stock": stock["id"], "division_code": stock["division_code"], "number": at + 1, "kind": kind,
        "quantity": -quantity if kind in _GONE else quantity, "value": maker.maybe(QUANTITIES) if is_in else None,
        "donation": maker.maybe(maker.ids(donations)) if is_in else None,
        "incident": maker.maybe(maker.ids(maker.incidents)), "receiver": maker.one(LINES) if kind is K.ISSUE else None,
        "case": maker.maybe(maker.ids(cases)) if kind is K.ISSUE else None,
        "site": maker.maybe(maker.ids(maker.sites), 0.3), "transfer_code": None,
        "voucher": maker.maybe(["2026-0001", "A", "Z.9"]),
        "reason": maker.one(PROSE) if kind is K.COUNT else maker.maybe(PROSE), "at": maker.one(MOMENTS),
        "moved_by": maker.maybe(maker.ids(maker.people)), "by_name": maker.one(LINES),
    }  # fmt: skip
