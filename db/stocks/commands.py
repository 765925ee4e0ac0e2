"""What is done with stocks of supplies: they are opened, filled, emptied, counted, and moved to one another."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.models.account import Role
from db.access.officers import no_such_division
from db.access.subjects import command
from db.funds.models import AMOUNT, Donation
from db.incidents.finding import OfIncident
from db.kernel.bounds import Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.monitoring.models import MonitoringCase, MonitoringState
from db.places.models.division import OFFICE_LEVELS, Division
from db.sites.finding import AtSite
from db.stocks.models import LEVEL, QUANTITY, Stock, StockItem, StockMove, StockMoveKind
from db.stocks.moving import add_donated, add_move, received_goods
from db.stocks.standing import STOCK, require_keeper

K = StockMoveKind
# Who gets supplies, where it is somebody who is monitored at home.
_MONITORED = "居家监测户"


@dataclass(frozen=True, slots=True)
class Article(Inputs):
    """What a stock holds, and in which unit it is counted."""

    item: StockItem
    name: Annotated[str, Length(1, 60, has_lines=False)]
    unit: Annotated[str, Length(1, 20, has_lines=False)]
    reorder_at: Annotated[Decimal, LEVEL] | None = None


@dataclass(frozen=True, slots=True)
class Slip(Inputs):
    """How much is moved, and on which slip that is written."""

    quantity: Annotated[Decimal, QUANTITY]
    voucher: Annotated[str, Length(1, 32)] | None = None


@command()
def open_stock(call: Call, *, division_code: str, article: Article) -> CommandResult:
    """Open an empty stock of an article in a division of any level with an office (建立库存).

    Raises:
        DomainError: NOT_FOUND, no such division; NOT_PERMITTED, its office opens it; INVALID_INPUT; ALREADY_EXISTS, it
            has a stock of that name.
    """
    home = Division.find(code=division_code)
    if home is None or home.level not in OFFICE_LEVELS:
        raise no_such_division(division_code)
    require_keeper(call, home.code, "divisionCode")
    other = Stock.find(division=home.id, item=article.item, name=article.name)
    if other is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"There is a stock of that item and name already: Stock_{other.id}. Use it, or choose another name.",
            ("name",),
            chinese=f"已有同类同名库存 Stock_{other.id}，请直接使用，或更换名称。",
        )
    stock = Stock.create(division=home.id, division_code=home.code, created_at=call.at, **article.values())
    return CommandResult({"stock": stock.id})


def _lock_donation(call: Call, inputs: Mapping[str, Any]) -> None:
    """Lock the donation before the stock: its parts come in one after the other."""
    if inputs.get("donation_id") is not None:
        Donation.lock(id=inputs["donation_id"])


@command(STOCK, "receiveStock", lock=_lock_donation)
def receive_stock(
    call: Call,
    stock: Stock,
    role: Role,
    *,
    slip: Slip,
    of_incident: OfIncident,
    value: Annotated[Decimal, AMOUNT] | None = None,
    donation_id: int | None = None,
) -> CommandResult:
    """Enter supplies that were bought, given or brought (物资入库). value: in yuan.

    Raises:
        DomainError: NOT_FOUND, no such stock, or no such donation of goods that was received; NOT_PERMITTED;
            STALE_OBJECT; INVALID_INPUT, also where the donation says what its goods are worth, is counted in another
            unit, or has fewer left; as `OfIncident` refuses.
    """
    incident = of_incident.find(call, None)
    columns: dict[str, Any] = {"voucher": slip.voucher, "value": value}
    if incident is not None:
        columns["incident"] = incident
    if donation_id is None:
        return _moved(stock, add_move(call, stock, K.RECEIVE, slip.quantity, **columns))
    donation = received_goods(donation_id, stock)
    if value is not None and donation.value is not None:
        message = "The donation says what its goods are worth; leave value out."
        raise invalid("value", message, "捐赠已载明物资价值，请不填 value。")
    return _moved(stock, add_donated(call, stock, donation, slip.quantity, **columns))


@command(STOCK, "issueStock")
def issue_stock(
    call: Call,
    stock: Stock,
    role: Role,
    *,
    slip: Slip,
    at_site: AtSite,
    of_incident: OfIncident,
    to: Annotated[str, Length(1, 60, has_lines=False)] | None = None,
    case_id: int | None = None,
) -> CommandResult:
    """Hand supplies out (物资发放). to: who gets them; case_id: or who is monitored at home and gets them.

    Raises:
        DomainError: NOT_FOUND, no such stock, or no such site or open case in the division; NOT_PERMITTED;
            STALE_OBJECT; INVALID_INPUT, also where both or neither is named; STOCK_INSUFFICIENT, fewer are there; as
            `OfIncident` refuses.
    """
    if (to is None) == (case_id is None):
        raise invalid("to", "Send to or caseId: exactly one.", "to 与 caseId 必须且只能填写一个。")
    columns = _where(call, stock, at_site, of_incident)
    if case_id is not None:
        case = _open_case(case_id, stock)
        # A move stays for ever: it names nobody, and the case forgets who it was.
        to, columns = _MONITORED, {"case": case.id, **columns, "incident": columns["incident"] or case.incident_id}
    return _moved(stock, add_move(call, stock, K.ISSUE, -slip.quantity, receiver=to, voucher=slip.voucher, **columns))


def _open_case(case_id: int, stock: Stock) -> MonitoringCase:
    """Find an open case in the community of a stock, whose staff know of it.

    Raises:
        DomainError: NOT_FOUND.
    """
    case = MonitoringCase.find(id=case_id)
    if case is None or case.state is not MonitoringState.OPEN or case.division_code != stock.division_code:
        message = "The community has no such case that is open; check the id."
        raise not_found("caseId", message, "该社区没有此进行中的居家监测，请核对 ID。")
    return case


@command(STOCK, "returnStock")
def return_stock(
    call: Call,
    stock: Stock,
    role: Role,
    *,
    slip: Slip,
    at_site: AtSite,
    of_incident: OfIncident,
    reason: Prose | None = None,
) -> CommandResult:
    """Record that supplies came back that were handed out (物资退回).

    Raises:
        DomainError: NOT_FOUND, no such stock, or no such site in the division; NOT_PERMITTED; STALE_OBJECT;
            INVALID_INPUT; as `OfIncident` refuses.
    """
    columns = _where(call, stock, at_site, of_incident)
    return _moved(stock, add_move(call, stock, K.RETURN, slip.quantity, reason=reason, voucher=slip.voucher, **columns))


def _lock_both(call: Call, inputs: Mapping[str, Any]) -> None:
    """Lock both stocks of a transfer in the order of their ids, so that two transfers never wait for each other."""
    for key in sorted({inputs["stock_id"], inputs["to_stock_id"]}):
        Stock.lock(id=key)


@command(STOCK, "transferStock", lock=_lock_both)
def transfer_stock(
    call: Call, stock: Stock, role: Role, *, to_stock_id: int, slip: Slip, of_incident: OfIncident
) -> CommandResult:
    """Move supplies to another stock: two moves with one code (物资调拨).

    Raises:
        DomainError: NOT_FOUND, no such stock on either side; NOT_PERMITTED, the office that gives moves them;
            STALE_OBJECT; INVALID_INPUT, both are the same stock, or of another item or unit; STOCK_INSUFFICIENT, fewer
            are there; as `OfIncident` refuses.
    """
    to = Stock.find(id=to_stock_id)
    if to is None:
        raise not_found("toStockId", "There is no such stock; check the id.", "没有此物资库存，请核对 ID。")
    if to.id == stock.id or (to.item, to.unit) != (stock.item, stock.unit):
        raise invalid(
            "toStockId",
            f"Supplies go to another stock of the same item and unit ({stock.item}, {stock.unit}); name or open one.",
            f"只能调往类别和单位相同的其他库存（{stock.item.chinese}，{stock.unit}），请另选或先建立。",
        )
    code = f"DB-{stock.division_code}-{stock.id}-{stock.version}"
    columns = {"incident": of_incident.find(call, None), "transfer_code": code, "voucher": slip.voucher}
    gone = add_move(call, stock, K.TRANSFER_OUT, -slip.quantity, **columns)
    come = add_move(call, to, K.TRANSFER_IN, slip.quantity, **columns)
    return CommandResult({"stock": stock.id, "move": gone.id, "toStock": to.id, "toMove": come.id})


@command(STOCK, "countStock")
def count_stock(
    call: Call, stock: Stock, role: Role, *, counted: Annotated[Decimal, LEVEL], reason: Prose
) -> CommandResult:
    """Record how much of a stock was found; the difference is a move (物资盘点).

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED, also for whoever made the last move; STALE_OBJECT; INVALID_INPUT.
    """
    last = StockMove.find(stock=stock.id, number=stock.version - 1)
    if last is not None and last.moved_by_id == call.actor.account_id:
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "You made the last move of this stock; somebody else of the office counts it.",
            ("stockId",),
            chinese="您是该库存最近一次出入库的经办人，请由本单位其他人员盘点。",
        )
    return _moved(stock, add_move(call, stock, K.COUNT, counted - stock.quantity, reason=reason))


def _where(call: Call, stock: Stock, at_site: AtSite, of_incident: OfIncident) -> dict[str, int | None]:
    """Return the columns of what a move is for."""
    site = at_site.find(stock.division_code)
    return {"site": site and site.id, "incident": of_incident.find(call, None)}


def _moved(stock: Stock, move: StockMove) -> CommandResult:
    return CommandResult({"stock": stock.id, "move": move.id})
