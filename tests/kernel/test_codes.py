"""Parts of the city: what lies in them, what they share, and the same as conditions."""

import pytest
from peewee import DatabaseProxy

from db.city.models import Division
from db.kernel.codes import EVERYWHERE, NOWHERE, CodeRange, SqlCodeRange
from db.places.models.division import DivisionLevel
from tests.factories import make_division

CITY = CodeRange("990300000000", "990399999999")
TOWN = CodeRange("990300401000", "990300401999")
OTHER = CodeRange("990400000000", "990499999999")


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (CITY, TOWN, TOWN),
        (TOWN, CITY, TOWN),
        (CITY, OTHER, None),
        (EVERYWHERE, CITY, CITY),
        (NOWHERE, CITY, None),
        (CodeRange("1" * 12, "5" * 12), CodeRange("3" * 12, "9" * 12), CodeRange("3" * 12, "5" * 12)),
    ],
)
def test_two_parts_share_what_lies_in_both(one: CodeRange, other: CodeRange, shared: CodeRange | None) -> None:
    assert one.intersect(other) == shared


def test_a_part_covers_its_own_ends_and_what_lies_between() -> None:
    assert [TOWN.covers(code) for code in (*TOWN, "990300401007", "990300402000", CITY.first)] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert not NOWHERE.covers("5" * 12)


def test_conditions_find_what_a_part_covers(scratch: DatabaseProxy) -> None:
    for code in ("990300000000", "990400000000"):
        make_division(DivisionLevel.CITY, code=code)
    columns = SqlCodeRange(Division.code, Division.last_code)

    def found(condition: object) -> set[str]:
        return {row.code for row in Division.select().where(condition)} & {CITY.first, OTHER.first}

    assert found(CITY.has(Division.code)) == {CITY.first}
    assert found(EVERYWHERE.has(Division.code)) == {CITY.first, OTHER.first}
    assert found(NOWHERE.has(Division.code)) == set()
    assert found(columns.overlaps(SqlCodeRange(*TOWN))) == {CITY.first}
