"""Pages by cursor: they stay correct while rows come and go, and a cursor of another list is refused."""

from typing import Any

import orjson
import pytest
from peewee import DatabaseProxy

from db.city import models
from db.issues.lifecycle import IssueState
from schema.request.context import Context
from schema.request.execute import Executor, Request
from tests.factories import make_committee, make_issue, make_member
from tests.graph.sides import Side

NEWEST = "orderBy: [{field: CREATED_AT, direction: DESC}]"


def page(side: Side, arguments: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask for a page of issues: titles, cursors and where it lies."""
    declared = "($c: String)" if "$c" in arguments else ""
    text = f"""query Q{declared} {{ issues({arguments}) {{
        edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} totalCount
    }} }}"""
    return side.json(text, variables)["data"]["issues"]


def ids(shown: dict[str, Any]) -> list[str]:
    return [edge["node"]["id"].removeprefix("Issue_") for edge in shown["edges"]]


@pytest.mark.parametrize(
    "order",
    [
        "orderBy: []", NEWEST, "orderBy: [{field: DUE_AT}]", "orderBy: [{field: DUE_AT, nulls: FIRST}]",
        "orderBy: [{field: DUE_AT, direction: DESC, nulls: FIRST}]", "orderBy: [{field: RATING, direction: DESC}]",
        "orderBy: [{field: TITLE}, {field: STATE, direction: DESC}]", "orderBy: [{field: IS_OVERDUE, direction: DESC}]",
        "orderBy: [{field: CLAIMS_COUNT, direction: DESC}, {field: DUE_AT}]", "orderBy: [{field: ID, direction: DESC}]",
        "orderBy: [{field: URGENCY}]", "orderBy: [{field: SLA_STATUS, direction: DESC}]", "orderBy: [{field: OUTCOME}]",
        "orderBy: [{field: STATE, direction: DESC}, {field: OUTCOME, nulls: FIRST}]",
        "orderBy: [{field: DESCRIPTION}]", "orderBy: [{field: NUMBER}, {field: CLOSED_AT, direction: DESC}]",
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_list_walked_by_pages_is_the_list(side: Side, order: str, size: int) -> None:
    whole = ids(page(side, f"{order} first: 100"))

    forward: list[str] = []
    cursor, more = None, True
    while more:
        shown = page(side, f"{order} first: {size} after: $c", {"c": cursor})
        assert shown["pageInfo"]["hasPreviousPage"] is bool(forward)
        forward += ids(shown)
        cursor, more = shown["pageInfo"]["endCursor"], shown["pageInfo"]["hasNextPage"]
    backward: list[str] = []
    cursor, more = None, True
    while more:
        shown = page(side, f"{order} last: {size} before: $c", {"c": cursor})
        assert shown["pageInfo"]["hasNextPage"] is bool(backward)
        backward = ids(shown) + backward
        cursor, more = shown["pageInfo"]["startCursor"], shown["pageInfo"]["hasPreviousPage"]

    assert len(whole) == 7
    assert forward == whole == backward


def test_a_list_in_the_order_of_a_negated_rule_is_walked_by_pages(side: Side) -> None:
    text = """query Q($c: String) {
        committees(orderBy: [{field: COMPLIANCE_IS_COMPLIANT}, {field: ID, direction: DESC}], last: 1, before: $c) {
            nodes { id } pageInfo { startCursor }
        }
    }"""
    found: list[str] = []
    cursor = None
    for _ in range(3):
        shown = side.json(text, {"c": cursor})["data"]["committees"]
        found += [row["id"] for row in shown["nodes"]]
        cursor = shown["pageInfo"]["startCursor"]

    assert found == ["Committee_1", "Committee_2", "Committee_3"]


def test_two_cursors_cut_out_what_lies_between_them(side: Side) -> None:
    edges = page(side, NEWEST)["edges"]
    text = f"""query Q($a: String, $b: String) {{
        issues(after: $a, before: $b, {NEWEST}) {{ nodes {{ id }} totalCount }}
    }}"""

    answer = side.json(text, {"a": edges[1]["cursor"], "b": edges[4]["cursor"]})

    between = [edge["node"] for edge in edges[2:4]]
    assert answer["data"]["issues"] == {"nodes": between, "totalCount": 7}


@pytest.mark.parametrize(
    "other",
    [
        "orderBy: [{field: CREATED_AT, direction: ASC}]",
        "orderBy: [{field: CREATED_AT, direction: DESC, nulls: FIRST}]",
        "orderBy: [{field: DUE_AT, direction: DESC}]", f"{NEWEST} filter: {{rating: {{isNull: true}}}}",
    ],
)  # fmt: skip
def test_a_cursor_of_another_order_or_filter_is_refused(side: Side, other: str) -> None:
    cursor = page(side, NEWEST)["pageInfo"]["endCursor"]
    text = f"query Q($c: String) {{ a: issues({other} after: $c) {{ nodes {{ id }} }} }}"

    (error,) = side.json(text, {"c": cursor})["errors"]

    assert (error["extensions"]["code"], error["path"]) == ("INVALID_CURSOR", ["a", "after"])


def test_a_cursor_knows_the_values_of_its_filter(side: Side) -> None:
    text = """query Q($c: String, $s: IssueState!) {
        issues(filter: {state: {neq: $s}}, first: 2, after: $c) { pageInfo { endCursor } }
    }"""
    cursor = side.json(text, {"s": "MERGED"})["data"]["issues"]["pageInfo"]["endCursor"]

    same, other = (side.json(text, {"s": state, "c": cursor}) for state in ("MERGED", "CLOSED"))

    assert "errors" not in same
    assert other["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


@pytest.mark.parametrize(
    "change",
    [
        lambda cursor: "", lambda cursor: "x", lambda cursor: cursor[:-1] + "x", lambda cursor: cursor + "~1",
        lambda cursor: cursor.rpartition("~")[0], lambda cursor: cursor.replace("~", "", 1),
        lambda cursor: "~" + cursor, lambda cursor: cursor + "9" * 30, lambda cursor: "\ud800",
        lambda cursor: cursor.replace("2026", "\x00"), lambda cursor: cursor.replace("2026", "\ud800"),
        lambda cursor: cursor.replace("2026", "二〇"), lambda cursor: cursor.rpartition("~")[0] + "~١",
        lambda cursor: "a" * 20_000,
    ],
)  # fmt: skip
def test_a_forged_cursor_is_refused(side: Side, change: Any) -> None:
    cursor = page(side, NEWEST)["pageInfo"]["endCursor"]
    text = f"query Q($c: String) {{ issues({NEWEST} after: $c) {{ nodes {{ id }} }} }}"

    answer = side.json(text, {"c": change(cursor)})

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID_CURSOR"]


@pytest.mark.parametrize("text", ["zz", "00", "ff", "4", "ED A0 80"])
def test_a_forged_text_in_a_cursor_is_refused(side: Side, text: str) -> None:
    query = "query Q($c: String) { issues(orderBy: [{field: TITLE}], after: $c) { pageInfo { endCursor } } }"
    stamp, _, row_id = side.json(query)["data"]["issues"]["pageInfo"]["endCursor"].split("~")

    answer = side.json(query, {"c": f"{stamp}~{text}~{row_id}"})

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID_CURSOR"]


def test_pages_stay_correct_while_rows_come_and_go(database: DatabaseProxy) -> None:
    committee = make_committee()
    issues = [make_issue(IssueState.ACCEPTED, committee, reporter_count=count) for count in (10, 20, 30, 40)]
    executor = Executor()
    text = """query Q($c: String) {
        issues(orderBy: [{field: REPORTER_COUNT}], first: 2, after: $c) {
            nodes { reporterCount } pageInfo { endCursor }
        }
    }"""

    def read(cursor: str | None) -> tuple[list[int], str]:
        answer = executor.execute(Request(text, {"c": cursor}), Context(None, "2026-01-05T08:00:00Z"))
        shown = orjson.loads(answer.body)["data"]["issues"]
        return [row["reporterCount"] for row in shown["nodes"]], shown["pageInfo"]["endCursor"]

    first, cursor = read(None)
    make_issue(IssueState.ACCEPTED, committee, reporter_count=15)
    make_issue(IssueState.ACCEPTED, committee, reporter_count=25)
    issues[1].delete_instance()
    second, _ = read(cursor)

    assert (first, second) == ([10, 20], [25, 30])
    assert models.Issue.select().count() == 5


def test_rows_that_tie_are_kept_apart_by_their_ids(database: DatabaseProxy) -> None:
    committee = make_committee()
    members = [make_member(committee, name="示范委员") for _ in range(5)]
    executor = Executor()
    text = "query Q($d: OrderDirection!) { members(orderBy: [{field: NAME, direction: $d}]) { nodes { id } } }"

    def read(direction: str) -> list[str]:
        answer = executor.execute(Request(text, {"d": direction}), Context(None, "2026-01-05T08:00:00Z"))
        return [row["id"] for row in orjson.loads(answer.body)["data"]["members"]["nodes"]]

    in_order = [f"Member_{member.id}" for member in members]
    assert read("ASC") == in_order
    assert read("DESC") == in_order[::-1]
