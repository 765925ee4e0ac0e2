"""What each noun that has a life went through, and what may be done next with it: its journal and its transitions."""

from schema.catalog.declare import derived, every
from schema.catalog.registry import Context
from schema.graph.lifecycles.journal import (
    JOURNALS,
    VERIFICATION,
    JournalEntry,
    JournalFinding,
    JournalVerification,
)
from schema.graph.lifecycles.transitions import (
    MAX_TRANSITIONS,
    AvailableTransition,
    InputAlternative,
    UserError,
    transitions,
)

CONTEXT = Context(
    types=(UserError, AvailableTransition, InputAlternative, JournalEntry, JournalFinding, JournalVerification),
    roots={"journal_entries": every("JournalEntry", "All journal entries, newest first.", order="-at")},
    additions={
        **JOURNALS,
        "LedgerVerification": {"journal": VERIFICATION},
        "Issue": {
            "available_transitions": derived(
                "AvailableTransition",
                "The mutations that the issue's state allows, and whether the viewer may perform them now.",
                query=transitions,
                bound=MAX_TRANSITIONS,
            ),
        },
    },
)
