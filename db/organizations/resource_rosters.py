"""How resources are imported from rosters (资源名册); staff look at each before it is on the list."""

from collections.abc import Hashable
from typing import Any

from db.access.commands import Call
from db.issues.models.duty import Duty
from db.kernel.statements import compiled
from db.organizations.models.resource import CapacityModel, Resource, ResourceState
from db.organizations.resources import register_resource
from db.rosters import values
from db.rosters.kinds import Column, Inputs, RosterKind
from db.rosters.places import COMMUNITY_COLUMNS
from db.rosters.units import unit_column, with_unit

M = CapacityModel
_LIVE = (ResourceState.OFFERED, ResourceState.ON_OFFER, ResourceState.SUSPENDED)


def _inputs(call: Call, row: Inputs) -> Inputs:
    """Return the inputs of the command: rosters seldom say the duty, and how the resource is used up."""
    row = with_unit(row, "organization_id")
    if (measure := row.pop("measure", None)) is not None:
        row["unit"] = measure
    has_quantity = row.get("quantity") is not None
    assumed = {
        "description": row["name"],
        "duty": Duty.RESOURCE_COORDINATION,
        "capacity_model": M.STOCK if has_quantity else M.STANDING,
    }
    return assumed | row


def _is_there(call: Call, row: Inputs) -> bool:
    """Return whether the unit, or the community, offers a resource of that name already."""
    owners = [owner for (owner,) in _offered.tuples(row["division_code"], row["name"])]
    return row.get("organization_id") in owners


def _key(row: Inputs) -> Hashable:
    return row["division_code"], row["name"], row.get("unit")


@compiled
def _offered(code: Any, name: Any) -> Any:
    named = (Resource.division_code == code) & (Resource.name == name) & Resource.state.in_(_LIVE)
    return Resource.select(Resource.organization).where(named)


RESOURCES = RosterKind(
    "resources",
    ("resources", "资源"),
    (
        Column(
            "name",
            ("资源名称", "名称", "资源", "共享资源", "资源项目"),
            ("The name of the resource.", "资源名称。"),
            values.line,
            "示范会议室",
            is_required=True,
        ),
        unit_column(
            "organization_id",
            (
                "The unit that offers the resource, as it is registered in the community; empty for the community.",
                "提供资源的单位，须为该社区已登记的单位名称；社区自有资源留空。",
            ),
        ),
        *COMMUNITY_COLUMNS,
        Column(
            "description",
            ("资源说明", "说明", "资源内容", "内容", "资源描述", "描述", "使用条件"),
            ("What the resource offers; the name when left out.", "资源说明，未填写时同资源名称。"),
            values.prose,
            "可容纳三十人",
        ),
        Column(
            "duty",
            ("所属职能", "职能", "服务职能"),
            (
                "The duty that the resource serves; coordinating the area's resources when left out.",
                "所属职能，未填写时为“统筹辖区资源”。",
            ),
            values.OneOf(Duty, {}),
            "统筹辖区资源",
        ),
        Column(
            "topic_code",
            ("资源编码", "资源代码", "资源类别代码"),
            ("The code of its kind.", "资源类别代码。"),
            values.code,
        ),
        Column(
            "capacity_model",
            ("容量方式", "共享方式", "使用方式"),
            (
                "How the resource is used up; standing, or stock where there is a quantity, when left out. Capacity in "
                "time windows is registered by the mutation.",
                "容量方式；未填写时，有数量的为库存，其余为常设。分时段资源请通过接口登记。",
            ),
            values.OneOf(M, {"长期": M.STANDING, "物资": M.STOCK, "借用": M.LEASE, "一次": M.ONE_OFF}),
            "租借",
        ),
        Column("quantity", ("数量", "资源数量", "总量"), ("The total quantity.", "数量。"), values.decimal, "2"),
        Column(
            "measure",
            ("计量单位", "数量单位"),
            ("The unit of the quantity.", "计量单位。"),
            values.line,
            "间",
            inputs=("unit",),
        ),
        Column(
            "valid_until",
            ("有效期至", "有效期", "截止日期", "截止时间"),
            ("The last day on which it is offered.", "有效期至。"),
            values.day,
        ),
    ),
    register_resource,
    inputs=_inputs,
    is_there=_is_there,
    key=_key,
    key_words=("name and unit", "名称及单位"),
    ignored=("联系人", "联系电话"),
)  # fmt: skip
