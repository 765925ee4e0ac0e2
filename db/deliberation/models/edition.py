"""Published editions of a committee's three lists: made once a month, never changed (rule L5)."""

from typing import TYPE_CHECKING

from peewee import BigAutoField, Check, ForeignKeyField, IntegerField

from db.committees.models.committee import Committee
from db.kernel.fields import CodeField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel


class ListEdition(BaseModel):
    """The need, project and resource lists of a committee as they stood when published (三张清单).

    number: its first edition is 1. month: in Asia/Shanghai, such as 2026-01. content: canonical JSON of the three
    lists; sha256: of that text, in hexadecimal.
    """

    id = BigAutoField()
    committee = ForeignKeyField(Committee, backref="list_editions", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    number = IntegerField()
    month = CodeField()
    published_at = UtcDateTimeField()
    content = ProseField()
    sha256 = CodeField()

    if TYPE_CHECKING:
        committee_id: int

    class Meta:
        indexes = (
            (("committee", "number"), True),
            (("committee", "month"), True),
            (("division_code", "month"), False),
            (("committee", "published_at", "id"), True),
        )
        constraints = [Check("number >= 1"), Check("length(month) = 7"), Check("length(sha256) = 64")]
