"""The matrix of roles: every mutation × everybody, inside and outside the part of the city where a role is held.

The table is that of the rules, sections 7 and 8, written by hand. Whoever is refused leaves nothing but an audit entry.
"""

from collections.abc import Set
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.city.models import AuditEntry
from db.places.models.division import DivisionLevel
from schema.graph import CATALOG
from tests.asking import answer_to, mutation
from tests.factories import AT
from tests.graph.places import ANSWERING, OFFICERS, ROLES, SEATS, build
from tests.graph.steps import INPUTS, Spot
from tests.issues.model.rows import changed, read
from tests.nouns import collected

R = Role
EVERYBODY = {*ROLES, None}
CHAIRS = {R.DIRECTOR, R.DEPUTY_DIRECTOR}
STAFF, UNIT, TEAM, RESIDENT, GRID, LEADER = (
    {R.STAFF}, {R.UNIT_CONTACT}, {R.TEAM_CAPTAIN}, {R.RESIDENT}, {R.GRID_WORKER}, {R.LEADER},
)  # fmt: skip
STREET, DISTRICT, CITY = {R.SUBDISTRICT_OFFICER}, {R.DISTRICT_OFFICER}, {R.CITY_OFFICER}
# All who live or work in the community; that units report too, a channel of their own says (UNIT_REPORT).
LOCALS = RESIDENT | GRID | {*SEATS} | STAFF | UNIT | TEAM
CLAIMANTS = RESIDENT | {*SEATS} | UNIT | TEAM
NOBODY: Set[Role] = set()
# Who reads what was not taken up; the resident reported it.
READERS = {*ROLES} - UNIT - TEAM - {R.HEALTH_WORKER, R.GATE_KEEPER}
# Steps of what not everybody may know of, with those who may.
PRIVATE = dict.fromkeys(
    (
        "requestIssueInfo",
        "supplementIssue",
        "acceptIssue",
        "rejectIssue",
        "appealIssue",
        "attachEvidence to a report",
    ),
    READERS,
) | collected("KNOWN")
# What belongs to no part of the city.
ANYWHERE = {"issueToken", "commentIssue", "acceptInvitation"}
# What visitors do too; nothing of it asks who they are.
FOR_VISITORS = {"acceptInvitation"}

MINUTE = timedelta(minutes=1)
# How long an account tries everything once, and how many of its refusals the audit keeps in a minute at the least.
SPAN, MOST_A_MINUTE = 20 * MINUTE, 50
# Who may: where the community answers for the issue, and where its district does. The resident reported it; the unit
# handles it, where nothing else is said. One set: it is not about an issue, or the level makes no difference.
MAY: dict[str, tuple[Set[Role | None], ...]] = {
    "submitIssue": (LOCALS | STREET | DISTRICT | CITY,),
    "submitIssues": (LOCALS | STREET | DISTRICT | CITY,),
    "requestIssueInfo": (STAFF, DISTRICT),
    "supplementIssue": (RESIDENT, RESIDENT),
    "acceptIssue": (STAFF, DISTRICT),
    "rejectIssue": (STAFF, DISTRICT),
    "appealIssue": (RESIDENT, RESIDENT),
    "withdrawIssue": (RESIDENT | STAFF, RESIDENT | DISTRICT),
    "mergeIssue": (STAFF, DISTRICT),
    "unmergeIssue": (STAFF, DISTRICT),
    "publishIssue": (STAFF, NOBODY),
    "claimIssue": (CLAIMANTS, CLAIMANTS),
    "confirmClaim": (STAFF, NOBODY),
    "declineClaim": (STAFF, NOBODY),
    "releaseClaim of a unit": (UNIT | STAFF, UNIT),
    "releaseClaim of a resident": (RESIDENT | STAFF, RESIDENT),
    "fulfilClaim": (UNIT | STAFF, UNIT | DISTRICT),
    "assignIssue": (STAFF | CHAIRS | STREET, DISTRICT | CITY),
    "assignIssues": (STAFF | CHAIRS | STREET, DISTRICT | CITY),
    "returnIssue": (UNIT | STAFF, UNIT),
    "reportIssueDone by a unit": (UNIT, UNIT),
    "reportIssueDone by a team": (TEAM, TEAM),
    "reportIssueDone on the spot": (STAFF, NOBODY),
    "closeIssue": (STAFF | GRID | STREET, GRID | DISTRICT | CITY),
    "closeIssues": (STAFF | GRID | STREET, GRID | DISTRICT | CITY),
    "reworkIssue": (STAFF | GRID | RESIDENT, GRID | DISTRICT | RESIDENT),
    "reopenIssue": (RESIDENT | STAFF, RESIDENT | DISTRICT),
    "revealContact": (STAFF | UNIT, DISTRICT | UNIT),
    "demandMeeting": ({*SEATS},),
    "publishListEdition": (CHAIRS,),
    "startProject": (CHAIRS,),
    "listNeed": (CHAIRS,),
    "proposeAgendaItem": ({*SEATS},),
    "scheduleMeeting": (CHAIRS,),
    "holdMeeting": (CHAIRS,),
    "recordHearing": (CHAIRS,),
    "castVote": ({*SEATS},),
    "closeMeeting": (CHAIRS,),
    "publishMinutes": (CHAIRS,),
    "cancelMeeting": (CHAIRS,),
    "tableIssue": (CHAIRS, NOBODY),
    "recordResolution": (CHAIRS, NOBODY),
    "completeMilestone": (CHAIRS,),
    "urgeIssue": (RESIDENT | LEADER | {*OFFICERS}, RESIDENT | LEADER | CITY),
    "commentIssue": (EVERYBODY, EVERYBODY),
    "reportProgress": (UNIT, UNIT),
    "attachEvidence to a report": (RESIDENT | STAFF, RESIDENT | DISTRICT),
    "attachEvidence to work": (UNIT | STAFF, UNIT | DISTRICT),
    "regradeIssue": (STAFF, DISTRICT),
    "correctLedgerEntry": (STAFF, DISTRICT),
    "rateIssue": (RESIDENT, RESIDENT),
    "escalateIssue": (CHAIRS | LEADER, DISTRICT | LEADER),
    "handDownIssue": (NOBODY, DISTRICT),
    "requestIssueSuspension": (STAFF, DISTRICT),
    "requestIssueExtension": (UNIT, UNIT),
    "requestIssueTransfer": (STAFF, DISTRICT),
    "reviewIssueRequest": (STREET, CITY),
    "resumeIssue": (STAFF, DISTRICT),
    "setSlaRule": (CITY,),
    "publishConductNorms": (DISTRICT,),
    "issueToken": (EVERYBODY,),
    "revokeToken": ({*ROLES},),
    "grantRole": ({*OFFICERS},),
    "endRole": ({*OFFICERS},),
    **collected("MAY"),
}


