"""The documents that clients may ask for by their hash, and in a closed server the only ones."""

from peewee import BigAutoField

from db.kernel.fields import CodeField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel


class KnownDocument(BaseModel):
    """A GraphQL document that was added from a file (已登记文档). sha256: of its text in UTF-8, in hexadecimal."""

    id = BigAutoField()
    sha256 = CodeField(unique=True)
    text = ProseField()
    file_name = LineField()
    added_at = UtcDateTimeField()
