"""Mutations of matches: staff suggest, owners answer."""

from db.matches import commands
from db.matches.models import MatchAnswer
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

MUTATIONS = (
    Mutation(
        "suggestMatch",
        "Suggest a resource for a need that is not met, and ask its owner; for staff of the community (推荐对接).",
        commands.suggest_match,
        (
            Argument("resource_id", Kind.ID, "The resource that would fit.", of=("Resource",)),
            Argument("note", Kind.LINE, "What the owner should know about it.", required=False),
        ),
        {"match": "Match", "event": "JournalEntry"},
    ),
    Mutation(
        "answerMatch",
        "Answer a match as whoever offers the resource; who accepts claims the need's issue with it (答复对接).",
        commands.answer_match,
        (
            Argument("answer", MatchAnswer, "Whether the owner claims the need with the resource."),
            Argument("promise", Kind.PROSE, "What is promised; needed to accept.", required=False),
            Argument(
                "promised_on", Kind.DATE, "The day by which it will be done; needed to accept.", required=False
            ),
            Argument(
                "window_id", Kind.ID, "The time window of the resource, if it has windows.", required=False,
                of=("ResourceWindow",),
            ),
            Argument(
                "quantity", Kind.DECIMAL, "How much of the resource is given, in its unit.", required=False
            ),
            Argument("reason", Kind.PROSE, "Why the owner declines; needed to decline.", required=False),
        ),
        {"match": "Match", "claim": "Claim", "event": "JournalEntry"},
    ),
)  # fmt: skip
