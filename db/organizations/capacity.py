"""How much of a resource claims take, by the way in which it is used up; places in windows are bookings."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from peewee import ColumnBase, fn

from db.issues.models.claim import TAKING_STATES, Claim, ClaimState
from db.kernel.calendar import month_began
from db.kernel.expressions import Row
from db.kernel.fields import utc_text
from db.kernel.statements import compiled
from db.organizations.models.resource import CapacityModel, Resource

_M = CapacityModel
# What is taken of these is gone, kept promise or not; of those it is there again once the promise was kept.
_USED_UP = (_M.STOCK.value, _M.FUND.value, _M.ONE_OFF.value)
_LENT = (_M.LEASE.value, _M.STANDBY.value)


def taken(resource: Row, month: Any) -> ColumnBase:
    """Build the expression of what claims take of a resource now. month: when the month began, of which a quota is."""
    claim, model = Claim.alias("taking"), resource.capacity_model
    counts = (
        model.in_(_USED_UP)
        | (model.in_(_LENT) & (claim.state == ClaimState.CONFIRMED.value))
        | ((model == _M.QUOTA.value) & (claim.confirmed_at >= month))
    )
    is_taking = claim.state.in_([state.value for state in TAKING_STATES])
    taking = claim.select(fn.SUM(claim.quantity)).where(claim.resource == resource.id, is_taking, counts)
    return fn.COALESCE(taking, 0)


def taken_at(resource_id: int, at: datetime) -> Decimal:
    """Return what claims take of a resource at a moment."""
    return Decimal(Claim.quantity.python_value(int(_taken.scalar(month_began(utc_text(at)), resource_id))) or 0)


@compiled
def _taken(month: Any, resource_id: Any) -> Any:
    resource = Resource.alias("it")
    return resource.select(taken(resource, month)).where(resource.id == resource_id)
