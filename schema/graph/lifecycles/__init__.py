"""What each noun that has a life went through, and what may be done next with it: its journal and its transitions."""

from schema.catalog.declare import every
from schema.catalog.registry import Context
from schema.graph.lifecycles.journal import JOURNALS, VERIFICATION, JournalEntry, JournalFinding, JournalVerification
from schema.graph.lifecycles.transitions import AVAILABLE, TRANSITION_TYPES

CONTEXT = Context(
    types=(*TRANSITION_TYPES, JournalEntry, JournalFinding, JournalVerification),
    roots={"journal_entries": every("JournalEntry", "All journal entries, newest first.", order="-at")},
    additions={
        **{noun: {**JOURNALS.get(noun, {}), "available_transitions": field} for noun, field in AVAILABLE.items()},
        "LedgerVerification": {"journal": VERIFICATION},
    },
)
