"""Sites: the grids of a community, and the compounds and courtyards that lie in them (点位)."""

from typing import TYPE_CHECKING

from peewee import BigAutoField, Check, ForeignKeyField, IntegerField

from db.kernel.bounds import Between
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, EnumField, FixedDecimalField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.places.models.division import Division

# How many households a site may have.
HOUSEHOLDS = Between(0, 100_000)


class SiteKind(DomainEnum):
    """The kind of a site (点位类型)."""

    GRID = "GRID", "A grid: the part of a community that one grid worker looks after.", "网格"
    COMPOUND = "COMPOUND", "A residential compound with a gate.", "小区"
    COURTYARD_BUILDING = "COURTYARD_BUILDING", "A courtyard or a single building.", "楼院"


class SiteState(DomainEnum):
    """The state of a site (点位状态)."""

    ACTIVE = "ACTIVE", "The site is in use.", "启用"
    RETIRED = "RETIRED", "The site is no longer in use.", "停用"


class Site(BaseModel):
    """A site of a community, and where it lies: as degrees, and in metres on the plane of the city."""

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="sites", on_delete="RESTRICT")
    division_code = CodeField()
    kind = EnumField(SiteKind)
    code = CodeField()
    name = LineField()
    grid = ForeignKeyField("self", null=True, backref="sites", on_delete="RESTRICT")
    household_count = IntegerField(null=True)
    latitude = FixedDecimalField(places=6, null=True)
    longitude = FixedDecimalField(places=6, null=True)
    x_m = IntegerField(null=True)
    y_m = IntegerField(null=True)
    cell_x = IntegerField(null=True)
    cell_y = IntegerField(null=True)
    state = EnumField(SiteState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        division_id: int
        grid_id: int | None

    class Meta:
        indexes = (
            (("division_code", "id"), True),
            (("division_code", "code"), True),
            (("cell_x", "cell_y"), False),
        )
        constraints = [
            Check("(kind = 'GRID') = (grid_id IS NULL)"),
            Check("(latitude IS NULL) = (longitude IS NULL)"),
            Check(HOUSEHOLDS.sql("household_count")),
        ]
