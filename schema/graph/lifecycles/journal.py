"""The journal in the graph: the steps of every noun that has a lifecycle machine, but for issues and their ledger."""

from typing import Any

from peewee import ColumnBase

from db.access.models.journal import JournalAction
from db.city import models
from db.city.journal_check import journal_entry_count, verify_journals
from db.city.machines import JOURNALED
from db.issues import visibility
from db.kernel.chain_check import ChainReport, LedgerFault
from db.kernel.expressions import Row
from db.kernel.lifecycle import Machine
from schema.catalog.declare import Many, column, computed, derived, many, model_type, one, part_type
from schema.catalog.fields import Kind, Resolved, Scalar
from schema.graph.issues.ledger import MAX_FINDINGS, require_few
from schema.graph.language import name_of
from schema.graph.viewer import seen_by, viewer_of


@model_type(
    models.JournalEntry,
    "One line of the journal (业务台账): a step in the life of a claim, a meeting or another noun.",
    visible=seen_by(visibility.JOURNAL),
)
class JournalEntry:
    """Added once, never changed, chained by hash."""

    subject_type = column("The type of what took the step, such as Claim.")
    subject_id = computed(
        Kind.CODE,
        lambda entry: entry.subject_type.concat("_").concat(entry.subject_id.cast("TEXT")),
        "The global id of what took the step.",
    )
    issue = one("Issue", "The issue that it serves; null for what belongs to no issue.", shares_visibility=True)
    division_code = column("The 12-digit code of the community when the entry was written.")
    seq = column("Its place in the journal of its subject, from 1 without gaps.")
    at = column("When the step was taken.")
    action = column("The action that the entry records.")
    action_name = computed(
        Kind.LINE,
        lambda entry: name_of(entry.action, JournalAction),
        "What it records, in words of the language that was asked for: 确认, or A claim was confirmed.",
        cost=0,
        queryable=False,
    )
    actor_name = computed(
        Kind.LINE,
        lambda entry, given: visibility.actor_name(entry, viewer_of(given)),
        "Who acted; null for a step that follows by rule, and 居民 for a resident whom the viewer may not know.",
        nullable=True,
        cost=0,
    )
    actor_role = column("The role in which the actor acted; SYSTEM for a step that follows by rule.")
    office_code = column("The code of the division whose office answered then.")
    from_state = column("The state before; null for the first entry.")
    to_state = column("The state of the subject after the step.")
    note = column("The note that was recorded with the step.")
    facts = column(
        'What the step was about besides, as JSON text such as `{"milestone": "ProjectMilestone_7"}`; it has ids, '
        "numbers, days and names of states, and no data about persons.",
        queryable=False,
    )
    prev_hash = column("The hash of the entry before; 64 zeros for the first.")
    hash = column("SHA-256 over this entry and the hash before.")


def journal_of(noun: str) -> Many:
    """Declare the journal of a noun: its entries, oldest first."""
    return many(
        "JournalEntry",
        "Its history, oldest entry first.",
        on=lambda row, entry: (entry.subject_type == noun) & (entry.subject_id == row.id),
        order="seq",
    )


def _created_at(machine: Machine[Any, Any, Any, Any]) -> Scalar:
    """Declare when a noun without a column for it came to be: the time of the first entry of its journal."""

    def first(row: Row) -> ColumnBase:
        entry: Any = models.JournalEntry.alias("first")
        own = (entry.subject_type == machine.noun) & (entry.subject_id == row.id) & (entry.seq == 1)
        return entry.select(entry.at).where(own)

    meaning = f"When {machine.words[0]} was recorded first, by its journal; null where the journal is empty."
    return computed(Kind.DATETIME, first, meaning, nullable=True)


JOURNALS: dict[str, dict[str, Any]] = {
    machine.noun: {"journal": journal_of(machine.noun)}
    | ({} if "created_at" in model._meta.fields else {"created_at": _created_at(machine)})
    for model, machine in JOURNALED.items()
}


def _verified(ledgers: ChainReport) -> ChainReport:
    """Verify the journals of the division whose ledgers were verified.

    Raises:
        RequestRefused: QUERY_TOO_COSTLY, it has too many entries.
    """
    assert ledgers.division_code, "a division was asked for"
    require_few("journal", journal_entry_count, ledgers.division_code)
    return verify_journals(ledgers.division_code)


@part_type("One fault that verification found in a journal.")
class JournalFinding:
    """One fault of one entry."""

    subject_id = computed(
        Kind.ID,
        lambda found: f"{found.subject_type}_{found.subject_id}",
        "The global id of what the journal belongs to.",
    )
    seq = computed(
        int, lambda found: found.seq, "The sequence number of the entry, or of the first of several missing ones."
    )
    fault = computed(LedgerFault, lambda found: found.fault, "What is wrong with the entry.")
    detail = computed(Kind.PROSE, lambda found: found.detail, "A sentence that describes the fault.")


@part_type("The result of verifying the journals of a division (业务台账校验).")
class JournalVerification:
    """Answered by walking the chains, as that of the ledgers is."""

    is_intact = computed(bool, lambda report: report.is_intact, "Whether the journals have no fault.")
    subject_count = computed(
        int, lambda report: report.subject_count, "The number of claims, meetings and so on that were verified."
    )
    entry_count = computed(int, lambda report: report.entry_count, "The number of entries that were verified.")
    fault_count = computed(int, lambda report: report.fault_count, "The number of faults that were found.")
    findings = derived(
        "JournalFinding",
        f"The faults, by subject and entry; the first {MAX_FINDINGS} at most.",
        query=lambda report: report.findings[:MAX_FINDINGS],
        bound=MAX_FINDINGS,
    )


VERIFICATION = Resolved(
    target="JournalVerification",
    value=_verified,
    description="The same for the journals of claims, needs, projects, requests, meetings and committees.",
)
