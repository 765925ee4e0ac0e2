"""Orders by an enumeration go by the meaning of its names, as they are declared, and need no sort of the table."""

import re
from typing import Any

import orjson
import pytest
from peewee import DatabaseProxy

from db.access.viewers import Visibility
from db.issues.lifecycle import IssueState
from db.issues.models.issue import Urgency
from db.kernel.database import is_postgres
from db.kernel.fields import utc_text
from schema.engine.bindings import RequestValues
from schema.request.context import Context, Viewer
from schema.request.execute import Executor, Request
from tests.factories import make_committee, make_issue, make_member
from tests.graph.maker import NOW
from tests.graph.sides import Side


def names(side: Side, field: str, shown: str, order: str) -> list[Any]:
    text = f"{{ {field}(first: 100, orderBy: [{order}]) {{ nodes {{ id {shown} }} }} }}"
    return [row[shown] for row in side.json(text)["data"][field]["nodes"]]


@pytest.mark.parametrize(
    ("field", "shown", "declared"),
    [
        ("issues", "urgency", "EMERGENCY URGENT NORMAL COMPLEX"),
        ("issues", "slaStatus", "GREEN YELLOW RED STOPPED"),
        ("issues", "state", " ".join(IssueState)),
        ("members", "position", "DIRECTOR DEPUTY_DIRECTOR MEMBER"),
        ("divisions", "level", "PROVINCE CITY DISTRICT SUBDISTRICT COMMUNITY"),
        ("claims", "state", "PENDING CONFIRMED FULFILLED RELEASED DECLINED"),
        ("members", "seatKind", "STANDING ROTATING"),
    ],
)  # fmt: skip
def test_an_enumeration_is_ordered_as_it_is_declared(side: Side, field: str, shown: str, declared: str) -> None:
    order = re.sub("([A-Z])", r"_\1", shown).upper()
    rank = declared.split().index

    upwards = names(side, field, shown, f"{{field: {order}}}")
    downwards = names(side, field, shown, f"{{field: {order}, direction: DESC}}")

    assert upwards == sorted(upwards, key=rank)
    assert downwards == upwards[::-1]
    assert len(set(upwards)) > 1


def test_groups_come_in_the_order_of_the_names(side: Side) -> None:
    text = "{ issueAggregate(groupBy: [STATE, DISTRICT]) { groups(first: 50) { key { state } } } }"

    found = [group["key"]["state"] for group in side.json(text)["data"]["issueAggregate"]["groups"]]

    assert found == sorted(found, key=list(IssueState).index)


def test_what_has_no_name_comes_last_or_first_as_asked(side: Side) -> None:
    last = names(side, "issues", "outcome", "{field: OUTCOME}")
    first = names(side, "issues", "outcome", "{field: OUTCOME, nulls: FIRST}")

    assert None in last
    assert last.index(None) == len(last) - last.count(None)
    assert first[: last.count(None)] == [None] * last.count(None)


ORDERS = [
    ("issues", "{field: URGENCY}"), ("issues", "{field: STATE, direction: DESC}"), ("issues", "{field: CURRENT_LEVEL}"),
    ("issues", "{field: URGENCY}, {field: CREATED_AT}"),
    ("issues", "{field: STATE, direction: DESC}, {field: CREATED_AT, direction: DESC}"),
    ("members", "{field: POSITION}"), ("members", "{field: CATEGORY, direction: DESC}"),
    ("divisions", "{field: LEVEL}"),
    ("claims", "{field: STATE}"),
]  # fmt: skip


@pytest.fixture
def many_rows(scratch: DatabaseProxy) -> None:
    """Make enough rows for an index to be worth while."""
    committee = make_committee()
    make_member(committee)
    for at in range(400):
        make_issue(IssueState.ACCEPTED, committee, urgency=list(Urgency)[at % 4])
    scratch.execute_sql("ANALYZE")


@pytest.mark.usefixtures("many_rows")
@pytest.mark.parametrize(("field", "order"), ORDERS)
def test_a_page_by_rank_needs_no_sort_of_the_table(scratch: DatabaseProxy, field: str, order: str) -> None:
    text = f"{{ {field}(first: 5, orderBy: [{order}]) {{ nodes {{ id }} }} }}"
    viewer = Viewer(1, "示范", visibility=Visibility.ALL)
    operation = Executor().engine.operation(text, None)
    (ready,) = operation.fields(operation.variables.read({}), Visibility.ALL)
    assert ready.statement is not None
    values = [param.bind(RequestValues({}, utc_text(NOW), viewer.account_id)) for param in ready.statement.params]

    if is_postgres():
        scratch.execute_sql("SET LOCAL enable_seqscan = off")
        numbered = re.sub(r"\$(\d+)", lambda found: f"'{values[int(found[1]) - 1]}'", ready.statement.sql)
        plan = [line for (line,) in scratch.execute_sql("EXPLAIN " + numbered.replace("%", "%%")).fetchall()]
    else:
        plan = [
            line for *_, line in scratch.execute_sql("EXPLAIN QUERY PLAN " + ready.statement.sql, values).fetchall()
        ]

    assert not [line for line in plan if "Sort" in line or "ORDER BY" in line], plan


@pytest.mark.usefixtures("many_rows")
@pytest.mark.parametrize("order", [order for field, order in ORDERS if field == "issues"])
def test_pages_by_rank_make_up_the_list(order: str) -> None:
    executor = Executor()
    context = Context(Viewer(1, "示范", visibility=Visibility.ALL), utc_text(NOW))
    text = """query ($after: String) { issues(first: 90, after: $after, orderBy: [%s]) {
        nodes { id urgency } pageInfo { endCursor hasNextPage } } }"""
    found: list[Any] = []
    after, more = None, True
    while more:
        page = orjson.loads(executor.execute(Request(text % order, {"after": after}), context).body)["data"]["issues"]
        found += page["nodes"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert len({row["id"] for row in found}) == len(found) == 400
    if "URGENCY" in order:
        assert [row["urgency"] for row in found] == [name for name in Urgency for _ in range(100)]
