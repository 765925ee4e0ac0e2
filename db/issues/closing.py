"""Closing: work is verified and struck off, sent back, or opened again (T17, T18, first half of T19)."""

from dataclasses import replace
from datetime import datetime

from db.access.actor import SYSTEM
from db.access.commands import Call, CommandResult
from db.access.models.account import Role
from db.access.subjects import command
from db.issues.claims import end_claims
from db.issues.core import ISSUE, Standing, advance, holds, started
from db.issues.deadlines import NO_DEADLINE, Clock, Deadline
from db.issues.guards import Guard
from db.issues.handling import beginning, handling_until, not_later
from db.issues.inputs import Rating
from db.issues.levels import escalate_issue, office_above
from db.issues.lifecycle import Capacity, IssueOutcome, IssueState, LedgerAction
from db.issues.models.issue import Issue
from db.issues.need_and_project_lists import restore, strike_off
from db.kernel.bounds import Prose

# So often opened again, an issue is escalated.
MAX_REOPENINGS = 3
# With these outcomes, what claims promised counts as done.
_DONE = (IssueOutcome.RESOLVED, IssueOutcome.PARTLY_RESOLVED)


@command(ISSUE, LedgerAction.CLOSE_OFF)
def close_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    verification: Prose,
    rating: Rating | None = None,
    no_reply: bool = False,
    outcome: IssueOutcome | None = None,
) -> CommandResult:
    """Close an issue after verifying the work (销号, T17). outcome: as reported unless the verifier found another.

    rating: the reporter's, 1 to 5, unless they rated it themselves or did not reply.

    Raises:
        DomainError: NOT_PERMITTED, the verifier handled it, or a finding of NOT_FEASIBLE is not the office above's;
            INVALID_INPUT, no evidence, or not exactly one of rating and noReply.
    """
    rating = _rating(call, issue, standing, rating, no_reply)
    ended = outcome or issue.outcome
    assert ended is not None, "the work was reported done with an outcome"
    role = standing.role
    if ended is IssueOutcome.NOT_FEASIBLE:
        role = _approval(standing)
    end_claims(call, issue, kept=ended in _DONE)
    event = advance(
        call, issue, LedgerAction.CLOSE_OFF, role, to_state=IssueState.CLOSED, **NO_DEADLINE, note=verification,
        details={"outcome": ended.value, "rating": rating, "no_reply": no_reply}, outcome=ended, rating=rating,
        closed_at=call.at,
    )  # fmt: skip
    strike_off(call, issue)
    return CommandResult({"issue": issue.id, "event": event})


@command(ISSUE, LedgerAction.REWORK)
def rework_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    missing: Prose,
    due_at: datetime | None = None,
) -> CommandResult:
    """Send work back as incomplete (重办, T18). due_at: at most as far off as the handler had at first.

    Raises:
        DomainError: NOT_PERMITTED, the handler cannot judge; INVALID_INPUT.
    """
    end = not_later(call, due_at, _first_span(call, issue))
    event = advance(
        call, issue, LedgerAction.REWORK, standing.role, to_state=IssueState.IN_PROGRESS,
        **Deadline.until(call.at, end).columns, note=missing, outcome=None, rating=None,
    )  # fmt: skip
    return CommandResult({"issue": issue.id, "event": event})


@command(ISSUE, LedgerAction.REOPEN)
def reopen_issue(call: Call, issue: Issue, standing: Standing, *, reason: Prose) -> CommandResult:
    """Open a closed issue again, with its handler: the reporter within 30 days, staff within 90 (重启, T19).

    The third reopening takes it to the office one level up at once; with the city it stays, on the city list (A3).

    Raises:
        DomainError: LIMIT_REACHED, that time is over.
    """
    event = advance(
        call, issue, LedgerAction.REOPEN, standing.role, to_state=IssueState.IN_PROGRESS, note=reason,
        **started(call, issue, Clock.HANDLING),
        details={"reopen_count": issue.reopen_count + 1}, reopen_count=issue.reopen_count + 1,
        closed_at=None, outcome=None, rating=None,
    )  # fmt: skip
    restore(call, issue)
    if issue.reopen_count >= MAX_REOPENINGS and office_above(issue) is not None:
        by_rule = replace(call, actor=SYSTEM, expected_version=None)
        tried = f"It was opened again {issue.reopen_count} times."
        escalate_issue(by_rule, reason="第三次重启，自动上报（A3）。", tried=tried, issue_id=issue.id)
    return CommandResult({"issue": issue.id, "event": event})


# --- What the commands check ------------------------------------------------------------------------------------------


def _rating(call: Call, issue: Issue, standing: Standing, given: int | None, no_reply: bool) -> int | None:
    is_needed = holds(call, issue, standing, Guard.RATING_NEEDED) is not None
    is_one = (given is None) is no_reply if is_needed else given is None and not no_reply
    if not is_one:
        raise Guard.RATING_NEEDED.refusal()
    return given if is_needed else issue.rating


def _approval(standing: Standing) -> Role:
    role = standing.capacities.get(Capacity.SUPERIOR)
    if role is None:
        raise Guard.FINDING_OF_OFFICE_ABOVE.refusal()
    return role


def _first_span(call: Call, issue: Issue) -> datetime:
    began = beginning(issue)
    if began is None or began.due_after is None:
        return handling_until(call, issue, None)
    return call.at + (began.due_after - began.at)
