"""Handling: assigning, giving back, and reporting the work done (T13, T14, T16)."""

from datetime import timedelta
from typing import Any

import pytest

from db.access.models.account import Role
from db.city import models
from db.issues import claims, closing, handling, levels
from db.issues.lifecycle import IssueOutcome, IssueState
from db.issues.models.claim import ClaimState
from db.issues.models.issue import EvidenceKind, Urgency
from db.kernel.errors import ErrorCode
from tests import factories as make
from tests.factories import AT, TODAY
from tests.town import Town, issue_of, last_of, ledger_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PHOTO = {"kind": EvidenceKind.PHOTO, "description": "修复后的路灯"}


def unit_of(town: Town) -> tuple[str, int]:
    assert town.unit
    return "Organization", town.unit.id


def assign(town: Town, issue_id: int | None = None, who: str = "staff", at: Any = AT, **inputs: Any) -> int:
    issue_id = issue_id or town.accept()
    town.act(who, handling.assign_issue, at, issue_id=issue_id, **{"handler_id": unit_of(town), **inputs})
    return issue_id


def report(town: Town, issue_id: int, who: str = "contact", at: Any = AT + DAY, **inputs: Any) -> int:
    given = {
        "result": "已更换灯泡", "evidence": [PHOTO], "done_on": TODAY, "outcome": IssueOutcome.RESOLVED, **inputs,
    }  # fmt: skip
    town.act(who, handling.report_issue_done, at, issue_id=issue_id, **given)
    return issue_id


def seat(town: Town, who: str) -> models.Member:
    return models.Member.get(models.Member.account == town.accounts[who])


@pytest.mark.parametrize("who", ["staff", "director", "subdistrict"])
def test_staff_the_director_and_the_office_above_assign(town: Town, who: str) -> None:
    issue_id = assign(town, who=who, instruction="请尽快更换")

    issue = issue_of(issue_id)
    assert (issue.state, issue.handler_organization_id) == (IssueState.IN_PROGRESS, unit_of(town)[1])
    assert (issue.due_at, last_of(issue_id).note) == (AT + 7 * DAY, "请尽快更换")
    assert last_of(issue_id).told == {"handler_organization_id": unit_of(town)[1]}


@pytest.mark.parametrize(
    "who", ["resident", "member", "grid", "contact", "next_staff", "other_subdistrict", "district"]
)
def test_nobody_else_assigns(town: Town, who: str) -> None:
    refused = town.refused(who, handling.assign_issue, issue_id=town.accept(), handler_id=unit_of(town))

    assert refused == (ErrorCode.NOT_PERMITTED, "")


@pytest.mark.parametrize(
    ("urgency", "span"),
    [(Urgency.EMERGENCY, DAY), (Urgency.URGENT, 3 * DAY), (Urgency.NORMAL, 7 * DAY), (Urgency.COMPLEX, 15 * DAY)],
)
def test_urgency_bounds_the_handling_time(town: Town, urgency: Urgency, span: timedelta) -> None:
    issue_id = town.accept(urgency=urgency)
    given = {"issue_id": issue_id, "handler_id": unit_of(town)}

    late = town.refused("staff", handling.assign_issue, due_at=AT + span + timedelta(seconds=1), **given)
    past = town.refused("staff", handling.assign_issue, due_at=AT, **given)
    assign(town, issue_id, due_at=AT + span / 2)

    assert late == past == (ErrorCode.INVALID_INPUT, "dueAt")
    assert issue_of(issue_id).due_at == AT + span / 2


def test_handlers_belong_where_the_issue_is_answered_for(town: Town) -> None:
    issue_id = town.accept()
    next_door = make.make_team(town.next_door.division)
    former = make.make_member(town.home, is_active=False)
    expired = make.make_member(town.home, term_start=TODAY - 2 * DAY, term_end=TODAY - DAY)

    refused = [
        town.refused("staff", handling.assign_issue, issue_id=issue_id, handler_id=handler)
        for handler in (
            ("VolunteerTeam", next_door.id), ("Member", former.id), ("Organization", -1), ("Member", expired.id),
        )
    ]  # fmt: skip
    town.act("director", levels.escalate_issue, issue_id=issue_id, reason="需要统筹", tried="已联系物业")
    assign(town, issue_id, "subdistrict", handler_id=("VolunteerTeam", next_door.id))

    assert refused == [(ErrorCode.NOT_FOUND, "handlerId")] * 3 + [(ErrorCode.TERM_EXPIRED, "handlerId")]
    assert issue_of(issue_id).handler_team_id == next_door.id


