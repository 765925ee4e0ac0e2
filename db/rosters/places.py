"""In which community a row of a roster belongs: by its code, or by its name and the names of what it lies in."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from db.kernel.codes import CodeRange
from db.kernel.errors import DomainError
from db.kernel.refusals import invalid, not_found
from db.places.models.division import Division, DivisionLevel
from db.rosters import values
from db.rosters.kinds import Column

_SUFFIX = re.compile(
    "(社区居民委员会|社区居委会|居民委员会|居委会|村民委员会|村委会|社区|街道办事处|街道|乡镇|镇|乡|区|县|村)$"
)

# The columns of every noun that belongs to a community. A row needs the code, or the name, or a --division.
COMMUNITY_COLUMNS = (
    Column(
        "division_code",
        ("社区代码", "社区编码", "区划代码", "行政区划代码", "统计用区划代码", "社区区划代码"),
        ("The 12-digit code of the community.", "社区的 12 位区划代码。"),
        values.code,
        "620102001005",
    ),
    Column(
        "community",
        ("社区", "社区名称", "所属社区", "所在社区", "居住社区", "社区（村）", "村社区"),
        ("The name of the community, where its code is not given.", "社区名称，未填代码时使用。"),
        values.line,
    ),
    Column(
        "subdistrict",
        ("街道", "所属街道", "所在街道", "街道名称", "街道（乡镇）", "乡镇街道", "街道乡镇", "镇街"),
        ("The subdistrict, where communities of several have the same name.", "街道，社区重名时使用。"),
        values.line,
    ),
    Column(
        "district",
        ("区县", "县区", "所属区县", "所在区县", "所属区", "市辖区"),
        ("The district, where communities of several have the same name.", "区县，社区重名时使用。"),
        values.line,
    ),
)
_NAMES = tuple(column.field for column in COMMUNITY_COLUMNS)


def community_named(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a row says of its community."""
    return tuple(row.get(name, "") for name in _NAMES)


class Places:
    """Finds communities, and remembers those that it has found. part: of the city that rows may belong to."""

    def __init__(self, division: Division | None) -> None:
        self._part = CodeRange(division.code, division.last_code) if division else None
        self._own = division.code if division and division.level is DivisionLevel.COMMUNITY else None
        self._found: dict[tuple[str, ...], str | DomainError] = {}

    def settle(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row with the code of its community in place of names.

        Raises:
            DomainError: NOT_FOUND or INVALID_INPUT, there is none or several, or code and name do not fit.
        """
        named = community_named(row)
        if named not in self._found:
            try:
                self._found[named] = self._find(*named)
            except DomainError as refusal:
                self._found[named] = refusal
        found = self._found[named]
        if isinstance(found, DomainError):
            raise DomainError(found.code, found.message, found.field, chinese=found.chinese)
        return {name: value for name, value in row.items() if name not in _NAMES} | {"division_code": found}

    def _find(self, code: str, community: str, subdistrict: str, district: str) -> str:
        if not (code or community):
            if self._own is None:
                raise invalid(
                    "divisionCode",
                    "Nothing says which community the row belongs to; fill in its code or name, or use --division.",
                    "未注明所属社区；请填写社区代码或名称，或使用 --division。",
                )
            return self._own
        if code:
            return self._by_code(code, community)
        found = [one for one in self._named(community) if _lies_in(one, subdistrict, district)]
        if len(found) == 1:
            return found[0].code
        if not found:
            raise not_found(
                "community",
                f"There is no community {community} there; check the name, or give its code.",
                f"没有名为“{community}”的社区；请核对名称，或填写社区代码。",
            )
        codes = ", ".join(one.code for one in found[:5])
        raise invalid(
            "community",
            f"{len(found)} communities are called {community} ({codes}); give the code, the subdistrict or --division.",
            f"有 {len(found)} 个社区名为“{community}”（{codes}）；请填写代码、街道，或使用 --division。",
        )

    def _by_code(self, code: str, community: str) -> str:
        if self._part and not self._part.covers(code):
            raise invalid(
                "divisionCode",
                f"{code} does not lie in the division that --division names.",
                f"{code} 不在 --division 指定的区划内。",
            )
        if community:
            found = Division.get_or_none(Division.code == code)
            if found is not None and core_name(found.name) != core_name(community):
                raise invalid(
                    "divisionCode",
                    f"{code} is the code of {found.name} and not of {community}; correct one of them.",
                    f"{code} 是“{found.name}”的代码，与“{community}”不符，请更正。",
                )
        return code

    def _named(self, community: str) -> list[Division]:
        """List the communities of a name, with or without 社区 and the like at its end."""
        core = core_name(community)
        query = Division.select().where(Division.level == DivisionLevel.COMMUNITY, Division.name.startswith(core))
        query = query.where(self._part.has(Division.code)) if self._part else query
        return [one for one in query.order_by(Division.code) if core_name(one.name) == core]


def _lies_in(community: Division, subdistrict: str, district: str) -> bool:
    wanted = {DivisionLevel.SUBDISTRICT: subdistrict, DivisionLevel.DISTRICT: district}
    above: Any = community.parent
    while above is not None:
        name = wanted.get(above.level)
        if name and core_name(name) != core_name(above.name):
            return False
        above = above.parent
    return True


def core_name(name: str) -> str:
    """Return a name without what kind of division it is: given 铁路新村社区居委会, it is 铁路新村."""
    text = "".join(unicodedata.normalize("NFKC", name).split())
    return _SUFFIX.sub("", text) or text
