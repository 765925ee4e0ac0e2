"""Introspection: answered as the library answers it, charged by its size, with work that is bounded by its points."""

from typing import Any

import pytest
from graphql import execute_sync, get_introspection_query, parse

from schema.engine import Limits
from schema.request.execute import Executor
from schema.root import schema
from tests.graph.conftest import Sides
from tests.graph.sides import Side
from tests.work import counted_calls

FULL = get_introspection_query()
QUESTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "everything": (FULL, {}),
    "everything newer": (
        get_introspection_query(
            specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
        ),
        {},
    ),
    "a type": ('{ __type(name: "Issue") { kind name description interfaces { name } fields { name } } }', {}),
    "a type that is not there": ('{ __type(name: "Nothing") { name } }', {}),
    "a union": ('{ __type(name: "Claimant") { kind possibleTypes { name kind } } }', {}),
    "an enum": ('{ __type(name: "IssueState") { enumValues(includeDeprecated: true) { name isDeprecated } } }', {}),
    "an input": ('{ __type(name: "CloseIssueInput") { isOneOf inputFields { name defaultValue type { kind } } } }', {}),
    "introspection itself": ('{ __type(name: "__Type") { fields { name args { name defaultValue } } } }', {}),
    "a variable": ("query ($n: String!) { __type(name: $n) { name __typename } }", {"n": "Committee"}),
    "a default": ('query ($n: String! = "Member") { __type(name: $n) { name } }', {}),
    "a truth value": (
        "query ($d: Boolean!) { __schema { directives(includeDeprecated: $d) { name } types { name } } }", {"d": True},
    ),
    "left out": (
        "query ($a: Boolean!) { __schema { queryType { name @skip(if: $a) kind } a: __typename @include(if: $a) } }",
        {"a": True},
    ),
    "fragments": (
        "{ ...A } fragment A on Query { s: __schema { ...B } s: __schema { ...C } }"
        " fragment B on __Schema { mutationType { name ...D } } fragment C on __Schema { mutationType { kind } }"
        " fragment D on __Type { ... on __Type { t: name } ... @skip(if: true) { description } }",
        {},
    ),
    "the same under two names": ("{ a: __schema { types { name } } b: __schema { types { kind } } }", {}),
    "a chain of wrappers": (
        "{ __schema { types { fields { type { name ofType { name ofType { name ofType { name } } } } } } } }", {},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "variables"), QUESTIONS.values(), ids=QUESTIONS)
def test_an_answer_is_the_librarys(town: Sides, text: str, variables: dict[str, Any]) -> None:
    expected = execute_sync(schema()._schema, parse(text), variable_values=variables)

    answer = town[0].json(text, variables)

    assert expected.errors is None
    assert answer == {"data": expected.data}
    assert list(answer["data"]) == list(expected.data or {})


@pytest.mark.parametrize("argument", ["null", "$n"])
def test_a_null_argument_is_refused(town: Sides, argument: str) -> None:
    text = f'query ($n: String = "x") {{ __type(name: {argument}) {{ name }} }}'

    error = town[0].json(text, {"n": None})["errors"][0]

    assert error["extensions"]["code"] in ("BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED")


# --- What it costs ----------------------------------------------------------------------------------------------------

OF = "name description kind ofType { name kind ofType { name kind } }"
WIDE = f"fields {{ name description args {{ name type {{ {OF} }} }} type {{ {OF} }} }} inputFields {{ name }}"
DEEP = f"types {{ {WIDE} fields {{ type {{ {WIDE} ofType {{ {WIDE} ofType {{ {WIDE} }} }} }} }} }}"


def many(count: int, inner: str) -> str:
    return "{" + " ".join(f"a{at}: __schema {{ {inner} }}" for at in range(count)) + "}"


@pytest.fixture(scope="module")
def sqlite(town: Sides) -> Side:
    """Return the town with an executor that knows no document yet."""
    with town[0].bound():
        return Side(town[0].database, Executor())


def test_points_follow_the_size_of_the_answer(sqlite: Side) -> None:
    costs = [
        sqlite.answer(text).cost
        for text in (
            "{ __schema { queryType { name } } }",
            '{ __type(name: "Issue") { fields { name description } } }',
            "{ __schema { types { name } } }",
            "{ __schema { types { name fields { name } } } }",
            FULL,
            many(3, f"types {{ {WIDE} }}"),
        )
    ]

    assert costs == sorted(costs)
    assert costs[0] == 1
    assert costs[-1] > 3 * costs[-3]
    # GraphiQL can load the whole schema, with room for it to grow.
    assert costs[-2] < Limits().max_cost * 2 / 3


@pytest.mark.parametrize(
    "text",
    [
        many(6, f"{DEEP} again: {DEEP}"),
        many(25, f"types {{ {WIDE} }}"),
        many(5, f"types {{ possibleTypes {{ {WIDE} }} {WIDE} }} a: {DEEP} b: {DEEP}"),
        "query ($n: String!) {"
        + " ".join(f"a{n}: __schema {{ {DEEP} }}" for n in range(9))
        + " __type(name: $n) { name } }",
    ],
    ids=["deep", "wide", "possible types", "aliases"],
)
def test_what_would_be_too_large_is_refused(sqlite: Side, text: str) -> None:
    (error,) = sqlite.json(text, {"n": "Issue"})["errors"]

    assert error["extensions"]["code"] == "QUERY_TOO_COSTLY"
    assert error["extensions"]["cost"] > error["extensions"]["limit"] == Limits().max_cost


@pytest.mark.parametrize(
    "text", [FULL, many(1, DEEP), many(8, DEEP), many(30, f"types {{ {WIDE} }}"), many(2, "__typename")]
)
def test_work_is_bounded_by_the_points(town: Sides, text: str) -> None:
    with town[0].bound():
        fresh = Side(town[0].database, Executor())
    with counted_calls() as calls:
        response = fresh.answer(text)

    # Beside reading the document and the schema. A refusal comes when as many points were counted as there may be.
    assert calls[0] < 450_000 + 100 * (response.cost or 2 * Limits().max_cost)
