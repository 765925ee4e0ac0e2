"""Verifies the ledgers of issues (`db.kernel.chain_check`), and counts what that costs."""

from collections.abc import Callable
from typing import Any

from db.issues.ledger import HASHED_COLUMNS
from db.issues.models.issue import Issue, LedgerEntry
from db.kernel.chain_check import ChainReport, History
from db.kernel.errors import DomainError, ErrorCode
from db.places.models.division import Division

LEDGER = History(
    subject=Issue,
    entry=LedgerEntry,
    belongs=LedgerEntry.issue == Issue.id,
    noun="issue",
    kind="ledger",
    columns=HASHED_COLUMNS,
    carried=(
        ("from_state", "to_state", "state"),
        ("from_level", "to_level", "current_level"),
        ("due_before", "due_after", "due_at"),
    ),
    label="number",
)


def verify(division_code: str | None = None, progress: Callable[[int, int], None] | None = None) -> ChainReport:
    """Verify the ledgers of all issues, or of those in a division and below it.

    progress: called with how many issues were verified, and how many there are.

    Raises:
        DomainError: NOT_FOUND, there is no such division.
    """
    report = ChainReport(division_code)
    report.add(LEDGER, within(division_code, Issue), progress)
    return report


def entry_count(division_code: str, most: int) -> int:
    """Count the entries of the issues in a division and below it, up to `most`: what verifying them costs.

    Raises:
        DomainError: NOT_FOUND, there is no such division.
    """
    entries = LedgerEntry.select(LedgerEntry.id).join(Issue).where(within(division_code, Issue))
    return entries.limit(most).count(clear_limit=False)


def subtree(division_code: str) -> Division:
    """Find the division that a ledger's entries belong to.

    Raises:
        DomainError: NOT_FOUND.
    """
    division = Division.get_or_none(Division.code == division_code)
    if division is None:
        raise DomainError(
            ErrorCode.NOT_FOUND,
            f"There is no division {division_code}; give a 12-digit code, such as 620102000000.",
            ("divisionCode",),
            chinese=f"没有代码为 {division_code} 的行政区划，请填写 12 位代码。",
        )
    return division


def within(division_code: str | None, model: Any) -> Any:
    """Build the condition that a row lies in a division or below it; None stands for everywhere.

    Raises:
        DomainError: NOT_FOUND, there is no such division.
    """
    if division_code is None:
        return model.id > 0
    return subtree(division_code).part.has(model.division_code)
