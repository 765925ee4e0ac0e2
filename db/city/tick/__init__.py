"""What the clock does by itself: the automatic rules of the lifecycle (rules 7.4), run every minute by `flask tick`.

Each rule finds what its time has come for and does it, an issue at a time, in a transaction that looks again under the
issue's lock. So a tick may run as often as one likes, and two may run at once: what is done is done once.
"""

from collections.abc import Callable
from datetime import datetime

from db.access.actor import SYSTEM
from db.access.commands import Call
from db.city.tick.hints import suggest_proposals
from db.city.tick.report import TickReport
from db.city.tick.steps import STEPS, run
from db.city.tick.terms import end_terms, warn_of_terms

__all__ = ["TickReport", "tick"]


def tick(at: datetime) -> TickReport:
    """Run all clocks for a time. at: aware; usually now.

    Returns what was done and what a rule refused.
    """
    call, report = Call(SYSTEM, at.replace(microsecond=0)), TickReport(at)
    for step in STEPS:
        run(step, call, report)
    for rule in _OTHERS:
        rule(call, report)
    return report


_OTHERS: tuple[Callable[[Call, TickReport], None], ...] = (suggest_proposals, warn_of_terms, end_terms)
