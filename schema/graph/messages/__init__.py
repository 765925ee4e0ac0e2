"""The hotline and the mailbox: messages, and the issues that they became, joined, or may be about."""

from db.access.models.access import TokenScope
from schema.catalog.declare import aggregate, every, lookup, many
from schema.catalog.registry import Context
from schema.graph.messages.figures import FIGURES
from schema.graph.messages.mutations import REVEALING, SETTLING, TAKING_IN
from schema.graph.messages.types import MESSAGE_TYPES
from schema.graph.places.types import within

CONTEXT = Context(
    types=MESSAGE_TYPES,
    roots={
        "message": lookup(
            "ChannelMessage", "Find a message by id or number.", number=("number", "The number of the message.")
        ),
        "messages": every("ChannelMessage", "Messages that the viewer knows of, newest first.", order="-received_at"),
        "message_aggregate": aggregate("ChannelMessage", "Count and group messages that the viewer knows of."),
    },
    additions={
        "Division": {
            "messages": many(
                "ChannelMessage",
                "Messages of the hotline and the mailbox in the scope that the viewer knows of, newest first.",
                on=lambda division, row, given: within(row.division_code, division, given),
                order="-received_at",
                scoped=True,
            ),
        },
        "DivisionStats": FIGURES,
        "Issue": {
            "messages": many(
                "ChannelMessage",
                "Messages that became the issue or joined it, as far as the viewer knows of them.",
                on="issue",
                order="id",
            ),
        },
    },
    mutations={TokenScope.INTAKE: TAKING_IN, TokenScope.HANDLING: REVEALING, TokenScope.VOICE: SETTLING},
)
