"""The table of the change feed (变更流): what was committed, row by row, written by the database itself."""

from peewee import BigAutoField, BigIntegerField, IntegerField

from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, EnumField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel


class ChangeKind(DomainEnum):
    """What became of a row (变更类型)."""

    CREATED = "CREATED", "The row is new.", "新增"
    UPDATED = "UPDATED", "The row changed; a row that the viewer sees from now on is told so as well.", "更新"
    GONE = "GONE", "The row was deleted, or the viewer does not see it any more.", "移除"


class Change(BaseModel):
    """One change of a row that has a version; triggers write it in the transaction of the change.

    The order of changes is that of (xid, id). xid: on PostgreSQL the number of the transaction; 0 on SQLite, where
    one transaction writes at a time. type: the name of the noun. at: by the clock of the database. left_code: the
    division that the row lay in before, where it moved. before: the columns that decide who sees the row, as they were
    before, as JSON; null where the change leaves them as they are, and for rows that everybody sees.
    """

    id = BigAutoField()
    xid = BigIntegerField()
    type = CodeField()
    row_id = BigIntegerField()
    version = IntegerField()
    kind = EnumField(ChangeKind)
    at = UtcDateTimeField()
    division_code = CodeField()
    left_code = CodeField(null=True)
    before = ProseField(null=True)

    class Meta:
        indexes = ((("xid", "id"), True),)
