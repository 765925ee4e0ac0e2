"""Attachments in the graph; each subject declares its list with `attachments_of`."""

import db.city.machines  # noqa: F401 - with it every subject is declared
from db.access.models.access import TokenScope
from db.attachments import commands
from db.attachments.models import Attachment as Table
from db.attachments.subjects import ATTACHMENT, SUBJECTS
from db.issues.models.issue import EvidenceKind
from db.kernel.addresses import safe_address
from schema.catalog.declare import Many, column, computed, many, model_type, one
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation
from schema.catalog.registry import Context
from schema.graph.viewer import seen_by


@model_type(
    Table,
    "A file that belongs to a visit, an activity, a candidacy or another subject (附件).",
    visible=seen_by(ATTACHMENT),
)
class Attachment:
    """Added once, never changed."""

    subject_type = column("The type of what it belongs to, such as Visit.")
    subject_id = computed(
        Kind.CODE,
        lambda row: row.subject_type.concat("_").concat(row.subject_id.cast("TEXT")),
        "The global id of what it belongs to.",
    )
    division_code = column("The 12-digit code of the division of what it belongs to.")
    kind = column("What the attachment is, such as a photograph.")
    description = column("What the attachment shows, in words.")
    uri = computed(
        Kind.LINE,
        lambda row: safe_address(row.uri),
        "The https address of a file kept elsewhere; null when none was given.",
        nullable=True,
        cost=0,
    )
    sha256 = column("The SHA-256 hash of the file, in hexadecimal.")
    created_at = column("When the attachment was added.")
    file = one("File", "The uploaded file; null when there is none here.", shares_visibility=True)


def attachments_of(noun: str) -> Many:
    """Declare the attachments of a noun, in the order in which they were added."""
    return many(
        "Attachment",
        "What was attached, oldest first (附件); for whoever may see it.",
        on=lambda row, other: (other.subject_type == noun) & (other.subject_id == row.id),
    )


_FILE = (
    Argument("kind", EvidenceKind, "What the attachment is, such as a photograph."),
    Argument("description", Kind.LINE, "What the attachment shows, in words."),
    Argument("uri", Kind.LINE, "The https address of a file kept elsewhere.", required=False),
    Argument("sha256", Kind.LINE, "The SHA-256 hash of that file, in hexadecimal.", required=False),
    Argument(
        "file_id", Kind.ID, "The file, uploaded by POST /files; give this or `uri`.", required=False, of=("File",)
    ),
)
FILE_INPUT = InputObject("AttachmentInput", "A file that is attached with what it belongs to.", _FILE)
CONTEXT = Context(
    types=(Attachment,),
    roots={},
    mutations={
        TokenScope.NOTES: (
            Mutation(
                "addAttachment",
                "Attach a file that was uploaded, or is kept elsewhere: to a visit, for the visitor; to an "
                "activity, for whoever could record it; to a candidacy, for the candidate, the nominator and staff; to "
                "a project, a donation or an expense, for staff and whoever leads, gives or pays; to an application, "
                "for whoever filed it (添加附件).",
                commands.add_attachment,
                (
                    Argument("subject_id", Kind.ID, "What the file belongs to.", of=tuple(sorted(SUBJECTS))),
                    *_FILE,
                ),
                {"attachment": "Attachment"},
            ),
        ),
    },
)
