"""Intake: submitting, asking and answering, accepting, rejecting, appealing, withdrawing (T1-T7, T20)."""

from datetime import timedelta
from typing import Any

import pytest

from db.city import models
from db.committees.models.norm import NormKind
from db.issues import intake, levels
from db.issues.lifecycle import IssueState
from db.issues.models.claim import ClaimState
from db.issues.models.duty import Duty
from db.issues.models.issue import RejectionReason, Urgency
from db.kernel.errors import ErrorCode
from db.places.models.division import DivisionLevel
from tests import factories as make
from tests.factories import AT
from tests.town import HIDDEN, NOT_THEIRS, Town, issue_of, last_of, ledger_of, needs_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def reject(town: Town, issue_id: int, at: Any = AT) -> None:
    town.act(
        "staff", intake.reject_issue, at, issue_id=issue_id, reason=RejectionReason.NOT_LOCAL, advice="请向属地反映"
    )


def test_a_concern_is_submitted_to_its_community_with_an_intake_deadline(town: Town) -> None:
    issue = issue_of(town.submit(contact_phone="13800000000", place="  三号楼前 "))

    assert (issue.state, issue.current_level, issue.version) == (IssueState.SUBMITTED, DivisionLevel.COMMUNITY, 1)
    assert (issue.number, issue.due_at, issue.place) == (None, AT + DAY, "三号楼前")
    assert models.IssueContact.get_by_id(issue.id).phone == "13800000000"
    entry = last_of(issue.id)
    assert (entry.action, entry.seq, entry.from_state, entry.actor_role) == ("CREATE", 1, None, "RESIDENT")
    assert entry.told == {"channel": "APP", "is_anonymous": False}
    assert "13800000000" not in entry.details


@pytest.mark.parametrize(
    ("inputs", "code", "field"),
    [
        ({"title": " 灯 "}, ErrorCode.INVALID_INPUT, "title"),
        ({"title": "长" * 61}, ErrorCode.INVALID_INPUT, "title"),
        ({"description": " "}, ErrorCode.INVALID_INPUT, "description"),
        ({"description": "长" * 2001}, ErrorCode.INVALID_INPUT, "description"),
        ({"place": "长" * 201}, ErrorCode.INVALID_INPUT, "place"),
        ({"place": ""}, ErrorCode.INVALID_INPUT, "place"),
        ({"contact_name": " "}, ErrorCode.INVALID_INPUT, "contactName"),
        ({"contact_phone": ""}, ErrorCode.INVALID_INPUT, "contactPhone"),
        ({"contact_address": "\u2800"}, ErrorCode.INVALID_INPUT, "contactAddress"),
        ({"is_anonymous": False}, ErrorCode.INVALID_INPUT, "contactName"),
        ({"division_code": "999999999999"}, ErrorCode.NOT_FOUND, "divisionCode"),
    ],
)
def test_submit_refuses(town: Town, inputs: dict[str, Any], code: ErrorCode, field: str) -> None:
    given = {
        "division_code": town.home.division_code, "channel": "APP", "title": "五个字标题", "description": "不亮",
        "duty": Duty.DISPUTE_RESOLUTION, "urgency": Urgency.NORMAL, "is_anonymous": True,
    }  # fmt: skip

    assert town.refused("resident", intake.submit_issue, **given | inputs) == (code, field)


def test_submit_refuses_who_has_no_role_in_the_community(town: Town) -> None:
    given = {
        "division_code": town.home.division_code, "channel": "APP", "title": "五个字标题", "description": "不亮",
        "duty": Duty.DISPUTE_RESOLUTION, "urgency": Urgency.NORMAL,
    }  # fmt: skip

    assert town.refused("stranger", intake.submit_issue, **given) == (ErrorCode.NOT_PERMITTED, "divisionCode")


