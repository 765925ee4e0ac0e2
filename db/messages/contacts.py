"""The contact of a message, and that of an issue: shown to few, and every time on the record."""

from db.access.commands import Call, CommandResult, record_act
from db.access.models.account import is_office
from db.access.models.audit import AuditAction
from db.access.subjects import Subject, command
from db.issues import contacts
from db.kernel.bounds import Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.messages.models import ChannelMessage, MessageContact
from db.messages.standing import MESSAGE


def _require_office(call: Call, message: ChannelMessage, action: None) -> None:
    if not call.actor.has_power(is_office, over=message.division_code):
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "Only staff of the message's community and officers above it may see the contact.",
            chinese="仅来电来信所在社区工作人员及其上级干部可以查看联系方式。",
        )


@command(Subject(MESSAGE.model, MESSAGE.keys, MESSAGE.missing, _require_office, MESSAGE.is_known, MESSAGE.stale))
def _reveal_of_message(call: Call, message: ChannelMessage, standing: None, *, reason: Prose) -> CommandResult:
    """Show who sent a message and how to reach them (查看联系方式).

    Raises:
        DomainError: NOT_FOUND, no such message, or it has no contact; NOT_PERMITTED, STALE_OBJECT, INVALID_INPUT.
    """
    contact = MessageContact.find(message=message.id)
    if contact is None:
        raise not_found("messageId", "The message has no contact.", "此来电来信未留联系方式。")
    record_act(call, AuditAction.REVEALED, message, reason)
    told = {"name": contact.name, "phone": contact.phone, "address": contact.address}
    texts = {} if call.is_dry else {key: text for key, text in told.items() if text}
    return CommandResult({"message": message.id}, texts=texts)


@command()
def reveal_contact(
    call: Call,
    *,
    reason: Prose,
    issue_id: int | None = None,
    issue_number: str | None = None,
    message_id: int | None = None,
    message_number: str | None = None,
) -> CommandResult:
    """Show whom to ask about an open issue, or who sent a message, and keep in the audit who asked and why.

    It is told once: neither by a dry run, which nobody would hear of, nor by a replay.

    Raises:
        DomainError: as `db.issues.contacts.reveal_contact` and `_reveal_of_message` refuse.
    """
    of_issue = {"issue_id": issue_id, "issue_number": issue_number}
    of_message = {"message_id": message_id, "message_number": message_number}
    names_issue, names_message = (any(name is not None for name in of.values()) for of in (of_issue, of_message))
    if names_issue and names_message:
        raise invalid("messageId", "Name an issue or a message, not both.", "事项与来电来信只能填写一项。")
    if names_message:
        return _reveal_of_message(call, **of_message, reason=reason)
    return contacts.reveal_contact(call, **of_issue, reason=reason)
