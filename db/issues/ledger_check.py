"""Verifies ledgers: each entry against its hash, the chain, and what replaying leads to against the issue's row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from db.issues.ledger import GENESIS, HASHED_COLUMNS, entry_hash
from db.issues.models.issue import Issue, LedgerEntry
from db.kernel.database import database
from db.kernel.enumeration import DomainEnum
from db.kernel.errors import DomainError, ErrorCode
from db.places.models.division import Division

# How many issues are read at once, and how many faults a report names.
BATCH = 500
MAX_FINDINGS = 1000
_ENTRY: tuple[str, ...] = (*HASHED_COLUMNS, "prev_hash", "hash")
_ISSUE: tuple[str, ...] = ("id", "number", "state", "current_level", "due_at", "version")
# What replaying carries on: the entry's columns before and after, and the issue's.
_CARRIED = (
    ("from_state", "to_state", "state"),
    ("from_level", "to_level", "current_level"),
    ("due_before", "due_after", "due_at"),
)


class LedgerFault(DomainEnum):
    """The kind of a fault in a ledger (台账异常)."""

    CHANGED = "CHANGED", "The content of an entry was changed, so its hash does not match.", "被改动"
    MISSING = "MISSING", "An entry is missing from the ledger.", "缺失"
    REORDERED = "REORDERED", "An entry was moved to another place.", "被调换"
    REPLACED = "REPLACED", "An entry was replaced: the next entry was chained to a different one.", "被替换"
    DIVERGED = "DIVERGED", "Replaying the ledger does not give the present state of the issue.", "与现状不符"


@dataclass(frozen=True, slots=True)
class LedgerFinding:
    """One fault. seq: of the entry; the first of several that are missing."""

    issue_id: int
    number: str | None
    seq: int
    fault: LedgerFault
    detail: str


@dataclass(slots=True)
class LedgerReport:
    """What verifying found. findings: the first `MAX_FINDINGS` of `fault_count`."""

    division_code: str | None
    issue_count: int = 0
    entry_count: int = 0
    fault_count: int = 0
    findings: list[LedgerFinding] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """Whether the ledgers have no fault."""
        return not self.fault_count


def verify(division_code: str | None = None, progress: Callable[[int, int], None] | None = None) -> LedgerReport:
    """Verify the ledgers of all issues, or of those in a division and below it.

    progress: called with how many issues were verified, and how many there are. Needs memory for `BATCH` issues.

    Raises:
        DomainError: NOT_FOUND, there is no such division.
    """
    report = LedgerReport(division_code)
    within = _within(division_code)
    total = Issue.select().where(within).count() if progress else 0
    for issue, entries in _ledgers(within):
        report.issue_count += 1
        report.entry_count += len(entries)
        for seq, fault, detail in _faults(issue, entries):
            report.fault_count += 1
            if len(report.findings) < MAX_FINDINGS:
                report.findings.append(LedgerFinding(issue["id"], issue["number"], seq, fault, detail))
        if progress and report.issue_count % BATCH == 0:
            progress(report.issue_count, total)
    if progress:
        progress(report.issue_count, total)
    return report


def entry_count(division_code: str, most: int) -> int:
    """Count the entries of the issues in a division and below it, up to `most`: what verifying them costs.

    Raises:
        DomainError: NOT_FOUND, there is no such division.
    """
    entries = LedgerEntry.select(LedgerEntry.id).join(Issue).where(_within(division_code))
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


def _within(division_code: str | None) -> Any:
    if division_code is None:
        return Issue.id > 0
    division = subtree(division_code)
    return division.part.has(Issue.division_code)


def _ledgers(within: Any) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Read issues with their entries, both as they are stored. Each batch is one statement, which sees one moment."""
    last = 0
    while rows := _batch(within, last):
        for _, group in groupby(rows, lambda row: row[0]):
            known = list(group)
            issue = dict(zip(_ISSUE, known[0], strict=False))
            entries = [dict(zip(_ENTRY, row[len(_ISSUE) :], strict=True)) for row in known]
            yield issue, [entry for entry in entries if entry["hash"] is not None]
        last = rows[-1][0]


