"""Norms of conduct: what a district's committees take part in and what they keep out of (rule W7)."""

from collections.abc import Sequence
from typing import Annotated, Any

from peewee import fn

from db.access.commands import Call, CommandResult
from db.access.models.account import Role
from db.access.officers import as_seen, division_of
from db.access.subjects import command
from db.committees.models.norm import NORMS_OF_A_KIND, ConductNorm, NormKind
from db.kernel.bounds import Items, Length
from db.kernel.refusals import invalid
from db.kernel.statements import compiled
from db.places.models.division import CODE_DIGITS, Division, DivisionLevel

# The norms of one kind, in their order.
Norms = Annotated[Sequence[Annotated[str, Length(1, 200)]], Items(NORMS_OF_A_KIND, NORMS_OF_A_KIND)]


@command(division_of(Role.DISTRICT_OFFICER, level=DivisionLevel.DISTRICT))
def publish_conduct_norms(
    call: Call, district: Division, standing: None, *, participate: Norms, abstain: Norms
) -> CommandResult:
    """Publish a district's norms as its next version: six of each kind, in their order (发布工作规范).

    Raises:
        DomainError: NOT_FOUND, no such district; NOT_PERMITTED, its officers publish them; STALE_OBJECT, another
            version was published meanwhile; INVALID_INPUT, not six of a kind, or a text is too long.
    """
    before = published_version(district.code)
    as_seen(call, before)
    for kind, texts in ((NormKind.PARTICIPATE, participate), (NormKind.ABSTAIN, abstain)):
        for position, text in enumerate(texts, start=1):
            ConductNorm.create(
                division_code=district.code, version=before + 1, kind=kind, position=position,
                code=f"{kind.value}-{position}", text=text, published_at=call.at,
                published_by_name=call.actor.name,
            )  # fmt: skip
    return CommandResult({"division": district.id})


def published_version(district_code: str) -> int:
    """Return the number of a district's published version; 0 where it has published none."""
    return _newest.scalar(district_code) or 0


@compiled
def _newest(district_code: Any) -> Any:
    return ConductNorm.select(fn.MAX(ConductNorm.version)).where(ConductNorm.division_code == district_code)


def require_abstention(division_code: str, code: str) -> ConductNorm:
    """Check that the norms of a community's district tell committees to keep out of a matter; return the norm.

    Raises:
        DomainError: INVALID_INPUT, the published version has no such norm, or there is none.
    """
    district = division_code[: CODE_DIGITS[DivisionLevel.DISTRICT]].ljust(12, "0")
    version = published_version(district)
    norms = ConductNorm.find_all(division_code=district, version=version, kind=NormKind.ABSTAIN)
    found = next((norm for norm in norms if norm.code == code), None)
    if found is None:
        known = [norm.code for norm in sorted(norms, key=lambda norm: norm.position)]
        raise invalid(
            "normCode",
            f"The district's norms to keep out of are: {', '.join(known) or 'none'}; name one of them.",
            f"本区县已发布的不参与条款：{'、'.join(known) or '无'}；请填写其中一条。",
        )
    return found
