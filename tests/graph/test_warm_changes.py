"""A warm change builds no text of SQL: everything that it executes was compiled when it ran for the first time.

How many statements each takes is kept in `tests/golden/changes.json`, so that growth is seen in the diff:
`UPDATE_GOLDEN=1 pytest tests/graph/test_warm_changes.py` writes it anew.
"""

import json
from typing import Any

import peewee
import pytest
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.city.clock import tick
from db.kernel import remembered
from db.kernel.database import is_postgres
from db.places.models.division import DivisionLevel
from tests.asking import answer_to, mutation
from tests.factories import AT
from tests.graph.places import build
from tests.graph.steps import INPUTS, Spot
from tests.graph.test_golden import GOLDEN, UPDATES
from tests.graph.test_roles import MAY
from tests.graph.test_statements import sent_by

COUNTS = GOLDEN / "changes.json"
COMMUNITY, DISTRICT = DivisionLevel.COMMUNITY, DivisionLevel.DISTRICT


def _ask(account_id: int, step: str, spot: Spot, **more: Any) -> None:
    name = step.split()[0]
    answer = answer_to(account_id, mutation(name, "__typename"), spot.now, input={**INPUTS[step](spot), **more})
    assert answer["data"][name]["userErrors"] == [], step


def _callers() -> list[tuple[str, DivisionLevel, Role | None]]:
    """List each step with everybody who may take it where the community answers, or else the district."""
    found: list[tuple[str, DivisionLevel, Role | None]] = []
    for step, (first, *others) in MAY.items():
        level, roles = (COMMUNITY, first) if first else (DISTRICT, others[0])
        found += [(step, level, role) for role in sorted(roles, key=str)]
    return found


# They take a lock that has a statement of its own on PostgreSQL.
HOLDING = {
    "registerSite", "registerSites", "retireSite",
    "registerServicePoint", "updateServicePoint", "closeServicePoint",
}  # fmt: skip


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect every text of SQL that Peewee builds from now on."""
    built: list[Any] = []
    begun = peewee.Context.__init__

    def counting(self: Any, **settings: Any) -> None:
        built.append(self)
        begun(self, **settings)

    monkeypatch.setattr(peewee.Context, "__init__", counting)
    return built


def test_a_second_tick_builds_no_text(
    scratch: DatabaseProxy, texts: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "SECONDS", 1e9)
    build()
    tick(AT)
    texts.clear()

    assert tick(AT).refusals == []
    assert texts == []


def test_a_warm_change_builds_no_text(
    scratch: DatabaseProxy, texts: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow the machine is, nothing that is remembered grows too old between the two times.
    monkeypatch.setattr(remembered, "SECONDS", 1e9)
    accounts, home, _, _ = build()
    counts: dict[str, int] = {}
    built: dict[str, int] = {}

    for step, level, role in _callers():
        spot = Spot(home, level, role, AT)
        _ask(accounts[role].id, step, spot, dryRun=True)
        texts.clear()
        with sent_by(scratch.connection()) as sent:
            _ask(accounts[role].id, step, spot, dryRun=True)
        built[f"{step} by {role}"] = len(texts)
        counts[step] = max(counts.get(step, 0), len(sent))

    assert {step: count for step, count in built.items() if count} == {}
    if is_postgres():
        counts = {step: count - (step in HOLDING) for step, count in counts.items()}
    if UPDATES:
        COUNTS.write_text(json.dumps(counts, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    assert counts == json.loads(COUNTS.read_text(encoding="utf-8"))


def test_keeping_a_change_builds_no_text_either(scratch: DatabaseProxy, texts: list[Any]) -> None:
    accounts, home, _, _ = build()
    spot = Spot(home, COMMUNITY, Role.STAFF, AT)
    steps = ("submitIssue", "acceptIssue", "publishIssue", "castVote", "demandMeeting", "grantRole", "setSlaRule")
    callers = {"castVote": Role.MEMBER, "demandMeeting": Role.MEMBER, "grantRole": Role.CITY_OFFICER}
    built: dict[str, int] = {}

    for step in steps:
        role = callers.get(step, Role.CITY_OFFICER if step == "setSlaRule" else Role.STAFF)
        for key in ("first", "second"):
            texts.clear()
            with scratch.atomic() as kept:
                _ask(accounts[role].id, step, spot, idempotencyKey=f"{step}-{key}")
                kept.rollback()
            built[step] = len(texts)

    assert {step: count for step, count in built.items() if count} == {}
