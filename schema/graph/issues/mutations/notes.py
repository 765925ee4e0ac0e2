"""Mutations that leave an issue's state as it is: pressing, remarking, regrading and rating."""

from db.issues import notes
from db.issues.models.issue import Urgency
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

MUTATIONS = (
    Mutation(
        "urgeIssue",
        "Press for progress on an open issue; its reporter may once a day (督办).",
        notes.urge_issue,
        (Argument("text", Kind.PROSE, "What to say, up to 2,000 characters."),),
    ),
    Mutation(
        "commentIssue",
        "Remark on an open issue (留言).",
        notes.comment_issue,
        (
            Argument("text", Kind.PROSE, "The remark, up to 2,000 characters."),
            Argument(
                "is_contact_attempt",
                Kind.BOOLEAN,
                "That a verifier tried to reach the reporter; after two and a week the system closes the issue.",
                required=False,
            ),
        ),
        {"issue": "Issue", "event": "LedgerEntry", "comment": "Comment"},
    ),
    Mutation(
        "regradeIssue",
        "Change how urgent an issue is, which moves the running deadline (调整等级).",
        notes.regrade_issue,
        (
            Argument("urgency", Urgency, "How fast it must be handled from now on."),
            Argument("reason", Kind.PROSE, "Why, up to 2,000 characters."),
        ),
    ),
    Mutation(
        "rateIssue",
        "Rate how your issue was handled, once it is reported done or closed (评价).",
        notes.rate_issue,
        (
            Argument("rating", Kind.INT, "From 1, bad, to 5, good."),
            Argument("comment", Kind.PROSE, "What to say about it, up to 2,000 characters.", required=False),
        ),
    ),
)
