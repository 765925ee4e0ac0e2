"""What looks alike: issues that may be one (A5), and so many of a kind that a meeting should hear of them (A7)."""

from datetime import timedelta
from difflib import SequenceMatcher
from typing import Any

from peewee import fn

from db.access.clock import Tick, TickReport
from db.access.commands import Call
from db.access.models.account import Role
from db.access.models.notice import Notice, NoticeKind
from db.access.notices import Recipient, notify
from db.issues.lifecycle import OPEN_STATES, IssueState
from db.issues.models.issue import Issue
from db.kernel.fields import utc_text
from db.kernel.statements import compiled

# How far back new issues are looked at; a tick comes every minute, so this is what a server may stand still.
RECENT = timedelta(days=2)
# Within how long issues of one reporter and place may be the same one, and how alike their titles then are.
TWIN_DAYS = timedelta(days=7)
ALIKE = 0.6
# How many issues of one topic, in which time, make a proposal.
PROPOSAL_COUNT = 5
PROPOSAL_DAYS = timedelta(days=30)


def may_have_twin(tick: Tick) -> Any:
    """Build the condition that an issue is new, open, and from a reporter who named its place."""
    return (
        Issue.created_at.between(tick.ago(RECENT), tick.now)
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
    for code, topic in _new_kinds.tuples(call):
        count, newest = _alike_since.tuples(call, code, topic)[0]
        if count >= PROPOSAL_COUNT and not _was_proposed.exists(call, code, _about(code, topic)):
            text = f"近30日内本社区有{count}件“{topic}”类事项，建议列为下次会议议题（未诉先办）。"
            to = Recipient(Role.DIRECTOR, code)
            report.counts["proposals suggested"] += notify(
                call, NoticeKind.PROPOSAL_SUGGESTED, f"{_about(code, topic)}{newest}", to, text, division_code=code
            )


def _about(code: str, topic: str) -> str:
    return f"{code}:{topic}:"


@compiled
def _new_kinds(call: Any) -> Any:
    tick = Tick(call)
    new = Issue.created_at.between(tick.ago(RECENT), tick.now)
    return Issue.select(Issue.division_code, Issue.topic_code).where(new, Issue.topic_code.is_null(False)).distinct()


@compiled
def _alike_since(call: Any, code: Any, topic: Any) -> Any:
    tick = Tick(call)
    gone = (IssueState.REJECTED, IssueState.WITHDRAWN, IssueState.MERGED)
    return Issue.select(fn.COUNT(Issue.id), fn.MAX(Issue.id)).where(
        Issue.division_code == code,
        Issue.created_at.between(tick.ago(PROPOSAL_DAYS), tick.now),
        Issue.topic_code == topic,
        Issue.state.not_in(gone),
    )


@compiled
def _was_proposed(call: Any, code: Any, about: Any) -> Any:
    kind = NoticeKind.PROPOSAL_SUGGESTED
    key = about.through(lambda about: f"{kind.value}:{about}")
    told = (Notice.division_code == code) & (Notice.kind == kind) & (Notice.created_at >= Tick(call).ago(PROPOSAL_DAYS))
    return Notice.select(Notice.key).where(told, fn.SUBSTR(Notice.key, 1, fn.LENGTH(key)) == key).limit(1)


def _alike(title: str, other: str) -> bool:
    return SequenceMatcher(None, title, other, autojunk=False).ratio() >= ALIKE
