"""Attachments are added: to a subject by whoever may write it, one by one or with the subject itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from peewee import fn

from db.access.commands import Call, CommandResult
from db.access.subjects import command
from db.attachments.models import Attachment
from db.attachments.subjects import SUBJECTS
from db.files.uploads import file_columns
from db.issues.models.issue import EvidenceKind
from db.kernel.bounds import Items, Length
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import not_found
from db.kernel.statements import compiled

# How many attachments a subject has at most.
MAX_ATTACHMENTS = 20


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """What is attached. file_id: of a file that was uploaded. uri, sha256: of a file that is kept elsewhere."""

    kind: EvidenceKind
    description: Annotated[str, Length(1, 200, has_lines=False)]
    uri: str | None = None
    sha256: str | None = None
    file_id: int | None = None


AttachedFiles = Annotated[Sequence[AttachedFile], Items(0, MAX_ATTACHMENTS)]


@command()
def add_attachment(
    call: Call,
    *,
    subject_id: tuple[str, int],
    kind: EvidenceKind,
    description: Annotated[str, Length(1, 200, has_lines=False)],
    uri: str | None = None,
    sha256: str | None = None,
    file_id: int | None = None,
) -> CommandResult:
    """Attach a file to a subject: one that the actor uploaded, or one that is kept elsewhere (添加附件).

    Raises:
        DomainError: NOT_FOUND, there is none whose attachments the actor sees, or no such file; NOT_PERMITTED, the
            actor may not write it; INVALID_INPUT, the address or the hash is out of form; ALREADY_EXISTS, the file
            belongs to a row; LIMIT_REACHED, it has as many as it may have.
    """
    name, row_id = subject_id
    subject = SUBJECTS[name]
    row = subject.model.lock(id=row_id)
    if row is None or not subject.rule.check(call.actor, row):
        raise not_found("subjectId", "There is no such object; check the id.", "没有此对象，请核对 ID。")
    subject.require_writer(call, row)
    require_room(row, 1, "subjectId")
    return CommandResult({"attachment": attach_one(call, row, AttachedFile(kind, description, uri, sha256, file_id))})


def attach(call: Call, row: Any, files: Sequence[AttachedFile]) -> None:
    """Attach the files of the input `attachments` to a row of a subject.

    Raises:
        DomainError: as of `file_columns`.
    """
    for at, one in enumerate(files):
        attach_one(call, row, one, ("attachments", str(at)))


def attach_one(call: Call, row: Any, file: AttachedFile, path: tuple[str, ...] = ()) -> int:
    """Attach a file to a row of a subject; return the attachment's id. path: of the file in the input.

    Raises:
        DomainError: as of `file_columns`.
    """
    return Attachment.create(
        subject_type=type(row).__name__, subject_id=row.id, division_code=row.division_code, kind=file.kind,
        description=file.description, created_at=call.at,
        **file_columns(call, file.file_id, file.uri, file.sha256, path),
    ).id  # fmt: skip


def require_room(row: Any, more: int, field: str) -> None:
    """Check that a row of a subject may have so many more attachments. field: of the input.

    Raises:
        DomainError: LIMIT_REACHED.
    """
    if _count.scalar(type(row).__name__, row.id) + more > MAX_ATTACHMENTS:
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"No more than {MAX_ATTACHMENTS} attachments of it are kept.",
            (field,),
            chinese=f"附件最多 {MAX_ATTACHMENTS} 件，不能再添加。",
        )


@compiled
def _count(subject_type: Any, subject_id: Any) -> Any:
    own = (Attachment.subject_type == subject_type) & (Attachment.subject_id == subject_id)
    return Attachment.select(fn.COUNT(Attachment.id)).where(own)
