"""Handling: who works on an issue, giving it back, and reporting the work done (T13, T14, T16)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.subjects import command
from db.issues.claims import open_for_claims, release_claims_of
from db.issues.core import ISSUE, Standing, advance, allow, holds, last_entry, require_open, started
from db.issues.deadlines import Clock, Deadline, due
from db.issues.evidence import Piece, add_evidence
from db.issues.guards import Guard
from db.issues.lifecycle import BEGINNINGS, TRANSITIONS, IssueOutcome, IssueState, LedgerAction
from db.issues.models.issue import EvidenceStage, Issue, LedgerEntry
from db.issues.need_and_project_lists import begin_projects
from db.issues.parties import NO_HANDLER, Party, handled_by, party_of, seat_in_office, within_reach
from db.kernel.bounds import Days, Items, Prose
from db.kernel.calendar import SHANGHAI
from db.kernel.refusals import invalid


@command(ISSUE, LedgerAction.ASSIGN)
def assign_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    handler_id: Party,
    due_at: datetime | None = None,
    instruction: Prose | None = None,
) -> CommandResult:
    """Assign an issue to a unit, a team or a member to handle (交办, T13).

    due_at: at most as far off as the urgency allows, and that where it is left out.

    Raises:
        DomainError: NOT_FOUND, no such handler where the issue is answered for; LIMIT_REACHED, it was returned twice
            and the office above must assign it; INVALID_INPUT; TERM_EXPIRED.
    """
    within_reach(call, issue, handler_id)
    end = handling_until(call, issue, due_at)
    begin_projects(call, issue)
    handler = handled_by(handler_id)
    event = advance(
        call, issue, LedgerAction.ASSIGN, standing.role, to_state=IssueState.IN_PROGRESS,
        **Deadline.until(call.at, end).columns,
        note=instruction, details=named(handler), **handler,
    )  # fmt: skip
    return CommandResult({"issue": issue.id, "event": event})


@command(ISSUE, LedgerAction.RETURN)
def return_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    reason: Prose,
    next_state: IssueState = IssueState.ACCEPTED,
) -> CommandResult:
    """Return an issue within two working days; staff and the clock may take it away at any time (退回, T14).

    next_state: ACCEPTED, or OPEN_FOR_CLAIM to let others claim it.

    Raises:
        DomainError: LIMIT_REACHED, the two days are over, or it was given back twice at this level; INVALID_INPUT.
    """
    _may_go_back_to(call, issue, standing, next_state)
    is_for_claim = next_state is IssueState.OPEN_FOR_CLAIM
    deadline = started(call, issue, Clock.CLAIM if is_for_claim else Clock.TRIAGE)
    handler = party_of(issue, "handler_")
    if handler is not None:
        release_claims_of(call, issue, handler)
    event = advance(
        call, issue, LedgerAction.RETURN, standing.role, to_state=next_state, note=reason, **deadline,
        return_count=issue.return_count + 1, **NO_HANDLER,
    )  # fmt: skip
    if is_for_claim:
        open_for_claims(issue, deadline["due_at"])
    return CommandResult({"issue": issue.id, "event": event})


@command(ISSUE, LedgerAction.REPORT_DONE)
def report_issue_done(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    result: Prose,
    evidence: Annotated[Sequence[Piece], Items(1)],
    done_on: Annotated[date, Days(last=0)],
    outcome: IssueOutcome,
) -> CommandResult:
    """Report the work done, with what shows it (办结, T16); staff may answer an accepted issue on the spot.

    Raises:
        DomainError: NOT_PERMITTED, somebody else handles it; INVALID_INPUT, no evidence, or a day in the future.
    """
    is_on_the_spot = issue.state is IssueState.ACCEPTED
    _require_since_submission(issue, done_on)
    add_evidence(call, issue, evidence, EvidenceStage.RESULT)
    handler = _on_the_spot(call, issue) if is_on_the_spot else {}
    event = advance(
        call, issue, LedgerAction.REPORT_DONE, standing.role, to_state=IssueState.AWAITING_VERIFICATION, note=result,
        **started(call, issue, Clock.VERIFICATION), outcome=outcome,
        details={"outcome": outcome.value, "done_on": done_on, "evidence": len(evidence), **named(handler)}, **handler,
    )  # fmt: skip
    return CommandResult({"issue": issue.id, "event": event})


# --- For other commands -----------------------------------------------------------------------------------------------


def may_be_claimed_again(call: Call, issue: Issue) -> bool:
    """Check whether an issue that is given back now may be claimed by others, or has to be assigned."""
    return holds(call, issue, allow(call, issue, None), Guard.MUST_BE_ASSIGNED) is None


def handling_until(call: Call, issue: Issue, wanted: datetime | None) -> datetime:
    """Return the end of the handling time: as wanted, but not later than the issue's urgency allows.

    Raises:
        DomainError: INVALID_INPUT.
    """
    latest, _ = due(Clock.HANDLING, issue.urgency, call.at, issue.division_code)
    return not_later(call, wanted, latest)


def not_later(call: Call, wanted: datetime | None, latest: datetime) -> datetime:
    """Return a wanted deadline, or the latest one that is allowed.

    Raises:
        DomainError: INVALID_INPUT, it is past, or too late.
    """
    if wanted is not None and not call.at < wanted <= latest:
        until = f"{latest.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        raise invalid(
            "dueAt",
            f"The deadline must be after now and at the latest {until} in Lanzhou.",
            f"办理时限须晚于现在，最迟为{until}。",
        )
    return wanted or latest


def beginning(issue: Issue) -> LedgerEntry | None:
    """Find the ledger entry with which the present handling began."""
    return last_entry(issue, *BEGINNINGS)


def named(handler: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of a handler's columns the one that is set, for the ledger."""
    return {column: row_id for column, row_id in handler.items() if row_id is not None}


# --- What the commands check ------------------------------------------------------------------------------------------


def _may_go_back_to(call: Call, issue: Issue, standing: Standing, state: IssueState) -> None:
    if state not in (targets := TRANSITIONS[LedgerAction.RETURN].targets):
        raise invalid(
            "nextState",
            f"An issue can be returned to {' or '.join(targets)} only.",
            f"只能退回至{'或'.join(f'“{target.chinese}”（{target}）' for target in targets)}。",
        )
    if state is IssueState.OPEN_FOR_CLAIM:
        require_open(call, issue, standing, Guard.MUST_BE_ASSIGNED)


def _require_since_submission(issue: Issue, done_on: date) -> None:
    if done_on < issue.created_at.astimezone(SHANGHAI).date():
        raise invalid("doneOn", "The day must not be before the issue was submitted.", "办结日期不能早于提交日期。")


def _on_the_spot(call: Call, issue: Issue) -> dict[str, Any]:
    seat = seat_in_office(call, issue.committee_id)
    return handled_by(("Member", seat.id)) if seat else NO_HANDLER | {"handler_account_id": call.actor.account_id}
