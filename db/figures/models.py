"""Published figures with their date, source and precision, kept beside live counts and never instead of them."""

from decimal import Decimal
from typing import TYPE_CHECKING

from peewee import BigAutoField, ForeignKeyField

from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, DayField, EnumField, FixedDecimalField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.places.models.division import Division


class FigurePrecision(DomainEnum):
    """How exact a published figure is (精度)."""

    EXACT = "EXACT", "Counted exactly, not rounded.", "准确数"
    ROUNDED = "ROUNDED", "Published as a rounded figure.", "约数"
    AT_LEAST = "AT_LEAST", "The true figure is at least this high.", "以上"


# More than any figure of a city is, and still exact in all that is calculated with it.
MAX_VALUE = Decimal("999999999999.99")
# The source of the snapshots that the clock keeps of what is counted.
LIVE = "live"


class StatisticsSnapshot(BaseModel):
    """One figure about a division on a day, as somebody published it or the clock counted it (统计快照).

    It is never changed: a correction is another row. recorded_at: None where it came with the installation.
    """

    id = BigAutoField()
    division = ForeignKeyField(Division, on_delete="RESTRICT")
    division_code = CodeField()
    figure = CodeField()
    label = LineField()
    as_of = DayField()
    value = FixedDecimalField()
    unit = LineField()
    precision = EnumField(FigurePrecision)
    source = LineField()
    note = LineField(null=True)
    recorded_at = UtcDateTimeField(null=True)
    recorded_by_name = LineField(null=True)

    if TYPE_CHECKING:
        division_id: int

    class Meta:
        indexes = ((("division_code", "figure", "as_of", "source"), True), (("figure", "as_of", "id"), True))
