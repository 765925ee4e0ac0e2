"""Figures of a community's health work, a month each: sums, and never a person (健康数据台账)."""

from typing import TYPE_CHECKING

from peewee import BigAutoField, Check, ForeignKeyField, IntegerField

from db.kernel.enumeration import GrowingEnum
from db.kernel.fields import CodeField, EnumField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.places.models.division import Division

# Far more than a community has people, and still a whole number everywhere.
MAX_VALUE = 1_000_000


class HealthIndicator(GrowingEnum):
    """What a figure of health work counts in a month (健康指标)."""

    OVER_65_VISITED = "OVER_65_VISITED", "People over 65 who were visited.", "65岁以上老人走访人数"
    CHRONIC_FOLLOWED_UP = "CHRONIC_FOLLOWED_UP", "People with chronic illness who were followed up.", "慢性病随访人数"
    VACCINATED = "VACCINATED", "People who were vaccinated in the month.", "接种人数"
    CLEANUP_DAYS = "CLEANUP_DAYS", "Days on which the community was cleaned up together.", "爱国卫生日次数"
    PLACES_DISINFECTED = "PLACES_DISINFECTED", "Places that were disinfected in the month.", "消杀场所数"
    HEALTH_TALKS = "HEALTH_TALKS", "Talks about health that were held.", "健康讲座场次"


class HealthFigure(BaseModel):
    """One figure of a community for one month (健康数据). month: as 2026-01."""

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="health_figures", on_delete="RESTRICT")
    division_code = CodeField()
    month = CodeField()
    indicator = EnumField(HealthIndicator)
    value = IntegerField()
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        division_id: int

    class Meta:
        indexes = ((("division_code", "month", "indicator"), True), (("division_code", "id"), True))
        constraints = [Check(f"value BETWEEN 0 AND {MAX_VALUE}"), Check("length(month) = 7")]
