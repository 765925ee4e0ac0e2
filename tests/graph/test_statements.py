"""One statement for each root field, whatever the depth and the size of the data: counted where the driver sends it."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import apsw
import psycopg
import pytest
from graphql import OperationDefinitionNode, parse

from schema.request.context import Viewer
from tests.graph.conftest import Sides
from tests.graph.rows import insert, make_rows
from tests.graph.sides import Side
from tests.graph.test_golden import TOPICS, golden
from tests.graph.town import NOW

Counted = list[str]


@contextmanager
def counted(side: Side) -> Iterator[Counted]:
    """Collect what is sent to the database in a block."""
    with side.bound(), sent_by(side.database.connection()) as seen:
        yield seen


@contextmanager
def sent_by(connection: Any) -> Iterator[Counted]:
    """Collect what a connection sends in a block: SQLite's own trace, or the messages on PostgreSQL's wire."""
    seen: Counted = []
    if isinstance(connection, apsw.Connection):
        # What triggers do is not sent.
        connection.trace_v2(apsw.SQLITE_TRACE_STMT, lambda event: event["trigger"] or seen.append(event["sql"]))
        yield seen
        connection.trace_v2(0)
    else:
        yield from _on_the_wire(connection, seen)


def _on_the_wire(connection: psycopg.Connection[Any], seen: Counted) -> Iterator[Counted]:
    with tempfile.TemporaryFile() as trace:
        connection.pgconn.trace(trace.fileno())
        try:
            yield seen
        finally:
            connection.pgconn.untrace()
        trace.seek(0, os.SEEK_SET)
        # Timestamp, direction (F from us), length, message: a statement that runs is one Execute or one Query.
        messages = (line.decode(errors="replace").split("\t") for line in trace)
        seen.extend(parts[3] for parts in messages if parts[1:2] == ["F"] and parts[3].strip() in ("Execute", "Query"))


def root_fields(text: str) -> int:
    """Count the root fields of a document."""
    operation = next(node for node in parse(text).definitions if isinstance(node, OperationDefinitionNode))
    return len(operation.selection_set.selections)


@pytest.fixture(scope="session")
def cities(town: Sides, make_sides: Callable[..., Sides]) -> list[Sides]:
    """Return data of two sizes."""
    return [town, make_sides(partial(insert, make_rows(0)))]


@pytest.mark.parametrize("at", [0, 1], ids=["sqlite", "postgresql"])
@pytest.mark.parametrize("topic", TOPICS)
def test_a_root_field_is_one_statement_at_every_size(topic: str, at: int, cities: list[Sides]) -> None:
    query = golden(topic)

    for sides in cities:
        viewer = Viewer(query.account_id, "") if query.account_id else None
        for _ in ("cold", "warm"):
            with counted(sides[at]) as seen:
                sides[at].answer(query.text, query.variables, viewer=viewer, now=NOW)

            assert len(seen) == root_fields(query.text), seen


@pytest.mark.parametrize("levels", [1, 3, 5])
def test_depth_adds_no_statement(levels: int, side: Side) -> None:
    selection = "id"
    for _ in range(levels):
        selection = f"children(first: 3) {{ nodes {{ name {selection} }} totalCount }}"

    with counted(side) as seen:
        side.json(f'{{ division(code: "010000000000") {{ {selection} }} }}')

    assert len(seen) == 1


def test_the_schema_is_described_without_a_statement(side: Side) -> None:
    with counted(side) as seen:
        side.json('{ __typename __schema { types { name } } __type(name: "Issue") { name } }')

    assert seen == []


def test_a_refused_request_sends_no_statement(side: Side) -> None:
    with counted(side) as seen:
        side.json("{ issues(first: 1000) { nodes { id } } }")
        side.json("{ issues { nodes { id ")
        side.json("{ nothing }")

    assert seen == []
