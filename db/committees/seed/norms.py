"""Norms of conduct for the demo city's districts: placeholders, for the twelve published ones are not known."""

from db.committees.models.norm import NORMS_OF_A_KIND, ConductNorm, NormKind
from db.kernel.seed_rows import Rows
from db.places.models.division import CODE_DIGITS, DivisionLevel
from db.places.seed.plan import DISTRICTS

_PUBLISHED_AT = "2021-06-01T01:00:00Z"
_MARK = "示范占位条款，非正式文本："
_TEXTS = {
    NormKind.PARTICIPATE: (
        "参与议事协商", "参与矛盾纠纷排查化解", "参与走访联系群众", "参与公益服务", "参与联防联控", "参与文明新风倡导",
    ),
    NormKind.ABSTAIN: (
        "不参与行政执法", "不参与“两委”人事和财务", "不参与涉诉涉访事项", "不参与商业经营活动",
        "不参与业主之间的民事合同", "不参与他人个人信息的查询和传播",
    ),
}  # fmt: skip


def abstention_id(community_code: str, position: int) -> int:
    """Return the id of a norm of a community's district that tells committees to keep out of a matter."""
    before = [code for code, *_ in DISTRICTS].index(community_code[: CODE_DIGITS[DivisionLevel.DISTRICT]])
    return before * 2 * NORMS_OF_A_KIND + NORMS_OF_A_KIND + position


def add_norms(rows: Rows) -> None:
    """Add the first version of every district's norms."""
    for code, *_ in DISTRICTS:
        for kind, texts in _TEXTS.items():
            for position, text in enumerate(texts, start=1):
                rows.add(
                    ConductNorm, division_code=f"{code}000000", version=1, kind=kind, position=position,
                    code=f"{kind.value}-{position}", text=f"{_MARK}{text}", published_at=_PUBLISHED_AT,
                )  # fmt: skip
