"""The article's own cases (F10 and the examples of sharing), told in the places that it names."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A case that goes to a meeting and becomes a project; days_ago: since when; budget: whole yuan."""

    topic: str
    days_ago: int
    title: str
    description: str
    place: str
    budget: int


CASES = {
    "牌坊路社区": Case(
        "PUB-01",
        205,
        "废弃闲置地块改造为街角公园",
        "社区有一处废弃闲置地块，协调辖区企业出资10万余元打造街角公园，为居民提供休憩和锻炼的空间。",
        "闲置地块",
        100_000,
    ),
    "杨家园社区": Case(
        "CIV-03",
        205,
        "老旧楼院建设“共享小菜园”",
        "在老旧楼院建设“共享小菜园”，发动居民共同参与劳动，共享收获成果。",
        "老旧楼院",
        8_000,
    ),
    "畅家巷社区": Case(
        "CIV-04",
        205,
        "小区院落“微治理”志愿行动",
        "由辖区10家物业公司的红色物业志愿服务队和15名大爷大妈的“畅大妈”志愿服务队参与小区院落“微治理”。",
        "辖区各小区院落",
        5_000,
    ),
}
