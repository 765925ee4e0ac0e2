"""Closing: verifying and striking off, sending back, and opening again (T17, T18, T19)."""

from datetime import timedelta
from typing import Any

import pytest

from db.access.models.account import Role
from db.city import models
from db.issues import claims, closing
from db.issues.lifecycle import IssueOutcome, IssueState
from db.issues.models.claim import ClaimState, ProjectState
from db.kernel.errors import ErrorCode
from db.places.models.division import DivisionLevel
from tests import factories as make
from tests.factories import AT, TODAY
from tests.issues.test_handling import assign, report, seat
from tests.town import Town, issue_of, last_of, ledger_of, needs_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DONE, CLOSED = AT + DAY, AT + 2 * DAY


def done(town: Town, **inputs: Any) -> int:
    return report(town, assign(town), **inputs)


def close(town: Town, issue_id: int, who: str = "staff", at: Any = CLOSED, **inputs: Any) -> int:
    given = inputs or {"rating": 5}
    town.act(who, closing.close_issue, at, issue_id=issue_id, verification="现场属实", **given)
    return issue_id


def reopen(town: Town, issue_id: int, who: str = "resident", at: Any = CLOSED) -> None:
    town.act(who, closing.reopen_issue, at, issue_id=issue_id, reason="又不亮了")


@pytest.mark.parametrize("who", ["staff", "grid", "subdistrict"])
def test_a_verified_issue_is_struck_off(town: Town, who: str) -> None:
    issue_id = close(town, done(town), who)

    issue = issue_of(issue_id)
    assert (issue.state, issue.outcome, issue.rating) == (IssueState.CLOSED, IssueOutcome.RESOLVED, 5)
    assert (issue.closed_at, issue.due_at, needs_of(issue_id)) == (CLOSED, None, ["STRUCK_OFF"])
    entry = last_of(issue_id)
    assert (entry.action, entry.note) == ("CLOSE_OFF", "现场属实")
    assert entry.told == {"outcome": "RESOLVED", "rating": 5, "no_reply": False}


@pytest.mark.parametrize("who", ["resident", "contact", "member", "director", "next_staff", "district"])
def test_nobody_else_closes(town: Town, who: str) -> None:
    refused = town.refused(who, closing.close_issue, issue_id=done(town), verification="属实", rating=5)

    assert refused == (ErrorCode.NOT_PERMITTED, "")


def test_the_handler_neither_closes_nor_sends_back(town: Town) -> None:
    issue_id = assign(town, handler_id=("Member", seat(town, "member").id))
    make.make_role_grant(Role.GRID_WORKER, town.home.division, account=town.accounts["member"])
    report(town, issue_id, "member")

    refused = [
        town.refused("member", closing.close_issue, issue_id=issue_id, verification="属实", rating=5),
        town.refused("member", closing.rework_issue, issue_id=issue_id, missing="还不亮"),
    ]

    assert refused == [(ErrorCode.NOT_PERMITTED, "")] * 2


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"verification": " ", "rating": 5}, "verification"),
        ({}, "rating"),
        ({"rating": 5, "no_reply": True}, "rating"),
        ({"rating": 0}, "rating"),
        ({"rating": 6}, "rating"),
    ],
)
def test_close_refuses(town: Town, inputs: dict[str, Any], field: str) -> None:
    given = {"verification": "属实", **inputs}

    assert town.refused("staff", closing.close_issue, issue_id=done(town), **given) == (ErrorCode.INVALID_INPUT, field)


def test_who_does_not_reply_leaves_no_rating(town: Town) -> None:
    issue_id = close(town, done(town), no_reply=True)

    assert (issue_of(issue_id).rating, last_of(issue_id).told["no_reply"]) == (None, True)


def test_the_reporters_own_rating_stands(town: Town) -> None:
    issue_id = done(town)
    models.Issue.update(rating=2).where(models.Issue.id == issue_id).execute()

    over = town.refused("staff", closing.close_issue, issue_id=issue_id, verification="属实", rating=5)
    town.act("staff", closing.close_issue, issue_id=issue_id, verification="属实")

    assert over == (ErrorCode.INVALID_INPUT, "rating")
    assert issue_of(issue_id).rating == 2


