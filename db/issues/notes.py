"""Notes: what is said about an issue on its way, which leaves its state as it is (rules T17, T23)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.subjects import command
from db.issues.core import ISSUE, Standing, advance, known_as, permit
from db.issues.deadlines import Clock, due
from db.issues.evidence import Piece, add_evidence
from db.issues.inputs import Rating
from db.issues.ledger import HASHED_COLUMNS
from db.issues.lifecycle import BEFORE_ACCEPTANCE, NOTES, IssueState, LedgerAction
from db.issues.models.issue import Comment, EvidenceStage, Issue, LedgerEntry, Urgency
from db.issues.of_incidents import require_urgent
from db.kernel.bounds import Items, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.kernel.statements import compiled

# How many pieces of evidence are attached at once, and how much of an entry is corrected at once.
MAX_PIECES, MAX_CORRECTIONS = 20, 10
# Which clock runs in a state; the others have none, or one that the urgency does not set.
_CLOCKS = {
    IssueState.SUBMITTED: Clock.INTAKE,
    IssueState.ACCEPTED: Clock.TRIAGE,
    IssueState.OPEN_FOR_CLAIM: Clock.CLAIM,
    IssueState.IN_PROGRESS: Clock.HANDLING,
    IssueState.AWAITING_VERIFICATION: Clock.VERIFICATION,
}


@command(ISSUE, LedgerAction.URGE)
def urge_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    text: Prose,
) -> CommandResult:
    """Urge progress: offices above and leaders in contact at any time, the reporter once a day (督办, T23).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; LIMIT_REACHED, the reporter
            pressed today already; INVALID_INPUT, the text is empty or too long.
    """
    event = advance(call, issue, LedgerAction.URGE, standing.role, note=text)
    return CommandResult({"issue": issue.id, "event": event})


@command(ISSUE)
def comment_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    text: Prose,
    is_contact_attempt: bool = False,
) -> CommandResult:
    """Comment on an open issue (留言, T23).

    is_contact_attempt: that a verifier tried to reach the reporter; after two and a week the clock closes it (T17).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; INVALID_INPUT, the text is
            empty or too long.
    """
    step = LedgerAction.CLOSE_OFF if is_contact_attempt else NOTES["commentIssue"]
    role, _ = permit(standing.capacities, issue, step)
    comment = Comment.create(
        issue=issue.id, division_code=issue.division_code, author=call.actor.account_id,
        author_name=known_as(call, issue), text=text, created_at=call.at,
    )  # fmt: skip
    details: dict[str, Any] = {"comment_id": comment.id}
    if is_contact_attempt:
        details["contact_attempt"] = True
    event = advance(call, issue, LedgerAction.NOTE, role, note=comment.text, details=details)
    return CommandResult({"issue": issue.id, "event": event, "comment": comment.id})


@command(ISSUE, NOTES["attachEvidence"])
def attach_evidence(
    call: Call, issue: Issue, standing: Standing, *, evidence: Annotated[Sequence[Piece], Items(1, MAX_PIECES)]
) -> CommandResult:
    """Attach evidence to an open issue: the reporter until it is accepted, then its handler, and its office (补充佐证).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; INVALID_INPUT, no evidence or
            too much, an address or hash is malformed; what `add_evidence` refuses of a file.
    """
    add_evidence(
        call, issue, evidence, EvidenceStage.REPORT if issue.state in BEFORE_ACCEPTANCE else EvidenceStage.WORK
    )
    details = {"evidence": len(evidence)}
    event = advance(call, issue, LedgerAction.NOTE, standing.role, details=details)
    return CommandResult({"issue": issue.id, "event": event})


@command(ISSUE, LedgerAction.REGRADE)
def regrade_issue(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    urgency: Urgency,
    reason: Prose,
) -> CommandResult:
    """Change how urgent an issue is; the deadline that runs is reckoned anew from its start (调整等级, T23).

    Where that has passed already, the new deadline runs from now.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; INVALID_INPUT, it has that
            urgency already, it belongs to an incident and would be less than URGENT, or the reason is empty or too
            long.
    """
    require_urgent(issue.incident_id, urgency)
    if urgency is issue.urgency:
        raise invalid(
            "urgency",
            f"The issue is already {urgency}; choose another urgency.",
            f"事项的紧急程度已是“{urgency.chinese}”，请选择其他等级。",
        )
    event = advance(
        call, issue, LedgerAction.REGRADE, standing.role, **_regraded(call, issue, urgency),
        note=reason, details={"from_urgency": str(issue.urgency), "to_urgency": urgency.value},
        urgency=urgency,
    )  # fmt: skip
    return CommandResult({"issue": issue.id, "event": event})


@dataclass(frozen=True, slots=True)
class Correction:
    """A column or fact of a ledger entry by its name, and what it should have said."""

    name: Annotated[str, Length(1, 40, has_lines=False)]
    value: Annotated[str, Length(1, 200, has_lines=False)]


@command(ISSUE, LedgerAction.CORRECT)
def correct_ledger_entry(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    entry_id: int,
    note: Prose,
    facts: Annotated[Sequence[Correction], Items(0, MAX_CORRECTIONS)] = (),
) -> CommandResult:
    """Write down that an entry of the ledger is wrong, and what is right; the entry stays (更正, T23).

    Raises:
        DomainError: NOT_FOUND, the issue has no such entry; NOT_PERMITTED, STALE_OBJECT, CONFLICT; INVALID_INPUT, the
            entry records nothing of a name that is given, a name is given twice, or the note is empty or too long.
    """
    entry = LedgerEntry.find(id=entry_id, issue=issue.id)
    if entry is None:
        message = "The issue has no such ledger entry; take an id from its `ledger`."
        raise not_found("entryId", message, "该事项没有这条台账记录；请从 ledger 中选择。")
    recorded = {*HASHED_COLUMNS, *json.loads(entry.details)}
    right: dict[str, str] = {}
    for at, fact in enumerate(facts):
        if fact.name not in recorded or fact.name in right:
            raise DomainError(
                ErrorCode.INVALID_INPUT,
                f"Each fact is corrected once, and the entry records these: {', '.join(sorted(recorded))}.",
                ("facts", str(at), "name"),
                chinese=f"每项内容只更正一次；该记录包含：{'、'.join(sorted(recorded))}。",
            )
        right[fact.name] = fact.value
    details = {"corrects": entry.seq, "facts": right}
    event = advance(call, issue, LedgerAction.CORRECT, standing.role, note=note, details=details)
    return CommandResult({"issue": issue.id, "event": event})


@command(ISSUE, NOTES["rateIssue"])
def rate_issue(
    call: Call, issue: Issue, standing: Standing, *, rating: Rating, comment: Prose | None = None
) -> CommandResult:
    """Rate how an issue was handled, once, by who reported it (评价, T17).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; LIMIT_REACHED, it was rated
            before; INVALID_INPUT, the rating is not 1 to 5.
    """
    event = advance(
        call, issue, LedgerAction.NOTE, standing.role, note=comment,
        details={"rating": rating}, rating=rating,
    )  # fmt: skip
    return CommandResult({"issue": issue.id, "event": event})


def _regraded(call: Call, issue: Issue, urgency: Urgency) -> dict[str, Any]:
    """Return the issue's columns for the running deadline as another urgency sets it; none where none runs."""
    clock = _CLOCKS.get(issue.state)
    if clock is None or issue.due_at is None:
        return {}
    deadline = due(clock, urgency, _clock_start(issue), issue.division_code)
    is_over = deadline.due_at <= call.at
    return (due(clock, urgency, call.at, issue.division_code) if is_over else deadline).columns


def _clock_start(issue: Issue) -> datetime:
    """Find when the running clock began: when the issue last came to its state or level, or was sent here."""
    entry = _start.first(issue.id)
    return entry.at if entry is not None else issue.created_at


@compiled
def _start(issue_id: Any) -> Any:
    started = LedgerEntry.select().where(
        LedgerEntry.issue == issue_id,
        LedgerEntry.from_state.is_null()
        | (LedgerEntry.from_state != LedgerEntry.to_state)
        | (LedgerEntry.from_level != LedgerEntry.to_level)
        | (LedgerEntry.action == LedgerAction.TRANSFER),
    )
    return started.order_by(LedgerEntry.seq.desc()).limit(1)
