"""What the clock does for messages: it reminds of replies, tells the office above, and forgets who called."""

from datetime import datetime
from typing import Any

from peewee import SQL, fn

from db.access.clock import ClockRule, Due, Tick, TickReport
from db.access.commands import Call
from db.access.models.account import Role
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, is_told, notify, office_above
from db.issues.clock.contacts import contact_purge
from db.issues.deadlines import working_days_after
from db.issues.endings import ended_at, is_over
from db.issues.models.issue import Issue
from db.kernel.fields import utc_text
from db.messages.intake import reply_due
from db.messages.models import OF_AN_ISSUE, ChannelMessage, MessageContact, MessageState
from db.settings.models import SettingKey
from db.settings.values import setting

M = ChannelMessage


def expect_replies(call: Call, report: TickReport) -> None:
    """Set until when a message is to be answered whose issue has ended; none is expected while it goes on again."""

    def expect(message: ChannelMessage) -> None:
        message.change(reply_due_at=reply_due(call.at, message.division_code))
        _tell(call, report, message, _staff(message), "所涉事项已办结，请回复来电来信人。")

    def wait(message: ChannelMessage) -> None:
        message.change(reply_due_at=None)

    _ended.for_each(call, expect)
    _reopened.for_each(call, wait)


def remind_of_messages(call: Call, report: TickReport) -> None:
    """Remind staff of a message that nobody has dealt with in time."""

    def remind(message: ChannelMessage) -> None:
        _tell(call, report, message, _staff(message), "已到回复期限，请尽快处理。")

    _waiting.for_each(call, remind)


def tell_office_above(call: Call, report: TickReport) -> None:
    """Notify the office above of a message that nobody has dealt with for days."""
    for message in _neglected.rows(call):
        if _is_neglected(call, message):
            _neglected.take(call, message.id, lambda found: _escalate(call, report, found))


def _is_neglected(call: Call, message: ChannelMessage) -> bool:
    """Return whether a message has waited for `message.latest_wd`; its reply is due after `message.reply_wd`."""
    assert message.reply_due_at is not None, "it waits for an answer"
    code = message.division_code
    more = setting(SettingKey.MESSAGE_LATEST_WD, code) - setting(SettingKey.MESSAGE_REPLY_WD, code)
    return working_days_after(message.reply_due_at, max(more, 0)) <= call.at


def _escalate(call: Call, report: TickReport, message: ChannelMessage) -> None:
    above = office_above(message.division_code)
    if above is not None:
        _tell(call, report, message, above, "逾期未处理，请督促社区办理。", "up")


def _tell(
    call: Call, report: TickReport, message: ChannelMessage, to: Recipient, text: str, whom: str = "staff"
) -> None:
    report.counts["reminded of messages"] += notify(
        call, NoticeKind.REPLY_DUE, _about(message, whom), to, f"来电来信{message.number}{text}",
        division_code=message.division_code, issue_id=message.issue_id,
    )  # fmt: skip


def _staff(message: ChannelMessage) -> Recipient:
    return Recipient(Role.STAFF, message.division_code)


def _about(message: ChannelMessage, whom: str) -> str:
    """Name what a notice is about: a message and until when it is to be answered, so that each time there is one."""
    assert message.reply_due_at is not None, "it waits for an answer"
    return f"{message.id}:{utc_text(message.reply_due_at)}:{whom}"


def _is_told(whom: str) -> Any:
    return is_told(NoticeKind.REPLY_DUE, M.id.cast("TEXT"), M.reply_due_at, whom)


def _received_until(tick: Tick) -> Any:
    return (M.state == MessageState.RECEIVED) & (M.reply_due_at <= tick.now)


def _is_over() -> Any:
    """Build the condition that a message's issue is over."""
    its = Issue.alias("its_issue")
    return fn.EXISTS(its.select(SQL("1")).where(its.id == M.issue, is_over(its)))


_UNANSWERED = M.state.in_(OF_AN_ISSUE) & M.replied_at.is_null()
_ended = Due(M, lambda tick: _UNANSWERED & M.reply_due_at.is_null() & _is_over())
_reopened = Due(M, lambda tick: _UNANSWERED & M.reply_due_at.is_null(False) & ~_is_over())
_waiting = Due(M, lambda tick: _received_until(tick) & ~_is_told("staff"))
_neglected = Due(M, lambda tick: _received_until(tick) & ~_is_told("up"))

# --- Contacts are kept for a time -------------------------------------------------------------------------------------


def _message_ended_at(message: ChannelMessage) -> datetime:
    """Return when a message came to its end, and its issue."""
    ends = [at for at in (message.settled_at, message.replied_at) if at is not None]
    if message.issue_id is not None:
        ends.append(ended_at(Issue.get_by_id(message.issue_id)))
    return max(ends)


forget_callers = contact_purge(
    "message.contact",
    MessageContact.message,
    M.settled_at,
    is_over=lambda: M.issue.is_null() | _is_over(),
    ended_at=_message_ended_at,
)
RULES: tuple[ClockRule, ...] = (expect_replies, remind_of_messages, tell_office_above, forget_callers)
