"""Who keeps a stock: the office of the division whose it is, and no other."""

from collections.abc import Mapping
from typing import Any

from peewee import ColumnBase

from db.access.commands import Call
from db.access.journal import MAX_TOLD, Change, stale_object
from db.access.models.account import Role, is_office
from db.access.steps import offices_over, require
from db.access.subjects import Subject
from db.access.viewers import ViewerSql
from db.issues.lifecycle import Capacity
from db.kernel.errors import DomainError
from db.kernel.expressions import Row
from db.kernel.statements import compiled
from db.places.models.division import OFFICE_LEVELS, DivisionLevel, level_of
from db.stocks.models import Stock, StockMove

C = Capacity
KEEPERS: Mapping[DivisionLevel, Capacity] = dict(
    zip(
        OFFICE_LEVELS, (C.COMMUNITY_STAFF, C.SUBDISTRICT_OFFICER, C.DISTRICT_OFFICER, C.CITY_OFFICER), strict=True
    )
)  # fmt: skip


def require_keeper(call: Call, division_code: str, field: str = "") -> Role:
    """Check that the actor keeps the stocks of a division with an office; return the role in which they do.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    level = level_of(division_code)
    assert level is not None, "it is the code of a division"
    return require(offices_over(call, division_code), (KEEPERS[level],), field)


def knows_receiver(move: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer is of an office over a move, and so reads to whom supplies went."""
    return viewer.covers(move.division_code) & viewer.has_power(is_office, over=move.division_code)


def _stale(call: Call, stock: Stock, seen: int) -> DomainError:
    changes = [Change(move.kind, move.at, move.by_name) for move in _since.all(stock.id, seen)]
    return stale_object("stock", seen, stock.version, changes)


@compiled
def _since(stock_id: Any, seen: Any) -> Any:
    """Select the moves that came after a version: each made one."""
    newer = StockMove.select().where(StockMove.stock == stock_id, StockMove.number >= seen)
    return newer.order_by(StockMove.number).limit(MAX_TOLD)


STOCK = Subject(
    model=Stock,
    keys={"stock_id": "id"},
    missing=("There is no such stock; check the id.", "没有此物资库存，请核对 ID。"),
    stale=_stale,
    stand=lambda call, stock, mutation: require_keeper(call, stock.division_code),
)
