"""What the city's clocks have done by its present: the notices that `flask tick` writes, and this month's lists."""

from datetime import datetime

from db.access.models.notice import Notice, NoticeKind
from db.city.clock import tick
from db.deliberation.editions import publish_lists
from db.issues.models.issue import Issue


def run_clocks(at: datetime) -> None:
    """Run the clocks in a city that was loaded for this moment, and date each notice when its time had come."""
    tick(at)
    for kinds, moment in (
        ((NoticeKind.OVERDUE, NoticeKind.UNCLAIMED), Issue.due_at),
        ((NoticeKind.DEADLINE_NEAR,), Issue.warn_at),
    ):
        then = Issue.select(moment).where(Issue.id == Notice.issue)
        Notice.update(created_at=then).where(Notice.kind.in_(kinds)).execute()
    publish_lists(at)
