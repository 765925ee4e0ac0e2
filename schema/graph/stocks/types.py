"""Stocks of supplies and their moves."""

from peewee import Case, ColumnBase, Node

from db.kernel.expressions import Row
from db.stocks import models
from db.stocks.standing import knows_receiver
from schema.catalog.declare import column, computed, many, model_type, one
from schema.catalog.fields import Kind
from schema.graph.viewer import ASKER


@model_type(models.Stock, "How much of one article an office keeps (物资库存).")
class Stock:
    """Everybody sees all of them; they are at any level that has an office."""

    division = one("Division", "The division whose office keeps the stock.")
    division_code = column("The 12-digit code of that division.")
    item = column("The kind of supplies.")
    name = column("What the article is called.")
    unit = column("The unit in which it is counted, such as 箱.")
    quantity = column("How much is there, which is what its moves add up to.")
    reorder_at = column("Below it the stock is low; null where nobody said.")
    is_low = computed(
        bool,
        lambda stock: Case(None, [(stock.reorder_at.is_null(False), stock.quantity < stock.reorder_at)], False),
        "Whether less is there than `reorderAt`.",
    )
    moves = many("StockMove", "What came and went, newest first.", on="stock", order="-number")
    created_at = column("When the stock was opened.")
    version = column("The version, which grows by one with each move; send it as `expectedVersion`.")


def _receiver(move: Row) -> ColumnBase:
    return Case(None, [(knows_receiver(move, ASKER), move.receiver)])


def _other_side(move: Row, other: Row) -> Node:
    return (other.transfer_code == move.transfer_code) & (other.kind != move.kind)


@model_type(models.StockMove, "That supplies came or went (出入库).")
class StockMove:
    """Added once and never changed; to whom supplies went, the offices over the division know."""

    stock = one("Stock", "The stock that was moved.")
    number = column("The number of the move in its stock, from 1 without gaps.")
    division_code = column("The 12-digit code of the division whose office keeps the stock.")
    kind = column("Why supplies came or went.")
    quantity = column("How much came, in the unit of the stock; below zero for what went.")
    value = column("What was received is worth, in yuan, where it is known.")
    donation = one("Donation", "The donation that was received.")
    to = computed(
        Kind.LINE,
        _receiver,
        "Who got what was handed out; for staff and the offices above.",
        nullable=True,
        queryable=False,
    )
    site = one("Site", "The site where supplies were handed out or taken back.")
    case = one("MonitoringCase", "Whose monitoring at home they were for, for those who know of it.")
    transfer_code = column("The code that both moves of a transfer have.")
    counterpart = one("StockMove", "The other move of a transfer.", on=_other_side)
    voucher = column("The number of the slip.")
    reason = column("Why a count was made, or supplies came back.")
    at = column("When supplies were moved.")
    by_name = column("The name of whoever moved them.")


TYPES = (Stock, StockMove)
