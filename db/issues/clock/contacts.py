"""Contacts are kept for a time: that of an issue is erased long after its end."""

from datetime import timedelta
from typing import Any

from db.access.clock import Due, Purge, Tick
from db.access.commands import Call
from db.issues.endings import ended_at, is_over
from db.issues.models.issue import Issue, IssueContact
from db.kernel.statements import compiled
from db.settings.models import SettingKey
from db.settings.values import least, setting


def _is_long_over(tick: Tick) -> Any:
    ended = Issue.updated_at <= tick.days_ago(lambda: least(SettingKey.MESSAGE_KEEP_DAYS))
    return ended & is_over(Issue) & Issue.id.in_(IssueContact.select(IssueContact.issue))


def _is_over_here(call: Call, issue: Issue) -> bool:
    days = setting(SettingKey.MESSAGE_KEEP_DAYS, issue.division_code)
    return ended_at(issue) + timedelta(days=days) <= call.at


@compiled
def _contact_of(issue_id: Any) -> Any:
    return IssueContact.delete().where(IssueContact.issue == issue_id)


forget_contacts = Purge(
    "issue.contact",
    Due(Issue, _is_long_over),
    before=lambda call: call.at - timedelta(days=least(SettingKey.MESSAGE_KEEP_DAYS)),
    forget=lambda issue: _contact_of.change(issue.id),
    is_over=_is_over_here,
)
