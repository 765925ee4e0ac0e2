"""The clock of the city, run every minute by `flask tick`: the rules of each context, in their order."""

from collections.abc import Sequence
from datetime import datetime

from db.access.actor import SYSTEM
from db.access.clock import ClockRule, TickReport
from db.access.commands import Call
from db.city.contexts import CONTEXTS
from db.city.feed_clock import RULES as FEED_RULES
from db.committees.clock import RULES as COMMITTEE_RULES
from db.deliberation.editions import RULES as LIST_RULES
from db.issues.clock import RULES as ISSUE_RULES
from db.organizations.clock import RULES as ORGANIZATION_RULES

RULES = (
    *ISSUE_RULES,
    *COMMITTEE_RULES,
    *ORGANIZATION_RULES,
    *LIST_RULES,
    *(rule for context in CONTEXTS for rule in context.clock),
    *FEED_RULES,
)


def tick(at: datetime, rules: Sequence[ClockRule] = RULES) -> TickReport:
    """Run the rules of the clock for a time; return what was done and what a rule refused. at: aware; usually now."""
    call, report = Call(SYSTEM, at.replace(microsecond=0)), TickReport(at)
    for rule in rules:
        rule(call, report)
    return report
