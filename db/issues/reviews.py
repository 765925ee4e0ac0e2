"""Reviews: what another office decides on a request, and how handling goes on afterwards (T15, T24, T25)."""

from typing import Any

from peewee import SQL, fn

from db.access.commands import Call, CommandResult
from db.access.journal import move
from db.access.models.account import Role, role_at
from db.access.models.journal import JournalAction
from db.access.subjects import command
from db.access.viewers import ViewerSql
from db.issues.core import ISSUE, Standing, advance, by, require_open, restarted
from db.issues.deadlines import NO_DEADLINE, Clock, Deadline, due, working_days_after
from db.issues.guards import Guard
from db.issues.guards_sql import GuardFacts, is_decidable
from db.issues.lifecycle import IssueState, LedgerAction
from db.issues.lifecycles import REQUEST_LIFECYCLE
from db.issues.models.issue import Issue
from db.issues.models.request import IssueRequest, IssueRequestDecision, IssueRequestKind, IssueRequestState
from db.issues.need_and_project_lists import release_claims, strike_off
from db.issues.places import committee_at, common_level, moved_to
from db.issues.policy_sql import mask
from db.issues.standing import REQUEST_STEPS
from db.kernel.bounds import Prose
from db.kernel.database import locked
from db.kernel.statements import compiled
from db.places.models.division import Division, DivisionLevel


@command(ISSUE, "reviewIssueRequest")
def review_request(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    decision: IssueRequestDecision,
    reason: Prose,
    request_id: int | None = None,
) -> CommandResult:
    """Grant a pending request, which takes effect at once, or decline it (审批, T15, T24, T25).

    request_id: may be left out when one request is pending.

    Raises:
        DomainError: NOT_FOUND, also when nothing is pending; NOT_PERMITTED, another office decides, or the actor asked;
            ILLEGAL_TRANSITION, the issue has moved on; STALE_OBJECT, CONFLICT; INVALID_INPUT, several are pending.
    """
    request = _pending(call, issue, standing, request_id)
    action = _ACTIONS[request.kind]
    role = standing.role
    if action is LedgerAction.TRANSFER:
        role = _deciding_role(call, issue, request)
    details: dict[str, Any] = {"request_id": request.id, "kind": str(request.kind), "decision": decision.value}
    if decision is IssueRequestDecision.DECLINED:
        event = advance(call, issue, LedgerAction.NOTE, role, note=reason, details=details)
    else:
        event = _GRANTS[action](call, issue, request, role, reason, details)
    decided = JournalAction.DECLINE if decision is IssueRequestDecision.DECLINED else JournalAction.APPROVE
    entry = move(
        call, REQUEST_LIFECYCLE, request, decided, by(call, issue, role), note=reason, decided_by=call.actor.account_id,
        decided_by_name=call.actor.name, decided_at=call.at, decision_reason=reason,
    )  # fmt: skip
    return CommandResult({"issue": issue.id, "event": event, "request": request.id, "journalEntry": entry})


@command(ISSUE, LedgerAction.RESUME)
def resume_issue(call: Call, issue: Issue, standing: Standing, *, note: Prose | None = None) -> CommandResult:
    """Resume handling, with as much time left as when it was suspended (恢复办理, T15).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; INVALID_INPUT, the note is
            too long.
    """
    event = advance(
        call, issue, LedgerAction.RESUME, standing.role, to_state=IssueState.IN_PROGRESS, resume_on=None,
        **restarted(call, issue, LedgerAction.SUSPEND), note=note,
    )  # fmt: skip
    return CommandResult({"issue": issue.id, "event": event})


def _pending(call: Call, issue: Issue, standing: Standing, request_id: int | None) -> IssueRequest:
    """Find the request that is named, or the one that the actor may decide."""
    if request_id is None:
        require_open(call, issue, standing, Guard.SEVERAL_REQUESTS)
        request = _decidable.first(issue.id, mask(standing.capacities), call.actor, call.now)
        assert request is not None, "the guards saw that there is one"
        return request
    request = IssueRequest.lock(id=request_id, issue=issue.id, state=IssueRequestState.PENDING)
    if request is None:
        raise Guard.NO_REQUEST.refusal()
    request.issue = issue
    REQUEST_STEPS.require(call, request, "reviewIssueRequest", "requestId", names_row=True)
    return request


