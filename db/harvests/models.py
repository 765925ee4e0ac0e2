"""The table of harvests."""

from decimal import Decimal
from typing import TYPE_CHECKING

from peewee import BigAutoField, Check, ForeignKeyField

from db.bookings.models import Booking
from db.kernel.bounds import Between
from db.kernel.fields import CodeField, DayField, FixedDecimalField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel

# How much one harvest of a plot may weigh, in kilograms.
KILOGRAMS = Between(Decimal("0.01"), 10_000, places=2)


class Harvest(BaseModel):
    """What somebody reaped on their plot on a day (收成): it is recorded once, and stays as it is.

    shared_kilograms: how much of it was given away; shared_with: to whom, in words.
    """

    id = BigAutoField()
    booking = ForeignKeyField(Booking, backref="harvests", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    day = DayField()
    crop = LineField()
    kilograms = FixedDecimalField()
    shared_kilograms = FixedDecimalField()
    shared_with = LineField(null=True)
    created_at = UtcDateTimeField()

    if TYPE_CHECKING:
        booking_id: int

    class Meta:
        indexes = ((("booking", "day", "id"), True), (("division_code", "day", "id"), True), (("day", "id"), True))
        constraints = [
            Check("kilograms > 0"),
            Check("shared_kilograms BETWEEN 0 AND kilograms"),
            Check("(shared_kilograms > 0) = (shared_with IS NOT NULL)"),
        ]
