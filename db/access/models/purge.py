"""What is kept of purges: which rule erased or deleted how much, and up to which time."""

from peewee import BigAutoField, Check, IntegerField

from db.kernel.fields import CodeField, UtcDateTimeField
from db.kernel.model import BaseModel


class PurgeRun(BaseModel):
    """One run of a rule that erases or deletes what is kept no longer (清理记录): only ever added.

    rule: its code, such as booking.plate. before: all that it erased lay before this. count: of rows.
    """

    id = BigAutoField()
    rule = CodeField()
    at = UtcDateTimeField()
    before = UtcDateTimeField()
    count = IntegerField()

    class Meta:
        indexes = ((("at", "id"), True), (("rule", "at"), False))
        constraints = [Check("count > 0")]