def test_every_mutation_is_in_the_table(engine: str) -> None:
    assert {step.split()[0] for step in MAY} == set(CATALOG.mutations)
    assert MAY.keys() == INPUTS.keys()
    assert set(ROLES) == set(Role) - {Role.ANONYMOUS, Role.SYSTEM}


@pytest.mark.parametrize("role", [*ROLES, None], ids=lambda role: role.value if role else "without a role")
def test_who_may_change_what(scratch: DatabaseProxy, role: Role | None) -> None:
    accounts, home, far, abroad = build()
    outside = abroad if role is Role.CITY_OFFICER else far
    wrong = {}
    for number, (where, level) in enumerate((where, level) for where in ("home", "outside") for level in ANSWERING):
        # Minutes apart, so that the audit takes the same refusal for another.
        spot = Spot(home if where == "home" else outside, level, role, AT + number * SPAN)
        steps = [step for step in MAY if ANSWERING.index(level) < len(MAY[step])]
        before = read()

        answers = {
            step: _asked(accounts[role].id, step, replace(spot, now=spot.now + at // MOST_A_MINUTE * 2 * MINUTE))
            for at, step in enumerate(steps)
        }

        expected = {step: _expected(step, role, level, where == "home") for step in steps}
        wrong |= {(where, level.value, step): answers[step] for step in steps if answers[step] != expected[step]}
        assert {table.split(":")[0] for table in changed(before, read())} <= {"audit_entry"}
        refused = {step.split()[0] for step, code in answers.items() if code == "NOT_PERMITTED"}
        assert {str(entry.mutation) for entry in _audit(accounts[role].id, spot.now)} == refused
    assert wrong == {}


def test_nobody_may_change_anything(scratch: DatabaseProxy) -> None:
    _, home, _, _ = build()
    before = read()

    for step, inputs in INPUTS.items():
        given = {**inputs(Spot(home, DivisionLevel.COMMUNITY, None, AT)), "dryRun": True}
        answer = answer_to(None, mutation(step.split()[0], "__typename"), input=given)
        if step in FOR_VISITORS:
            assert answer["data"][step]["userErrors"] == []
            continue
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"], step

    assert changed(before, read()) == []


def _expected(step: str, role: Role | None, level: DivisionLevel, is_home: bool) -> str:
    if step in ANYWHERE or (is_home and role in MAY[step][ANSWERING.index(level)]):
        return "done"
    is_hidden = step in PRIVATE and not (is_home and role in PRIVATE[step])
    return "NOT_FOUND" if is_hidden or step == "revokeToken" else "NOT_PERMITTED"


def _asked(account_id: int, step: str, spot: Spot) -> str:
    """Try a step dry, and say `done` or why not."""
    name = step.split()[0]
    text = mutation(name, "__typename")
    payload = answer_to(account_id, text, spot.now, input={**INPUTS[step](spot), "dryRun": True})["data"][name]
    return ", ".join(error["code"] for error in payload["userErrors"]) or "done"


def _audit(account_id: int, now: datetime) -> list[AuditEntry]:
    spans = (AuditEntry.at >= now) & (AuditEntry.at < now + SPAN)
    return list(AuditEntry.select().where(AuditEntry.account == account_id, spans))
