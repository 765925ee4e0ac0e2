"""Rows of attachments for tests; see `tests.factories`."""

from collections.abc import Callable
from typing import Any

from db.attachments.models import Attachment
from db.issues.models.issue import EvidenceKind
from tests.factories import AT
from tests.linkage.factories import make_visit


def make_attachment(subject: Any = None, **values: Any) -> Attachment:
    """Make a photograph of a visit, or of another subject."""
    subject = subject or make_visit()
    given = {
        "subject_type": type(subject).__name__, "subject_id": subject.id, "division_code": subject.division_code,
        "kind": EvidenceKind.PHOTO, "description": "示范照片", "created_at": AT, **values,
    }  # fmt: skip
    return Attachment.create(**given)


MAKERS: dict[type[Any], Callable[..., Any]] = {Attachment: make_attachment}
