"""Published figures with their date, source and precision, kept beside live counts and never instead of them."""

from typing import TYPE_CHECKING

from peewee import BigAutoField, ForeignKeyField

from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, DayField, EnumField, FixedDecimalField, LineField
from db.kernel.model import BaseModel
from db.places.models.division import Division


class FigurePrecision(DomainEnum):
    """How exact a published figure is (精度)."""

    EXACT = "EXACT", "Counted exactly, not rounded.", "准确数"
    ROUNDED = "ROUNDED", "Published as a rounded figure.", "约数"
    AT_LEAST = "AT_LEAST", "The true figure is at least this high.", "以上"


class StatisticsSnapshot(BaseModel):
    """One published figure about a division on a day (统计快照)."""

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

    if TYPE_CHECKING:
        division_id: int

    class Meta:
        indexes = ((("division_code", "figure", "as_of", "source"), True), (("figure", "as_of", "id"), True))