def test_who_reports_anonymously_is_not_named(town: Town) -> None:
    issue = issue_of(town.submit(who="member", is_anonymous=True))

    assert (issue.submitter_id, issue.reporter_id) == (None, town.accounts["member"].id)
    assert last_of(issue.id).actor_name == "匿名反映人"


def test_asking_stops_the_clock_and_the_answer_starts_it_where_it_stood(town: Town) -> None:
    issue_id = town.submit()

    town.act("staff", intake.request_info, AT + HOUR, issue_id=issue_id, question="在几号楼？")
    asked = issue_of(issue_id)
    town.act("resident", intake.supplement_issue, AT + 6 * HOUR, issue_id=issue_id, answer="三号楼")
    answered = issue_of(issue_id)

    assert (asked.state, asked.due_at) == (IssueState.NEEDS_INFO, AT + HOUR + 7 * DAY)
    assert (answered.state, answered.due_at) == (IssueState.SUBMITTED, AT + DAY + 5 * HOUR)
    assert answered.warn_at == AT + 6 * HOUR + 23 * HOUR * 0.8
    assert (last_of(issue_id).note, ledger_of(issue_id)) == ("三号楼", ["CREATE", "ASK", "SUPPLEMENT"])


def test_an_issue_that_was_late_when_it_was_asked_about_stays_late(town: Town) -> None:
    issue_id = town.submit(urgency=Urgency.EMERGENCY)

    town.act("staff", intake.request_info, AT + HOUR, issue_id=issue_id, question="在几号楼？")
    town.act("resident", intake.supplement_issue, AT + 2 * HOUR, issue_id=issue_id, answer="三号楼")

    issue = issue_of(issue_id)
    assert issue.due_at == issue.warn_at == AT + 1.5 * HOUR


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        *((who, NOT_THEIRS) for who in ("resident", "grid", "member", "director", "subdistrict")),
        *((who, HIDDEN) for who in ("next_staff", "neighbour", "stranger")),
    ],
)
def test_only_staff_of_the_community_decide_at_its_intake(town: Town, who: str, refusal: tuple[ErrorCode, str]) -> None:
    issue_id = town.submit()

    steps: list[tuple[Any, dict[str, Any]]] = [
        (intake.request_info, {"question": "在几号楼？"}),
        (intake.accept_issue, {"urgency": Urgency.NORMAL, "duty": Duty.DISPUTE_RESOLUTION}),
        (intake.reject_issue, {"reason": RejectionReason.ABUSIVE, "advice": "请据实反映"}),
    ]
    for command, inputs in steps:
        assert town.refused(who, command, issue_id=issue_id, **inputs) == refusal


@pytest.mark.parametrize(("who", "refusal"), [("staff", NOT_THEIRS), ("neighbour", HIDDEN), ("stranger", HIDDEN)])
def test_only_the_reporter_answers_and_appeals(town: Town, who: str, refusal: tuple[ErrorCode, str]) -> None:
    asked, rejected = town.submit(), town.submit()
    town.act("staff", intake.request_info, issue_id=asked, question="在几号楼？")
    reject(town, rejected)

    assert town.refused(who, intake.supplement_issue, issue_id=asked, answer="三号楼") == refusal
    assert town.refused(who, intake.appeal_issue, issue_id=rejected, grounds="在本社区") == refusal


def test_accepting_gives_number_deadline_and_need(town: Town) -> None:
    first, second = town.accept(), town.accept()

    issue = issue_of(first)
    code = town.home.division_code
    assert [issue_of(row).number for row in (first, second)] == [f"LZ-{code}-2026-000001", f"LZ-{code}-2026-000002"]
    assert (issue.state, issue.duty, issue.accepted_at) == (IssueState.ACCEPTED, Duty.DISPUTE_RESOLUTION, AT)
    assert issue.due_at == AT + 3 * DAY
    assert needs_of(first) == ["OPEN"]
    assert last_of(first).told == {"urgency": "NORMAL", "duty": "DISPUTE_RESOLUTION", "number": issue.number}