def test_an_issue_open_for_claim_is_assigned_too(town: Town) -> None:
    issue_id = town.accept()
    town.act("staff", claims.publish_issue, issue_id=issue_id, wanted_help="梯子", claim_until=AT + DAY)

    assign(town, issue_id, handler_id=("Member", seat(town, "member").id))

    assert issue_of(issue_id).handler_member_id == seat(town, "member").id


def test_a_handler_gives_back_within_two_working_days(town: Town) -> None:
    monday = AT
    issue_id = assign(town, at=monday)

    late = town.refused(
        "contact", handling.return_issue, monday + 2 * DAY + timedelta(seconds=1), issue_id=issue_id, reason="人手不足"
    )
    town.act("contact", handling.return_issue, monday + 2 * DAY, issue_id=issue_id, reason="人手不足")

    issue = issue_of(issue_id)
    assert late == (ErrorCode.LIMIT_REACHED, "")
    assert (issue.state, issue.return_count, issue.handler_organization_id) == (IssueState.ACCEPTED, 1, None)
    assert (last_of(issue_id).note, last_of(issue_id).actor_role) == ("人手不足", "UNIT_CONTACT")


def test_a_weekend_does_not_shorten_the_two_days(town: Town) -> None:
    friday = AT + 4 * DAY
    issue_id = assign(town, town.accept(friday), at=friday)

    town.act("contact", handling.return_issue, friday + 4 * DAY, issue_id=issue_id, reason="人手不足")

    assert issue_of(issue_id).state == IssueState.ACCEPTED


def test_staff_take_it_away_at_any_time_and_let_others_claim(town: Town) -> None:
    issue_id = assign(town)

    town.act(
        "staff", handling.return_issue, AT + 6 * DAY, issue_id=issue_id, reason="没有进展",
        next_state=IssueState.OPEN_FOR_CLAIM,
    )  # fmt: skip

    issue = issue_of(issue_id)
    assert issue.state == IssueState.OPEN_FOR_CLAIM
    assert issue.due_at == AT + 9 * DAY


@pytest.mark.parametrize("who", ["resident", "member", "director", "subdistrict", "next_staff"])
def test_nobody_else_gives_it_back(town: Town, who: str) -> None:
    refused = town.refused(who, handling.return_issue, issue_id=assign(town), reason="人手不足")

    assert refused == (ErrorCode.NOT_PERMITTED, "")


def test_giving_back_gives_up_the_handlers_claims(town: Town) -> None:
    issue_id = town.accept()
    town.act("staff", claims.publish_issue, issue_id=issue_id, wanted_help="梯子", claim_until=AT + DAY)
    given = {"issue_id": issue_id, "promise": "修好", "promised_on": TODAY}
    mine, others = [town.act(who, claims.claim_issue, **given).rows["claim"] for who in ("contact", "member")]
    for claim_id in (mine, others):
        town.act("staff", claims.confirm_claim, issue_id=issue_id, claim_id=claim_id)

    town.act("contact", handling.return_issue, issue_id=issue_id, reason="人手不足")

    states = [models.Claim.get_by_id(claim_id).state for claim_id in (mine, others)]
    assert states == [ClaimState.RELEASED, ClaimState.CONFIRMED]


def test_after_two_returns_the_office_above_decides_for_good(town: Town) -> None:
    issue_id = assign(town)
    town.act("contact", handling.return_issue, issue_id=issue_id, reason="人手不足")
    assign(town, issue_id)
    to_claim = town.refused(
        "staff", handling.return_issue, issue_id=issue_id, reason="没有进展", next_state=IssueState.OPEN_FOR_CLAIM
    )
    town.act("contact", handling.return_issue, issue_id=issue_id, reason="人手不足")

    by_staff = town.refused("staff", handling.assign_issue, issue_id=issue_id, handler_id=unit_of(town))
    by_director = town.refused("director", handling.assign_issue, issue_id=issue_id, handler_id=unit_of(town))
    assign(town, issue_id, "subdistrict")
    third = [
        town.refused(who, handling.return_issue, issue_id=issue_id, reason="人手不足") for who in ("contact", "staff")
    ]

    assert to_claim == (ErrorCode.INVALID_INPUT, "nextState")
    assert by_staff == by_director == (ErrorCode.LIMIT_REACHED, "")
    assert third == [(ErrorCode.LIMIT_REACHED, "")] * 2
    assert issue_of(issue_id).return_count == 2


