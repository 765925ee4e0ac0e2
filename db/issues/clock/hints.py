"""What looks alike: issues that may be one (A5), and so many of a kind that a meeting should hear of them (A7)."""

from datetime import timedelta
from difflib import SequenceMatcher
from typing import Any

from peewee import fn

from db.access.clock import TickReport
from db.access.commands import Call
from db.access.models.account import Role
from db.access.models.notice import Notice, NoticeKind
from db.access.notices import Recipient, notify
from db.issues.lifecycle import OPEN_STATES, IssueState
from db.issues.models.issue import Issue
from db.kernel.database import tuples_of
from db.kernel.fields import utc_text

# How far back new issues are looked at; a tick comes every minute, so this is what a server may stand still.
RECENT = timedelta(days=2)
# Within how long issues of one reporter and place may be the same one, and how alike their titles then are.
TWIN_DAYS = timedelta(days=7)
ALIKE = 0.6
# How many issues of one topic, in which time, make a proposal.
PROPOSAL_COUNT = 5
PROPOSAL_DAYS = timedelta(days=30)


def has_twin(call: Call) -> Any:
    """Build the condition that an issue is new and its reporter submitted another one about the same place."""
    return (
        Issue.created_at.between(utc_text(call.at - RECENT), call.now)
        & Issue.state.in_(OPEN_STATES)
        & Issue.reporter.is_null(False)
        & Issue.place.is_null(False)
    )


def earlier_twin(issue: Issue) -> Issue | None:
    """Find an open issue of the same reporter, place and nearly the same title, of the seven days before."""
    created = issue.created_at
    earlier = Issue.select().where(
        Issue.reporter == issue.reporter_id,
        Issue.division_code == issue.division_code,
        Issue.place == issue.place,
        Issue.state.in_(OPEN_STATES),
        Issue.created_at.between(utc_text(created - TWIN_DAYS), utc_text(created)),
        Issue.id < issue.id,
    )
    alike = (other for other in earlier.order_by(Issue.id) if _alike(other.title, issue.title))
    return next(alike, None)


def suggest_proposals(call: Call, report: TickReport) -> None:
    """Notify directors of topics that came up five times in 30 days, so that the next meeting hears of them (A7)."""
    new = Issue.created_at.between(utc_text(call.at - RECENT), call.now)
    kinds = Issue.select(Issue.division_code, Issue.topic_code).where(new, Issue.topic_code.is_null(False))
    for code, topic in tuples_of(kinds.distinct()):
        count, newest = _alike_since(call, code, topic)
        if count >= PROPOSAL_COUNT and not _was_proposed(call, code, topic):
            text = f"近30日内本社区有{count}件“{topic}”类事项，建议列为下次会议议题（未诉先办）。"
            to = Recipient(Role.DIRECTOR, code)
            about = f"{code}:{topic}:{newest}"
            report.counts["proposals suggested"] += notify(
                call, NoticeKind.PROPOSAL_SUGGESTED, about, to, text, division_code=code
            )


def _alike_since(call: Call, code: str, topic: str) -> tuple[int, int]:
    gone = (IssueState.REJECTED, IssueState.WITHDRAWN, IssueState.MERGED)
    found = Issue.select(fn.COUNT(Issue.id), fn.MAX(Issue.id)).where(
        Issue.division_code == code,
        Issue.created_at.between(utc_text(call.at - PROPOSAL_DAYS), call.now),
        Issue.topic_code == topic,
        Issue.state.not_in(gone),
    )
    ((count, newest),) = tuples_of(found)
    return count, newest


def _was_proposed(call: Call, code: str, topic: str) -> bool:
    since = utc_text(call.at - PROPOSAL_DAYS)
    told = Notice.select().where(
        Notice.division_code == code, Notice.kind == NoticeKind.PROPOSAL_SUGGESTED, Notice.created_at >= since
    )
    return told.where(Notice.key.startswith(f"{NoticeKind.PROPOSAL_SUGGESTED.value}:{code}:{topic}:")).exists()


def _alike(title: str, other: str) -> bool:
    return SequenceMatcher(None, title, other, autojunk=False).ratio() >= ALIKE
