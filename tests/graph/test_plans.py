"""The cache of ready operations and its bounds, the limit of time, and plans as they are shown."""

import gc
import os
import tracemalloc
from collections.abc import Callable, Iterator

import orjson
import psycopg
import pytest

from db.issues.lifecycle import IssueState
from db.kernel.fields import utc_text
from schema.engine import CacheFigures, Limits
from schema.request.context import Context
from schema.request.execute import Executor, Request
from tests.factories import make_committee, make_issue
from tests.graph.conftest import Sides
from tests.graph.maker import NOW
from tests.graph.sides import Side
from tests.graph.town import NOW as TOWN_NOW

CONTEXT = Context(None, utc_text(NOW))
LARGEST = 50
# Distinct documents that are forgotten again: 20,000 where 100,000 are generated.
MANY = max(2_000, int(os.environ.get("FUZZ_DOCUMENTS", "0")) // 5)
PAGE = "query Q($n: Int, $f: IssueFilter) { issues(first: $n, filter: $f) { nodes { id } } }"


@pytest.fixture
def executor(side: Side) -> Iterator[Executor]:
    """Return an executor of the town with an empty cache of 50 operations."""
    with side.bound():
        yield Executor(max_operations=LARGEST)


def figures(executor: Executor) -> CacheFigures:
    return executor.engine.figures()


def test_a_document_is_made_ready_once(executor: Executor) -> None:
    for _ in range(3):
        executor.execute(Request("{ issues { totalCount } }", {}), CONTEXT)

    assert figures(executor) == CacheFigures(size=1, max_size=LARGEST, hits=2, misses=1)


def test_variables_change_no_plan_unless_they_change_its_shape(executor: Executor) -> None:
    operation = executor.engine.operation(PAGE, None)
    shapes: list[int] = []
    for variables in (
        {"n": 1, "f": {"state": {"eq": "CLOSED"}}},
        {"n": 2, "f": {"state": {"eq": "ACCEPTED"}}},
        {"n": 3, "f": {"state": {"in": ["ACCEPTED"]}}},
        {"n": 3, "f": {"state": {"in": ["ACCEPTED", "CLOSED", "MERGED"]}}},
        {"n": 3},
        {"n": 99},
    ):
        executor.execute(Request(PAGE, variables), CONTEXT)
        shapes.append(operation.shapes)

    assert shapes == [1, 1, 2, 2, 3, 3]


def test_shapes_of_variables_are_bounded(executor: Executor) -> None:
    operation = executor.engine.operation(PAGE, None)

    for nesting in range(40):
        held: dict[str, object] = {"rating": {"eq": 1}}
        for _ in range(nesting):
            held = {"not": held}
        executor.execute(Request(PAGE, {"n": 1, "f": held}), CONTEXT)

    assert operation.shapes <= 32


def test_the_cache_keeps_to_its_size(executor: Executor) -> None:
    for number in range(3 * LARGEST):
        executor.execute(Request(f"{{ a{number}: issues {{ totalCount }} }}", {}), CONTEXT)

    assert figures(executor) == CacheFigures(size=LARGEST, max_size=LARGEST, hits=0, misses=3 * LARGEST)


def test_refused_documents_are_not_kept(executor: Executor) -> None:
    for number in range(10):
        executor.execute(Request(f"{{ nothing{number} }}", {}), CONTEXT)

    assert figures(executor).size == 0


def test_memory_does_not_grow_over_distinct_documents(town: Sides) -> None:
    def ask(numbers: range) -> int:
        for number in numbers:
            executor.execute(Request(f"{{ a{number}: __typename }}", {}), CONTEXT)
        gc.collect()
        return tracemalloc.get_traced_memory()[0] if tracemalloc.is_tracing() else len(gc.get_objects())

    with town[0].bound():
        executor = Executor(max_operations=LARGEST)
        objects = [ask(range(at, at + MANY // 4)) for at in (0, MANY // 4, MANY // 2)]
        tracemalloc.start()
        try:
            # All that is kept at the second look was made after the first.
            sizes = [ask(range(at, at + MANY // 8)) for at in (MANY * 6 // 8, MANY * 7 // 8)]
        finally:
            tracemalloc.stop()

    assert figures(executor).size == LARGEST
    assert abs(objects[2] - objects[1]) < 1_000
    assert abs(sizes[1] - sizes[0]) < 100_000


def crowd() -> None:
    """Make one committee with 100 issues, each of which leads to all of them again."""
    committee = make_committee()
    for _ in range(100):
        make_issue(IssueState.ACCEPTED, committee)


@pytest.mark.parametrize("at", [0, 1], ids=["sqlite", "postgresql"])
def test_a_statement_past_its_time_is_stopped(at: int, make_sides: Callable[..., Sides]) -> None:
    side = make_sides(crowd, read_seconds=0.3, limits=Limits(max_cost=10**15, max_depth=30))[at]
    # A hundred million rows, which no machine reads in the time.
    selected = "id"
    for _ in range(4):
        selected = f"committee {{ issues(first: 100) {{ nodes {{ {selected} }} }} }}"

    answer = side.json(f"{{ issues(first: 1) {{ nodes {{ {selected} }} }} }}")

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["TIMEOUT"]
    assert answer["data"] is None
    assert side.json("{ issues { totalCount } }") == {"data": {"issues": {"totalCount": 100}}}


def test_a_statement_that_was_stopped_is_paid_for_by_its_time(make_sides: Callable[..., Sides]) -> None:
    side = make_sides(crowd, read_seconds=0.3, points_an_hour=100_000)[1]
    cheap = "{ issues(first: 1) { nodes { id } } }"
    before = side.answer(cheap).spent

    with psycopg.connect(str(side.database.database)) as other:
        other.execute("LOCK TABLE issue IN ACCESS EXCLUSIVE MODE")
        response = side.answer(cheap)

    assert orjson.loads(response.body)["errors"][0]["extensions"]["code"] == "TIMEOUT"
    # 500 for each full twentieth of a second.
    assert before is not None
    assert before.used < 100
    assert response.spent is not None
    assert response.spent.used >= 2_500


def test_a_plan_is_shown_to_whom_it_may_concern(side: Side) -> None:
    text = "query Q($n: Int!) { issues(first: $n) { nodes { id } } __typename }"

    answer = side.json(text, {"n": 2}, account_id=2, now=TOWN_NOW, extensions={"plan": True})

    plan = answer["extensions"]["plan"]
    (statement,) = plan["statements"]
    assert answer["data"]["__typename"] == "Query"
    assert statement["field"] == "issues"
    assert statement["sql"].startswith("SELECT ")
    assert statement["parameters"] == ["bigint"]
    assert plan["cost"] == statement["cost"] > 2
    assert plan["cache"]["max_size"] == 1000
    assert statement["milliseconds"] >= 0


@pytest.mark.parametrize("account_id", [None, 1])
def test_a_plan_is_shown_to_nobody_else(side: Side, account_id: int | None) -> None:
    answer = side.json("{ __typename }", account_id=account_id, now=TOWN_NOW, extensions={"plan": True})

    assert answer == {"data": {"__typename": "Query"}}


def test_a_plan_is_shown_only_when_it_is_asked_for(side: Side) -> None:
    assert side.json("{ __typename }", account_id=2, now=TOWN_NOW) == {"data": {"__typename": "Query"}}