def test_nothing_is_closed_without_evidence(town: Town) -> None:
    issue = make.make_issue(IssueState.AWAITING_VERIFICATION, town.home, outcome=IssueOutcome.RESOLVED)

    refused = town.refused("staff", closing.close_issue, issue_id=issue.id, verification="属实", rating=5)

    assert refused == (ErrorCode.INVALID_INPUT, "issueId")


def test_what_is_not_feasible_is_closed_by_the_office_above(town: Town) -> None:
    issue_id = done(town, outcome=IssueOutcome.NOT_FEASIBLE)
    resolved = done(town)
    given: Any = {"verification": "暂无条件", "rating": 3}

    reported = town.refused("staff", closing.close_issue, issue_id=issue_id, **given)
    found = town.refused("staff", closing.close_issue, issue_id=resolved, outcome=IssueOutcome.NOT_FEASIBLE, **given)
    close(town, issue_id, "subdistrict", rating=3)

    assert reported == found == (ErrorCode.NOT_PERMITTED, "outcome")
    assert (issue_of(issue_id).outcome, last_of(issue_id).actor_role) == ("NOT_FEASIBLE", "SUBDISTRICT_OFFICER")


@pytest.mark.parametrize(
    ("outcome", "who", "ended"),
    [
        (IssueOutcome.RESOLVED, "staff", [ClaimState.FULFILLED, ClaimState.DECLINED]),
        (IssueOutcome.NOT_FEASIBLE, "subdistrict", [ClaimState.RELEASED, ClaimState.DECLINED]),
    ],
)
def test_closing_ends_the_claims(town: Town, outcome: IssueOutcome, who: str, ended: list[ClaimState]) -> None:
    issue_id = town.accept()
    town.act("staff", claims.publish_issue, issue_id=issue_id, wanted_help="梯子", claim_until=AT + DAY)
    given = {"issue_id": issue_id, "promise": "修好", "promised_on": TODAY}
    confirmed, pending = [
        town.act(claimant, claims.claim_issue, **given).rows["claim"] for claimant in ("contact", "resident")
    ]
    town.act("staff", claims.confirm_claim, issue_id=issue_id, claim_id=confirmed)

    close(town, report(town, issue_id, outcome=outcome), who)

    assert [models.Claim.get_by_id(claim_id).state for claim_id in (confirmed, pending)] == ended


def test_a_project_ends_with_its_last_issue_and_is_taken_up_with_it(town: Town) -> None:
    first, second = done(town), done(town)
    project = make.make_project(town.home, state=ProjectState.ACTIVE)
    for issue_id in (first, second):
        make.make_project_issue(project, issue=issue_id)
    make.make_project_milestone(project, done_on=TODAY)
    states = []

    for step in (lambda: close(town, first), lambda: close(town, second), lambda: reopen(town, first)):
        step()
        states.append(models.Project.get_by_id(project.id).state)

    assert states == [ProjectState.ACTIVE, ProjectState.CLOSED, ProjectState.ACTIVE]


def test_a_project_with_a_milestone_to_do_stays(town: Town) -> None:
    issue_id = done(town)
    project = make.make_project(town.home, state=ProjectState.ACTIVE)
    make.make_project_issue(project, issue=issue_id)
    make.make_project_milestone(project)

    close(town, issue_id)

    assert models.Project.get_by_id(project.id).state == ProjectState.ACTIVE


@pytest.mark.parametrize("who", ["staff", "grid", "resident"])
def test_incomplete_work_goes_back_to_its_handler(town: Town, who: str) -> None:
    issue_id = done(town)

    town.act(who, closing.rework_issue, DONE, issue_id=issue_id, missing="灯罩没有装")

    issue = issue_of(issue_id)
    assert (issue.state, issue.outcome) == (IssueState.IN_PROGRESS, None)
    assert (issue.handler_organization_id, issue.due_at) == (town.unit and town.unit.id, DONE + 7 * DAY)
    assert last_of(issue_id).note == "灯罩没有装"


