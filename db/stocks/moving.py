"""A move is added to a stock that is locked, and with it the stock becomes what its moves add up to."""

from decimal import Decimal
from typing import Any

from peewee import fn

from db.access.commands import Call
from db.funds.models import Donation, DonationKind, DonationState
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.kernel.statements import compiled
from db.places.models.division import lies_in
from db.stocks.models import Stock, StockMove, StockMoveKind
from db.stocks.standing import require_keeper


def add_move(call: Call, stock: Stock, kind: StockMoveKind, quantity: Decimal, **columns: Any) -> StockMove:
    """Add a move to a stock, which is locked. quantity: below zero for what goes.

    Raises:
        DomainError: STOCK_INSUFFICIENT, more would go than there is.
    """
    left = stock.quantity + quantity
    if left < 0:
        raise DomainError(
            ErrorCode.STOCK_INSUFFICIENT,
            f"Only {stock.quantity} {stock.unit} are there; take at most so many, or bring more into the stock first "
            "(`receiveStock`, or `transferStock` from another one).",
            ("quantity",),
            chinese=f"库存仅有 {stock.quantity}{stock.unit}，请减少数量，或先补充库存（receiveStock、transferStock）。",
        )
    number = stock.version
    stock.change(quantity=left, version=number + 1)
    return StockMove.create(
        stock=stock.id, division_code=stock.division_code, number=number, kind=kind, quantity=quantity, at=call.at,
        moved_by=call.actor.account_id, by_name=call.actor.name, **columns,
    )  # fmt: skip


def add_donated(call: Call, stock: Stock, donation: Donation, quantity: Decimal, **columns: Any) -> StockMove:
    """Add goods that were given, and received, to a stock; the stock and the donation are locked.

    What they are worth is the donation's, by the part that comes in, so that all parts add up to it.

    Raises:
        DomainError: INVALID_INPUT, they are counted in another unit, or fewer are left of the donation.
    """
    if donation.unit != stock.unit:
        raise invalid(
            "donationId",
            f"The donation is counted in {donation.unit} and the stock in {stock.unit}; name a stock in that unit, or "
            "open one (`openStock`).",
            f"捐赠的计量单位为{donation.unit}，库存为{stock.unit}，请选择单位相同的库存，或先建立（openStock）。",
        )
    assert donation.quantity is not None, "goods have a quantity"
    before = Decimal(_entered.scalar(donation.id)).scaleb(-2)
    left = donation.quantity - before
    if quantity > left:
        raise invalid(
            "quantity",
            f"Of the donation {left} {donation.unit} are not in stock yet; enter at most so many.",
            f"该捐赠尚有 {left}{donation.unit} 未入库，入库数量不能更多。",
        )
    if donation.value is not None:
        columns["value"] = _part(donation, before + quantity) - _part(donation, before) or None
    incident = {"incident": donation.incident_id, **columns}
    return add_move(call, stock, StockMoveKind.RECEIVE, quantity, donation=donation.id, **incident)


def enter_donation(call: Call, stock_id: int, donation: Donation) -> StockMove:
    """Add all goods of a donation, which is locked, to a stock that the actor keeps.

    Raises:
        DomainError: INVALID_INPUT, it is money; NOT_FOUND, no such stock; as `require_keeper` and `add_donated` refuse.
    """
    if donation.kind is not DonationKind.GOODS:
        raise invalid("stockId", "Money goes into no stock; leave stockId out.", "资金不入物资库存，请不填 stockId。")
    stock = Stock.lock(id=stock_id)
    if stock is None or not lies_in(donation.division_code, stock.division_code):
        message = "There is no such stock for the community; check the id."
        raise not_found("stockId", message, "该社区没有此物资库存，请核对 ID。")
    require_keeper(call, stock.division_code, "stockId")
    assert donation.quantity is not None, "goods have a quantity"
    return add_donated(call, stock, donation, donation.quantity)


def received_goods(donation_id: int, stock: Stock) -> Donation:
    """Find goods that were given in the part of the city that a stock is for, and received.

    Raises:
        DomainError: NOT_FOUND.
    """
    found = Donation.find(id=donation_id)
    is_one = found is not None and found.kind is DonationKind.GOODS and found.state is DonationState.RECEIVED
    if found is None or not is_one or not lies_in(found.division_code, stock.division_code):
        raise not_found(
            "donationId",
            "There is no such donation of goods in this part of the city that was received; check the id, or receive "
            "it first (`receiveDonation`).",
            "本区划没有此已收讫的物资捐赠，请核对 ID，或先接收（receiveDonation）。",
        )
    return found


def _part(donation: Donation, quantity: Decimal) -> Decimal:
    """Return what so much of a donation is worth, in whole hundredths of a yuan."""
    assert donation.value is not None
    assert donation.quantity is not None
    return (donation.value * quantity / donation.quantity).quantize(Decimal("0.01"))


@compiled
def _entered(donation_id: Any) -> Any:
    """Select how much of a donation is in stocks, in hundredths of its unit."""
    row: Any = StockMove.alias("entered")
    return row.select(fn.COALESCE(fn.SUM(row.quantity), 0)).where(row.donation == donation_id)
