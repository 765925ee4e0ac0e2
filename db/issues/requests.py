"""Requests that another office decides: to put an issue off, extend its deadline, or send it on (T15, T24, T25)."""

from datetime import date, timedelta
from typing import Any

from db.actor import OFFICER_ROLES
from db.database import locked
from db.deadlines import Clock, due, warning, working_days_after
from db.errors import DomainError, ErrorCode
from db.issues.core import advance, allow, day_of, find, invalid, last_entry, restarted, within
from db.issues.places import committee_at, moved_to
from db.lifecycle import NOTES, IssueState, LedgerAction
from db.lists import release_claims, strike_off
from db.models.account import Role
from db.models.claim import NeedState
from db.models.division import Division, DivisionLevel, ancestor_codes
from db.models.issue import Issue, Urgency
from db.models.request import IssueRequest, IssueRequestDecision, IssueRequestKind, IssueRequestState
from db.verbs import Call, Done

# The limits of rows T15, T24 and T25.
SUSPENSION_DAYS = 90
EXTENSION_WORKING_DAYS = 10
TRANSFER_WORKING_DAYS = 2
MOST_TRANSFERS = 2


def request_suspension(
    call: Call, *, cause: str, resume_on: date, issue_id: int | None = None, issue_number: str | None = None
) -> Done:
    """Ask the office one level up to put handling off until a day, once and for 90 days at most (申请缓办, T15).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; LIMIT_REACHED, it was put off
            before, or such a request is pending; INVALID_INPUT, the day is not within the next 90 days.
    """
    issue = find(call, issue_id, issue_number)
    role = allow(call, NOTES["requestIssueSuspension"], issue)
    if issue.is_suspended_once:
        raise _once("put off", "Report it done, return it or escalate it.", "缓办")
    today = day_of(call)
    if not today < resume_on <= today + timedelta(days=SUSPENSION_DAYS):
        raise invalid(
            "resumeOn",
            f"Handling can be put off until a day after {today} and within {SUSPENSION_DAYS} days.",
            f"缓办日期须晚于{today}，且不超过{SUSPENSION_DAYS}日。",
        )
    return _ask(call, issue, role, IssueRequestKind.SUSPENSION, "cause", cause, resume_on=resume_on)


def request_extension(
    call: Call, *, reason: str, working_days: int, issue_id: int | None = None, issue_number: str | None = None
) -> Done:
    """Ask the office one level up for more time, before the deadline, once and for 10 working days at most (T24).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; LIMIT_REACHED, it was
            extended before, the deadline has passed, or such a request is pending; INVALID_INPUT, too many days.
    """
    issue = find(call, issue_id, issue_number)
    role = allow(call, NOTES["requestIssueExtension"], issue)
    if issue.is_extended:
        raise _once("extended", "Report it done, or return it.", "延期")
    due_at: Any = issue.due_at
    if due_at is None or call.at >= due_at:
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            "More time must be asked for before the deadline, and it has passed.",
            chinese="延期须在办理期限届满前申请，现已超期。",
        )
    if not 1 <= working_days <= EXTENSION_WORKING_DAYS:
        raise invalid(
            "workingDays",
            f"A deadline can be extended by 1 to {EXTENSION_WORKING_DAYS} working days.",
            f"延期须为 1 至 {EXTENSION_WORKING_DAYS} 个工作日。",
        )
    return _ask(call, issue, role, IssueRequestKind.EXTENSION, "reason", reason, working_days=working_days)


def request_transfer(
    call: Call, *, division_code: str, reason: str, issue_id: int | None = None, issue_number: str | None = None
) -> Done:
    """Ask the office above both communities to send an issue to the one it belongs to (申请转派, T25).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; LIMIT_REACHED, it was sent on
            twice, arrived more than two working days ago, or such a request is pending; INVALID_INPUT, it is there.
    """
    issue = find(call, issue_id, issue_number)
    role = allow(call, NOTES["requestIssueTransfer"], issue)
    if issue.transfer_count >= MOST_TRANSFERS:
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"The issue was sent on {MOST_TRANSFERS} times, and the last decision is final; accept or reject it.",
            chinese=f"事项已转派 {MOST_TRANSFERS} 次，最后的决定为终局，请受理或不予受理。",
        )
    if call.at > working_days_after(_arrived_at(issue), TRANSFER_WORKING_DAYS):
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"A transfer must be asked for within {TRANSFER_WORKING_DAYS} working days of the issue's arrival.",
            chinese=f"转派须在事项到达后 {TRANSFER_WORKING_DAYS} 个工作日内申请。",
        )
    target = committee_at(division_code)
    if target.division_code == issue.division_code:
        raise invalid(
            "divisionCode", "The issue is in that community; name another.", "事项已在该社区，请填写其他社区。"
        )
    _common_office(issue.division_code, division_code)
    return _ask(call, issue, role, IssueRequestKind.TRANSFER, "reason", reason, target=target.division)


