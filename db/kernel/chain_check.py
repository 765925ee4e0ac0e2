"""Verifies histories: each entry against its hash, the chain, and what replaying leads to against the subject's row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from peewee import Expression

from db.kernel.chain import GENESIS, chained_hash
from db.kernel.database import database
from db.kernel.enumeration import DomainEnum

# How many subjects are read at once, and how many faults a report names.
BATCH = 500
MAX_FINDINGS = 1000


class LedgerFault(DomainEnum):
    """The kind of a fault in a ledger or a journal (台账异常)."""

    CHANGED = "CHANGED", "The content of an entry was changed, so its hash does not match.", "被改动"
    MISSING = "MISSING", "An entry is missing from the history.", "缺失"
    REORDERED = "REORDERED", "An entry was moved to another place.", "被调换"
    REPLACED = "REPLACED", "An entry was replaced: the next entry was chained to a different one.", "被替换"
    DIVERGED = "DIVERGED", "Replaying the history does not give the present state of its subject.", "与现状不符"


@dataclass(frozen=True, slots=True)
class History:
    """The chained entries of one kind of subject.

    subject, entry: tables. belongs: whether an entry is a subject's. noun: as details name the subject; kind: its
    history. columns: those of the entry that its hash covers. carried: what replaying carries on, as the entry's
    columns before and after, and the subject's. label: a column of the subject by which people know it.
    """

    subject: Any
    entry: Any
    belongs: Expression
    noun: str
    kind: str
    columns: tuple[str, ...]
    carried: tuple[tuple[str, str, str], ...]
    label: str | None = None


@dataclass(frozen=True, slots=True)
class ChainFinding:
    """One fault. seq: of the entry; the first of several that are missing. label: as people know the subject."""

    subject_type: str
    subject_id: int
    label: str | None
    seq: int
    fault: LedgerFault
    detail: str


@dataclass(slots=True)
class ChainReport:
    """What verifying found. findings: the first `MAX_FINDINGS` of `fault_count`."""

    division_code: str | None
    subject_count: int = 0
    entry_count: int = 0
    fault_count: int = 0
    findings: list[ChainFinding] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """Whether the histories have no fault."""
        return not self.fault_count

    def add(self, history: History, within: Any, progress: Callable[[int, int], None] | None = None) -> None:
        """Verify the histories of the subjects that meet a condition, with memory for `BATCH` of them.

        progress: called with how many subjects were verified, and how many there are.
        """
        total = history.subject.select().where(within).count() if progress else 0
        count = 0
        for count, (subject, entries) in enumerate(_histories(history, within), start=1):
            self.entry_count += len(entries)
            for seq, fault, detail in _faults(history, subject, entries):
                self._add_finding(history, subject, seq, fault, detail)
            if progress and count % BATCH == 0:
                progress(count, total)
        self.subject_count += count
        if progress:
            progress(count, total)

    def _add_finding(
        self, history: History, subject: dict[str, Any], seq: int, fault: LedgerFault, detail: str
    ) -> None:
        self.fault_count += 1
        if len(self.findings) < MAX_FINDINGS:
            label = subject[history.label] if history.label else None
            noun = history.subject.__name__
            self.findings.append(ChainFinding(noun, subject["id"], label, seq, fault, detail))


def _histories(history: History, within: Any) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Read subjects with their entries, both as they are stored. Each batch is one statement, which sees one moment."""
    labels = (history.label,) if history.label else ()
    of_subject = ("id", "version", *(column for *_, column in history.carried), *labels)
    of_entry = (*history.columns, "prev_hash", "hash")
    last = 0
    while rows := _batch(history, within, last, of_subject, of_entry):
        for _, group in groupby(rows, lambda row: row[0]):
            known = list(group)
            subject = dict(zip(of_subject, known[0], strict=False))
            entries = [dict(zip(of_entry, row[len(of_subject) :], strict=True)) for row in known]
            yield subject, [entry for entry in entries if entry["hash"] is not None]
        last = rows[-1][0]


