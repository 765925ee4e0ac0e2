"""Progress: handlers report how far the work is, which leaves the issue in progress (进展)."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from db.access.commands import Call, CommandResult
from db.access.subjects import command
from db.issues.core import ISSUE, Standing, advance, known_as
from db.issues.evidence import Piece, add_evidence
from db.issues.lifecycle import LedgerAction
from db.issues.models.issue import PERCENT, EvidenceStage, Issue, ProgressReport
from db.issues.notes import MAX_PIECES
from db.kernel.bounds import Days, Items, Length


@command(ISSUE, LedgerAction.PROGRESS)
def report_progress(
    call: Call,
    issue: Issue,
    standing: Standing,
    *,
    percent: Annotated[int, PERCENT],
    text: Annotated[str, Length(1, 1000)],
    next_on: Annotated[date, Days(first=0)] | None = None,
    evidence: Annotated[Sequence[Piece], Items(0, MAX_PIECES)] = (),
) -> CommandResult:
    """Report progress on an issue that one handles (报告进展).

    next_on: when the next report is to be expected.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, CONFLICT; INVALID_INPUT; what
            `add_evidence` refuses of a file.
    """
    report = ProgressReport.create(
        issue=issue.id, division_code=issue.division_code, reporter=call.actor.account_id,
        reporter_name=known_as(call, issue), percent=percent, text=text, next_on=next_on, created_at=call.at,
    )  # fmt: skip
    add_evidence(call, issue, evidence, EvidenceStage.WORK, report)
    details = {"progress_report_id": report.id, "percent": percent, "next_on": next_on, "evidence": len(evidence)}
    event = advance(call, issue, LedgerAction.PROGRESS, standing.role, note=text, details=details)
    return CommandResult({"issue": issue.id, "event": event, "progressReport": report.id})
