"""The histories of the demo city are such as the commands write: their steps, levels, roles, fields and deadlines.

The needs (I4) are in `test_seed_work.py`.
"""

import json
from collections import Counter
from typing import Any

import pytest

from db.issues.lifecycle import STEPS, TRANSITIONS, Capacity, LedgerAction
from tests.conftest import bound
from tests.issues.model import invariants
from tests.issues.model.replay import replayed
from tests.issues.model.rows import Row, Rows, ledgers, read

LEVELS = ("COMMUNITY", "SUBDISTRICT", "DISTRICT", "CITY")
# Which roles make somebody what the table asks for, apart from offices, which depend on the level.
ROLES: dict[Capacity, set[str]] = {
    Capacity.REPORTER: {"RESIDENT"},
    Capacity.GRID_WORKER: {"GRID_WORKER"},
    Capacity.MEMBER: {"MEMBER", "DEPUTY_DIRECTOR", "DIRECTOR"},
    Capacity.HANDLER: {"UNIT_CONTACT", "TEAM_CAPTAIN", "MEMBER"},
    Capacity.CLAIMANT: {"UNIT_CONTACT", "TEAM_CAPTAIN", "MEMBER"},
    Capacity.LEADER: {"LEADER"},
    Capacity.SYSTEM: {"SYSTEM"},
}
# What an entry says besides its note, and which have a note to say: the fields that the table requires.
TOLD = {
    "CREATE": {"channel", "is_anonymous"}, "ACCEPT": {"urgency", "duty", "number"}, "REJECT": {"reason"},
    "APPEAL": {"to_code"}, "MERGE": {"master_id"}, "UNMERGE": {"master_id", "number"}, "TABLE": {"meeting_id"},
    "RESOLVE_MEETING": {"resolution_id"}, "PUBLISH": {"claim_until"}, "CLAIM": {"claim_id"}, "SUSPEND": {"resume_on"},
    "REPORT_DONE": {"outcome", "done_on", "evidence"}, "CLOSE_OFF": {"outcome", "rating", "no_reply"},
    "ESCALATE": {"tried", "to_code"}, "HAND_DOWN": {"to_code"}, "REGRADE": {"from_urgency", "to_urgency"},
    "TRANSFER": {"to_code"},
}  # fmt: skip
NOTED = {
    "ASK", "SUPPLEMENT", "REJECT", "APPEAL", "PUBLISH", "RETURN", "SUSPEND", "REPORT_DONE", "CLOSE_OFF", "REWORK",
    "REOPEN", "UNMERGE", "WITHDRAW", "ESCALATE", "HAND_DOWN", "URGE", "REGRADE", "EXTEND", "TRANSFER",
}  # fmt: skip


@pytest.fixture(scope="module")
def city(demo_city_url: str) -> Rows:
    """Read the whole city, once."""
    with bound(demo_city_url):
        return read()


def test_every_step_is_one_of_the_table_and_taken_by_somebody_whose_step_it_is(city: Rows) -> None:
    wrong = Counter()
    for entry in city["ledger_entry"].values():
        step = TRANSITIONS[LedgerAction(entry["action"])]
        is_allowed = any(entry["actor_role"] in _roles(who, entry) for who in step.who)
        if not (is_allowed and entry["from_state"] in step.sources and entry["to_state"] in step.targets):
            wrong[
                entry["action"], entry["from_state"], entry["to_state"], entry["from_level"], entry["actor_role"]
            ] += 1

    assert wrong == {}


def _roles(who: Capacity, entry: Row) -> set[str]:
    """Name the roles that make somebody this towards an issue at the entry's level."""
    at = LEVELS.index(entry["from_level"] or "COMMUNITY")
    offices = [f"{level}_OFFICER" for level in LEVELS]
    match who:
        case Capacity.ANYBODY:
            return {entry["actor_role"]}
        case Capacity.STAFF | Capacity.DIRECTOR if at > 0:
            return set()
        case Capacity.STAFF | Capacity.COMMUNITY_STAFF:
            return {"STAFF"}
        case Capacity.SUBDISTRICT_OFFICER | Capacity.DISTRICT_OFFICER | Capacity.CITY_OFFICER:
            return {who.value}
        case Capacity.DIRECTOR:
            return {"DIRECTOR", "DEPUTY_DIRECTOR"}
        case Capacity.OFFICER:
            return {offices[at]}
        case Capacity.SUPERIOR:
            return {offices[min(at + 1, 3)]}
        case Capacity.OVERSEER:
            return set(offices[at + 1 :])
    return ROLES[who]


def test_levels_change_one_at_a_time_and_only_where_they_may(city: Rows) -> None:
    moves = Counter()
    for entry in city["ledger_entry"].values():
        if entry["from_level"] not in (None, entry["to_level"]):
            moves[entry["action"], LEVELS.index(entry["to_level"]) - LEVELS.index(entry["from_level"])] += 1

    assert set(moves) == {("ESCALATE", 1), ("APPEAL", 1), ("HAND_DOWN", -1)}


def test_every_entry_says_what_its_step_requires(city: Rows) -> None:
    lacking: Counter[Any] = Counter()
    for entry in city["ledger_entry"].values():
        action = entry["action"]
        lacking.update((action, name) for name in TOLD.get(action, set()) - json.loads(entry["details"]).keys())
        if action in NOTED and not entry["note"]:
            lacking[action, "note"] += 1

    assert lacking == {}
    assert {action.value for step in STEPS for action, row in TRANSITIONS.items() if row is step} >= set(TOLD) | NOTED


def test_replaying_a_ledger_tells_how_its_issue_stands(city: Rows) -> None:
    found = ledgers(city)

    for issue in city["issue"].values():
        told = replayed(found[issue["id"]])
        assert {column: issue[column] for column in told} == told, issue["id"]
        assert found[issue["id"]][-1]["office_code"] == issue["responsible_code"]


@pytest.mark.parametrize(
    "invariant",
    [
        invariants.closed_issues_were_verified, invariants.active_committees_are_complete,
        invariants.one_handles_what_is_handled, invariants.merges_have_no_cycle,
        invariants.deadlines_change_by_the_rules, invariants.nothing_is_taken_twice, invariants.numbers_have_no_gap,
        invariants.claims_end_with_their_issues,
    ],
    ids=lambda invariant: invariant.__name__,
)  # fmt: skip
def test_invariants_hold(city: Rows, invariant: Any) -> None:
    invariant(city)
