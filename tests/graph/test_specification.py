"""What the engine owes to GraphQL's specification: merging, conditions, introspection, and refusals and their codes."""

import json
import re
from typing import Any

import pytest
from graphql import (
    build_schema,
    execute_sync,
    get_introspection_query,
    parse,
    validate_schema,
)

from schema.root import schema
from tests.graph.evaluator import SDL, printed_schema
from tests.graph.sides import Side

LAMP = 'issue(id: "Issue_1")'


def refusal(side: Side, text: str, variables: dict[str, Any] | None = None) -> tuple[str, list[Any] | None]:
    """Return the code and path of the one error of a request that is refused as a whole."""
    answer = side.json(text, variables)
    assert "data" not in answer
    (error,) = answer["errors"]
    assert error["message"].endswith(".")
    return error["extensions"]["code"], error.get("path")


# --- Selections -------------------------------------------------------------------------------------------------------


def test_fields_with_one_response_key_are_merged(side: Side) -> None:
    answer = side.json(f"{{ {LAMP} {{ id }} {LAMP} {{ committee {{ id }} }} {LAMP} {{ committee {{ state }} id }} }}")

    assert answer == {"data": {"issue": {"id": "Issue_1", "committee": {"id": "Committee_1", "state": "ACTIVE"}}}}


def test_keys_stand_in_the_order_of_the_selection(side: Side) -> None:
    text = f"{{ {LAMP} {{ version ...F title }} }} fragment F on Issue {{ state id version }}"

    body = side.answer(text).body.decode()

    assert body == '{"data":{"issue":{"version":1,"state":"IN_PROGRESS","id":"Issue_1","title":"楼道灯坏了第一号"}}}'


@pytest.mark.parametrize(
    ("skip", "include", "shown"),
    [(False, True, True), (True, True, False), (False, False, False), (True, False, False)],
)
def test_a_field_is_shown_when_it_is_included_and_not_skipped(
    side: Side, skip: bool, include: bool, shown: bool
) -> None:
    text = f"query Q($s: Boolean!, $i: Boolean!) {{ {LAMP} {{ id version @skip(if: $s) @include(if: $i) }} }}"

    answer = side.json(text, {"s": skip, "i": include})

    assert answer["data"]["issue"] == {"id": "Issue_1"} | ({"version": 1} if shown else {})


def test_an_object_of_which_nothing_is_included_is_empty(side: Side) -> None:
    text = f"{{ {LAMP} {{ id @skip(if: true) }} issues @include(if: false) {{ totalCount }} }}"

    assert side.answer(text).body == b'{"data":{"issue":{}}}'


def test_the_named_operation_is_the_one_that_runs(side: Side) -> None:
    text = f"query A {{ {LAMP} {{ id }} }} query B {{ {LAMP} {{ version }} }}"

    assert side.json(text, name="B") == {"data": {"issue": {"version": 1}}}


def test_a_default_stands_in_for_a_variable_that_is_absent_but_not_for_null(side: Side) -> None:
    text = "query Q($f: IssueFilter = {rating: {eq: 4}}) { issues(filter: $f) { totalCount } }"

    counts = [side.json(text, variables)["data"]["issues"]["totalCount"] for variables in ({}, {"f": None})]

    assert counts == [1, 7]


def test_a_fragment_on_node_applies_to_every_type(side: Side) -> None:
    text = (
        f"{{ {LAMP} {{ ...N division {{ ...N }} }} }} fragment N on Node {{ __typename id ... on Issue {{ version }} }}"
    )

    assert side.json(text)["data"]["issue"] == {
        "__typename": "Issue",
        "id": "Issue_1",
        "version": 1,
        "division": {"__typename": "Division", "id": "Division_5"},
    }


# --- Introspection ----------------------------------------------------------------------------------------------------


def test_introspection_is_the_librarys_own_answer(side: Side) -> None:
    text = get_introspection_query(input_value_deprecation=True, specified_by_url=True)

    expected = execute_sync(schema()._schema, parse(text))

    assert side.json(text) == {"data": expected.data}


def test_introspection_and_rows_come_in_one_answer(side: Side) -> None:
    text = "query Q($n: String!) { a: __typename %s { id } __type(name: $n) { kind } __schema { queryType { name } } }"

    body = side.answer(text % LAMP, {"n": "Claimant"}).body

    assert body == (
        b'{"data":{"a":"Query","issue":{"id":"Issue_1"},"__type":{"kind":"UNION"},'
        b'"__schema":{"queryType":{"name":"Query"}}}}'
    )


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    committed = SDL.read_text(encoding="utf-8")

    assert committed == schema().as_str() + "\n", "run `flask export-schema` and read the difference"
    assert validate_schema(build_schema(committed)) == []


