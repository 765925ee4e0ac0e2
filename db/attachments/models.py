"""Attachments, which belong to subjects of many tables."""

from typing import TYPE_CHECKING

from peewee import BigAutoField, BigIntegerField, Check, ForeignKeyField

from db.files.models import File
from db.issues.models.issue import EvidenceKind
from db.kernel.fields import CodeField, EnumField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel


class Attachment(BaseModel):
    """A description, and a file kept here or elsewhere (附件): added once, and never changed.

    subject_type, subject_id: the noun's name in the graph and the row's id.
    """

    id = BigAutoField()
    subject_type = CodeField()
    subject_id = BigIntegerField()
    division_code = CodeField()
    kind = EnumField(EvidenceKind)
    description = LineField()
    uri = LineField(null=True)
    sha256 = CodeField(null=True)
    created_at = UtcDateTimeField()
    file = ForeignKeyField(File, null=True, on_delete="RESTRICT", unique=True)

    if TYPE_CHECKING:
        file_id: int | None

    class Meta:
        indexes = ((("subject_type", "subject_id", "id"), True), (("division_code", "id"), False))
        constraints = [Check("length(sha256) = 64")]
