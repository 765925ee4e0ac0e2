"""How service points are imported from rosters (便民点名册)."""

import re
from collections.abc import Hashable
from typing import Any

from db.access.commands import Call
from db.kernel.statements import compiled_finding
from db.rosters import values
from db.rosters.cells import Cell
from db.rosters.kinds import Column, Inputs, RosterKind
from db.rosters.places import COMMUNITY_COLUMNS
from db.rosters.units import unit_column, with_unit
from db.service_points.commands import SERVICE_POINTS
from db.service_points.models import ServiceCategory, ServicePoint, ServicePointState, ServiceTier

_TIME = re.compile(r"(\d{1,2}):(\d{2})(:00)?")


def _minutes(cell: Cell) -> int:
    """Read a time of day: given 7:30, it is 450."""
    text = values.narrow(cell).rpartition("T")[2]
    if not (match := _TIME.fullmatch(text)):
        raise values.BadValue("This is not a time; write it as 07:30.", "不是时间；请写成 07:30。")
    return int(match[1]) * 60 + int(match[2])


def _inputs(call: Call, row: Inputs) -> Inputs:
    return with_unit(row, "organization_id")


def _is_there(call: Call, row: Inputs) -> bool:
    """Return whether the community has such a place of that name."""
    return _named.first(row["division_code"], row["name"], row["category"]) is not None


def _key(row: Inputs) -> Hashable:
    return row["division_code"], row["name"], row["category"]


@compiled_finding(ServicePoint)
def _named(division_code: Any, name: Any, category: Any) -> Any:
    named = (
        (ServicePoint.division_code == division_code)
        & (ServicePoint.name == name)
        & (ServicePoint.category == category)
    )
    return ServicePoint.select(ServicePoint.id).where(named, ServicePoint.state == ServicePointState.ACTIVE)


SERVICE_POINT_ROSTER = RosterKind(
    "service-points",
    ("service points", "便民点"),
    (
        Column(
            "name",
            ("名称", "便民点名称", "便民点", "店名", "商户名称"),
            ("The name of the service point.", "便民点名称。"),
            values.line,
            "示例社区食堂",
            is_required=True,
        ),
        Column(
            "category",
            ("业态", "类别", "便民点业态", "便民点类别"),
            ("The category of the service point.", "便民点业态。"),
            values.OneOf(ServiceCategory),
            "社区食堂",
            is_required=True,
        ),
        Column(
            "tier",
            ("层次", "便民点层次", "保障层次"),
            ("Whether it meets a basic need or improves the quality of life.", "基本保障类或品质提升类。"),
            values.OneOf(ServiceTier),
            "基本保障类",
            is_required=True,
        ),
        *COMMUNITY_COLUMNS,
        unit_column("organization_id", ("The unit of the community that runs it.", "运营该便民点的本社区单位。")),
        Column(
            "latitude",
            ("纬度",),
            ("The latitude in degrees, WGS-84.", "纬度，WGS-84，单位为度。"),
            values.decimal,
            "36.061000",
            is_required=True,
        ),
        Column(
            "longitude",
            ("经度",),
            ("The longitude in degrees, WGS-84.", "经度，WGS-84，单位为度。"),
            values.decimal,
            "103.834000",
            is_required=True,
        ),
        Column(
            "open_from",
            ("开门时间", "营业开始"),
            ("When it opens, such as 07:30.", "开门时间，如 07:30。"),
            _minutes,
            "07:30",
        ),
        Column(
            "open_to",
            ("关门时间", "营业结束"),
            ("When it closes, such as 21:00.", "关门时间，如 21:00。"),
            _minutes,
            "21:00",
        ),
        Column("phone", ("联系电话", "电话", "手机"), ("The public telephone number.", "公开电话。"), values.phone),
        Column(
            "verified_on",
            ("核实日期", "核查日期", "检查日期"),
            ("The day of the last check on site.", "最近一次现场核实的日期。"),
            values.day,
            "2022-02-10",
            is_required=True,
        ),
    ),
    SERVICE_POINTS.create,
    inputs=_inputs,
    is_there=_is_there,
    key=_key,
    key_words=("name and category", "名称和业态"),
)
