"""Arguments of a field: bound parameters for its expressions, its rows' filters and orders, and its cursors."""

from typing import Any

import pytest
from graphql import print_schema

from schema.engine import Engine, RequestValues
from schema.errors import RequestErrorCode, RequestRefused
from tests.engine.conftest import Ask

NEAR = "query ($place: Int!, $within: Int) { stones(near: {place: $place, within: $within}) { nodes { name } } }"


def named(rows: Any) -> str:
    return "".join(row["name"] for row in rows["nodes"])


def test_an_argument_reaches_rows_narrowing_and_order(ask: Ask) -> None:
    found = ask("{ stones(near: {place: 50}) { nodes { name distance } totalCount } }")

    assert [(row["name"], row["distance"]) for row in found["nodes"]] == [("b", 10), ("d", 40), ("a", 50), ("c", 90)]
    assert found["totalCount"] == 4


def test_without_the_argument_the_field_is_null_and_the_order_is_the_usual_one(ask: Ask) -> None:
    found = ask("{ stones { nodes { name distance } } }")

    assert [(row["name"], row["distance"]) for row in found["nodes"]] == [(name, None) for name in "abcd"]


@pytest.mark.parametrize(("within", "names"), [({}, "bdac"), ({"within": 45}, "bd"), ({"within": 0}, "")])
def test_a_default_stands_for_what_is_left_out(ask: Ask, within: dict[str, int], names: str) -> None:
    assert named(ask(NEAR, place=50, **within)) == names


def test_ties_are_broken_by_id_in_both_directions(ask: Ask) -> None:
    assert named(ask("{ stones(near: {place: 0}) { nodes { name } } }")) == "abcd"
    descending = "{ stones(near: {place: 0}, orderBy: {field: DISTANCE, direction: DESC}) { nodes { name } } }"
    assert named(ask(descending)) == "dcba"


def test_filters_of_the_rows_know_the_argument(ask: Ask) -> None:
    text = "{ stones(near: {place: 50}, filter: {distance: {gt: 10}, not: {distance: {eq: 90}}}) { nodes { name } } }"

    assert named(ask(text)) == "da"


def test_filters_without_the_argument_find_no_value(ask: Ask) -> None:
    assert named(ask("{ stones(filter: {distance: {gte: 0}}) { nodes { name } } }")) == ""
    assert named(ask("{ stones(filter: {distance: {isNull: true}}) { nodes { name } } }")) == "abcd"


def test_pages_follow_each_other_by_cursor(ask: Ask) -> None:
    text = """query ($after: String) {
      stones(near: {place: 50}, first: 1, after: $after) { nodes { name } pageInfo { endCursor hasNextPage } }
    }"""
    seen, after = "", None
    for _ in range(5):
        page = ask(text, after=after)
        seen, after = seen + named(page), page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert seen == "bdac"


def test_a_cursor_belongs_to_the_values_of_the_arguments(ask: Ask) -> None:
    text = """query ($place: Int!, $after: String) {
      stones(near: {place: $place}, first: 1, after: $after) { nodes { name } pageInfo { endCursor } }
    }"""
    cursor = ask(text, place=50)["pageInfo"]["endCursor"]

    with pytest.raises(RequestRefused) as refused:
        ask(text, place=51, after=cursor)
    assert refused.value.code == RequestErrorCode.INVALID_CURSOR


def test_a_default_and_the_same_value_written_make_the_same_list(ask: Ask) -> None:
    cursor = ask("{ stones(near: {place: 50}, first: 1) { pageInfo { endCursor } } }")["pageInfo"]["endCursor"]

    text = (
        "query ($after: String) { stones(near: {place: 50, within: 100}, first: 1, after: $after) { nodes { name } } }"
    )
    assert named(ask(text, after=cursor)) == "d"


def test_aggregates_know_the_argument(ask: Ask) -> None:
    text = """{
      stoneAggregate(near: {place: 50, within: 60}, groupBy: [COLOUR]) {
        count sum { distance } max { distance } groups { key { colour } count min { distance } }
      }
    }"""

    assert ask(text) == {
        "count": 3,
        "sum": {"distance": "100"},
        "max": {"distance": 50},
        "groups": [
            {"key": {"colour": "GREY"}, "count": 2, "min": {"distance": 40}},
            {"key": {"colour": "RED"}, "count": 1, "min": {"distance": 10}},
        ],
    }


