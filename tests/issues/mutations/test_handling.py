"""Handling and closing in GraphQL: an issue from its assignment to its close-off and back, and who is refused."""

from datetime import timedelta
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.city import models
from tests.asking import Asking
from tests.factories import AT
from tests.stored import everything
from tests.town import build

DAY = timedelta(days=1)
PHOTO = {"kind": "PHOTO", "description": "修复后的路灯", "sha256": "0" * 64}
DONE = {"result": "已更换灯泡", "evidence": [PHOTO], "doneOn": "2026-01-05", "outcome": "RESOLVED"}


@pytest.fixture
def ask(scratch: DatabaseProxy) -> Asking:
    """Return somebody to ask."""
    return Asking(build())


@pytest.fixture
def issue(ask: Asking) -> str:
    """Return the id of an accepted issue."""
    return f"Issue_{ask.town.accept()}"


def unit_of(ask: Asking) -> str:
    assert ask.town.unit
    return f"Organization_{ask.town.unit.id}"


def assign(ask: Asking, issue: str, **given: Any) -> Any:
    shows = "issue { state dueAt handler { ... on Organization { name } } } event { action note }"
    return ask.change("staff", "assignIssue", shows, issueId=issue, handlerId=unit_of(ask), **given)


def test_an_issue_is_assigned_done_verified_and_opened_again(ask: Asking, issue: str) -> None:
    assigned = assign(ask, issue, instruction="请尽快更换", dueAt="2026-01-09T10:00:00+08:00")
    shows = "issue { state outcome rating closedAt evidence(first: 5) { nodes { kind sha256 } } } event { action seq }"
    reported = ask.change("contact", "reportIssueDone", shows, issueId=issue, **DONE)
    reworked = ask.change("grid", "reworkIssue", shows, issueId=issue, missing="灯罩没有装")
    ask.change("contact", "reportIssueDone", shows, issueId=issue, **DONE)
    closed = ask.change("grid", "closeIssue", shows, AT + DAY, issueId=issue, verification="属实", rating=4)
    reopened = ask.change("resident", "reopenIssue", shows, AT + 2 * DAY, issueId=issue, reason="又不亮了")

    proof = {"kind": "PHOTO", "sha256": "0" * 64}
    assert assigned == {
        "issue": {"state": "IN_PROGRESS", "dueAt": "2026-01-09T02:00:00Z", "handler": {"name": "示范单位"}},
        "event": {"action": "ASSIGN", "note": "请尽快更换"},
        "userErrors": [],
    }
    assert reported == {
        "issue": {
            "state": "AWAITING_VERIFICATION", "outcome": "RESOLVED", "rating": None, "closedAt": None,
            "evidence": {"nodes": [proof]},
        },
        "event": {"action": "REPORT_DONE", "seq": 4},
        "userErrors": [],
    }  # fmt: skip
    assert (reworked["issue"]["state"], reworked["issue"]["outcome"]) == ("IN_PROGRESS", None)
    assert closed == {
        "issue": {
            "state": "CLOSED", "outcome": "RESOLVED", "rating": 4, "closedAt": "2026-01-06T08:00:00Z",
            "evidence": {"nodes": [proof, proof]},
        },
        "event": {"action": "CLOSE_OFF", "seq": 7},
        "userErrors": [],
    }  # fmt: skip
    assert (reopened["issue"]["state"], reopened["issue"]["rating"]) == ("IN_PROGRESS", None)


@pytest.mark.parametrize(
    ("name", "given", "allowed"),
    [
        ("returnIssue", {"reason": "人手不足"}, "contact"),
        ("reportIssueDone", DONE, "contact"),
    ],
)
def test_who_may_act_on_what_is_in_progress(ask: Asking, issue: str, name: str, given: Any, allowed: str) -> None:
    assign(ask, issue)
    title = name[0].upper() + name[1:]
    text = f"mutation ($input: {title}Input!) {{ {name}(input: $input) {{ userErrors {{ code }} }} }}"

    nobody = ask.answer(None, text, input={"issueId": issue, **given})
    refused = [ask.refused(who, name, issueId=issue, **given) for who in ("stranger", "resident")]
    done = ask.refused(allowed, name, issueId=issue, **given)

    assert nobody["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert (refused, done) == ([[("NOT_PERMITTED", None)]] * 2, [])


def test_a_fault_within_the_evidence_is_named_by_its_path(ask: Asking, issue: str) -> None:
    assign(ask, issue)
    before = everything()
    faults = ({"description": " "}, {"sha256": "XYZ"}, {"description": "两\n行"})

    refused = [
        ask.refused("contact", "reportIssueDone", issueId=issue, **DONE | {"evidence": [PHOTO, PHOTO | fault]})
        for fault in faults
    ]

    assert refused == [
        [("INVALID_INPUT", ["evidence", "1", "description"])], [("INVALID_INPUT", ["evidence", "1", "sha256"])],
        [("INVALID_INPUT", ["evidence", "1", "description"])],
    ]  # fmt: skip
    assert everything() == before


def test_a_dry_run_of_a_closing_keeps_nothing(ask: Asking, issue: str) -> None:
    assign(ask, issue)
    ask.change("contact", "reportIssueDone", "__typename", issueId=issue, **DONE)
    before = everything()
    shows = "issue { state rating needs(first: 1) { nodes { state } } }"
    given = {"issueId": issue, "verification": "属实", "noReply": True}

    tried = ask.change("staff", "closeIssue", shows, dryRun=True, **given)

    assert tried["issue"] == {"state": "CLOSED", "rating": None, "needs": {"nodes": [{"state": "STRUCK_OFF"}]}}
    assert everything() == before


def test_an_issue_goes_back_for_others_to_claim(ask: Asking, issue: str) -> None:
    assign(ask, issue)

    back = ask.change(
        "staff", "returnIssue", "issue { state handler { __typename } }", issueId=issue, reason="没有进展",
        nextState="OPEN_FOR_CLAIM",
    )  # fmt: skip

    assert back["issue"] == {"state": "OPEN_FOR_CLAIM", "handler": None}


def test_what_the_state_does_not_allow_names_what_it_does(ask: Asking, issue: str) -> None:
    refused = ask.change("staff", "closeIssue", "issue { id }", issueId=issue, verification="属实", rating=5)

    [error] = refused["userErrors"]
    assert (refused["issue"], error["code"]) == (None, "ILLEGAL_TRANSITION")
    assert error["message"].startswith(
        "An issue that is ACCEPTED does not allow this step. Possible now: assignIssue, "
    )


def test_an_atomic_operation_is_undone_as_a_whole(ask: Asking, issue: str) -> None:
    before = everything()
    text = """mutation ($assign: AssignIssueInput!, $close: CloseIssueInput!) @atomic {
        assignIssue(input: $assign) { issue { state } userErrors { code } }
        closeIssue(input: $close) { userErrors { code } }
    }"""

    answer = ask.answer(
        "staff", text, assign={"issueId": issue, "handlerId": unit_of(ask)},
        close={"issueId": issue, "verification": "属实", "rating": 5},
    )  # fmt: skip

    assert answer["data"] == {
        "assignIssue": {"issue": None, "userErrors": [{"code": "ROLLED_BACK"}]},
        "closeIssue": {"userErrors": [{"code": "ILLEGAL_TRANSITION"}]},
    }
    assert everything() == before
    assert models.Issue.select().count() == 1
