"""Mutations that leave an issue's state as it is: urging, comments, evidence, the urgency and the rating."""

from db.issues import notes
from db.issues.models.issue import Urgency
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation
from schema.graph.issues.mutations.handling import EVIDENCE

_CORRECTION = InputObject(
    "LedgerCorrectionInput",
    "What a ledger entry should have said of one thing.",
    (
        Argument(
            "name", Kind.CODE, "The name of a column that the hash covers, such as `note`, or of one of the `facts`."
        ),
        Argument("value", Kind.LINE, "What is right."),
    ),
)

MUTATIONS = (
    Mutation(
        "urgeIssue",
        "Urge progress on an open issue; its reporter may do so once a day (督办).",
        notes.urge_issue,
        (Argument("text", Kind.PROSE, "The text of the reminder."),),
    ),
    Mutation(
        "commentIssue",
        "Comment on an open issue (留言).",
        notes.comment_issue,
        (
            Argument("text", Kind.PROSE, "The text of the comment."),
            Argument(
                "is_contact_attempt",
                Kind.BOOLEAN,
                "Whether this records a verifier's attempt to reach the reporter; after two attempts and a week "
                "the system closes the issue.",
                required=False,
            ),
        ),
        {"issue": "Issue", "event": "LedgerEntry", "comment": "Comment"},
    ),
    Mutation(
        "attachEvidence",
        "Attach evidence to an open issue: until it is accepted for its reporter, then for its handler, and always for "
        "the office that answers for it (补充佐证).",
        notes.attach_evidence,
        (Argument("evidence", EVIDENCE, "The pieces of evidence.", is_list=True),),
    ),
    Mutation(
        "regradeIssue",
        "Change the urgency of an issue, which moves the running deadline (调整等级).",
        notes.regrade_issue,
        (
            Argument("urgency", Urgency, "How fast the issue must be handled from now on."),
            Argument("reason", Kind.PROSE, "Why the urgency is changed."),
        ),
    ),
    Mutation(
        "correctLedgerEntry",
        "Write down that an entry of an issue's ledger is wrong and what is right; the entry itself stays (更正).",
        notes.correct_ledger_entry,
        (
            Argument("entry_id", Kind.ID, "The entry that is wrong.", of=("LedgerEntry",)),
            Argument("note", Kind.PROSE, "What is wrong, and how it is known."),
            Argument("facts", _CORRECTION, "What the entry should have said.", required=False, is_list=True),
        ),
    ),
    Mutation(
        "rateIssue",
        "Rate how your issue was handled, after it was reported done or closed (评价).",
        notes.rate_issue,
        (
            Argument("rating", Kind.INT, "The rating; 1 is bad and 5 is good."),
            Argument("comment", Kind.PROSE, "A comment on the rating.", required=False),
        ),
    ),
)
