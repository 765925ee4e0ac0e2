"""Contacts are kept for a time: that of an issue is erased long after its end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from db.access.clock import Due, Purge, Tick
from db.access.commands import Call
from db.issues.endings import ended_at, is_over
from db.issues.models.issue import Issue, IssueContact
from db.kernel.statements import Statement
from db.settings.models import SettingKey
from db.settings.values import least, setting


def contact_purge(
    rule: str, of: Any, since: Any, is_over: Callable[[], Any], ended_at: Callable[[Any], datetime]
) -> Any:
    """Return the rule that erases the contact of a row whose end is `message.keep_days` ago.

    rule: its code. of: the column of a contact that names its row. since: a column of the row, of a moment that is not
    after its end. is_over: builds the condition that it has come to an end. ended_at: returns when it did.
    """
    row, contact = of.rel_model, of.model

    def may_be_over(tick: Tick) -> Any:
        settled = since <= tick.days_ago(lambda: least(SettingKey.MESSAGE_KEEP_DAYS))
        return settled & is_over() & row.id.in_(contact.select(of))

    def is_over_here(call: Call, found: Any) -> bool:
        days = setting(SettingKey.MESSAGE_KEEP_DAYS, found.division_code)
        return ended_at(found) + timedelta(days=days) <= call.at

    contact_of = Statement(lambda row_id: contact.delete().where(of == row_id), ("row_id",))
    return Purge(
        rule,
        Due(row, may_be_over),
        before=lambda call: call.at - timedelta(days=least(SettingKey.MESSAGE_KEEP_DAYS)),
        forget=lambda found: contact_of.change(found.id),
        is_over=is_over_here,
    )


forget_contacts = contact_purge("issue.contact", IssueContact.issue, Issue.updated_at, lambda: is_over(Issue), ended_at)
