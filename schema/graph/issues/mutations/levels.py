"""Mutations that change the level which answers for an issue."""

from db.issues import levels
from db.places.models.division import DivisionLevel
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

MUTATIONS = (
    Mutation(
        "escalateIssue",
        "Escalate an issue to the office one level up (逐级上报).",
        levels.escalate_issue,
        (
            Argument("reason", Kind.PROSE, "Why the issue is escalated."),
            Argument("tried", Kind.PROSE, "What has been tried so far."),
            Argument(
                "to_level",
                DivisionLevel,
                "The level to escalate to, for an emergency or a leader in contact; the next one when left out.",
                required=False,
            ),
            Argument(
                "keeps_claims",
                Kind.BOOLEAN,
                "Whether open claims are kept; they are released when left out.",
                required=False,
            ),
        ),
    ),
    Mutation(
        "handDownIssue",
        "Hand an issue down to an office below your own, or to a community there (下派).",
        levels.hand_down_issue,
        (
            Argument("division_code", Kind.CODE, "The 12-digit code of the division that becomes responsible."),
            Argument("instruction", Kind.PROSE, "The instruction to the office below."),
            Argument("due_at", Kind.DATETIME, "The deadline for the office below."),
        ),
    ),
)
