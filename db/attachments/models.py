"""Attachments, which belong to subjects of many tables."""

from peewee import BigAutoField, BigIntegerField, Check

from db.issues.models.issue import EvidenceKind
from db.kernel.fields import CodeField, EnumField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel


class Attachment(BaseModel):
    """A description and the address of a file kept elsewhere (附件): added once, and never changed.

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

    class Meta:
        indexes = ((("subject_type", "subject_id", "id"), True), (("division_code", "id"), False))
        constraints = [Check("length(sha256) = 64")]