def _batch(
    history: History, within: Any, after: int, of_subject: tuple[str, ...], of_entry: tuple[str, ...]
) -> list[Any]:
    subject, entry = history.subject, history.entry
    ids = subject.select(subject.id).where(subject.id > after, within).order_by(subject.id).limit(BATCH)
    columns = [subject._meta.columns[name] for name in of_subject] + [entry._meta.columns[name] for name in of_entry]
    query = subject.select(*columns).left_outer_join(entry, on=history.belongs)
    # The rows as they are: conversion would lose what was stored, and take most of the time.
    return database.execute(query.where(subject.id.in_(ids)).order_by(subject.id, entry.seq)).fetchall()


Fault = tuple[int, LedgerFault, str]


def _faults(history: History, subject: dict[str, Any], entries: list[dict[str, Any]]) -> Iterator[Fault]:
    before: dict[str, Any] | None = None
    was_at_fault = False
    for expected, entry in _expected(entries):
        has_gap = entry["seq"] != expected
        if has_gap:
            yield _missing(expected, entry["seq"] - 1)
        own = _own_fault(history, entry, max(subject["version"], entries[-1]["seq"]))
        if own:
            yield own
        elif not has_gap and not was_at_fault:
            yield from _link_faults(history, before, entry)
        before, was_at_fault = entry, bool(own)
    yield from _end_faults(history, subject, before)


def _expected(entries: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    before = 0
    for entry in entries:
        yield before + 1, entry
        before = entry["seq"]


def _missing(first: int, last: int) -> Fault:
    which = f"Entry {first} is" if first == last else f"Entries {first} to {last} are"
    return first, LedgerFault.MISSING, f"{which} missing."


def _own_fault(history: History, entry: dict[str, Any], length: int) -> Fault | None:
    """Return whether an entry is what was written, and where it was written if not here."""
    seq, prev_hash, kept = entry["seq"], entry["prev_hash"], entry["hash"]
    found = chained_hash(history.columns, entry, prev_hash)
    if found == kept:
        return None
    for place in range(1, length + 1):
        if chained_hash(history.columns, {**entry, "seq": place}, prev_hash) == kept:
            return seq, LedgerFault.REORDERED, f"The entry was written as entry {place}."
    return seq, LedgerFault.CHANGED, f"The content has the hash {found}, but the entry records {kept}."


def _link_faults(history: History, before: dict[str, Any] | None, entry: dict[str, Any]) -> Iterator[Fault]:
    seq = entry["seq"]
    if before is None:
        if entry["prev_hash"] != GENESIS:
            yield seq, LedgerFault.REPLACED, "The entry does not begin the chain."
        return
    if entry["prev_hash"] != before["hash"]:
        yield before["seq"], LedgerFault.REPLACED, f"Entry {seq} was chained to another entry {before['seq']}."
        return
    for start, end, _ in history.carried:
        if entry[start] != before[end]:
            detail = (
                f"The entry begins with {start} {entry[start]}, but entry {before['seq']} ended with {before[end]}."
            )
            yield seq, LedgerFault.DIVERGED, detail


def _end_faults(history: History, subject: dict[str, Any], last: dict[str, Any] | None) -> Iterator[Fault]:
    """Compare where the history ends with where its subject stands (I1)."""
    seq, version, noun = last["seq"] if last else 0, subject["version"], history.noun
    if seq < version:
        yield _missing(seq + 1, version)
    elif seq > version:
        yield seq, LedgerFault.DIVERGED, f"The {noun}'s version is {version}."
    elif last:
        for _, end, column in history.carried:
            if last[end] != subject[column]:
                detail = f"The {noun}'s {column} is {subject[column]}, but the {history.kind} says {last[end]}."
                yield seq, LedgerFault.DIVERGED, detail
