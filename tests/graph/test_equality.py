"""Generated documents on random databases: SQLite, PostgreSQL and the evaluator give the same answer.

`FUZZ_DOCUMENTS` says how many (2,000 in `make test`, 100,000 in `make fuzz`), `FUZZ_SEED` with which chance: the number
that stands in the name of a test that failed repeats that round.
"""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import lru_cache, partial
from random import Random, randrange
from typing import Any

import orjson
import pytest
from graphql import is_object_type, parse
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from db.access.actor import Mandate
from db.kernel.codes import CodeRange
from schema.engine import Bounds, Limits, operation
from tests.graph.conftest import Sides
from tests.graph.documents import Document, Samples, Writer
from tests.graph.evaluator import LISTS, Evaluator, World, printed_schema
from tests.graph.maker import MOMENTS
from tests.graph.rows import insert, make_rows
from tests.graph.sides import Side, signed_in
from tests.graph.viewers import EVERYWHERE

DOCUMENTS = int(os.environ.get("FUZZ_DOCUMENTS", "2000"))
IS_LONG = "FUZZ_DOCUMENTS" in os.environ
SEED = int(os.environ.get("FUZZ_SEED") or (randrange(10**9) if IS_LONG else 1))
IN_A_ROUND = 250
ROUNDS = -(-DOCUMENTS // IN_A_ROUND)
# Each example asks three times, two of them a database.
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
MANY = 100_000
BOUNDS = Bounds(*[MANY] * len(fields(Bounds)))
LIMITS = Limits(max_cost=10**15, max_depth=100, bounds=BOUNDS)


def test_the_evaluator_knows_every_list() -> None:
    schema = printed_schema()
    lists = {
        (name, field)
        for name, named in schema.type_map.items()
        for field, item in (named.fields if is_object_type(named) else {}).items()
        if str(item.type).endswith("Connection!") and name not in ("Query", "Viewer")
    }

    assert lists == {key for key in LISTS if key[0] != "Viewer"}


@pytest.fixture
def parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both databases share a document's syntax tree: most of the time goes into validating it."""
    monkeypatch.setattr(operation, "read_document", lru_cache(4)(operation.read_document))


@pytest.mark.usefixtures("parsed_once")
@pytest.mark.parametrize("chance", range(SEED, SEED + ROUNDS), ids=lambda chance: f"FUZZ_SEED={chance}")
def test_generated_documents_have_one_answer(
    chance: int, make_own_sides: Callable[..., Sides], capsys: pytest.CaptureFixture[str]
) -> None:
    if IS_LONG:
        with capsys.disabled():
            sys.stdout.write(f"FUZZ_SEED={chance} FUZZ_DOCUMENTS={IN_A_ROUND}\n")
    sides = make_own_sides(partial(insert, make_rows(chance)), limits=LIMITS)
    with sides[0].bound():
        world = World()
    samples = Samples(world)
    accounts = [None, *(row.id for row in world.rows["Account"])]
    parts = [EVERYWHERE] * 40 + [(row.code, row.last_code) for row in world.rows["Division"]]

    @seed(chance)
    @settings(
        max_examples=IN_A_ROUND, deadline=None, database=None, suppress_health_check=SLOW,
        phases=[Phase.generate, Phase.shrink],
    )  # fmt: skip
    @given(st.randoms(use_true_random=False))
    def have_one_answer(random: Random) -> None:
        document = Writer(random, samples).document()
        now, account = random.choice(MOMENTS), random.choice(accounts)
        evaluator = Evaluator(world, now, account, random.choice(parts))
        engine, expected = answers(sides, evaluator, document, document.variables)
        chosen = {name: pairs(engine, expected, name) for name in document.cursors}
        picked = {name: random.choice(found) for name, found in chosen.items() if found}
        if picked:
            ours = {name: pair[0] for name, pair in picked.items()}
            theirs = {name: pair[1] for name, pair in picked.items()}
            answers(sides, evaluator, document, {**document.variables, **ours}, {**document.variables, **theirs})

    have_one_answer()


def answers(
    sides: Sides,
    evaluator: Evaluator,
    document: Document,
    variables: dict[str, Any],
    for_evaluator: dict[str, Any] | None = None,
) -> tuple[Any, Any]:
    """Answer a document three times, and give the engine's and the evaluator's data.

    for_evaluator: the variables with its own cursors.
    """
    first, second = (bytes_of(side, evaluator, document, variables) for side in sides)
    answered = orjson.loads(first)
    apart = difference(orjson.loads(second), answered, evaluator.world, {}) or f"{first} and {second}"
    assert first == second, f"the databases differ: {apart}\n{document.text}\nwith {variables} at {evaluator.now}"
    given = variables if for_evaluator is None else for_evaluator
    expected = evaluator.answer(parse(document.text), given, document.name)
    actual = answered["data"] if "data" in answered else answered["errors"]
    different = difference(actual, expected, evaluator.world, {})
    assert not different, f"{different}\n{document.text}\nwith {variables} at {evaluator.now}"
    return actual, expected


def bytes_of(side: Side, evaluator: Evaluator, document: Document, variables: dict[str, Any]) -> bytes:
    """Answer a document by the engine."""
    now = evaluator.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    first, last = evaluator.viewer.good_in
    mandate = Mandate(part=CodeRange(first, last))
    with side.bound():
        viewer = None if evaluator.account_id is None else signed_in(evaluator.account_id, now, mandate)
    return side.answer(document.text, variables, document.name, viewer=viewer, now=now).body


def difference(actual: Any, expected: Any, world: World, cursors: dict[str, str], path: str = "data") -> str:
    """Describe the first difference, the order of keys included. Cursors are equal when each stands for one place."""
    if type(actual) is not type(expected):
        return f"{path}: {actual!r:.300} should be {expected!r:.300}"
    if isinstance(actual, dict):
        if list(actual) != list(expected):
            return f"{path}: keys {list(actual)} should be {list(expected)}"
        below = ((actual[key], expected[key], f"{path}.{key}") for key in actual)
    elif isinstance(actual, list):
        if len(actual) != len(expected):
            return f"{path}: {len(actual)} items should be {len(expected)}: {actual!r:.200}, {expected!r:.200}"
        below = ((one, other, f"{path}[{at}]") for at, (one, other) in enumerate(zip(actual, expected, strict=True)))
    elif expected in world.cursors:
        same = cursors.setdefault(expected, actual) == actual
        return "" if same else f"{path}: the cursor {actual} should be {cursors[expected]}"
    else:
        return "" if actual == expected else f"{path}: {actual!r:.300} should be {expected!r:.300}"
    return next((found for one, other, at in below if (found := difference(one, other, world, cursors, at))), "")


def pairs(actual: Any, expected: Any, name: str) -> list[tuple[str, str]]:
    """List the cursors under a response key, as the engine and as the evaluator write them."""
    return [(one, other) for one, other in zip(under(actual, name), under(expected, name), strict=True) if one]


def under(value: Any, name: str) -> Iterator[Any]:
    """Walk to everything that stands under a response key."""
    if isinstance(value, dict):
        for key, below in value.items():
            if key == name:
                yield below
            yield from under(below, name)
    elif isinstance(value, list):
        for below in value:
            yield from under(below, name)
