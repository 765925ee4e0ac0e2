"""The page of the mechanisms: its examples are answered by the demo city, and its table names all mechanisms.

A block is sent by a visitor, or `# With the token of ROLE`. It must find something: no list of an answer is empty. A
mutation is tried out (`dryRun: true`) and refused by nothing.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from db.access.actor import actor_of
from db.access.models.account import Role
from db.city import seed
from db.kernel.fields import utc_text
from schema.request.context import Context, Viewer
from schema.request.execute import Executor, Request
from tests.conftest import Store, bound
from tests.graph_api.processes import TOP
from tests.test_readme import EXAMPLES, Block, blocks_of

PAGE = (TOP / "docs/mechanisms.md").read_text("utf-8")
BLOCKS = blocks_of(PAGE)
ROW = re.compile(r"^\| (\d+) \| .* \| (whole|part|–) \|$", re.MULTILINE)
SECTION = re.compile(r"^## (\d+)\. ", re.MULTILINE)


@pytest.fixture(scope="module")
def city(store: Store, demo_city_url: str) -> Iterator[dict[str, int]]:
    """Bind the models to a copy of the demo city; give its accounts by their roles."""
    with bound(store.create("mechanisms", "demo_city")):
        yield {role.value: account.id for role, account in seed.demo_accounts()}
    store.drop("mechanisms")


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"line {block.line}")
def test_examples_are_answered(city: dict[str, int], block: Block) -> None:
    role = re.match(r"# With the token of ([A-Z_]+)\n", block.text)
    at = seed.AS_OF_TIME + timedelta(minutes=1)
    viewer = Viewer.of(actor_of(city[Role[role[1]].value], at)) if role else None

    answer = json.loads(Executor().execute(Request(block.text, {}, None), Context(viewer, utc_text(at))).body)

    assert "errors" not in answer, answer
    assert ("mutation" in block.text) == ("dryRun: true" in block.text)
    for name, values in _lists(answer["data"]):
        assert bool(values) == (name != "userErrors"), (name, answer)


def test_the_changes_among_the_examples_of_graphiql_are_tried_out(city: dict[str, int]) -> None:
    at, answers = seed.AS_OF_TIME + timedelta(minutes=1), {}
    for role, name in ((Role.STAFF, "TryToFormTeam"), (Role.RESIDENT, "TryToApply")):
        viewer = Viewer.of(actor_of(city[role.value], at))
        request = Request(EXAMPLES.read_text("utf-8"), {}, name)
        [answers[name]] = json.loads(Executor().execute(request, Context(viewer, utc_text(at))).body)["data"].values()

    assert [answer["userErrors"] for answer in answers.values()] == [[], []]
    formed, asked = answers["TryToFormTeam"], answers["TryToApply"]["application"]
    assert (formed["volunteerTeam"]["state"], formed["event"]["action"]) == ("FORMING", "CREATE")
    assert (asked["state"], asked["item"]["name"], len(asked["item"]["materials"]["nodes"])) == (
        "SUBMITTED", "高龄津贴申请", 3,
    )  # fmt: skip


def _lists(value: Any, name: str = "") -> list[tuple[str, list[Any]]]:
    """Name the lists of an answer, but for those within other lists."""
    if isinstance(value, list):
        return [(name, value)]
    fields = value.items() if isinstance(value, dict) else ()
    return [found for key, below in fields for found in _lists(below, key)]


def test_every_mechanism_is_in_the_table_and_whole_ones_have_an_example() -> None:
    status = {int(number): word for number, word in ROW.findall(PAGE)}
    parts = SECTION.split(PAGE)
    texts = dict(zip(map(int, parts[1::2]), parts[2::2], strict=True))

    assert list(status) == list(range(1, 37))
    assert {block.kind for block in BLOCKS} == {"graphql"}
    assert [number for number, text in texts.items() if "```graphql" in text] == list(texts)
    assert sorted(texts) == [number for number, word in status.items() if word != "–"]
