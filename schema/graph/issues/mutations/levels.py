"""Mutations that change the level which answers for an issue."""

from db.issues import levels
from db.places.models.division import DivisionLevel
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

MUTATIONS = (
    Mutation(
        "escalateIssue",
        "Take an issue to the office one level up (逐级上报).",
        levels.escalate_issue,
        (
            Argument("reason", Kind.PROSE, "Why, up to 2,000 characters."),
            Argument("tried", Kind.PROSE, "What was tried, up to 2,000 characters."),
            Argument(
                "to_level",
                DivisionLevel,
                "A level further up, for an emergency or a leader in contact; the next one when left out.",
                required=False,
            ),
            Argument(
                "keeps_claims",
                Kind.BOOLEAN,
                "Whether open claims stay as they are; they are released when left out.",
                required=False,
            ),
        ),
    ),
    Mutation(
        "handDownIssue",
        "Give an issue to an office below your own, or to a community there (下派).",
        levels.hand_down_issue,
        (
            Argument("division_code", Kind.CODE, "The division that answers for it from now on, by code."),
            Argument("instruction", Kind.PROSE, "What to do, up to 2,000 characters."),
            Argument("due_at", Kind.DATETIME, "The deadline for the office below."),
        ),
    ),
)
