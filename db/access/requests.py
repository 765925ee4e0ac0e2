"""Requests under idempotency keys, once their time is over: the clock forgets them, or whoever they were about does.

Whoever sends a key after that makes a new request.
"""

from datetime import timedelta
from functools import partial
from typing import Any

from db.access.clock import TickReport, purge
from db.access.commands import Call
from db.access.models.performed import Performed
from db.kernel.fields import utc_text
from db.kernel.statements import compiled

RULE = "request.performed"
# How many requests are forgotten in one transaction, and how many such transactions a tick has: the next one goes on.
AT_ONCE, _A_TICK = 1_000, 50


def forget_requests(call: Call, report: TickReport, days: int) -> None:
    """Delete requests that were performed so many days ago, the oldest first, and record it."""
    before = call.at - timedelta(days=days)
    for _ in range(_A_TICK):
        if purge(call, report, RULE, before, partial(_oldest.change, utc_text(before))) < AT_ONCE:
            return


@compiled
def _oldest(before: Any) -> Any:
    # Found by the index of the time alone, however many there are.
    oldest = Performed.select(Performed.id).where(Performed.at < before).order_by(Performed.at).limit(AT_ONCE)
    return Performed.delete().where(Performed.id.in_(oldest))


@compiled
def requests_of(account_id: Any) -> Any:
    """Delete all requests of an account (`change`)."""
    return Performed.delete().where(Performed.account == account_id)
