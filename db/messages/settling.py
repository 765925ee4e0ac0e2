"""What a message comes to: it becomes an issue, joins an open one, is answered, or discarded and perhaps restored."""

from dataclasses import dataclass
from typing import Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, move
from db.access.models.account import Role, roles_with
from db.access.models.journal import JournalAction
from db.access.subjects import Command, command
from db.issues.core import advance
from db.issues.intake import Contact, Reporter, submit_told, told_issue
from db.issues.lifecycle import CLOSED_STATES, IssueState, LedgerAction
from db.issues.merging import follow
from db.issues.models.issue import Channel, Issue
from db.issues.places import committee_at
from db.issues.visibility import may_see
from db.kernel.bounds import Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.messages.intake import reply_due
from db.messages.lifecycle import MESSAGE_LIFECYCLE
from db.messages.models import ChannelMessage, DiscardReason, MessageContact, MessageState
from db.messages.standing import MESSAGE
from db.sites.models import Site

A = JournalAction
_OFFICERS = roles_with(lambda powers: powers.capacity == "OFFICER")
# The issue that a message becomes is told as those of `submitIssue`, but for what the message says by itself.
ISSUE = told_issue(
    "division_code", "channel", "is_anonymous", "contact_name", "contact_phone", "contact_address", "external_source",
    "external_id", "evidence",
)  # fmt: skip


def _convert_message(call: Call, message: ChannelMessage, role: Role, **told: Any) -> CommandResult:
    """Submit the issue that a message becomes, with its channel and contact (转为事项).

    What is left out is as the message has it. Without a contact or an account the report is anonymous.

    Raises:
        DomainError: NOT_FOUND, no such message or site, or no committee in the community; NOT_PERMITTED,
            ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, also where a message is longer than a description may be
            and none is given.
    """
    said = {"description": message.text, "topic_code": message.topic_code, "place": message.place}
    full = {**said, **told, "channel": Channel(message.channel.value)}
    contact = _contact_of(message)
    site = Site.get_by_id(message.site_id) if message.site_id is not None else None
    reporter = Reporter(message.caller_id, is_anonymous=message.caller_id is None and not contact.columns())
    committee = committee_at(message.division_code, "messageId")
    issue_id = submit_told(call, role, committee, full, reporter, contact=contact, site=site)
    return _settle(call, message, role, A.CONVERT, issue=issue_id)


convert_message = Command(_convert_message, MESSAGE, "convertMessage", inputs=ISSUE)


def _contact_of(message: ChannelMessage) -> Contact:
    kept = MessageContact.find(message=message.id)
    return Contact(kept.name, kept.phone, kept.address) if kept else Contact()


@dataclass(frozen=True, slots=True)
class OpenIssue(Inputs):
    """The issue that a message is about, by one of its names."""

    issue_id: int | None = None
    issue_number: str | None = None

    @property
    def field(self) -> str:
        """The input that names it."""
        return "issueId" if self.issue_id is not None else "issueNumber"

    def lock(self, call: Call) -> Issue:
        """Find and lock it; where it was merged, the one that goes on in its place.

        Raises:
            DomainError: INVALID_INPUT, it is named twice or not at all; NOT_FOUND.
        """
        if (self.issue_id is None) == (self.issue_number is None):
            message = "Send exactly one of issueId and issueNumber."
            raise invalid("issueId", message, "issueId 与 issueNumber 必须且只能提供一个。")
        by_id = self.issue_id is not None
        issue = Issue.find(id=self.issue_id) if by_id else Issue.find(number=self.issue_number)
        if issue is None or not may_see(call.actor, issue):
            message = "There is no such issue; check the id or number."
            raise not_found(self.field, message, "没有这个事项，请核对 ID 或编号。")
        while (locked := _lock(issue)).state is IssueState.MERGED:
            issue = locked
        return locked


def _lock(issue: Issue) -> Issue:
    """Lock an issue, or at once the one that it was merged into: one row, so that no merge waits for the other way."""
    locked = Issue.lock(id=issue.merged_into_id or issue.id)
    assert locked is not None, "issues are never deleted"
    return locked


