"""Requests that another office decides: to put an issue off, extend its deadline, or send it on (T15, T24, T25)."""

from datetime import date
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.journal import begin, entry_of
from db.access.models.account import Role
from db.access.subjects import command
from db.issues.core import ISSUE, Standing, advance, by
from db.issues.lifecycle import NOTES, LedgerAction
from db.issues.lifecycles import REQUEST_LIFECYCLE
from db.issues.models.issue import Issue
from db.issues.models.request import IssueRequest, IssueRequestKind
from db.issues.places import committee_at, common_level
from db.kernel.bounds import Between, Days, Prose
from db.kernel.refusals import invalid
from db.places.models.division import Division

# The limits of rows T15 and T24.
SUSPENSION_DAYS = 90
EXTENSION_WORKING_DAYS = 10


@command(ISSUE, NOTES["requestIssueSuspension"])
def request_suspension(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    cause: Prose,
    resume_on: Annotated[date, Days(1, SUSPENSION_DAYS)],
) -> CommandResult:
    """Request a suspension from the office one level up, once and for 90 days at most (申请缓办, T15).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; LIMIT_REACHED, it was put off
            before, or such a request is pending; INVALID_INPUT, the day is not within the next 90 days.
    """
    return _ask(call, issue, standing.role, IssueRequestKind.SUSPENSION, cause, resume_on=resume_on)


@command(ISSUE, NOTES["requestIssueExtension"])
def request_extension(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    reason: Prose,
    working_days: Annotated[int, Between(1, EXTENSION_WORKING_DAYS)],
) -> CommandResult:
    """Request an extension from the office one level up, once and for 10 working days at most (T24).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; LIMIT_REACHED, it was
            extended before, the deadline has passed, or such a request is pending; INVALID_INPUT, too many days.
    """
    return _ask(call, issue, standing.role, IssueRequestKind.EXTENSION, reason, working_days=working_days)


@command(ISSUE, NOTES["requestIssueTransfer"])
def request_transfer(
    call: Call, issue: Issue, standing: Standing, *, division_code: str, reason: Prose
) -> CommandResult:
    """Request from the office above both communities a transfer of an issue to the one it belongs to (申请转派, T25).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; LIMIT_REACHED, it was sent on
            twice, arrived more than two working days ago, or such a request is pending; INVALID_INPUT, it is there.
    """
    target = committee_at(division_code)
    if target.division_code == issue.division_code:
        raise invalid(
            "divisionCode",
            "The issue is already in that community; name another one.",
            "事项已在该社区，请填写其他社区。",
        )
    common_level(issue.division_code, division_code)
    return _ask(
        call, issue, standing.role, IssueRequestKind.TRANSFER, reason, target=Division.get_by_id(target.division_id)
    )


def _ask(call: Call, issue: Issue, role: Role, kind: IssueRequestKind, reason: str, **wanted: Any) -> CommandResult:
    request = begin(
        call, REQUEST_LIFECYCLE, IssueRequest, by(call, issue, role), note=reason, issue=issue.id,
        division_code=issue.division_code, kind=kind, reason=reason, asked_by=call.actor.account_id,
        asked_by_name=call.actor.name, asked_at=call.at, **wanted,
    )  # fmt: skip
    details = {"request_id": request.id, "kind": kind.value}
    details |= {name: value.code if isinstance(value, Division) else value for name, value in wanted.items()}
    event = advance(call, issue, LedgerAction.NOTE, role, note=reason, details=details)
    entry = entry_of(REQUEST_LIFECYCLE, request)
    return CommandResult({"issue": issue.id, "event": event, "request": request.id, "journalEntry": entry})
