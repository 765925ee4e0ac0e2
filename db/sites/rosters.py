"""How sites are imported from rosters (点位名册): grids first, then what lies in them."""

from collections.abc import Hashable
from typing import Any

from db.access.commands import Call
from db.kernel.statements import compiled_finding
from db.rosters import values
from db.rosters.kinds import Column, Inputs, RosterKind
from db.rosters.places import COMMUNITY_COLUMNS
from db.sites.commands import register_site
from db.sites.models import Site, SiteKind


def _is_there(call: Call, row: Inputs) -> bool:
    """Return whether the community has a site of that code, kind and name."""
    return _same.exists(row["division_code"], row["code"], row["kind"], row["name"])


def _key(row: Inputs) -> Hashable:
    return row["division_code"], row["code"]


@compiled_finding(Site)
def _same(division_code: Any, code: Any, kind: Any, name: Any) -> Any:
    numbered = (Site.division_code == division_code) & (Site.code == code)
    return Site.select(Site.id).where(numbered, Site.kind == kind, Site.name == name)


SITES = RosterKind(
    "sites",
    ("sites", "点位"),
    (
        Column(
            "kind",
            ("点位类型", "类型", "类别", "点位类别"),
            ("Whether it is a grid, a compound or a courtyard.", "网格、小区或楼院。"),
            values.OneOf(
                SiteKind,
                {
                    "住宅小区": SiteKind.COMPOUND,
                    "居民小区": SiteKind.COMPOUND,
                    "院落": SiteKind.COURTYARD_BUILDING,
                    "单体楼": SiteKind.COURTYARD_BUILDING,
                    "楼栋": SiteKind.COURTYARD_BUILDING,
                },
            ),
            "网格",
            is_required=True,
        ),
        Column(
            "code",
            ("编号", "点位编号", "网格编号", "小区编号", "点位代码"),
            ("The code of the site, which no other site of the community has.", "点位编号，同一社区内不得重复。"),
            values.code,
            "G-03",
            is_required=True,
        ),
        Column(
            "name",
            ("名称", "点位名称", "网格名称", "小区名称", "小区", "楼院名称"),
            ("The name of the site.", "点位名称。"),
            values.line,
            "第三网格",
            is_required=True,
        ),
        Column(
            "grid_code",
            ("所属网格", "所属网格编号", "所在网格", "网格"),
            (
                "The code of the grid in which a compound or courtyard lies; it stands further up or is there already.",
                "小区或楼院所属网格的编号；该网格须已登记或位于上方。",
            ),
            values.code,
        ),
        *COMMUNITY_COLUMNS,
        Column(
            "household_count",
            ("户数", "总户数", "居民户数"),
            ("The number of households.", "户数。"),
            values.whole,
            "1,200",
        ),
        Column(
            "latitude",
            ("纬度",),
            ("The latitude in degrees, WGS-84; with the longitude or not at all.", "纬度，WGS-84；与经度同时填写。"),
            values.decimal,
        ),
        Column(
            "longitude",
            ("经度",),
            ("The longitude in degrees, WGS-84; with the latitude or not at all.", "经度，WGS-84；与纬度同时填写。"),
            values.decimal,
        ),
    ),
    register_site,
    is_there=_is_there,
    key=_key,
    key_words=("code", "编号"),
)