def review_request(
    call: Call,
    *,
    decision: IssueRequestDecision,
    reason: str,
    request_id: int | None = None,
    issue_id: int | None = None,
    issue_number: str | None = None,
) -> Done:
    """Grant a pending request, which takes effect at once, or decline it (审批, T15, T24, T25).

    request_id: may be left out when one request is pending.

    Raises:
        DomainError: NOT_FOUND, also when nothing is pending; NOT_PERMITTED, another office decides;
            ILLEGAL_TRANSITION, the issue has moved on; STALE_OBJECT, CONFLICT; INVALID_INPUT, several are pending.
    """
    issue = find(call, issue_id, issue_number)
    request = _pending(issue, request_id)
    action = _ACTIONS[IssueRequestKind(request.kind)]
    role = allow(call, action, issue)
    if action is LedgerAction.TRANSFER:
        role = _deciding_role(call, issue, request)
    reason = within("reason", reason)
    details: dict[str, Any] = {"request_id": request.id, "kind": str(request.kind), "decision": decision.value}
    if decision is IssueRequestDecision.DECLINED:
        event = advance(call, issue, LedgerAction.NOTE, role, note=reason, details=details)
    else:
        event = _GRANTS[action](call, issue, request, role, reason, details)
    IssueRequest.update(
        state=decision.value, decided_by=call.actor.account_id, decided_by_name=call.actor.name, decided_at=call.at,
        decision_reason=reason,
    ).where(IssueRequest.id == request.id).execute()  # fmt: skip
    return Done({"issue": issue.id, "event": event, "request": request.id})


def resume_issue(
    call: Call, *, note: str | None = None, issue_id: int | None = None, issue_number: str | None = None
) -> Done:
    """Take up handling again, with as much time left as when it was put off (恢复办理, T15).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; INVALID_INPUT, the note is
            too long.
    """
    issue = find(call, issue_id, issue_number)
    role = allow(call, LedgerAction.RESUME, issue)
    event = advance(
        call, issue, LedgerAction.RESUME, role, to_state=IssueState.IN_PROGRESS, resume_on=None,
        due=restarted(call, issue, LedgerAction.SUSPEND), note=within("note", note) if note else None,
    )  # fmt: skip
    return Done({"issue": issue.id, "event": event})


def _ask(call: Call, issue: Issue, role: Role, kind: IssueRequestKind, field: str, reason: str, **wanted: Any) -> Done:
    reason = within(field, reason)
    pending = IssueRequest.select().where(
        IssueRequest.issue == issue.id, IssueRequest.kind == kind, IssueRequest.state == IssueRequestState.PENDING
    )
    if pending.exists():
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"A request of the kind {kind} is pending for this issue; wait until it is decided.",
            chinese=f"此事项已有待审批的{kind.chinese}申请，请等待审批。",
        )
    request = IssueRequest.create(
        issue=issue.id, division_code=issue.division_code, kind=kind, state=IssueRequestState.PENDING, reason=reason,
        asked_by=call.actor.account_id, asked_by_name=call.actor.name, asked_at=call.at, **wanted,
    )  # fmt: skip
    details = {"request_id": request.id, "kind": kind.value}
    details |= {name: value.code if isinstance(value, Division) else value for name, value in wanted.items()}
    event = advance(call, issue, LedgerAction.NOTE, role, note=reason, details=details)
    return Done({"issue": issue.id, "event": event, "request": request.id})


def _once(what: str, instead: str, chinese: str) -> DomainError:
    return DomainError(
        ErrorCode.LIMIT_REACHED,
        f"An issue is {what} once, and this one was. {instead}",
        chinese=f"每件事项只能{chinese}一次，此事项已{chinese}过。",
    )