def test_aggregates_without_the_argument_measure_nothing(ask: Ask) -> None:
    assert ask("{ stoneAggregate { count sum { distance } avg { distance } } }") == {
        "count": 4,
        "sum": {"distance": None},
        "avg": {"distance": None},
    }


def test_a_scalar_takes_arguments_of_its_own_under_each_alias(ask: Ask) -> None:
    text = "query ($by: Int) { stones(first: 1) { nodes { none: moved plus: moved(by: 5) given: moved(by: $by) } } }"

    assert ask(text, by=-7)["nodes"] == [{"none": 0, "plus": 5, "given": -7}]
    assert ask(text, by=None)["nodes"] == [{"none": 0, "plus": 5, "given": 0}]
    assert ask(text)["nodes"] == [{"none": 0, "plus": 5, "given": 0}]


def test_enumerations_and_ids_are_arguments(ask: Ask) -> None:
    text = """query ($id: ID!, $colour: Colour) {
      stones(first: 2) { nodes { red: hasColour grey: hasColour(colour: $colour) isIt(stoneId: $id) } }
    }"""

    assert ask(text, id="Stone_2", colour="GREY")["nodes"] == [
        {"red": False, "grey": True, "isIt": False},
        {"red": True, "grey": False, "isIt": True},
    ]
    assert [row["isIt"] for row in ask(text, id="Brick_2", colour="GREY")["nodes"]] == [False, False]


def test_a_part_sees_its_own_arguments_and_those_of_its_list(ask: Ask) -> None:
    text = "{ stones(near: {place: 50}, first: 1) { nodes { figures(factor: 3) { weight distance } } } }"

    assert ask(text)["nodes"] == [{"figures": {"weight": 120, "distance": 10}}]


@pytest.mark.parametrize(
    ("text", "variables", "message", "path"),
    [
        ("{ stones(near: {place: 1001}) { totalCount } }", {}, "between -1000 and 1000; it is 1001", ("near", "place")),
        (NEAR, {"place": 1, "within": -1}, "within must lie between 0 and 500; it is -1", ("near", "within")),
        ("{ stones { nodes { moved(by: 51) } } }", {}, "by must lie between -50 and 50", ("nodes", "moved", "by")),
    ],
)
def test_a_number_out_of_bounds_is_refused(
    ask: Ask, text: str, variables: dict[str, int], message: str, path: tuple[str, ...]
) -> None:
    with pytest.raises(RequestRefused) as refused:
        ask(text, **variables)

    assert refused.value.code == RequestErrorCode.BAD_USER_INPUT
    assert message in refused.value.message
    assert refused.value.path == ("stones", *path)


def test_a_plan_is_kept_for_the_presence_of_an_argument_and_not_for_its_value(reader: Engine) -> None:
    operation = reader.operation("query ($near: NearFilter) { stones(near: $near) { nodes { name } } }", None)
    for given in ({"place": 1}, {"place": 2}, {"place": 2, "within": 3}, {"place": 5, "within": 9}, None):
        operation.fields(operation.variables.read({"near": given}), None)

    assert operation.shapes == 3


def test_values_are_bound_and_cost_is_counted(reader: Engine) -> None:
    request_values = RequestValues({}, "2026-03-01T00:00:00Z", 0)
    statements = []
    for text in ("{ stones { nodes { name } } }", "{ stones(near: {place: 123}) { nodes { name } } }"):
        (field,) = reader.operation(text, None).fields({}, None)
        statements.append((field.statement, field.cost.points(request_values)))
    (_, plain), (near, dear) = statements

    assert near is not None
    assert "123" not in near.sql
    assert [param.bind(request_values) for param in near.params] == [100, 123] or [123, 100]
    # Seven for the argument, and ten for an order that no column gives.
    assert dear - plain == 7 + 10


def test_the_schema_shows_arguments_with_their_defaults(reader: Engine) -> None:
    text = print_schema(reader.schema)

    assert "within: Int = 100" in text
    assert "place: Int!" in text
    assert "hasColour(" in text
    assert "colour: Colour = RED" in text
