"""What the clock does by itself: the automatic rules of the lifecycle (rules 7.4), run every minute by `flask tick`.

Each rule finds what its time has come for and does it, an issue at a time, in a transaction that looks again under the
issue's lock. So a tick may run as often as one likes, and two may run at once: what is done is done once.
"""

from collections.abc import Callable
from datetime import datetime

from db.actor import SYSTEM
from db.deadlines import SHANGHAI
from db.holidays import gap
from db.tick.hints import suggest_proposals
from db.tick.report import TickReport
from db.tick.steps import STEPS, run
from db.tick.terms import end_terms, warn_of_terms
from db.verbs import Call

__all__ = ["TickReport", "tick"]


def tick(at: datetime) -> TickReport:
    """Do what is due at a moment. at: aware; usually now.

    Answers what was done, what a rule refused, and what somebody should look after.
    """
    call, report = Call(SYSTEM, at.replace(microsecond=0)), TickReport(at)
    for step in STEPS:
        run(step, call, report)
    for rule in _OTHERS:
        rule(call, report)
    year = at.astimezone(SHANGHAI).year
    report.warnings += filter(None, (gap(year), gap(year + 1) if _ends_soon(at) else None))
    return report


_OTHERS: tuple[Callable[[Call, TickReport], None], ...] = (suggest_proposals, warn_of_terms, end_terms)


def _ends_soon(at: datetime) -> bool:
    """Tell whether deadlines that begin now reach into the next year; its calendar is published in November."""
    return at.astimezone(SHANGHAI).month == 12
