"""What follows for a pledge once hours count: it is kept as soon as they reach what was promised."""

from decimal import Decimal
from typing import Any

from peewee import fn

from db.access.commands import Call
from db.access.journal import move
from db.access.models.journal import JournalAction
from db.kernel.statements import compiled
from db.registrations.lifecycle import PLEDGE_LIFECYCLE
from db.registrations.models.service import HourRecord, HourState, Pledge, PledgeState


def done_hours(pledge_id: int) -> Decimal:
    """Return the confirmed hours that were spent on a pledge."""
    return Decimal(_done.scalar(pledge_id) or 0).scaleb(-2)


def settle_pledge(call: Call, pledge_id: int | None) -> None:
    """Keep a pledge that is open and whose hours have been done."""
    if pledge_id is None:
        return
    pledge = Pledge.lock(id=pledge_id)
    if pledge is None or pledge.state is not PledgeState.OPEN or pledge.hours is None:
        return
    if done_hours(pledge.id) >= pledge.hours:
        move(call, PLEDGE_LIFECYCLE, pledge, JournalAction.FULFIL)


@compiled
def _done(pledge_id: Any) -> Any:
    confirmed = HourRecord.state == HourState.CONFIRMED.value
    return HourRecord.select(fn.SUM(HourRecord.hours)).where(HourRecord.pledge == pledge_id, confirmed)