def test_every_element_has_a_sentence_of_description() -> None:
    schema = printed_schema()
    described: dict[str, str | None] = {}
    for name, named in schema.type_map.items():
        if name.startswith("__") or name in ("Boolean", "Float", "ID", "Int", "String"):
            continue
        described[name] = named.description
        described |= {f"{name}.{value}": item.description for value, item in getattr(named, "values", {}).items()}
        for field, item in getattr(named, "fields", {}).items():
            described[f"{name}.{field}"] = item.description
            described |= {f"{name}.{field}({a})": arg.description for a, arg in getattr(item, "args", {}).items()}
    for directive in schema.directives:
        if directive.name not in ("skip", "include", "deprecated", "specifiedBy", "oneOf"):
            described[f"@{directive.name}"] = directive.description

    without_terms = {
        name: re.sub(r"\([^()]*[\u4e00-\u9fff][^()]*\)", "", said or "") for name, said in described.items()
    }
    lacking = [name for name, said in without_terms.items() if len(said.split()) < 4 or not said.endswith(".")]

    assert lacking == []


# --- Refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["{", "", "{ issues { nodes { id } }", "nonsense", "{ issue(id: \x00) { id } }"])
def test_what_is_not_graphql_is_refused(side: Side, text: str) -> None:
    answer = side.json(text)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["GRAPHQL_PARSE_FAILED"]
    assert "data" not in answer


@pytest.mark.parametrize(
    "text",
    [
        "{ nothing }", "{ issue }", "{ issues }", "{ __typename { id } }",
        "query A { __typename } query A { issue { id } }", '{ issues(first: "1") { totalCount } }',
        "query Q($a: Nothing) { __typename }", "{ ...F } fragment F on Issue { id }",
        "{ a: issue { id } a: issue { title } a: division { id } }", "{ ...F } fragment F on Query { ...F }",
        "{ issues(orderBy: [{direction: ASC}]) { totalCount } }", "fragment F on Query { __typename }",
    ],
)  # fmt: skip
def test_what_does_not_fit_the_schema_is_refused(side: Side, text: str) -> None:
    answer = side.json(text)

    assert {error["extensions"]["code"] for error in answer["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}
    assert "data" not in answer


def test_several_operations_need_a_name(side: Side) -> None:
    text = "query A { __typename } query B { __typename }"

    codes = [side.json(text, name=name)["errors"][0]["extensions"]["code"] for name in (None, "C")]

    assert codes == ["GRAPHQL_VALIDATION_FAILED", "GRAPHQL_VALIDATION_FAILED"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("{ division { id } }", ["division"]),
        ('{ a: division(id: "Division_1", code: "010000000000") { id } }', ["a"]),
        ("{ issue(id: null) { id } }", ["issue"]),
        ("{ issues(first: 1, last: 1) { totalCount } }", ["issues"]),
        ("{ issues(first: 101) { totalCount } }", ["issues", "first"]),
        ("{ a: issues(last: -1) { totalCount } }", ["a", "last"]),
        ("{ issues(first: 1) { nodes { b: claims(first: 999) { totalCount } } } }", ["issues", "nodes", "b", "first"]),
        ("{ issueAggregate { g: groups { count } } }", ["issueAggregate", "g"]),
        ("{ issues(filter: {dueAt: {gt: null}}) { totalCount } }", ["issues", "filter", "dueAt", "gt"]),
        ('{ issues(filter: {title: {eq: "a\\u0000"}}) { totalCount } }', ["issues", "filter", "title", "eq"]),
        (
            "{ issues(filter: {claims: {count: {isNull: true}}}) { totalCount } }",
            ["issues", "filter", "claims", "count", "isNull"],
        ),
    ],
)
def test_an_argument_out_of_bounds_is_refused_where_it_stands(side: Side, text: str, path: list[str]) -> None:
    assert refusal(side, text) == ("BAD_USER_INPUT", path)


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("Int!", None), ("Int", "1"), ("Int", 2**31), ("Int", 1.5), ("Int", True), ("Int", [1, 2]), ("Int!", ...),
        ("IssueFilter", {"nothing": 1}), ("IssueFilter", {"state": {"eq": "NOTHING"}}), ("IssueFilter", "text"),
        ("IssueFilter", {"createdAt": {"gt": "yesterday"}}), ("IssueFilter", {"rating": {"in": [None]}}),
        ("[IssueOrder!]", [{"direction": "ASC"}]), ("[IssueOrder!]", [None]),
    ],
)  # fmt: skip
def test_a_variable_of_the_wrong_kind_is_refused(side: Side, declared: str, value: Any) -> None:
    argument = {"Int": "first", "IssueFilter": "filter", "[IssueOrder!]": "orderBy"}[declared.rstrip("!") or declared]
    text = f"query Q($v: {declared}) {{ issues({argument}: $v) {{ totalCount }} }}"

    code, _ = refusal_without_sentence(side, text, {} if value is ... else {"v": value})

    assert code == "BAD_USER_INPUT"


