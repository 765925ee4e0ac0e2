"""How service points are registered, updated and closed: one declaration, and the rules that hold for each of them."""

from datetime import date
from decimal import Decimal

from db.access.commands import Call
from db.access.models.account import Role
from db.access.records import Record, holds_over, lies_in_a_community, speaks_for
from db.access.where import LATITUDE, LONGITUDE, columns_of
from db.kernel.bounds import Days, Length
from db.kernel.refusals import invalid, not_found
from db.organizations.models.organization import Organization
from db.service_points.models import ServicePoint, ServicePointState
from db.service_points.nearest import after_point

_DAY_MINUTES = 1440
# The first day that a check on site is kept of.
_FIRST_VERIFIED = date(2020, 1, 1)


def _may(call: Call, point: ServicePoint) -> bool:
    return holds_over(call, point, Role.STAFF) or speaks_for(call, point)


def _belongs_there(call: Call, point: ServicePoint) -> None:
    """Check that the unit that runs it sits in its community."""
    if point.organization_id is None:
        return
    unit = Organization.find(id=point.organization_id)
    if unit is None or unit.division_code != point.division_code:
        raise not_found(
            "organizationId",
            "There is no such organization in the community; check the id.",
            "该社区没有此单位，请核对。",
        )


def _has_a_place(call: Call, point: ServicePoint) -> None:
    """Fill in where on the plane it lies."""
    for name, value in columns_of(Decimal(point.latitude), Decimal(point.longitude)).items():
        setattr(point, name, value)


def _has_hours(call: Call, point: ServicePoint) -> None:
    """Check its hours: none for a place that never closes, or both ends of one span within a day."""
    start, end = point.open_from, point.open_to
    if start is None and end is None:
        return
    if start is None or end is None or not 0 <= start < _DAY_MINUTES or not start < end <= start + _DAY_MINUTES:
        raise invalid(
            "openTo",
            "Give openFrom from 0 to 1439 and openTo after it by at most 1440 minutes, or neither of them.",
            "请同时填写 openFrom（0 至 1439）和 openTo（其后 1440 分钟以内），或都不填。",
        )


SERVICE_POINTS = Record(
    ServicePoint,
    ("service point", "便民点"),
    who=_may,
    who_text=("staff of the community, or the contact of its organization", "社区工作人员或该单位联络人"),
    rules=(lies_in_a_community, _belongs_there, _has_a_place, _has_hours),
    ended={"state": ServicePointState.CLOSED},
    after=after_point,
    bounds={
        "name": Length(2, 60),
        "latitude": LATITUDE,
        "longitude": LONGITUDE,
        "phone": Length(3, 20),
        "verified_on": Days(first=_FIRST_VERIFIED, last=0),
    },
)
