"""The division tree: province, city, district, subdistrict, community. A division's code is its path."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from peewee import BigAutoField, Case, Check, ForeignKeyField, fn

from db.kernel.codes import CodeRange
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, EnumField, LineField
from db.kernel.model import BaseModel
from db.kernel.ranks import index_ranks
from db.kernel.rollups import Cut
from db.kernel.statements import compiled


class DivisionLevel(DomainEnum):
    """A level of the division tree (行政层级)."""

    PROVINCE = "PROVINCE", "A province of the country.", "省"
    CITY = "CITY", "A city at prefecture level.", "市"
    DISTRICT = "DISTRICT", "A district or county.", "区、县"
    SUBDISTRICT = "SUBDISTRICT", "A subdistrict, town or township.", "街道、镇、乡"
    COMMUNITY = "COMMUNITY", "A community or village.", "社区、村"


# The levels whose offices answer for issues, each followed by the one that backs it up.
OFFICE_LEVELS = (DivisionLevel.COMMUNITY, DivisionLevel.SUBDISTRICT, DivisionLevel.DISTRICT, DivisionLevel.CITY)


def level_above(level: DivisionLevel) -> DivisionLevel:
    """Return the level that backs a level up; the city backs itself up."""
    return OFFICE_LEVELS[min(OFFICE_LEVELS.index(level) + 1, len(OFFICE_LEVELS) - 1)]


class DivisionKind(DomainEnum):
    """The kind of a lowest-level division, by the last three digits of its statistical code (村居类型)."""

    RESIDENTS_COMMITTEE = (
        "RESIDENTS_COMMITTEE",
        "A community of a residents' committee, with codes from 001 to 199.",
        "居委会",
    )
    VILLAGE_COMMITTEE = "VILLAGE_COMMITTEE", "A village of a village committee, with codes from 200 to 399.", "村委会"
    QUASI_RESIDENTS_UNIT = (
        "QUASI_RESIDENTS_UNIT",
        "A unit that is counted like a community, with codes from 400 to 499.",
        "类似居委会",
    )
    QUASI_VILLAGE_UNIT = (
        "QUASI_VILLAGE_UNIT",
        "A unit that is counted like a village, with codes from 500 to 599.",
        "类似村委会",
    )


# The last three digits of each kind, first and last; the National Bureau of Statistics uses none above 599.
_KIND_DIGITS = {
    DivisionKind.RESIDENTS_COMMITTEE: ("001", "199"),
    DivisionKind.VILLAGE_COMMITTEE: ("200", "399"),
    DivisionKind.QUASI_RESIDENTS_UNIT: ("400", "499"),
    DivisionKind.QUASI_VILLAGE_UNIT: ("500", "599"),
}


def is_of_kind(code: Any, kind: DivisionKind) -> Any:
    """Build the condition that the division with a code is of a kind."""
    return fn.substr(code, 10, 3).between(*_KIND_DIGITS[kind])


def kind_at(code: Any) -> Any:
    """Build the expression of the kind of the division with a code; NULL for the levels above communities."""
    return Case(None, [(is_of_kind(code, kind), kind.value) for kind in _KIND_DIGITS])


def kind_of(code: str) -> DivisionKind | None:
    """Return the kind of the community with a code."""
    return next((kind for kind, (first, last) in _KIND_DIGITS.items() if first <= code[9:] <= last), None)


# How many leading digits of the twelve name a division of each level; the rest are zeros.
CODE_DIGITS = {
    DivisionLevel.PROVINCE: 2,
    DivisionLevel.CITY: 4,
    DivisionLevel.DISTRICT: 6,
    DivisionLevel.SUBDISTRICT: 9,
    DivisionLevel.COMMUNITY: 12,
}

# Counts of a city's or a district's rows add up those of its districts.
DISTRICTS = Cut(
    "district_code",
    CODE_DIGITS[DivisionLevel.DISTRICT],
    tuple(level.value for level in DivisionLevel if CODE_DIGITS[level] <= CODE_DIGITS[DivisionLevel.DISTRICT]),
)

_LEVEL_BY_LENGTH = (
    None,
    *(next(level for level, digits in CODE_DIGITS.items() if digits >= length) for length in range(1, 13)),
)


def _first_digits_and(fill: str) -> str:
    cases = (
        f"WHEN '{level.value}' THEN substr(code, 1, {digits}) || '{fill * (12 - digits)}'"
        for level, digits in CODE_DIGITS.items()
        if digits < 12
    )
    return f"CASE level {' '.join(cases)} ELSE code END"


class Division(BaseModel):
    """A division of the country (行政区划), with its 12-digit statistical code.

    `code` to `last_code` is the range of codes in its subtree, so that a question about a subtree is an index range.
    """

    id = BigAutoField()
    code = CodeField(unique=True)
    last_code = CodeField()
    name = LineField(index=True)
    level = EnumField(DivisionLevel)
    parent = ForeignKeyField("self", null=True, backref="children", on_delete="RESTRICT", index=False)

    if TYPE_CHECKING:
        parent_id: int | None

    class Meta:
        indexes = ((("level", "code"), True), (("parent", "code"), True))
        constraints = [
            Check("length(code) = 12"),
            Check(f"code = {_first_digits_and('0')}"),
            Check(f"last_code = {_first_digits_and('9')}"),
        ]

    @property
    def part(self) -> CodeRange:
        """The division with all below it."""
        return CodeRange(self.code, self.last_code)


index_ranks(Division, "level")


def ancestor_codes(code: str) -> list[str]:
    """List the codes that divisions above this one can have, the nearest first."""
    codes = (code[:9] + "000", code[:6] + "000000", code[:4] + "00000000", code[:2] + "0000000000")
    return list(dict.fromkeys(above for above in codes if above < code))


def lowest_of(codes: Sequence[str]) -> Division | None:
    """Find the lowest division that is there, of up to four codes of which each lies in the next."""
    return _lowest.first(*codes, *[""] * (4 - len(codes)))


@compiled
def _lowest(first: Any, second: Any, third: Any, fourth: Any) -> Any:
    # The code of a division is greater than those above it, whose last digits are zeros.
    there = Division.select().where(Division.code.in_([first, second, third, fourth]))
    return there.order_by(Division.code.desc()).limit(1)


def level_of(code: str) -> DivisionLevel | None:
    """Return the level that twelve digits are a code of, from the zeros at their end; None for zeros alone."""
    return _LEVEL_BY_LENGTH[len(code.rstrip("0"))]


def lies_in(code: str, division_code: str) -> bool:
    """Return whether the division of a code is another one, or lies in it."""
    level = level_of(division_code)
    assert level is not None, "it is the code of a division"
    return code.startswith(division_code[: CODE_DIGITS[level]])


def part_at(code: str, level: DivisionLevel) -> CodeRange:
    """Return the part of the city that is the division of a code and level with all below it."""
    return CodeRange(code, last_code(code, level))


def last_code(code: str, level: DivisionLevel) -> str:
    """Return the greatest code that a division below this one can have."""
    digits = CODE_DIGITS[level]
    return code[:digits] + "9" * (12 - digits)


def code_of(code: str, level: DivisionLevel) -> str:
    """Return the code that the ancestor at a level has, from the code of a division below it."""
    digits = CODE_DIGITS[level]
    return code[:digits] + "0" * (12 - digits)


def code_at(code: Any, level: DivisionLevel) -> Any:
    """Build the expression for the code of the ancestor at a level, from a row's own division code."""
    digits = CODE_DIGITS[level]
    return fn.substr(code, 1, digits).concat("0" * (12 - digits)) if digits < 12 else code
