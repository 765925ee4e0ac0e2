"""Meetings of committees, from the agenda to the resolution."""

from db.access.models.access import TokenScope
from schema.catalog.declare import every, lookup, many
from schema.catalog.registry import Context
from schema.graph.deliberation import mutations
from schema.graph.deliberation.editions import ENTRIES, ListEntry
from schema.graph.deliberation.types import MEETING_TYPES

CONTEXT = Context(
    types=(*MEETING_TYPES, ListEntry),
    roots={
        "meeting": lookup("Meeting", "Find a meeting by id."),
        "meetings": every("Meeting", "All meetings, newest first.", order="-scheduled_at"),
    },
    additions={
        "ListEdition": {"entries": ENTRIES},
        "Committee": {
            "meetings": many(
                "Meeting",
                "Meetings of the committee, newest first.",
                on="committee",
                order="-scheduled_at",
            ),
            "meeting_demands": many(
                "MeetingDemand",
                "Members' demands for a meeting, newest first.",
                on="committee",
                order="-demanded_at",
            ),
        },
    },
    mutations={TokenScope.MEETINGS: mutations.MUTATIONS},
)