def test_returns_are_counted_anew_at_the_next_level(town: Town) -> None:
    issue_id = assign(town)
    for _ in range(2):
        town.act("contact", handling.return_issue, issue_id=issue_id, reason="人手不足")
        assign(town, issue_id, "subdistrict")
    town.act("director", levels.escalate_issue, issue_id=issue_id, reason="需要统筹", tried="已联系物业")

    assign(town, issue_id, "subdistrict")
    town.act("contact", handling.return_issue, issue_id=issue_id, reason="人手不足")

    assert issue_of(issue_id).return_count == 1


def test_an_issue_goes_back_only_where_the_table_says(town: Town) -> None:
    issue_id, emergency = assign(town), assign(town, town.accept(urgency=Urgency.EMERGENCY))
    given: Any = {"reason": "人手不足"}

    wrong = town.refused("staff", handling.return_issue, issue_id=issue_id, next_state=IssueState.CLOSED, **given)
    urgent = town.refused(
        "staff", handling.return_issue, issue_id=emergency, next_state=IssueState.OPEN_FOR_CLAIM, **given
    )

    assert wrong == urgent == (ErrorCode.INVALID_INPUT, "nextState")


def test_the_handler_reports_the_work_done_with_evidence(town: Town) -> None:
    issue_id = report(
        town, assign(town), evidence=[PHOTO, {**PHOTO, "uri": "https://files.example/a", "sha256": "0" * 64}]
    )

    issue = issue_of(issue_id)
    assert (issue.state, issue.outcome) == (IssueState.AWAITING_VERIFICATION, IssueOutcome.RESOLVED)
    assert issue.due_at == AT + 4 * DAY
    assert models.Evidence.select().where(models.Evidence.issue == issue_id).count() == 2
    entry = last_of(issue_id)
    assert (entry.action, entry.note, entry.told["done_on"]) == ("REPORT_DONE", "已更换灯泡", "2026-01-05")


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"result": ""}, "result"),
        ({"evidence": []}, "evidence"),
        ({"evidence": [PHOTO, {**PHOTO, "description": " "}]}, "evidence.1.description"),
        ({"evidence": [{**PHOTO, "sha256": "A" * 64}]}, "evidence.0.sha256"),
        ({"evidence": [{**PHOTO, "uri": "file:a"}]}, "evidence.0.uri"),
        ({"done_on": TODAY + 2 * DAY}, "doneOn"),
        ({"done_on": TODAY - DAY}, "doneOn"),
    ],
)
def test_report_refuses(town: Town, inputs: dict[str, Any], field: str) -> None:
    given = {"result": "已修好", "evidence": [PHOTO], "done_on": TODAY, "outcome": IssueOutcome.RESOLVED, **inputs}

    refused = town.refused("contact", handling.report_issue_done, AT + DAY, issue_id=assign(town), **given)

    assert refused == (ErrorCode.INVALID_INPUT, field)


@pytest.mark.parametrize("who", ["staff", "member", "resident", "subdistrict"])
def test_only_the_handler_reports_what_is_in_progress(town: Town, who: str) -> None:
    given = {"result": "已修好", "evidence": [PHOTO], "done_on": TODAY, "outcome": IssueOutcome.RESOLVED}

    refused = town.refused(who, handling.report_issue_done, issue_id=assign(town), **given)

    assert refused == (ErrorCode.NOT_PERMITTED, "")


def test_staff_answer_on_the_spot_and_are_then_the_handler(town: Town) -> None:
    issue_id = report(town, town.accept(), "staff")

    issue = issue_of(issue_id)
    staff = town.accounts["staff"].id
    assert (issue.state, issue.handler_account_id) == (IssueState.AWAITING_VERIFICATION, staff)
    assert ledger_of(issue_id) == ["CREATE", "ACCEPT", "REPORT_DONE"]
    assert town.refused("staff", closing.close_issue, issue_id=issue_id, verification="属实", rating=5) == (
        ErrorCode.NOT_PERMITTED,
        "",
    )


def test_staff_with_a_seat_handle_as_that_member(town: Town) -> None:
    make.make_role_grant(Role.STAFF, town.home.division, account=town.accounts["director"])

    issue_id = report(town, town.accept(), "director")

    assert (issue_of(issue_id).handler_member_id, issue_of(issue_id).handler_account_id) == (
        seat(town, "director").id,
        None,
    )
