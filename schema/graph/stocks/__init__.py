"""Supplies: stocks of all offices, what comes and goes, and what it is worth (物资)."""

from peewee import Node, fn

from db.access.models.access import TokenScope
from db.kernel.expressions import Row
from db.stocks.models import StockMove as Move
from db.stocks.models import StockMoveKind
from schema.catalog.declare import aggregate, computed, every, lookup, many, number
from schema.catalog.fields import FieldArgument, FieldContext, Kind
from schema.catalog.registry import Context
from schema.graph.incidents import in_incident
from schema.graph.places.types import within
from schema.graph.stocks.mutations import MUTATIONS
from schema.graph.stocks.types import TYPES


def _worth(division: Row, given: FieldContext) -> Node:
    row = Move.alias("received")
    counted = within(row.division_code, division, given) & (row.kind == StockMoveKind.RECEIVE.value)
    return number(row.select(fn.SUM(row.value)).where(counted, in_incident(row, given)))


CONTEXT = Context(
    types=TYPES,
    roots={
        "stock": lookup("Stock", "Find a stock by id."),
        "stocks": every("Stock", "The stocks of all offices."),
        "stock_aggregate": aggregate("Stock", "Count, sum and group stocks."),
        "stock_move": lookup("StockMove", "Find a move of supplies by id."),
        "stock_moves": every("StockMove", "All moves of supplies, newest first.", order="-at"),
        "stock_move_aggregate": aggregate("StockMove", "Count, sum and group moves of supplies."),
    },
    additions={
        "Division": {
            "stocks": many(
                "Stock",
                "Stocks of the offices in the scope (物资库存).",
                on=lambda division, row, given: within(row.division_code, division, given),
                scoped=True,
            ),
        },
        "DivisionStats": {
            "supplies_value": computed(
                Kind.DECIMAL,
                _worth,
                "What supplies that were received are worth, in yuan, where it is known (物资价值).",
                places=2,
                cost=5,
                arguments=(
                    FieldArgument("incident_id", Kind.ID, "Only for this incident, or a part of it.", of="Incident"),
                ),
            ),
        },
        "MonitoringCase": {
            "stock_moves": many(
                "StockMove", "Supplies that were handed out to the person, newest first.", on="case", order="-at"
            ),
        },
        "Donation": {
            "stock_moves": many(
                "StockMove", "How its goods came into stocks, newest first.", on="donation", order="-at"
            ),
        },
    },
    mutations={TokenScope.EMERGENCY: MUTATIONS},
)
