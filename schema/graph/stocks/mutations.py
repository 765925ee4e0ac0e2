"""Mutations of stocks of supplies."""

from db.stocks import commands
from db.stocks.models import StockItem
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation
from schema.graph.incidents import SUPPORTING

_MOVED = {"stock": "Stock", "move": "StockMove"}
_QUANTITY = Argument("quantity", Kind.DECIMAL, "How much is moved, in the unit of the stock.")
_VOUCHER = Argument("voucher", Kind.CODE, "The number of the slip.", required=False)
_SITE = (
    Argument("site_id", Kind.ID, "The site where that is.", required=False, of=("Site",)),
    Argument("site_code", Kind.CODE, "The code of that site; give this or `siteId`.", required=False),
)
MUTATIONS = (
    Mutation(
        "openStock",
        "Open an empty stock of an article; for the office of the division, at any level (建立库存).",
        commands.open_stock,
        (
            Argument("division_code", Kind.CODE, "The 12-digit code of the division."),
            Argument("item", StockItem, "The kind of supplies."),
            Argument("name", Kind.LINE, "What the article is called."),
            Argument("unit", Kind.LINE, "The unit in which it is counted, such as 箱."),
            Argument("reorder_at", Kind.DECIMAL, "Below it the stock is low.", required=False),
        ),
        {"stock": "Stock"},
    ),
    Mutation(
        "receiveStock",
        "Enter supplies that were bought, given or brought; for the office that keeps the stock (物资入库).",
        commands.receive_stock,
        (
            _QUANTITY,
            Argument(
                "value",
                Kind.DECIMAL,
                "What they are worth, in yuan; left out where the donation says it.",
                required=False,
            ),
            Argument(
                "donation_id",
                Kind.ID,
                "The donation of goods, which was received; its parts may come in one after the other.",
                required=False,
                of=("Donation",),
            ),
            _VOUCHER,
            SUPPORTING,
        ),
        _MOVED,
    ),
    Mutation(
        "issueStock",
        "Hand supplies out; for the office that keeps the stock (物资发放).",
        commands.issue_stock,
        (
            _QUANTITY,
            Argument("to", Kind.LINE, "Who gets them; staff and the offices above read it.", required=False),
            Argument(
                "case_id",
                Kind.ID,
                "Or the case of somebody who is monitored at home and gets them, which is open.",
                required=False,
                of=("MonitoringCase",),
            ),
            *_SITE,
            _VOUCHER,
            SUPPORTING,
        ),
        _MOVED,
    ),
    Mutation(
        "returnStock",
        "Take supplies back that were handed out; for the office that keeps the stock (物资退回).",
        commands.return_stock,
        (
            _QUANTITY,
            Argument("reason", Kind.PROSE, "Why they come back.", required=False),
            *_SITE,
            _VOUCHER,
            SUPPORTING,
        ),
        _MOVED,
    ),
    Mutation(
        "transferStock",
        "Move supplies to another stock of the same item and unit, also of another office; for the office that gives "
        "them (物资调拨).",
        commands.transfer_stock,
        (
            Argument("to_stock_id", Kind.ID, "The stock that gets them.", of=("Stock",)),
            _QUANTITY,
            _VOUCHER,
            SUPPORTING,
        ),
        {**_MOVED, "toStock": "Stock", "toMove": "StockMove"},
    ),
    Mutation(
        "countStock",
        "Record how much of a stock was found; for somebody of its office who did not make the last move (物资盘点).",
        commands.count_stock,
        (
            Argument("counted", Kind.DECIMAL, "How much was found."),
            Argument("reason", Kind.PROSE, "Why it was counted, and what explains a difference."),
        ),
        _MOVED,
    ),
)
