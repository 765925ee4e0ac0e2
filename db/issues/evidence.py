"""Evidence: what shows a concern or work on it, with a file that was uploaded, or the address of one kept elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from db.access.commands import Call
from db.files.uploads import file_columns
from db.issues.models.issue import Evidence, EvidenceKind, EvidenceStage, Issue, ProgressReport
from db.kernel.bounds import Length


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence. file_id: of a file that was uploaded. uri, sha256: of a file that is kept elsewhere."""

    kind: EvidenceKind
    description: Annotated[str, Length(1, 200, has_lines=False)]
    uri: str | None = None
    sha256: str | None = None
    file_id: int | None = None


def add_evidence(
    call: Call, issue: Issue, evidence: Sequence[Piece], stage: EvidenceStage, report: ProgressReport | None = None
) -> None:
    """Add pieces of evidence to an issue, each with its file. report: the progress report that they came with.

    Raises:
        DomainError: INVALID_INPUT, an address or hash is malformed, or given beside a file; NOT_FOUND, the actor has no
            such file; ALREADY_EXISTS, the file belongs to a row.
    """
    for at, piece in enumerate(evidence):
        Evidence.create(
            issue=issue.id, division_code=issue.division_code, kind=piece.kind, description=piece.description,
            stage=stage, created_at=call.at, progress_report=report,
            **file_columns(call, piece.file_id, piece.uri, piece.sha256, ("evidence", str(at))),
        )  # fmt: skip
