"""Golden triples: a query, the SQL that each database is sent for it, and the answer.

`UPDATE_GOLDEN=1 pytest tests/graph/test_golden.py` writes the files anew; what changed is then read in the diff.
"""

import json
import os
import pkgutil
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
import pytest

from db.access.viewers import Visibility
from schema import graph
from schema.graph import CATALOG
from tests.graph.conftest import Sides
from tests.graph.sides import Side, signed_in
from tests.graph.town import NOW

GOLDEN = Path(__file__).parents[1] / "golden"
TOPICS = sorted(path.stem for path in GOLDEN.glob("*.graphql"))
COSTS = GOLDEN / "costs"
CONTEXT_NAMES = sorted(
    module.name
    for module in pkgutil.iter_modules(graph.__path__)
    if hasattr(import_module(f"schema.graph.{module.name}"), "CONTEXT")
)
# What rows begin with (`schema.engine.tally`), as it can be read.
_MARKS = str.maketrans({"\n": "\\n", "\t": "\\t", "\r": "\\r"})
UPDATES = bool(os.environ.get("UPDATE_GOLDEN"))
DATABASES = ("sqlite", "postgresql")
# Where a statement is broken into lines: words that begin a part of it.
_BREAKS = re.compile(
    r" (?=(?:FROM|WHERE|LEFT JOIN|(?<!LEFT )JOIN|GROUP BY|HAVING|ORDER BY|LIMIT|UNION ALL|AND|OR|WHEN|ELSE)\b)"
    r"|(?<=\()(?=SELECT\b)"
)


@dataclass(frozen=True)
class Golden:
    """A query as its file has it: comments, then maybe `# variables:` and `# viewer:`, then the document."""

    text: str
    variables: dict[str, Any]
    account_id: int | None


def golden(topic: str) -> Golden:
    """Read a topic's query."""
    text = (GOLDEN / f"{topic}.graphql").read_text(encoding="utf-8")
    variables = re.search(r"^# variables: (.*)$", text, re.MULTILINE)
    viewer = re.search(r"^# viewer: (\d+)$", text, re.MULTILINE)
    return Golden(text, json.loads(variables[1]) if variables else {}, int(viewer[1]) if viewer else None)


@pytest.mark.parametrize("topic", TOPICS)
def test_the_answer_is_the_golden_one(topic: str, side: Side) -> None:
    query = golden(topic)

    response = side.answer(query.text, query.variables, account_id=query.account_id, now=NOW)

    answer = json.dumps(orjson.loads(response.body), ensure_ascii=False, indent=2)
    check(GOLDEN / f"{topic}.json", answer)


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("topic", TOPICS)
def test_the_statement_is_the_golden_one(topic: str, database: str, town: Sides) -> None:
    query = golden(topic)
    side = town[DATABASES.index(database)]

    operation = side.executor.engine.operation(query.text, None)
    with side.bound():
        visibility = signed_in(query.account_id, NOW).visibility if query.account_id else Visibility.PUBLIC
    fields = operation.fields(operation.variables.read(query.variables), visibility)

    statements = [f"-- {field.key}\n{in_lines(field.statement.sql)};" for field in fields if field.statement]
    check(GOLDEN / f"{topic}.{database}.sql", "\n\n".join(statements))


@pytest.mark.parametrize("name", CONTEXT_NAMES)
def test_costs_are_frozen(name: str) -> None:
    context = import_module(f"schema.graph.{name}").CONTEXT
    declared = {"Query": context.roots, **context.additions, **{one.name: one.fields for one in context.types}}

    costs = {
        type_name: {item.graphql_name: item.cost for item in map(CATALOG.types[type_name].fields.get, fields) if item}
        for type_name, fields in sorted(declared.items())
    }

    check(COSTS / f"{name}.json", json.dumps(costs, indent=2))


def test_every_cost_is_frozen() -> None:
    frozen: dict[str, set[str]] = {"Query": {"node", "nodes"}}
    for name in CONTEXT_NAMES:
        for type_name, fields in json.loads((COSTS / f"{name}.json").read_text(encoding="utf-8")).items():
            frozen.setdefault(type_name, set()).update(fields)

    assert frozen == {
        name: {item.graphql_name for item in declared.fields.values()} for name, declared in CATALOG.types.items()
    }
    assert {path.stem for path in COSTS.glob("*.json")} == set(CONTEXT_NAMES)
    assert [CATALOG.root.fields[name].cost for name in ("node", "nodes")] == [1, 1]


def test_databases_give_the_same_bytes(town: Sides) -> None:
    for topic in TOPICS:
        query = golden(topic)

        sqlite, postgresql = (
            side.answer(query.text, query.variables, account_id=query.account_id, now=NOW).body for side in town
        )

        assert sqlite == postgresql, topic


def check(path: Path, text: str) -> None:
    """Compare with a golden file, or write it anew."""
    if UPDATES:
        path.write_text(f"{text}\n", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == f"{text}\n"


def in_lines(sql: str) -> str:
    """Break a statement into lines, indented by its brackets; texts in quotes are left whole."""
    lines: list[str] = [""]
    depths = [0]
    for at, piece in enumerate(re.split(r"('(?:[^']|'')*')", sql)):
        if at % 2:
            lines[-1] += piece.translate(_MARKS)
            continue
        first, *rest = _BREAKS.split(piece)
        _append(lines, depths, first)
        for part in rest:
            lines.append("  " * depths[-1])
            _append(lines, depths, part)
    return "\n".join(line.rstrip() for line in lines)


def _append(lines: list[str], depths: list[int], part: str) -> None:
    lines[-1] += part
    depths[-1] += part.count("(") - part.count(")")
