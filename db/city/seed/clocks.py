"""What the city's clocks have done by its present: the notices that `flask tick` writes, and this month's lists."""

from datetime import datetime

from db.access.models.notice import Notice, NoticeKind
from db.city.clock import RULES, tick
from db.city.feed_clock import RULES as FEED_RULES
from db.deliberation.editions import publish_lists
from db.issues.models.issue import Issue


def run_clocks(at: datetime) -> None:
    """Run the clocks in a city that was loaded for this moment, and date each notice when its time had come."""
    # The feed begins once all is loaded, whatever the present of the city is beside the clock of the database.
    tick(at, [rule for rule in RULES if rule not in FEED_RULES])
    for kinds, moment in (
        ((NoticeKind.OVERDUE, NoticeKind.UNCLAIMED), Issue.due_at),
        ((NoticeKind.DEADLINE_NEAR,), Issue.warn_at),
    ):
        then = Issue.select(moment).where(Issue.id == Notice.issue)
        Notice.update(created_at=then).where(Notice.kind.in_(kinds)).execute()
    publish_lists(at)
