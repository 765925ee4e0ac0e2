"""Files that were uploaded: what each is, and whose. Their contents are kept by hash in the store."""

from typing import TYPE_CHECKING

from peewee import BigAutoField, Check, ForeignKeyField, IntegerField

from db.access.models.account import Account
from db.kernel.fields import CodeField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel


class File(BaseModel):
    """A file (文件). media_type: such as image/jpeg. attached_at: when it began to belong to a row; null before.

    Neither its name nor anything else that its uploader wrote is kept: a name may tell whom it is about.
    """

    id = BigAutoField()
    uploader = ForeignKeyField(Account, null=True, on_delete="SET NULL", index=False)
    media_type = LineField()
    byte_size = IntegerField()
    sha256 = CodeField()
    width = IntegerField(null=True)
    height = IntegerField(null=True)
    uploaded_at = UtcDateTimeField()
    attached_at = UtcDateTimeField(null=True)

    if TYPE_CHECKING:
        uploader_id: int | None

    class Meta:
        indexes = (
            (("uploader", "uploaded_at"), False),
            (("sha256",), False),
            (("attached_at", "uploaded_at"), False),
        )
        constraints = [
            Check("byte_size > 0"),
            Check("(width IS NULL) = (height IS NULL)"),
        ]