@compiled
def _decidable(issue_id: Any, found: Any, actor: Any, now: Any) -> Any:
    """Find the pending request that somebody may decide, and lock it."""
    pending = (IssueRequest.issue == issue_id) & (IssueRequest.state == IssueRequestState.PENDING)
    row = Issue.alias("guarded")
    facts = GuardFacts(row, ViewerSql.of(actor, now), found)
    is_theirs = fn.EXISTS(row.select(SQL("1")).where(row.id == issue_id, is_decidable(IssueRequest, facts)))
    return locked(IssueRequest.select().where(pending, is_theirs))


# --- What a request leads to once it is granted ---


def _suspend(call: Call, issue: Issue, request: IssueRequest, role: Role, reason: str, details: dict[str, Any]) -> int:
    resume_on = request.resume_on
    assert resume_on is not None, "a suspension names its day"
    if resume_on <= call.day:
        raise Guard.NO_SUSPENSION.refusal(
            message=f"The issue was to be suspended until {resume_on}, and that day has come; decline the request.",
            chinese=f"申请缓办至{resume_on}，该日已到；请不予同意。",
        )
    return advance(
        call, issue, LedgerAction.SUSPEND, role, to_state=IssueState.SUSPENDED, **NO_DEADLINE, note=reason,
        details=details | {"resume_on": resume_on}, resume_on=resume_on, is_suspended_once=True,
    )  # fmt: skip


def _extend(call: Call, issue: Issue, request: IssueRequest, role: Role, reason: str, details: dict[str, Any]) -> int:
    assert issue.due_at is not None, "its clock runs"
    end = working_days_after(issue.due_at, request.working_days or 0)
    return advance(
        call, issue, LedgerAction.EXTEND, role, to_state=IssueState.IN_PROGRESS, **Deadline.until(call.at, end).columns,
        note=reason, details=details | {"working_days": request.working_days}, is_extended=True,
    )  # fmt: skip


def _transfer(call: Call, issue: Issue, request: IssueRequest, role: Role, reason: str, details: dict[str, Any]) -> int:
    target = Division.get_by_id(request.target_id)
    committee = committee_at(target.code)
    release_claims(call, issue)
    strike_off(call, issue, JournalAction.TRANSFER)
    details |= {"from_code": issue.division_code, "to_code": target.code}
    return advance(
        call, issue, LedgerAction.TRANSFER, role, to_state=IssueState.SUBMITTED, current_level=DivisionLevel.COMMUNITY,
        **due(Clock.INTAKE, issue.urgency, call.at, target.code).columns, note=reason, details=details,
        transfer_count=issue.transfer_count + 1, **moved_to(issue, committee),
    )  # fmt: skip


_ACTIONS = {
    IssueRequestKind.SUSPENSION: LedgerAction.SUSPEND,
    IssueRequestKind.EXTENSION: LedgerAction.EXTEND,
    IssueRequestKind.TRANSFER: LedgerAction.TRANSFER,
}
_GRANTS = {LedgerAction.SUSPEND: _suspend, LedgerAction.EXTEND: _extend, LedgerAction.TRANSFER: _transfer}


def _deciding_role(call: Call, issue: Issue, request: IssueRequest) -> Role:
    """Return the role of an officer at the lowest office above both communities: no other decides a transfer."""
    target = Division.get_by_id(request.target_id)
    level = common_level(issue.division_code, target.code)
    role = role_at(level)
    held = next((held for held in call.actor.held if held.role is role and held.part.covers(issue.division_code)), None)
    if held is None or not held.part.covers(target.code):
        message = f"The office of the level {level} above both communities decides this transfer."
        raise Guard.OTHER_OFFICE.refusal(message=message)
    return role