def _batch(within: Any, after: int) -> list[Any]:
    ids = Issue.select(Issue.id).where(Issue.id > after, within).order_by(Issue.id).limit(BATCH)
    columns = [Issue._meta.columns[name] for name in _ISSUE] + [LedgerEntry._meta.columns[name] for name in _ENTRY]
    query = Issue.select(*columns).left_outer_join(LedgerEntry, on=LedgerEntry.issue == Issue.id)
    # The rows as they are: conversion would lose what was stored, and take most of the time.
    return database.execute(query.where(Issue.id.in_(ids)).order_by(Issue.id, LedgerEntry.seq)).fetchall()


Fault = tuple[int, LedgerFault, str]


def _faults(issue: dict[str, Any], entries: list[dict[str, Any]]) -> Iterator[Fault]:
    before: dict[str, Any] | None = None
    was_at_fault = False
    for expected, entry in _expected(entries):
        has_gap = entry["seq"] != expected
        if has_gap:
            yield _missing(expected, entry["seq"] - 1)
        own = _own_fault(entry, max(issue["version"], entries[-1]["seq"]))
        if own:
            yield own
        elif not has_gap and not was_at_fault:
            yield from _link_faults(before, entry)
        before, was_at_fault = entry, bool(own)
    yield from _end_faults(issue, before)


def _expected(entries: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    before = 0
    for entry in entries:
        yield before + 1, entry
        before = entry["seq"]


def _missing(first: int, last: int) -> Fault:
    which = f"Entry {first} is" if first == last else f"Entries {first} to {last} are"
    return first, LedgerFault.MISSING, f"{which} missing."


def _own_fault(entry: dict[str, Any], length: int) -> Fault | None:
    """Return whether an entry is what was written, and where it was written if not here."""
    seq, prev_hash, kept = entry["seq"], entry["prev_hash"], entry["hash"]
    if entry_hash(entry, prev_hash) == kept:
        return None
    for place in range(1, length + 1):
        if entry_hash({**entry, "seq": place}, prev_hash) == kept:
            return seq, LedgerFault.REORDERED, f"The entry was written as entry {place}."
    return (
        seq,
        LedgerFault.CHANGED,
        f"The content has the hash {entry_hash(entry, prev_hash)}, but the entry records {kept}.",
    )


def _link_faults(before: dict[str, Any] | None, entry: dict[str, Any]) -> Iterator[Fault]:
    seq = entry["seq"]
    if before is None:
        if entry["prev_hash"] != GENESIS:
            yield seq, LedgerFault.REPLACED, "The entry does not begin the chain."
        return
    if entry["prev_hash"] != before["hash"]:
        yield before["seq"], LedgerFault.REPLACED, f"Entry {seq} was chained to another entry {before['seq']}."
        return
    for start, end, _ in _CARRIED:
        if entry[start] != before[end]:
            detail = (
                f"The entry begins with {start} {entry[start]}, but entry {before['seq']} ended with {before[end]}."
            )
            yield seq, LedgerFault.DIVERGED, detail


def _end_faults(issue: dict[str, Any], last: dict[str, Any] | None) -> Iterator[Fault]:
    """Compare where the ledger ends with where the issue stands (I1)."""
    seq, version = last["seq"] if last else 0, issue["version"]
    if seq < version:
        yield _missing(seq + 1, version)
    elif seq > version:
        yield seq, LedgerFault.DIVERGED, f"The issue's version is {version}."
    elif last:
        for _, end, column in _CARRIED:
            if last[end] != issue[column]:
                detail = f"The issue's {column} is {issue[column]}, but the ledger says {last[end]}."
                yield seq, LedgerFault.DIVERGED, detail
