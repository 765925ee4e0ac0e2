"""Comparisons are exact: within a second, beyond a column's places, at the edges of the calendar and of 64 bits."""

from typing import Any

import pytest

from tests.graph.sides import Side

# The town's first issue was created at 08:00:00 on 2 January 2026; seven others at other times.
AT = "2026-01-02T08:00:00"


def count(side: Side, root: str, filter_: dict[str, Any]) -> int:
    name = f"{root[0].upper()}{root[1:-1]}Filter"
    answer = side.json(f"query ($f: {name}) {{ {root}(filter: $f) {{ totalCount }} }}", {"f": filter_})
    assert "errors" not in answer, answer
    return answer["data"][root]["totalCount"]


@pytest.mark.parametrize("fraction", [".5Z", ".000000001Z", ".9999999+00:00", ".125z"])
def test_a_fraction_of_a_second_counts(side: Side, fraction: str) -> None:
    within = f"{AT}{fraction}"
    for comparator, is_met in (
        ({"lt": within}, True), ({"lte": within}, True), ({"gt": within}, False), ({"gte": within}, False),
        ({"eq": within}, False), ({"neq": within}, True), ({"in": [within]}, False), ({"nin": [within]}, True),
        ({"in": [within, f"{AT}Z"]}, True), ({"eq": f"{AT}.000Z"}, True), ({"lte": f"{AT}.0Z"}, True),
        ({"gte": "2026-01-02T07:59:59.999Z", "lt": "2026-01-02T08:00:00.001Z"}, True),
    ):  # fmt: skip
        found = count(side, "issues", {"id": {"eq": "Issue_1"}, "createdAt": comparator})
        assert (found == 1) is is_met, comparator


@pytest.mark.parametrize(
    ("comparator", "found"),
    [
        ({"gte": "0001-01-01T00:00:00+08:00"}, 7), ({"lt": "0001-01-01T00:00:00+14:00"}, 0),
        ({"lte": "9999-12-31T23:59:59.9999999Z"}, 7), ({"gt": "9999-12-31T23:59:59-12:00"}, 0),
        ({"gt": "-P999999999W"}, 7), ({"lt": "P999999999D"}, 7), ({"lt": "-P999999999D"}, 0),
        ({"neq": "9999-12-31T23:59:60Z"}, 7),
    ],
)  # fmt: skip
def test_times_beyond_the_calendar_are_clamped(side: Side, comparator: dict[str, str], found: int) -> None:
    assert count(side, "issues", {"createdAt": comparator}) == found


@pytest.mark.parametrize(
    ("comparator", "found"),
    # Two of the town's claims are of 3.00 and 0.25; one has no quantity.
    [
        ({"lt": "0.250001"}, 1), ({"lte": "0.249999"}, 0), ({"gte": "0.250001"}, 1),
        ({"gt": "2.999999"}, 1), ({"gt": "-0.000001"}, 2), ({"eq": "3.000001"}, 0), ({"eq": "3.000000"}, 1),
        ({"neq": "3.000001"}, 3), ({"in": ["3.000001", "0.25"]}, 1), ({"nin": ["3.000001", "0.25"]}, 2),
        ({"lt": "999999999999999.999999"}, 2), ({"gt": "-999999999999999.999999"}, 2),
    ],
)  # fmt: skip
def test_decimals_with_more_places_than_are_stored_are_compared_exactly(
    side: Side, comparator: dict[str, Any], found: int
) -> None:
    assert count(side, "claims", {"quantity": comparator}) == found


@pytest.mark.parametrize("measure", ["sum", "avg"])
@pytest.mark.parametrize(
    ("comparator", "found"),
    [
        ({"lt": "999999999999999.999999"}, 2), ({"gt": "922337203685477"}, 0), ({"gte": "-999999999999999"}, 2),
        ({"neq": "999999999999999"}, 3), ({"eq": "-922337203685477.5808"}, 0), ({"in": ["999999999999999"]}, 0),
    ],
)  # fmt: skip
def test_limits_beyond_64_bits_hold_for_groups(side: Side, measure: str, comparator: Any, found: int) -> None:
    text = "query ($h: ClaimHaving) { claimAggregate(groupBy: [STATE], having: $h) { groups { count } } }"
    answer = side.json(text, {"h": {measure: {"quantity": comparator}}})

    assert len(answer["data"]["claimAggregate"]["groups"]) == found


@pytest.mark.parametrize(("greatest", "is_read"), [(2**31 - 1, True), (-(2**31), True), (2**31, False), (2**63, False)])
def test_whole_numbers_are_read_up_to_the_edges_of_int(side: Side, greatest: int, is_read: bool) -> None:
    given = side.json("query ($n: Int) { issues(filter: {rating: {lt: $n}}) { totalCount } }", {"n": greatest})
    written = side.json(f"{{ issues(filter: {{rating: {{lt: {greatest}}}}}) {{ totalCount }} }}")

    assert ("data" in given, "data" in written) == (is_read, is_read)
