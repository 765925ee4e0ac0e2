"""Verifies the journals of everything that has one (`db.kernel.chain_check`), and counts what that costs."""

from collections.abc import Callable
from typing import Any

from db.access.journal import JOURNAL_COLUMNS
from db.access.models.journal import JournalEntry
from db.city.machines import JOURNALED
from db.issues.ledger_check import within
from db.kernel.chain_check import ChainReport, History
from db.kernel.lifecycle import Machine


def _history(model: Any, machine: Machine[Any, Any, Any, Any]) -> History:
    return History(
        subject=model,
        entry=JournalEntry,
        belongs=(JournalEntry.subject_type == machine.noun) & (JournalEntry.subject_id == model.id),
        noun=machine.words[0].split()[-1],
        kind="journal",
        columns=JOURNAL_COLUMNS,
        carried=(("from_state", "to_state", "state"),),
    )


_HISTORIES = [_history(model, machine) for model, machine in JOURNALED.items()]


def verify_journals(
    division_code: str | None = None, progress: Callable[[int, int], None] | None = None
) -> ChainReport:
    """Verify all journals, or those of a division and below it.

    progress: called for each kind of subject with how many were verified, and how many there are.

    Raises:
        DomainError: NOT_FOUND, there is no such division.
    """
    report = ChainReport(division_code)
    for history in _HISTORIES:
        report.add(history, within(division_code, history.subject), progress)
    return report


def journal_entry_count(division_code: str, most: int) -> int:
    """Count the journal entries of a division and below it, up to `most`: what verifying them costs.

    Raises:
        DomainError: NOT_FOUND, there is no such division.
    """
    entries = JournalEntry.select(JournalEntry.id).where(within(division_code, JournalEntry))
    return entries.limit(most).count(clear_limit=False)