def test_rework_takes_no_longer_than_the_work_might_at_first(town: Town) -> None:
    issue_id = report(town, assign(town, due_at=AT + 3 * DAY))

    late = town.refused(
        "staff", closing.rework_issue, DONE, issue_id=issue_id, missing="灯罩", due_at=DONE + 3 * DAY + HOUR
    )
    town.act("staff", closing.rework_issue, DONE, issue_id=issue_id, missing="灯罩", due_at=DONE + DAY)

    assert late == (ErrorCode.INVALID_INPUT, "dueAt")
    assert issue_of(issue_id).due_at == DONE + DAY


def test_work_answered_on_the_spot_goes_back_to_the_staff(town: Town) -> None:
    issue_id = report(town, town.accept(), "staff")

    town.act("resident", closing.rework_issue, DONE, issue_id=issue_id, missing="还不亮")
    report(town, issue_id, "staff")

    assert issue_of(issue_id).handler_account_id == town.accounts["staff"].id
    assert ledger_of(issue_id) == ["CREATE", "ACCEPT", "REPORT_DONE", "REWORK", "REPORT_DONE"]


@pytest.mark.parametrize(("who", "days"), [("resident", 30), ("staff", 90)])
def test_a_closed_issue_is_opened_again_in_time(town: Town, who: str, days: int) -> None:
    issue_id = close(town, done(town))

    late = town.refused(
        who, closing.reopen_issue, CLOSED + days * DAY + timedelta(seconds=1), issue_id=issue_id, reason="又不亮了"
    )
    reopen(town, issue_id, who, CLOSED + days * DAY)

    issue = issue_of(issue_id)
    assert late == (ErrorCode.LIMIT_REACHED, "")
    assert (issue.state, issue.reopen_count, issue.closed_at) == (IssueState.IN_PROGRESS, 1, None)
    assert (issue.outcome, issue.rating, issue.due_at) == (None, None, CLOSED + (days + 7) * DAY)
    assert issue.handler_organization_id == (town.unit and town.unit.id)
    assert needs_of(issue_id) == ["OPEN"]


@pytest.mark.parametrize("who", ["neighbour", "member", "director", "contact", "next_staff", "stranger"])
def test_nobody_else_opens_it_again(town: Town, who: str) -> None:
    issue_id = close(town, done(town))

    assert town.refused(who, closing.reopen_issue, CLOSED, issue_id=issue_id, reason="又不亮了") == (
        ErrorCode.NOT_PERMITTED,
        "",
    )


def test_the_third_reopening_takes_it_to_the_office_above(town: Town) -> None:
    issue_id = close(town, done(town))
    for _ in range(2):
        reopen(town, issue_id)
        close(town, report(town, issue_id, at=CLOSED))

    reopen(town, issue_id)

    issue = issue_of(issue_id)
    assert (issue.state, issue.current_level, issue.reopen_count) == (
        IssueState.ACCEPTED, DivisionLevel.SUBDISTRICT, 3,
    )  # fmt: skip
    assert ledger_of(issue_id)[-2:] == ["REOPEN", "ESCALATE"]
    assert (last_of(issue_id).actor_role, last_of(issue_id).actor_id) == ("SYSTEM", None)
    assert needs_of(issue_id) == ["OPEN"]


def test_with_the_city_a_third_reopening_stays(town: Town) -> None:
    issue_id = done(town)
    at_the_city = {"current_level": DivisionLevel.CITY, "responsible_code": town.city.code, "reopen_count": 2}
    models.Issue.update(**at_the_city).where(models.Issue.id == issue_id).execute()
    close(town, issue_id, "city")

    reopen(town, issue_id)

    assert (issue_of(issue_id).state, issue_of(issue_id).reopen_count) == (IssueState.IN_PROGRESS, 3)