def test_numbers_begin_anew_each_year_of_shanghai(town: Town) -> None:
    town.accept()
    new_year = AT.replace(year=2026, month=12, day=31, hour=16)

    assert issue_of(town.accept(new_year)).number == f"LZ-{town.home.division_code}-2027-000001"


def test_an_issue_is_accepted_once(town: Town) -> None:
    issue_id = town.accept()
    inputs = {"issue_id": issue_id, "urgency": Urgency.NORMAL, "duty": Duty.DISPUTE_RESOLUTION}

    assert town.refused("staff", intake.accept_issue, **inputs) == (ErrorCode.ILLEGAL_TRANSITION, "")


@pytest.mark.parametrize(
    ("reason", "norm", "told"),
    [
        (RejectionReason.OUT_OF_SCOPE, None, {"reason": "OUT_OF_SCOPE"}),
        (
            RejectionReason.NORM_ABSTAIN,
            "ABSTAIN-1",
            {"reason": "NORM_ABSTAIN", "norm_code": "ABSTAIN-1", "norm_version": 1},
        ),
    ],
)
def test_rejecting_says_why_and_where_to_turn(town: Town, reason: RejectionReason, norm: str, told: Any) -> None:
    make.make_conduct_norm(town.district)
    issue_id = town.submit()

    town.act("staff", intake.reject_issue, issue_id=issue_id, reason=reason, advice="请向法院反映", norm_code=norm)

    issue = issue_of(issue_id)
    assert (issue.state, issue.number, issue.due_at, needs_of(issue_id)) == (IssueState.REJECTED, None, None, [])
    assert (last_of(issue_id).note, last_of(issue_id).told) == ("请向法院反映", told)


@pytest.mark.parametrize(
    ("reason", "norm"),
    [
        (RejectionReason.NORM_ABSTAIN, None),
        (RejectionReason.NORM_ABSTAIN, "ABSTAIN-2"),
        (RejectionReason.NORM_ABSTAIN, "PARTICIPATE-1"),
        (RejectionReason.ABUSIVE, "ABSTAIN-1"),
    ],
)
def test_a_norm_is_named_when_it_is_the_reason_and_only_then(town: Town, reason: RejectionReason, norm: str) -> None:
    make.make_conduct_norm(town.district)
    make.make_conduct_norm(town.district, kind=NormKind.PARTICIPATE, code="PARTICIPATE-1")
    inputs = {"issue_id": town.submit(), "reason": reason, "advice": "请据实反映", "norm_code": norm}

    assert town.refused("staff", intake.reject_issue, **inputs) == (ErrorCode.INVALID_INPUT, "normCode")


def test_an_appeal_goes_one_level_up_and_is_accepted_there(town: Town) -> None:
    issue_id = town.submit()
    reject(town, issue_id)

    town.act("resident", intake.appeal_issue, AT + 15 * DAY, issue_id=issue_id, grounds="就在本社区")
    appealed = issue_of(issue_id)
    inputs = {"issue_id": issue_id, "urgency": Urgency.NORMAL, "duty": Duty.DISPUTE_RESOLUTION}
    by_staff = town.refused("staff", intake.accept_issue, AT + 15 * DAY, **inputs)
    town.act("subdistrict", intake.accept_issue, AT + 15 * DAY, **inputs)

    assert (appealed.state, appealed.current_level) == (IssueState.SUBMITTED, DivisionLevel.SUBDISTRICT)
    assert (appealed.responsible_code, appealed.is_appealed) == (town.street.code, True)
    assert by_staff == (ErrorCode.NOT_PERMITTED, "")
    assert issue_of(issue_id).number == f"LZ-{town.home.division_code}-2026-000001"