@command(MESSAGE, "linkMessage")
def link_message(call: Call, message: ChannelMessage, role: Role, *, issue: OpenIssue) -> CommandResult:
    """Link a message to an open issue that it is about, which counts one reporter more (关联事项).

    Whoever wrote the message themselves follows the issue. The contact stays with the message, for the offices.

    Raises:
        DomainError: NOT_FOUND, no such message or issue; NOT_PERMITTED, also where staff name an issue of another
            community, or an officer one that lies outside their part; ILLEGAL_TRANSITION, also where the issue has
            ended; STALE_OBJECT, INVALID_INPUT.
    """
    found = issue.lock(call)
    _require_in_reach(call, message, found, issue.field)
    if found.state in CLOSED_STATES:
        raise DomainError(
            ErrorCode.ILLEGAL_TRANSITION,
            f"The issue has ended: {found.state}; choose an open one, or make the message an issue of its own.",
            (issue.field,),
            chinese=f"该事项已结束（{found.state.chinese}），请选择未办结的事项，或将来电来信转为新事项。",
        )
    count = found.reporter_count + 1
    details = {"message_id": message.id, "reporter_count": count}
    advance(call, found, LedgerAction.LINK, role, details=details, reporter_count=count)
    if message.caller_id is not None:
        follow(call, found, [message.caller_id])
    return _settle(call, message, role, A.LINK, issue=found.id)


def _require_in_reach(call: Call, message: ChannelMessage, issue: Issue, field: str) -> None:
    """Check that an issue is of the message's community, or in the part of the city of the officer who links it."""
    code = issue.division_code
    if code == message.division_code or call.actor.holds(*_OFFICERS, over=code) is not None:
        return
    raise DomainError(
        ErrorCode.NOT_PERMITTED,
        "The issue is of another community; ask the office above both to link the message.",
        (field,),
        chinese="该事项不属于本社区，请提请共同的上级机构关联。",
    )


@command(MESSAGE, "answerMessage")
def answer_message(call: Call, message: ChannelMessage, role: Role, *, reply: Prose) -> CommandResult:
    """Record what the caller was answered, which settles a message without an issue (答复来电来信).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; LIMIT_REACHED, the reply
            is noted already.
    """
    if message.state is MessageState.RECEIVED:
        return _settle(call, message, role, A.ANSWER, reply=reply, replied_at=call.at)
    by = By.actor(call, role, message.division_code)
    event = move(call, MESSAGE_LIFECYCLE, message, A.REPLY, by, reply=reply, replied_at=call.at)
    return CommandResult({"message": message.id, "event": event})


@command(MESSAGE, "discardMessage")
def discard_message(call: Call, message: ChannelMessage, role: Role, *, reason: DiscardReason) -> CommandResult:
    """Discard a message that is for nobody; the offices above go on seeing it (作废来电来信).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    return _settle(call, message, role, A.DISCARD, discard_reason=reason, reply_due_at=None)


@command(MESSAGE, "restoreMessage")
def restore_message(call: Call, message: ChannelMessage, role: Role) -> CommandResult:
    """Restore a message that was discarded by mistake, within seven days; it is to be answered anew (恢复来电来信).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; LIMIT_REACHED, it is too late.
    """
    by, due = By.actor(call, role, message.division_code), reply_due(call.at, message.division_code)
    event = move(
        call, MESSAGE_LIFECYCLE, message, A.RESTORE, by, discard_reason=None, settled_at=None, reply_due_at=due
    )
    return CommandResult({"message": message.id, "event": event})


def _settle(call: Call, message: ChannelMessage, role: Role, action: JournalAction, **columns: Any) -> CommandResult:
    """Move a message to where it ends; with an issue its reply is due once that has ended."""
    if "issue" in columns:
        columns["reply_due_at"] = None
    by = By.actor(call, role, message.division_code)
    event = move(call, MESSAGE_LIFECYCLE, message, action, by, settled_at=call.at, **columns)
    shown = {name: row for name, row in columns.items() if name == "issue"}
    return CommandResult({"message": message.id, "event": event, **shown})
