"""The contact of an issue: kept apart from it, shown to few, and every time on the record."""

from db.access.commands import Call, CommandResult, record_act
from db.access.models.audit import AuditAction
from db.access.subjects import command
from db.issues.core import ISSUE, Standing
from db.issues.models.issue import Issue, IssueContact
from db.issues.policy import knows_reporter
from db.kernel.bounds import Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import not_found


@command(ISSUE)
def reveal_contact(call: Call, issue: Issue, standing: Standing, *, reason: Prose) -> CommandResult:
    """Show whom to ask about an open issue, and keep in the audit who asked and why (查看联系方式).

    It is told once: neither by a dry run, which nobody would hear of, nor by a replay.

    Raises:
        DomainError: NOT_FOUND, no such issue, or it has no contact; NOT_PERMITTED; STALE_OBJECT; INVALID_INPUT, the
            reason is empty or too long.
    """
    if not knows_reporter(call.actor, issue):
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            (
                "Only the office responsible for an open issue and, unless the report is anonymous, its handler may "
                "see the contact."
            ),
            chinese="仅事项办理期间的责任单位工作人员，以及非匿名事项的办理人，可以查看联系方式。",
        )
    contact = IssueContact.find(issue=issue.id)
    if contact is None:
        raise not_found("issueId", "The issue has no contact.", "此事项未留联系方式。")
    record_act(call, AuditAction.REVEALED, issue, reason)
    told = {"name": contact.name, "phone": contact.phone, "address": contact.address}
    return CommandResult(
        {"issue": issue.id}, texts={} if call.is_dry else {key: text for key, text in told.items() if text}
    )
