"""Lookups by global id: a statement holds the types that the ids name, and a plan is kept for each set of them."""

import re
from typing import Any

import pytest

from db.access.viewers import Visibility
from tests.graph.sides import Side

ONE = "query ($id: ID!) { node(id: $id) { __typename id } }"
LIST = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


def tables(side: Side, text: str, variables: dict[str, Any]) -> set[str]:
    """Return the tables that the statement of the one root field reads."""
    operation = side.executor.engine.operation(text, None)
    (field,) = operation.fields(operation.variables.read(variables), Visibility.PUBLIC)
    assert field.statement is not None
    return set(re.findall(r'FROM "(\w+)"', field.statement.sql))


@pytest.mark.parametrize(
    ("text", "variables", "read"),
    [
        (ONE, {"id": "Issue_1"}, {"issue"}),
        (ONE, {"id": "Nothing_1"}, set()),
        (ONE, {"id": "DivisionStats_1"}, set()),
        (ONE, {"id": "Query_1"}, set()),
        (ONE, {"id": ""}, set()),
        ('{ node(id: "Member_7") { id } }', {}, {"member"}),
        (LIST, {"ids": ["Member_1", "Issue_1", "Member_2", "Member", "Nothing_3"]}, {"issue", "member"}),
        (LIST, {"ids": "Resource_1"}, {"resource"}),
        (LIST, {"ids": []}, set()),
        ('query ($id: ID!) { nodes(ids: ["Member_1", $id]) { id } }', {"id": "Resource_1"}, {"member", "resource"}),
        ('query ($id: ID = "Member_1") { nodes(ids: [$id]) { id } }', {}, {"member"}),
        (
            "query ($id: ID!) { ...F } fragment F on Query { one: node(id: $id) { id } }",
            {"id": "Division_1"},
            {"division"},
        ),
    ],
)
def test_a_statement_reads_the_types_that_are_named(
    side: Side, text: str, variables: dict[str, Any], read: set[str]
) -> None:
    assert tables(side, text, variables) == read


def test_ids_that_name_nothing_are_null(side: Side) -> None:
    for given in ("Nothing_1", "", "Issue", "Issue_x", "Issue_999999", "UserError_1", "__Type_1", "Query_1"):
        assert side.json(ONE, {"id": given}) == {"data": {"node": None}}, given
        assert side.json(LIST, {"ids": [given, given]}) == {"data": {"nodes": [None, None]}}, given
    assert side.json(LIST, {"ids": []}) == {"data": {"nodes": []}}


def test_a_plan_is_kept_for_each_set_of_types(side: Side) -> None:
    operation = side.executor.engine.operation(LIST + " # sets of types", None)
    shapes = []
    for given in (
        ["Issue_1"],
        ["Issue_2", "Issue_3"],
        ["Issue_1", "Need_1"],
        ["Need_9", "Issue_2"],
        ["No_1"],
        ["Nor_1"],
    ):
        operation.fields({"ids": given}, Visibility.PUBLIC)
        shapes.append(operation.shapes)

    assert shapes == [1, 1, 2, 2, 3, 3]


def test_the_plans_of_sets_of_types_are_bounded(side: Side) -> None:
    operation = side.executor.engine.operation(LIST + " # many sets of types", None)
    names = [declared.name for declared in side.executor.engine.catalog.nodes()]

    for first in names[:8]:
        for second in names[8:16]:
            operation.fields({"ids": [f"{first}_1", f"{second}_1"]}, Visibility.PUBLIC)

    assert operation.shapes == 32


def test_one_document_reads_one_type_after_the_other(side: Side) -> None:
    for given in ("Issue_1", "Committee_1", "Issue_1", "Division_1"):
        assert side.json(ONE, {"id": given}) == {"data": {"node": {"__typename": given.split("_")[0], "id": given}}}
