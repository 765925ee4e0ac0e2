"""Service points: shops, stops and rooms within a walk of the people who live there (便民点)."""

from typing import TYPE_CHECKING, Any

from peewee import SQL, BigAutoField, Case, Check, ForeignKeyField, IntegerField

from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, FixedDecimalField, LineField
from db.kernel.model import BaseModel
from db.organizations.models.organization import Organization
from db.places.models.division import Division
from db.sites.models import Site


class ServiceKind(DomainEnum):
    """Which need of daily life a service point meets (便民点类别)."""

    FOOD = "FOOD", "Places to eat close to home.", "吃"
    LODGING = "LODGING", "Lodging, and services for the home.", "住"
    TRAVEL = "TRAVEL", "Services for getting around.", "行"
    FUN = "FUN", "Places for sport, culture and rest.", "娱"
    SHOPPING = "SHOPPING", "Shops for daily needs.", "购"


class ServiceCategory(GrowingEnum):
    """The category of a service point (便民点业态)."""

    BREAKFAST = "BREAKFAST", "A place for breakfast.", "早餐店"
    CANTEEN = "CANTEEN", "A canteen of the community.", "社区食堂"
    RESTAURANT = "RESTAURANT", "A restaurant for all meals.", "餐饮店"
    HOTEL = "HOTEL", "A hotel or hostel.", "宾馆"
    HOUSEKEEPING = "HOUSEKEEPING", "A service for housekeeping.", "家政服务"
    REPAIR = "REPAIR", "A shop for repairs.", "维修点"
    BUS_STOP = "BUS_STOP", "A stop of a bus line.", "公交站"
    PARKING = "PARKING", "A public place to park cars.", "停车场"
    CHARGING = "CHARGING", "A station for charging vehicles.", "充电站"
    BICYCLE = "BICYCLE", "A stand of shared bicycles.", "共享单车点"
    GYM = "GYM", "A gym or another place for sport.", "健身场所"
    CULTURE_ROOM = "CULTURE_ROOM", "A room for cultural activities.", "文化活动室"
    PARK = "PARK", "A park or garden.", "公园"
    MARKET = "MARKET", "A market for fresh food.", "菜市场"
    CONVENIENCE_STORE = "CONVENIENCE_STORE", "A store for daily needs.", "便利店"
    PHARMACY = "PHARMACY", "A pharmacy that sells medicine.", "药店"
    PARCEL = "PARCEL", "A station that hands out parcels.", "快递驿站"


class ServiceTier(DomainEnum):
    """How much a service point adds to daily life (便民点层次)."""

    BASIC = "BASIC", "The service point meets a basic need.", "基本保障类"
    QUALITY = "QUALITY", "The service point improves the quality of life.", "品质提升类"


class ServicePointState(DomainEnum):
    """The state of a service point (便民点状态)."""

    ACTIVE = "ACTIVE", "The service point is in use.", "营业"
    CLOSED = "CLOSED", "The service point is permanently closed.", "关闭"


_C = ServiceCategory
# Kinds in their order, each with its categories.
CATEGORIES: dict[ServiceKind, tuple[ServiceCategory, ...]] = {
    ServiceKind.FOOD: (_C.BREAKFAST, _C.CANTEEN, _C.RESTAURANT),
    ServiceKind.LODGING: (_C.HOTEL, _C.HOUSEKEEPING, _C.REPAIR),
    ServiceKind.TRAVEL: (_C.BUS_STOP, _C.PARKING, _C.CHARGING, _C.BICYCLE),
    ServiceKind.FUN: (_C.GYM, _C.CULTURE_ROOM, _C.PARK),
    ServiceKind.SHOPPING: (_C.MARKET, _C.CONVENIENCE_STORE, _C.PHARMACY, _C.PARCEL),
}


KIND_OF = {category: kind for kind, categories in CATEGORIES.items() for category in categories}


def kind_sql(point: Any) -> Any:
    """Write which need a service point meets, by its category."""
    return Case(None, [(point.category.in_(categories), kind.value) for kind, categories in CATEGORIES.items()])


class ServicePoint(BaseModel):
    """A service point of a community, with its place as degrees and in metres on the plane of the city."""

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="service_points", on_delete="RESTRICT")
    division_code = CodeField()
    organization = ForeignKeyField(Organization, null=True, backref="service_points", on_delete="SET NULL")
    name = LineField()
    category = EnumField(ServiceCategory)
    tier = EnumField(ServiceTier)
    latitude = FixedDecimalField(places=6)
    longitude = FixedDecimalField(places=6)
    x_m = IntegerField()
    y_m = IntegerField()
    cell_x = IntegerField()
    cell_y = IntegerField()
    open_from = IntegerField(null=True)
    open_to = IntegerField(null=True)
    phone = LineField(null=True)
    verified_on = DayField()
    state = EnumField(ServicePointState, default=ServicePointState.ACTIVE)
    version = IntegerField(default=1)

    if TYPE_CHECKING:
        division_id: int
        organization_id: int | None

    class Meta:
        indexes = ((("division_code", "id"), True), (("cell_x", "cell_y"), False))
        constraints = [
            Check("(open_from IS NULL) = (open_to IS NULL)"),
            Check("open_from BETWEEN 0 AND 1439 AND open_to > open_from AND open_to <= open_from + 1440"),
        ]


# Those that serve a home within a walk.
ServicePoint.add_index(
    ServicePoint.index(
        ServicePoint.cell_x,
        ServicePoint.cell_y,
        where=SQL("tier = 'BASIC' AND state = 'ACTIVE'"),
        name="service_point_basic",
    )
)


class NearestService(BaseModel):
    """The service point of a kind that is nearest to a home, of those that meet a basic need within the longest walk.

    It follows from the places of both, and is kept as they change: a city asks for them all at once.
    """

    id = BigAutoField()
    site = ForeignKeyField(Site, backref="nearest_services", on_delete="CASCADE", index=False)
    division_code = CodeField()
    kind = EnumField(ServiceKind)
    service_point = ForeignKeyField(ServicePoint, backref="served_homes", on_delete="CASCADE")
    metres = IntegerField()

    if TYPE_CHECKING:
        site_id: int
        service_point_id: int

    class Meta:
        indexes = ((("site", "kind"), True), (("kind", "division_code", "metres"), False))