def refusal_without_sentence(side: Side, text: str, variables: dict[str, Any]) -> tuple[str, Any]:
    """Return the code and path of a refusal that the library words."""
    answer = side.json(text, variables)
    assert "data" not in answer
    return answer["errors"][0]["extensions"]["code"], answer["errors"][0].get("path")


@pytest.mark.parametrize(
    ("text", "value", "path"),
    [
        ("query Q($v: [ID!]!) { nodes(ids: $v) { id } }", ["Issue_1"] * 101, ["nodes", "ids"]),
        (
            "query Q($v: [Int!]) { issues(filter: {rating: {in: $v}}) { totalCount } }",
            [1] * 1001,
            None,
        ),
        (
            "query Q($v: Int) { issueAggregate(groupBy: [STATE]) { groups(first: $v) { count } } }",
            1001,
            ["issueAggregate", "groups", "first"],
        ),
        ("query Q($v: Int) { issues(last: $v) { totalCount } }", 101, ["issues", "last"]),
    ],
)
def test_a_variable_beyond_its_bounds_is_refused_where_it_stands(
    side: Side, text: str, value: Any, path: list[str] | None
) -> None:
    assert refusal(side, text, {"v": value}) == ("BAD_USER_INPUT", path)


def test_a_lone_surrogate_is_refused_as_input(side: Side) -> None:
    text = "query Q($t: String) { issues(filter: {title: {eq: $t}}) { totalCount } }"

    assert refusal(side, text, {"t": "\ud800"})[0] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    "wanted", ["Issue_\x00", "\x00_1", "\ud800_1", "Issue_\ud800", "Issue_1\n", "Issue_ 1", "Issue_-1"]
)
def test_a_forged_id_answers_as_a_row_that_is_not_there(side: Side, wanted: str) -> None:
    text = "query Q($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } issue(id: $id) { id } }"

    assert side.json(text, {"id": wanted}) == {"data": {"node": None, "nodes": [None], "issue": None}}


def test_errors_are_json_that_any_reader_reads(side: Side) -> None:
    body = side.answer('{ issue(id: "\\ud83d\\ude00", nothing: 1) { id } }').body

    assert json.loads(body)["errors"]


# --- Limits -----------------------------------------------------------------------------------------------------------


def test_a_query_beyond_its_points_is_refused_with_cost_and_limit(side: Side) -> None:
    claims = "claims(first: 100) { nodes { issue { claims(first: 100) { totalCount } } } }"
    text = f"{{ issues(first: 100) {{ nodes {{ {claims} }} }} }}"

    (error,) = side.json(text)["errors"]

    assert error["extensions"]["code"] == "QUERY_TOO_COSTLY"
    assert error["extensions"]["cost"] > error["extensions"]["limit"] == side.executor.engine.limits.max_cost


def test_cost_grows_with_the_size_of_a_page_and_not_with_the_rows_that_are_there(side: Side) -> None:
    text = "query Q($n: Int!) { volunteerTeams(first: $n) { nodes { id } } }"

    costs = [side.answer(text, {"n": n}).cost for n in (1, 2, 100)]

    assert costs[2] - costs[1] == 98 * (costs[1] - costs[0]) > 0


@pytest.mark.parametrize("account_id", [None, 1])
def test_a_query_of_all_the_depth_is_answered(account_id: int | None, side: Side) -> None:
    """Lists directly in lists are the deepest statements; the innermost shows each viewer other rows."""
    deep = "{not: " * 40 + "{state: {in: [CLOSED]}}" + "}" * 40
    selection = f"issues(first: 2, filter: {deep}) {{ nodes {{ id }} }}"
    for name in [*["children"] * (side.executor.engine.limits.max_depth // 2 - 2), "divisions"]:
        where = "{not: {or: [$a, {level: {in: [CITY]}}]}}"
        selection = f"{name}(first: 2, filter: {where}) {{ nodes {{ {selection} }} }}"

    text = f"query Q($a: DivisionFilter!) {{ {selection} }}"
    answer = side.json(text, {"a": {"name": {"eq": "x"}}}, account_id=account_id)

    assert "errors" not in answer
    assert answer["data"]["divisions"]["nodes"]


def test_a_query_beyond_the_depth_is_refused(side: Side) -> None:
    selection = "id"
    for _ in range(side.executor.engine.limits.max_depth):
        selection = f"mergedInto {{ {selection} }}"

    (error,) = side.json(f"{{ {LAMP} {{ {selection} }} }}")["errors"]

    assert error["extensions"] == {"code": "QUERY_TOO_DEEP", "maxDepth": side.executor.engine.limits.max_depth}
