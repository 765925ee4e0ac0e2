"""What was performed under an idempotency key, so that a retry is answered with the first answer."""

from typing import TYPE_CHECKING

from peewee import BigAutoField, ForeignKeyField

from db.access.models.account import Account
from db.kernel.fields import CodeField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel


class Performed(BaseModel):
    """A mutation that was performed once (已执行的变更). rows: what its answer shows, as JSON of names and row ids."""

    id = BigAutoField()
    account = ForeignKeyField(Account, on_delete="CASCADE", index=False)
    idempotency_key = LineField()
    verb = CodeField()
    input_hash = CodeField()
    rows = ProseField()
    at = UtcDateTimeField(index=True)

    if TYPE_CHECKING:
        account_id: int

    class Meta:
        indexes = ((("account", "idempotency_key"), True),)
