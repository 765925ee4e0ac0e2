"""Requests that another office decides: putting off, extending, sending on (T15, T24, T25)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from db.access.commands import CommandResult
from db.access.models.account import Role
from db.city import models
from db.issues import intake, levels, requests, reviews
from db.issues.lifecycle import IssueState
from db.issues.models.duty import Duty
from db.issues.models.issue import Urgency
from db.issues.models.request import IssueRequestDecision, IssueRequestKind, IssueRequestState
from db.kernel.errors import ErrorCode
from db.places.models.division import DivisionLevel
from tests import factories as make
from tests.factories import AT, TODAY
from tests.town import HIDDEN, NOT_THEIRS, Town, issue_of, last_of, ledger_of, needs_of

DAY = timedelta(days=1)
APPROVE = {"decision": IssueRequestDecision.APPROVED, "reason": "同意"}
DECLINE = {"decision": IssueRequestDecision.DECLINED, "reason": "理由不足"}


@pytest.fixture
def at_work(town: Town) -> int:
    """Return an issue that a unit handles, due in a week."""
    due = {"due_at": AT + 7 * DAY, "warn_at": AT + 5 * DAY}
    return make.make_issue(IssueState.IN_PROGRESS, town.home, handler_organization=town.unit, **due).id


def suspension(town: Town, issue_id: int, resume_on: date = TODAY + 30 * DAY) -> CommandResult:
    inputs = {"issue_id": issue_id, "cause": "等待配件", "resume_on": resume_on}
    return town.act("staff", requests.request_suspension, **inputs)


def extension(town: Town, issue_id: int, working_days: int = 5) -> CommandResult:
    inputs = {"issue_id": issue_id, "reason": "配件采购周期较长", "working_days": working_days}
    return town.act("contact", requests.request_extension, **inputs)


def transfer(town: Town, issue_id: int, committee: models.Committee) -> CommandResult:
    inputs = {"issue_id": issue_id, "division_code": committee.division_code, "reason": "属邻近社区"}
    return town.act("staff", requests.request_transfer, **inputs)


def review(town: Town, who: str, issue_id: int, decision: dict[str, Any], **inputs: Any) -> CommandResult:
    return town.act(who, reviews.review_request, issue_id=issue_id, **decision, **inputs)


# --- Putting off ------------------------------------------------------------------------------------------------------


def test_a_request_waits_and_is_noted(town: Town, at_work: int) -> None:
    done = suspension(town, at_work)

    request = models.IssueRequest.get_by_id(done.rows["request"])
    assert (request.kind, request.state) == (IssueRequestKind.SUSPENSION, IssueRequestState.PENDING)
    assert (request.reason, request.asked_by_name, request.asked_at) == ("等待配件", "示范staff", AT)
    assert issue_of(at_work).state is IssueState.IN_PROGRESS
    assert (last_of(at_work).action, last_of(at_work).told) == (
        "NOTE",
        {"request_id": request.id, "kind": "SUSPENSION", "resume_on": "2026-02-04"},
    )


def test_a_granted_suspension_stops_the_clock_and_resuming_starts_it_where_it_stood(town: Town, at_work: int) -> None:
    done = suspension(town, at_work)

    town.act("subdistrict", reviews.review_request, AT + DAY, issue_id=at_work, **APPROVE)
    suspended = issue_of(at_work)
    town.act("staff", reviews.resume_issue, AT + 11 * DAY, issue_id=at_work, note="配件已到")
    resumed = issue_of(at_work)

    assert (suspended.state, suspended.due_at, suspended.resume_on) == ("SUSPENDED", None, TODAY + 30 * DAY)
    assert (resumed.state, resumed.due_at, resumed.resume_on) == ("IN_PROGRESS", AT + 17 * DAY, None)
    assert resumed.handler_organization_id == suspended.handler_organization_id is not None
    assert ledger_of(at_work) == ["NOTE", "SUSPEND", "RESUME"]
    request = models.IssueRequest.get_by_id(done.rows["request"])
    assert (request.state, request.decided_by_name, request.decided_at) == ("APPROVED", "示范subdistrict", AT + DAY)
    assert request.decision_reason == "同意"


@pytest.mark.parametrize("resume_on", [TODAY, TODAY - DAY, TODAY + 91 * DAY])
def test_a_suspension_ends_within_ninety_days(town: Town, at_work: int, resume_on: date) -> None:
    inputs = {"issue_id": at_work, "cause": "等待配件", "resume_on": resume_on}

    assert town.refused("staff", requests.request_suspension, **inputs) == (ErrorCode.INVALID_INPUT, "resumeOn")


def test_the_ninetieth_day_is_one_of_them(town: Town, at_work: int) -> None:
    suspension(town, at_work, TODAY + 90 * DAY)
    review(town, "subdistrict", at_work, APPROVE)

    assert issue_of(at_work).resume_on == TODAY + 90 * DAY


def test_an_issue_is_put_off_once(town: Town, at_work: int) -> None:
    suspension(town, at_work)
    review(town, "subdistrict", at_work, APPROVE)
    town.act("staff", reviews.resume_issue, issue_id=at_work)
    inputs = {"issue_id": at_work, "cause": "等待配件", "resume_on": TODAY + 30 * DAY}

    assert town.refused("staff", requests.request_suspension, **inputs) == (ErrorCode.LIMIT_REACHED, "")


def test_a_suspension_is_not_granted_once_its_day_has_come(town: Town, at_work: int) -> None:
    suspension(town, at_work, TODAY + DAY)
    late = AT + DAY

    refusal = town.refused("subdistrict", reviews.review_request, late, issue_id=at_work, **APPROVE)

    assert refusal == (ErrorCode.LIMIT_REACHED, "")


@pytest.mark.parametrize("who", ["resident", "contact", "director", "subdistrict"])
def test_only_staff_of_the_level_that_answers_ask_to_put_off(town: Town, at_work: int, who: str) -> None:
    inputs = {"issue_id": at_work, "cause": "等待配件", "resume_on": TODAY + 30 * DAY}

    assert town.refused(who, requests.request_suspension, **inputs) == (ErrorCode.NOT_PERMITTED, "")


def test_only_an_issue_that_was_put_off_is_resumed_and_by_staff(town: Town, at_work: int) -> None:
    suspended = make.make_issue(IssueState.SUSPENDED, town.home)

    assert town.refused("staff", reviews.resume_issue, issue_id=at_work) == (ErrorCode.ILLEGAL_TRANSITION, "")
    assert town.refused("contact", reviews.resume_issue, issue_id=suspended.id) == (ErrorCode.NOT_PERMITTED, "")


# --- Extending --------------------------------------------------------------------------------------------------------


def test_a_granted_extension_adds_working_days_to_the_deadline(town: Town, at_work: int) -> None:
    extension(town, at_work, 5)

    review(town, "subdistrict", at_work, APPROVE)

    issue = issue_of(at_work)
    assert (issue.state, issue.is_extended, issue.due_at) == (IssueState.IN_PROGRESS, True, AT + 14 * DAY)
    assert (last_of(at_work).action, last_of(at_work).due_before) == ("EXTEND", AT + 7 * DAY)
    assert last_of(at_work).told["working_days"] == 5


def test_a_deadline_is_extended_once(town: Town, at_work: int) -> None:
    extension(town, at_work)
    review(town, "subdistrict", at_work, APPROVE)
    inputs = {"issue_id": at_work, "reason": "还是不够", "working_days": 1}

    assert town.refused("contact", requests.request_extension, **inputs) == (ErrorCode.LIMIT_REACHED, "")


def test_a_declined_extension_may_be_asked_for_again(town: Town, at_work: int) -> None:
    extension(town, at_work)
    review(town, "subdistrict", at_work, DECLINE)

    extension(town, at_work, 2)

    assert ledger_of(at_work) == ["NOTE", "NOTE", "NOTE"]


@pytest.mark.parametrize("working_days", [0, 11, -1])
def test_an_extension_is_of_ten_working_days_at_most(town: Town, at_work: int, working_days: int) -> None:
    inputs = {"issue_id": at_work, "reason": "配件采购", "working_days": working_days}

    assert town.refused("contact", requests.request_extension, **inputs) == (ErrorCode.INVALID_INPUT, "workingDays")


def test_an_extension_is_asked_for_before_the_deadline(town: Town, at_work: int) -> None:
    inputs = {"issue_id": at_work, "reason": "配件采购", "working_days": 1}

    refusal = town.refused("contact", requests.request_extension, AT + 7 * DAY, **inputs)

    assert refusal == (ErrorCode.LIMIT_REACHED, "")


@pytest.mark.parametrize("who", ["resident", "staff", "member", "subdistrict"])
def test_only_the_handler_asks_for_more_time(town: Town, at_work: int, who: str) -> None:
    inputs = {"issue_id": at_work, "reason": "配件采购", "working_days": 1}

    assert town.refused(who, requests.request_extension, **inputs) == (ErrorCode.NOT_PERMITTED, "")


# --- Sending on -------------------------------------------------------------------------------------------------------


def test_a_granted_transfer_brings_the_issue_to_the_intake_of_the_right_community(town: Town) -> None:
    issue_id = town.accept()
    number = issue_of(issue_id).number
    make.make_comment(issue_of(issue_id))
    transfer(town, issue_id, town.next_door)

    town.act("subdistrict", reviews.review_request, AT + DAY, issue_id=issue_id, **APPROVE)

    issue = issue_of(issue_id)
    code = town.next_door.division_code
    assert (issue.state, issue.current_level) == (IssueState.SUBMITTED, DivisionLevel.COMMUNITY)
    assert (issue.committee, issue.division_code, issue.responsible_code) == (town.next_door, code, code)
    assert (issue.number, issue.transfer_count, issue.due_at) == (number, 1, AT + 2 * DAY)
    assert needs_of(issue_id) == ["TRANSFERRED"]
    assert models.Comment.get(models.Comment.issue == issue_id).division_code == code
    told = last_of(issue_id).told
    assert (told["from_code"], told["to_code"]) == (town.home.division_code, code)


def test_the_new_community_accepts_under_the_old_number_and_lists_a_need_of_its_own(town: Town) -> None:
    issue_id = town.accept()
    number = issue_of(issue_id).number
    transfer(town, issue_id, town.next_door)
    review(town, "subdistrict", issue_id, APPROVE)

    confirmed = {"urgency": Urgency.NORMAL, "duty": Duty.DISPUTE_RESOLUTION}
    town.act("next_staff", intake.accept_issue, issue_id=issue_id, **confirmed)

    assert (issue_of(issue_id).number, needs_of(issue_id)) == (number, ["TRANSFERRED", "OPEN"])


@pytest.mark.parametrize(
    ("target", "decides", "others"),
    [
        ("next_door", "subdistrict", ("district", "city", "staff")),
        ("across", "district", ("subdistrict", "other_subdistrict", "city")),
        ("far", "city", ("subdistrict", "district")),
    ],
)
def test_the_lowest_office_above_both_communities_decides(
    town: Town, target: str, decides: str, others: tuple[str, ...]
) -> None:
    issue_id = town.submit()
    transfer(town, issue_id, getattr(town, target))

    refusals = {town.refused(who, reviews.review_request, issue_id=issue_id, **APPROVE) for who in others}
    review(town, decides, issue_id, APPROVE)

    assert refusals <= {NOT_THEIRS, HIDDEN}
    assert issue_of(issue_id).committee == getattr(town, target)


def test_a_transfer_is_asked_for_within_two_working_days_of_arrival(town: Town) -> None:
    issue_id = town.submit()
    inputs = {"issue_id": issue_id, "division_code": town.next_door.division_code, "reason": "属邻近社区"}

    late = town.refused("staff", requests.request_transfer, AT + 2 * DAY + timedelta(seconds=1), **inputs)
    town.act("staff", requests.request_transfer, AT + 2 * DAY, **inputs)
    town.act("subdistrict", reviews.review_request, AT + 10 * DAY, issue_id=issue_id, **APPROVE)
    # It arrived next door on a Thursday, so that two working days end on Monday.
    back = inputs | {"division_code": town.home.division_code}
    town.act("next_staff", requests.request_transfer, AT + 14 * DAY, **back)

    assert late == (ErrorCode.LIMIT_REACHED, "")


def test_an_issue_that_was_handed_down_has_arrived_anew(town: Town) -> None:
    issue_id = town.accept()
    town.act("director", levels.escalate_issue, AT + DAY, issue_id=issue_id, reason="需协调", tried="已联系物业")
    down = {"division_code": town.home.division_code, "instruction": "请办理", "due_at": AT + 20 * DAY}
    town.act("subdistrict", levels.hand_down_issue, AT + 7 * DAY, issue_id=issue_id, **down)
    inputs = {"issue_id": issue_id, "division_code": town.next_door.division_code, "reason": "属邻近社区"}

    town.act("staff", requests.request_transfer, AT + 9 * DAY, **inputs)

    assert ledger_of(issue_id)[-2:] == ["HAND_DOWN", "NOTE"]


def test_an_issue_is_sent_on_twice_at_most(town: Town) -> None:
    issue = make.make_issue(committee=town.home, transfer_count=2)
    inputs = {"issue_id": issue.id, "division_code": town.next_door.division_code, "reason": "属邻近社区"}

    assert town.refused("staff", requests.request_transfer, **inputs) == (ErrorCode.LIMIT_REACHED, "")


def test_a_transfer_names_another_community_of_the_city_that_has_a_committee(town: Town) -> None:
    other_city = make.make_division(DivisionLevel.CITY)
    level = other_city
    for below in (DivisionLevel.DISTRICT, DivisionLevel.SUBDISTRICT, DivisionLevel.COMMUNITY):
        level = make.make_division(below, level)
    make.make_committee(level)
    issue_id = town.submit()

    def refused(code: str) -> tuple[ErrorCode, str]:
        return town.refused("staff", requests.request_transfer, issue_id=issue_id, division_code=code, reason="不在")

    assert refused(level.code) == (ErrorCode.INVALID_INPUT, "divisionCode")
    assert refused(town.home.division_code) == (ErrorCode.INVALID_INPUT, "divisionCode")
    assert refused(town.street.code) == (ErrorCode.NOT_FOUND, "divisionCode")


# --- Deciding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "decides"), [("COMMUNITY", "subdistrict"), ("SUBDISTRICT", "district"), ("CITY", "city")]
)
def test_the_office_one_level_up_decides_and_at_the_city_the_city(
    town: Town, at_work: int, level: str, decides: str
) -> None:
    extension(town, at_work)
    models.Issue.update(current_level=level).where(models.Issue.id == at_work).execute()
    others = {"staff", "contact", "director", "leader", "subdistrict", "district", "city"} - {decides}

    refusals = {town.refused(who, reviews.review_request, issue_id=at_work, **APPROVE) for who in others}
    review(town, decides, at_work, APPROVE)

    assert refusals == {(ErrorCode.NOT_PERMITTED, "")}
    assert issue_of(at_work).is_extended


def test_nobody_grants_what_they_asked_for(town: Town, at_work: int) -> None:
    models.Issue.update(current_level="CITY").where(models.Issue.id == at_work).execute()
    asked = {"issue_id": at_work, "cause": "等待配件", "resume_on": TODAY + 5 * DAY}
    town.act("city", requests.request_suspension, **asked)
    town.accounts["colleague"] = make.make_account(name="示范colleague")
    make.make_role_grant(Role.CITY_OFFICER, town.city, account=town.accounts["colleague"])

    for decision in (APPROVE, DECLINE):
        refusal = town.refused("city", reviews.review_request, issue_id=at_work, **decision)
        assert refusal == (ErrorCode.NOT_PERMITTED, "requestId")
    review(town, "colleague", at_work, APPROVE)

    assert issue_of(at_work).state is IssueState.SUSPENDED


@pytest.mark.parametrize("ask", [suspension, extension])
def test_one_request_of_a_kind_is_pending_at_a_time(
    town: Town, at_work: int, ask: Callable[..., CommandResult]
) -> None:
    ask(town, at_work)
    who, command, inputs = {
        suspension: ("staff", requests.request_suspension, {"cause": "等待配件", "resume_on": TODAY + 5 * DAY}),
        extension: ("contact", requests.request_extension, {"reason": "配件采购", "working_days": 1}),
    }[ask]

    assert town.refused(who, command, issue_id=at_work, **inputs) == (ErrorCode.LIMIT_REACHED, "")


def test_declining_is_noted_and_changes_nothing_else(town: Town, at_work: int) -> None:
    before = issue_of(at_work).__data__
    done = suspension(town, at_work)

    review(town, "subdistrict", at_work, DECLINE)

    after = issue_of(at_work).__data__
    assert {name for name in after if after[name] != before[name]} <= {"version", "updated_at"}
    assert (last_of(at_work).action, last_of(at_work).note) == ("NOTE", "理由不足")
    assert last_of(at_work).told["decision"] == "DECLINED"
    assert models.IssueRequest.get_by_id(done.rows["request"]).state is IssueRequestState.DECLINED


def test_which_request_is_said_where_several_are_pending(town: Town, at_work: int) -> None:
    suspended, extended = suspension(town, at_work), extension(town, at_work)

    refusal = town.refused("subdistrict", reviews.review_request, issue_id=at_work, **APPROVE)
    review(town, "subdistrict", at_work, APPROVE, request_id=extended.rows["request"])
    review(town, "subdistrict", at_work, DECLINE, request_id=suspended.rows["request"])

    assert refusal == (ErrorCode.INVALID_INPUT, "requestId")
    assert (issue_of(at_work).is_extended, issue_of(at_work).is_suspended_once) == (True, False)


def test_only_a_pending_request_of_the_issue_is_decided(town: Town, at_work: int) -> None:
    other = make.make_issue_request()
    decided = suspension(town, at_work).rows["request"]
    review(town, "subdistrict", at_work, DECLINE)

    for request_id in (None, other.id, decided, -1):
        inputs = {"issue_id": at_work, "request_id": request_id, **APPROVE}
        assert town.refused("subdistrict", reviews.review_request, **inputs) == (ErrorCode.NOT_FOUND, "requestId")


def test_a_request_lapses_with_the_state_that_it_was_about(town: Town, at_work: int) -> None:
    suspension(town, at_work)
    models.Issue.update(state=IssueState.AWAITING_VERIFICATION).where(models.Issue.id == at_work).execute()

    refusal = town.refused("subdistrict", reviews.review_request, issue_id=at_work, **APPROVE)

    assert refusal == (ErrorCode.ILLEGAL_TRANSITION, "")
