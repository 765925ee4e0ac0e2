"""The published figures F1 to F10 about the city, with their date, source and precision, beside the live counts."""

from typing import NamedTuple

from db.figures.models import FigurePrecision as P
from db.figures.models import StatisticsSnapshot
from db.kernel.seed_rows import Rows, read_csv
from db.places.seed.plan import CITY, MEMBER_CATEGORIES

_DAILY = "兰州日报"
_AS_OF = "2022-02-10"
_COPYING_SLIP = "与F2社区“两委”成员数1,789相同，可能巧合，也可能抄录有误；照录并标记。"
# Figure, label, value in hundredths, unit, precision, note.
_ARTICLE = (
    ("F1.communities", "城市社区", 427_00, "个", P.EXACT, None),
    ("F1.committees", "已建立社工委的社区", 427_00, "个", P.EXACT, None),
    ("F2.members", "社工委委员", 6_046_00, "名", P.EXACT, None),
    ("F3.least_members", "每个社工委委员下限", 13_00, "名", P.EXACT, None),
    ("F3.most_members", "每个社工委委员上限", 15_00, "名", P.EXACT, None),
    ("F4.social_organizations", "社区社会组织", 4_050_00, "个", P.EXACT, None),
    ("F4.communities_with_ten", "拥有10个以上社会组织的社区", 376_00, "个", P.EXACT, None),
    ("F4.share_with_ten", "拥有10个以上社会组织的社区占比", 88_10, "%", P.ROUNDED, "376/427=88.056%，保留一位小数。"),
    ("F5.partner_units", "共建单位党组织", 2_249_00, "个", P.EXACT, None),
    ("F5.cadres", "在职党员干部", 32_132_00, "名", P.EXACT, None),
    ("F5.grids", "包抓网格", 1_712_00, "个", P.EXACT, "为F6网格总数的95.4%。"),
    ("F5.compounds", "包抓小区", 1_789_00, "个", P.EXACT, _COPYING_SLIP),
    ("F5.courtyards", "包抓楼院", 6_195_00, "个", P.EXACT, "为F6楼院总数的95.5%。"),
    ("F5.units", "包抓单位", 1_414_00, "个", P.EXACT, "为F6单位总数的96.1%。"),
    ("F6.grids", "疫情期间走进的网格", 1_794_00, "个", P.EXACT, None),
    ("F6.compounds", "疫情期间走进的小区", 1_917_00, "个", P.EXACT, None),
    ("F6.courtyards", "疫情期间走进的楼院", 6_490_00, "个", P.EXACT, None),
    ("F6.units", "疫情期间走进的单位", 1_471_00, "个", P.EXACT, None),
    ("F7.problems_solved", "“10·18”疫情防控中解决实际问题", 2_038_00, "个", P.EXACT, None),
    ("F7.supplies", "“10·18”疫情防控中落实防疫物资", 3_903_000_00, "元", P.ROUNDED, "原文为390.3万元。"),
    ("F8.organs", "驻守社区的机关企事业单位", 400_00, "家", P.AT_LEAST, "原文为400余家。"),
    ("F8.cadres", "驻守社区的机关党员干部", 23_000_00, "名", P.ROUNDED, "原文为2.3万名。"),
    ("F8.firms", "驻守社区的非公企业、社会组织", 800_00, "个", P.AT_LEAST, "原文为800多个。"),
    ("F8.veterans", "驻守社区的退役军人", 17_000_00, "名", P.ROUNDED, "原文为1.7万名。"),
    ("F8.volunteers", "驻守社区的志愿者", 56_800_00, "名", P.ROUNDED, "原文为5.68万名。"),
    ("F9.service_items", "延伸到基层的高频政务服务事项", 180_00, "项", P.EXACT, None),
    ("F10.corner_park", "牌坊路社区街角公园企业出资", 100_000_00, "元", P.AT_LEAST, "原文为10万余元。"),
    ("F10.property_companies", "畅家巷社区红色物业志愿服务队物业公司", 10_00, "家", P.EXACT, None),
    ("F10.residents", "“畅大妈”志愿服务队成员", 15_00, "名", P.EXACT, None),
)
_UNDATED = "原文未注明日期，以2022-02-10记。"
# Figure, label, value in hundredths, unit, day, source, note: other counts of the same things.
_OTHERS = (
    ("F2.members", "社工委委员", 5_429_00, "名", _AS_OF, "gszfw.gov.cn/Show/308480", _UNDATED),
    ("F2.members", "社工委委员", 5_752_00, "名", "2022-10-21", "gszfw.gov.cn/Wap/Show/315809", None),
    ("F9.service_items", "高频政务服务事项", 142_00, "项", _AS_OF, "lzzfw.gov.cn/Show/322968", _UNDATED),
    ("F9.service_items", "高频政务服务事项", 202_00, "项", _AS_OF, "gs.ifeng.com/c/8Q4v8vPmR2e", _UNDATED),
)


class _Figure(NamedTuple):
    """A published figure. value: in hundredths."""

    figure: str
    label: str
    value: int
    unit: str
    as_of: str
    source: str
    precision: P
    note: str | None


def add_figures(rows: Rows, city: int) -> None:
    """Add a snapshot for each published figure, those of the article last: of one day the last one is the newest."""
    for figure, label, value, unit, as_of, source, note in _OTHERS:
        _add(rows, city, _Figure(figure, label, value, unit, as_of, source, P.EXACT, note))
    for figure, label, value, unit, precision, note in (*_ARTICLE, *_categories()):
        _add(rows, city, _Figure(figure, label, value, unit, _AS_OF, _DAILY, precision, note))


def _categories() -> list[tuple[str, str, int, str, P, str | None]]:
    return [
        (f"F2.{row['category_code']}", row["category_zh"], int(row["count"]) * 100, "名", P.EXACT, None)
        for row in read_csv(MEMBER_CATEGORIES)
    ]


def _add(rows: Rows, city: int, figure: _Figure) -> None:
    rows.add(
        StatisticsSnapshot, division_id=city, division_code=CITY[0], **figure._asdict(), recorded_at=None,
        recorded_by_name=None,
    )  # fmt: skip
