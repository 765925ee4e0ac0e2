"""Stocks of supplies, and the moves that make each of them what it is."""

from decimal import Decimal
from typing import TYPE_CHECKING

from peewee import BigAutoField, Check, ForeignKeyField, IntegerField

from db.access.models.account import Account
from db.funds.models import Donation
from db.incidents.models import Incident
from db.kernel.bounds import Between
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, EnumField, FixedDecimalField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.monitoring.models import MonitoringCase
from db.places.models.division import Division
from db.sites.models import Site

# How much can be moved at once, in the unit of the stock, and how much there can be.
QUANTITY = Between(Decimal("0.01"), Decimal("999999999.99"), places=2)
LEVEL = Between(0, Decimal("999999999.99"), places=2)


class StockItem(GrowingEnum):
    """The kind of supplies (物资类别)."""

    MASK = "MASK", "Masks, of any standard.", "口罩"
    DISINFECTANT = "DISINFECTANT", "Liquids and powders that disinfect.", "消毒用品"
    PROTECTIVE_SUIT = "PROTECTIVE_SUIT", "Suits that protect from infection.", "防护服"
    TEST_KIT = "TEST_KIT", "Kits to test for a disease.", "检测试剂"
    THERMOMETER = "THERMOMETER", "Thermometers, for people's temperature.", "体温计"
    FOOD_PARCEL = "FOOD_PARCEL", "Parcels of food for a household.", "食品包"
    WATER = "WATER", "Drinking water, in bottles or canisters.", "饮用水"
    TENT = "TENT", "Tents for shelter or for work.", "帐篷"
    OTHER = "OTHER", "Supplies of another kind.", "其他"


class StockMoveKind(DomainEnum):
    """Why supplies came or went (出入库类别)."""

    RECEIVE = "RECEIVE", "They were bought, given or brought.", "入库"
    ISSUE = "ISSUE", "They were handed out.", "发放"
    TRANSFER_OUT = "TRANSFER_OUT", "They went to another stock.", "调出"
    TRANSFER_IN = "TRANSFER_IN", "They came from another stock.", "调入"
    COUNT = "COUNT", "A count found more or fewer than the books said.", "盘点"
    RETURN = "RETURN", "What was handed out came back.", "退回"


class Stock(BaseModel):
    """How much of one article an office keeps (物资库存).

    quantity: what its moves add up to. reorder_at: below it the stock is low. version: one more than its moves.
    """

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="stocks", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    item = EnumField(StockItem)
    name = LineField()
    unit = LineField()
    quantity = FixedDecimalField(default=0)
    reorder_at = FixedDecimalField(null=True)
    created_at = UtcDateTimeField()
    version = IntegerField(default=1)

    if TYPE_CHECKING:
        division_id: int

    class Meta:
        indexes = ((("division", "item", "name"), True), (("division_code", "id"), True))
        constraints = [Check("quantity >= 0"), Check("reorder_at >= 0")]


class StockMove(BaseModel):
    """That supplies came or went (出入库): added once, and never changed.

    number: of the move in its stock, from 1 without gaps. quantity: below zero for what went. value: in yuan.
    receiver: who got what was handed out. case: of somebody who is monitored at home, whom the move does not name.
    transfer_code: the same on both moves of a transfer.
    """

    id = BigAutoField()
    stock = ForeignKeyField(Stock, backref="moves", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    number = IntegerField()
    kind = EnumField(StockMoveKind)
    quantity = FixedDecimalField()
    value = FixedDecimalField(null=True)
    donation = ForeignKeyField(Donation, null=True, backref="stock_moves", on_delete="RESTRICT")
    incident = ForeignKeyField(Incident, null=True, backref="stock_moves", on_delete="RESTRICT")
    receiver = LineField(null=True)
    site = ForeignKeyField(Site, null=True, backref="stock_moves", on_delete="RESTRICT")
    transfer_code = CodeField(null=True)
    voucher = CodeField(null=True)
    reason = ProseField(null=True)
    at = UtcDateTimeField()
    moved_by = ForeignKeyField(Account, null=True, on_delete="RESTRICT")
    by_name = LineField()
    case = ForeignKeyField(MonitoringCase, null=True, backref="stock_moves", on_delete="RESTRICT")

    if TYPE_CHECKING:
        stock_id: int
        donation_id: int | None
        incident_id: int | None
        site_id: int | None
        moved_by_id: int | None
        case_id: int | None

    class Meta:
        indexes = (
            (("stock", "number"), True),
            (("division_code", "at", "id"), True),
            (("at", "id"), True),
            (("transfer_code", "kind"), True),
        )
        constraints = [
            Check("number >= 1"),
            Check("kind = 'COUNT' OR quantity <> 0"),
            Check("kind = 'COUNT' OR (quantity < 0) = (kind IN ('ISSUE', 'TRANSFER_OUT'))"),
            Check("value > 0"),
            Check("kind = 'RECEIVE' OR (value IS NULL AND donation_id IS NULL)"),
            Check("(kind = 'ISSUE') = (receiver IS NOT NULL)"),
            Check("(kind IN ('TRANSFER_OUT', 'TRANSFER_IN')) = (transfer_code IS NOT NULL)"),
            Check("kind <> 'COUNT' OR reason IS NOT NULL"),
            Check("case_id IS NULL OR kind = 'ISSUE'"),
        ]


TABLES = (Stock, StockMove)