def test_an_appeal_comes_once(town: Town) -> None:
    issue_id = town.submit()
    reject(town, issue_id)
    town.act("resident", intake.appeal_issue, issue_id=issue_id, grounds="就在本社区")
    inputs = {"reason": RejectionReason.NOT_LOCAL, "advice": "请向属地反映"}
    town.act("subdistrict", intake.reject_issue, issue_id=issue_id, **inputs)

    assert town.refused("resident", intake.appeal_issue, issue_id=issue_id, grounds="再看") == ("LIMIT_REACHED", "")


def test_an_appeal_comes_within_fifteen_days(town: Town) -> None:
    issue_id = town.submit()
    reject(town, issue_id)
    late = AT + 15 * DAY + timedelta(seconds=1)

    assert town.refused("resident", intake.appeal_issue, late, issue_id=issue_id, grounds="再看") == (
        ErrorCode.LIMIT_REACHED,
        "",
    )


def test_there_is_no_appeal_above_the_city(town: Town) -> None:
    issue_id = town.accept()
    models.Issue.update(
        state=IssueState.REJECTED, current_level=DivisionLevel.CITY, responsible_code=town.city.code
    ).where(models.Issue.id == issue_id).execute()

    assert town.refused("resident", intake.appeal_issue, issue_id=issue_id, grounds="再看") == ("LIMIT_REACHED", "")


def test_an_appeal_passes_over_a_level_that_the_place_lacks(town: Town) -> None:
    far = make.make_division(parent=town.district, code=f"{town.district.code[:6]}900001")
    committee = make.make_committee(far)
    issue = make.make_issue(IssueState.REJECTED, committee, reporter=town.accounts["resident"])

    town.act("resident", intake.appeal_issue, issue_id=issue.id, grounds="就在本社区")

    assert issue_of(issue.id).responsible_code == town.district.code
    assert levels.office_above(issue_of(issue.id)) == town.city


def test_withdrawing_releases_claims_and_strikes_the_need_off(town: Town) -> None:
    issue_id = town.accept()
    claims = [make.make_claim(issue_of(issue_id), state=state) for state in ClaimState]

    town.act("resident", intake.withdraw_issue, issue_id=issue_id, reason="已自行解决")

    issue = issue_of(issue_id)
    assert (issue.state, issue.due_at, needs_of(issue_id)) == (IssueState.WITHDRAWN, None, ["STRUCK_OFF"])
    after = [str(models.Claim.get_by_id(claim.id).state) for claim in claims]
    assert after == ["RELEASED", "RELEASED", "FULFILLED", "RELEASED", "DECLINED"]
    assert last_of(issue_id).note == "已自行解决"


def test_others_withdraw_with_the_reporters_consent_alone(town: Town) -> None:
    issue_id = town.submit()
    inputs = {"issue_id": issue_id, "reason": "重复反映"}

    refusal = town.refused("staff", intake.withdraw_issue, **inputs)
    town.act("staff", intake.withdraw_issue, **inputs, reporter_consent="一月五日电话同意")

    assert refusal == (ErrorCode.INVALID_INPUT, "reporterConsent")
    assert last_of(issue_id).told == {"reporter_consent": "一月五日电话同意"}


def test_nobody_else_withdraws_an_issue(town: Town) -> None:
    inputs = {"issue_id": town.submit(), "reason": "重复反映", "reporter_consent": "同意"}

    assert town.refused("neighbour", intake.withdraw_issue, **inputs) == HIDDEN
    assert town.refused("member", intake.withdraw_issue, **inputs) == NOT_THEIRS


@pytest.mark.parametrize("state", ["IN_PROGRESS", "IN_DELIBERATION", "AWAITING_VERIFICATION", "CLOSED", "WITHDRAWN"])
def test_an_issue_that_is_handled_is_not_withdrawn(town: Town, state: str) -> None:
    issue = make.make_issue(IssueState(state), town.home, reporter=town.accounts["resident"])

    assert town.refused("resident", intake.withdraw_issue, issue_id=issue.id, reason="算了") == (
        ErrorCode.ILLEGAL_TRANSITION,
        "",
    )