def _pending(issue: Issue, request_id: int | None) -> IssueRequest:
    query = IssueRequest.select().where(IssueRequest.issue == issue.id, IssueRequest.state == IssueRequestState.PENDING)
    if request_id is not None:
        query = query.where(IssueRequest.id == request_id)
    found = list(locked(query.order_by(IssueRequest.id)))
    if not found:
        raise DomainError(
            ErrorCode.NOT_FOUND,
            "No such request is pending for this issue.",
            ("requestId",),
            chinese="此事项没有该待审批的申请。",
        )
    if len(found) > 1:
        raise invalid(
            "requestId",
            "Several requests are pending for this issue; say which with requestId.",
            "此事项有多项待审批的申请，请以 requestId 指明。",
        )
    return found[0]


# --- What a request leads to once it is granted ---


def _suspend(call: Call, issue: Issue, request: IssueRequest, role: Role, reason: str, details: dict[str, Any]) -> int:
    resume_on: Any = request.resume_on
    if resume_on <= day_of(call):
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"It was to be put off until {resume_on}, and that day has come; decline the request.",
            chinese=f"申请缓办至{resume_on}，该日已到；请不予同意。",
        )
    return advance(
        call, issue, LedgerAction.SUSPEND, role, to_state=IssueState.SUSPENDED, due=None, note=reason,
        details=details | {"resume_on": resume_on}, resume_on=resume_on, is_suspended_once=True,
    )  # fmt: skip


def _extend(call: Call, issue: Issue, request: IssueRequest, role: Role, reason: str, details: dict[str, Any]) -> int:
    due_at: Any = issue.due_at
    end = working_days_after(due_at, request.working_days or 0)
    return advance(
        call, issue, LedgerAction.EXTEND, role, to_state=IssueState.IN_PROGRESS, due=(end, warning(call.at, end)),
        note=reason, details=details | {"working_days": request.working_days}, is_extended=True,
    )  # fmt: skip


def _transfer(call: Call, issue: Issue, request: IssueRequest, role: Role, reason: str, details: dict[str, Any]) -> int:
    target = Division.get_by_id(request.target_id)
    committee = committee_at(target.code)
    release_claims(call, issue)
    strike_off(call, issue, NeedState.TRANSFERRED)
    details |= {"from_code": issue.division_code, "to_code": target.code}
    return advance(
        call, issue, LedgerAction.TRANSFER, role, to_state=IssueState.SUBMITTED, to_level=DivisionLevel.COMMUNITY,
        due=due(Clock.INTAKE, Urgency(issue.urgency), call.at, target.code), note=reason, details=details,
        transfer_count=issue.transfer_count + 1, **moved_to(issue, committee),
    )  # fmt: skip


_ACTIONS = {
    IssueRequestKind.SUSPENSION: LedgerAction.SUSPEND,
    IssueRequestKind.EXTENSION: LedgerAction.EXTEND,
    IssueRequestKind.TRANSFER: LedgerAction.TRANSFER,
}
_GRANTS = {LedgerAction.SUSPEND: _suspend, LedgerAction.EXTEND: _extend, LedgerAction.TRANSFER: _transfer}


def _arrived_at(issue: Issue) -> Any:
    entry = last_entry(issue, LedgerAction.CREATE, LedgerAction.TRANSFER)
    return entry.at if entry is not None else issue.created_at


def _common_office(code: str, other: str) -> DivisionLevel:
    """Find the level of the lowest office that is above both communities."""
    shared = [above for above in ancestor_codes(code) if above in ancestor_codes(other)]
    office = Division.select().where(Division.code.in_(shared)).order_by(Division.code.desc()).first()
    if office is None or office.level is DivisionLevel.PROVINCE:
        raise invalid(
            "divisionCode",
            "The community lies in another city; reject the issue with advice instead.",
            "该社区不在本市；请不予受理并告知向属地反映。",
        )
    return DivisionLevel(office.level)


def _deciding_role(call: Call, issue: Issue, request: IssueRequest) -> Role:
    """Give the role of an officer at the lowest office above both communities: no other decides a transfer."""
    target = Division.get_by_id(request.target_id)
    level = _common_office(issue.division_code, target.code)
    role = next(role for role, office in OFFICER_ROLES.items() if office is level)
    held = next((held for held in call.actor.held if held.role is role and held.covers(issue.division_code)), None)
    if held is None or not held.covers(target.code):
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            f"The office of the level {level} above both communities decides this transfer.",
            chinese="转派由两社区共同的最近上级机构决定。",
        )
    return role
