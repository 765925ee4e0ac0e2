"""Service points of the demo city: twelve around the middle of each community that is shown in detail; all invented."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from db.kernel.context import AddRow, SeedPlace
from db.kernel.plane import cell_of, metres_of
from db.service_points.models import ServiceCategory, ServicePoint, ServicePointState, ServiceTier

C, T = ServiceCategory, ServiceTier


class _Point(NamedTuple):
    """north, east: millionths of a degree from the middle. hours: minutes, or None for a place that never closes."""

    category: ServiceCategory
    name: str
    tier: ServiceTier
    north: int
    east: int
    hours: tuple[int, int] | None


_POINTS = (
    _Point(C.BREAKFAST, "示范早餐店", T.BASIC, 900, -400, (330, 630)),
    _Point(C.CANTEEN, "示范社区食堂", T.BASIC, -300, 200, (660, 1140)),
    _Point(C.HOUSEKEEPING, "示范家政服务站", T.QUALITY, 2100, 1800, (540, 1080)),
    _Point(C.REPAIR, "示范小修小补点", T.BASIC, -1500, 700, (540, 1140)),
    _Point(C.BUS_STOP, "示范公交站", T.BASIC, 1200, 1200, None),
    _Point(C.PARKING, "示范停车场", T.BASIC, -2600, -2400, None),
    _Point(C.CULTURE_ROOM, "示范文化活动室", T.QUALITY, 400, 300, (540, 1260)),
    _Point(C.PARK, "示范街角公园", T.QUALITY, 4800, -3900, None),
    _Point(C.MARKET, "示范菜市场", T.BASIC, -3300, 4100, (360, 1200)),
    _Point(C.CONVENIENCE_STORE, "示范便利店", T.BASIC, 200, -100, (420, 1440)),
    _Point(C.PHARMACY, "示范药店", T.BASIC, -800, -600, (480, 1320)),
    _Point(C.PARCEL, "示范快递驿站", T.QUALITY, 600, 800, (540, 1260)),
)
# The middles of the communities, in their order, in degrees: some kilometres apart.
_MIDDLES = (("36.055000", "103.845000"), ("36.061000", "103.834000"), ("36.048000", "103.861000"))
_MICRO = Decimal("0.000001")


def add_service_points(add: AddRow, places: Sequence[SeedPlace]) -> None:
    """Add the service points of the places; the first unit of a community runs its canteen."""
    for place, (latitude, longitude) in zip(places, _MIDDLES, strict=False):
        for point in _POINTS:
            north, east = Decimal(latitude) + point.north * _MICRO, Decimal(longitude) + point.east * _MICRO
            x, y = metres_of(north, east)
            start, end = point.hours or (None, None)
            runs = point.category is C.CANTEEN and place.organization_ids
            add(
                ServicePoint,
                division_id=place.division_id, division_code=place.code, name=point.name, category=point.category,
                organization_id=place.organization_ids[0] if runs else None, tier=point.tier,
                latitude=int(north / _MICRO), longitude=int(east / _MICRO),
                x_m=x, y_m=y, cell_x=cell_of(x), cell_y=cell_of(y), open_from=start, open_to=end, phone=None,
                verified_on="2022-01-20", state=ServicePointState.ACTIVE, version=1,
            )  # fmt: skip
