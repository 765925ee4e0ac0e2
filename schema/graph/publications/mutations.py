"""Mutations of publications."""

from db.issues.models.duty import Duty
from db.publications import commands
from db.publications.models import Audience, PublicationKind
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation
from schema.graph.incidents import OF_INCIDENT

_SHOWN = {"publication": "Publication", "event": "JournalEntry"}
MUTATIONS = (
    Mutation(
        "issuePublication",
        "Make something known in a division and all below it: staff to everybody in their community, officers also to "
        "members or offices (发布资料).",
        commands.issue_publication,
        (
            Argument(
                "division_code", Kind.CODE, "The 12-digit code of the division that it is for, with all below it."
            ),
            Argument("kind", PublicationKind, "What it is, such as a policy or a training video."),
            Argument("audience", Audience, "For whom it is: everybody, members or offices."),
            Argument("title", Kind.LINE, "The title of the publication."),
            Argument("body", Kind.PROSE, "The text; it, `uri` or both are required.", required=False),
            Argument("uri", Kind.LINE, "The https address of the file; a TRAINING_VIDEO needs one.", required=False),
            Argument("sha256", Kind.LINE, "The SHA-256 hash of the file, in hexadecimal.", required=False),
            Argument("duration_seconds", Kind.INT, "The length of a TRAINING_VIDEO in seconds.", required=False),
            Argument("duty", Duty, "The duty that it is about, one of eight.", required=False),
            Argument("valid_from", Kind.DATETIME, "From when it is in force; now when left out.", required=False),
            Argument("valid_until", Kind.DATETIME, "Until when it is in force; no end when left out.", required=False),
            Argument(
                "needs_receipt",
                Kind.BOOLEAN,
                "Whether readers are asked to confirm that they have read it; they are not when left out.",
                required=False,
            ),
            Argument(
                "supersedes_id",
                Kind.ID,
                "The publication of the same division and kind whose place it takes once it is in force.",
                required=False,
                of=("Publication",),
            ),
            OF_INCIDENT,
        ),
        _SHOWN,
    ),
    Mutation(
        "withdrawPublication",
        "Withdraw a publication; that it was issued stays known (撤回资料).",
        commands.withdraw_publication,
        (Argument("reason", Kind.PROSE, "Why it is withdrawn, for the journal."),),
        _SHOWN,
    ),
    Mutation(
        "confirmReading",
        "Confirm that you have read a publication that addresses you; each day counts once (确认阅读).",
        commands.confirm_reading,
        (),
        {"publication": "Publication", "read": "PublicationRead"},
    ),
)
