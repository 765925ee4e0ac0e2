"""Going up and coming down the levels (T21, T22, A4)."""

from datetime import timedelta
from typing import Any

import pytest

from db.access.models.account import Role
from db.city import models
from db.issues import levels
from db.issues.lifecycle import TRANSITIONS, IssueState, LedgerAction
from db.issues.models.claim import ClaimState
from db.issues.models.issue import Urgency
from db.kernel.errors import ErrorCode
from db.places.models.division import DivisionLevel
from tests import factories as make
from tests.factories import AT
from tests.town import Town, issue_of, last_of, needs_of

DAY = timedelta(days=1)
WHY: dict[str, Any] = {"reason": "需要上级协调", "tried": "已联系物业和电力公司"}


def at_level(town: Town, level: DivisionLevel, state: IssueState = IssueState.ACCEPTED, **values: Any) -> int:
    codes = {
        DivisionLevel.COMMUNITY: town.home.division_code,
        DivisionLevel.SUBDISTRICT: town.street.code,
        DivisionLevel.DISTRICT: town.district.code,
        DivisionLevel.CITY: town.city.code,
    }
    return make.make_issue(state, town.home, current_level=level, responsible_code=codes[level], **values).id


@pytest.mark.parametrize("state", TRANSITIONS[LedgerAction.ESCALATE].sources)
def test_escalating_takes_an_issue_to_the_next_office_without_its_handler(town: Town, state: IssueState) -> None:
    issue_id = at_level(town, DivisionLevel.COMMUNITY, state, handler_organization=town.unit, return_count=2)
    claim = make.make_claim(issue_of(issue_id), state=ClaimState.CONFIRMED)

    town.act("director", levels.escalate_issue, issue_id=issue_id, **WHY)

    issue = issue_of(issue_id)
    assert (issue.state, issue.current_level) == (IssueState.ACCEPTED, DivisionLevel.SUBDISTRICT)
    assert (issue.responsible_code, issue.handler_organization_id, issue.return_count) == (town.street.code, None, 0)
    assert issue.due_at == AT + 3 * DAY
    assert models.Claim.get_by_id(claim.id).state is ClaimState.RELEASED
    entry = last_of(issue_id)
    assert (entry.action, entry.from_level, entry.to_level) == ("ESCALATE", "COMMUNITY", "SUBDISTRICT")
    assert (entry.note, entry.told) == (
        "需要上级协调",
        {
            "claims": "RELEASED",
            "co_responsible_code": town.home.division_code,
            "to_code": town.street.code,
            "tried": "已联系物业和电力公司",
        },
    )


def test_open_claims_may_be_kept(town: Town) -> None:
    issue_id = at_level(town, DivisionLevel.COMMUNITY)
    claim = make.make_claim(issue_of(issue_id), state=ClaimState.CONFIRMED)

    town.act("director", levels.escalate_issue, issue_id=issue_id, keeps_claims=True, **WHY)

    assert models.Claim.get_by_id(claim.id).state is ClaimState.CONFIRMED
    assert last_of(issue_id).told["claims"] == "KEPT"


def test_each_office_escalates_to_the_one_above_and_the_city_to_none(town: Town) -> None:
    issue_id = at_level(town, DivisionLevel.COMMUNITY)

    for who in ("director", "subdistrict", "district"):
        town.act(who, levels.escalate_issue, issue_id=issue_id, **WHY)

    assert (issue_of(issue_id).current_level, issue_of(issue_id).responsible_code) == ("CITY", town.city.code)
    assert town.refused("city", levels.escalate_issue, issue_id=issue_id, **WHY) == (ErrorCode.LIMIT_REACHED, "")


@pytest.mark.parametrize(
    ("who", "level"),
    [
        ("resident", "COMMUNITY"),
        ("staff", "COMMUNITY"),
        ("member", "COMMUNITY"),
        ("subdistrict", "COMMUNITY"),
        ("director", "SUBDISTRICT"),
        ("other_subdistrict", "SUBDISTRICT"),
        ("city", "DISTRICT"),
    ],
)
def test_only_the_director_and_the_office_that_answers_escalate(town: Town, who: str, level: str) -> None:
    issue_id = at_level(town, DivisionLevel(level))

    assert town.refused(who, levels.escalate_issue, issue_id=issue_id, **WHY) == (ErrorCode.NOT_PERMITTED, "")


def test_one_level_at_a_time_but_for_emergencies_and_leaders(town: Town) -> None:
    issue_id = at_level(town, DivisionLevel.COMMUNITY)
    emergency = at_level(town, DivisionLevel.COMMUNITY, urgency=Urgency.EMERGENCY)
    skip: dict[str, Any] = {"to_level": DivisionLevel.DISTRICT, **WHY}

    by_director = town.refused("director", levels.escalate_issue, issue_id=issue_id, **skip)
    town.act("leader", levels.escalate_issue, issue_id=issue_id, **skip)
    town.act("director", levels.escalate_issue, issue_id=emergency, **skip)

    assert by_director == (ErrorCode.NOT_PERMITTED, "toLevel")
    assert [issue_of(row).responsible_code for row in (issue_id, emergency)] == [town.district.code] * 2


def test_the_next_level_may_be_named(town: Town) -> None:
    issue_id = at_level(town, DivisionLevel.COMMUNITY)

    town.act("director", levels.escalate_issue, issue_id=issue_id, to_level=DivisionLevel.SUBDISTRICT, **WHY)

    assert issue_of(issue_id).current_level == "SUBDISTRICT"


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"to_level": DivisionLevel.COMMUNITY}, "toLevel"),
        ({"to_level": DivisionLevel.SUBDISTRICT}, "toLevel"),
        ({"to_level": DivisionLevel.PROVINCE}, "toLevel"),
        ({"reason": ""}, "reason"),
        ({"tried": " "}, "tried"),
    ],
)
def test_escalating_refuses_a_wrong_input(town: Town, inputs: dict[str, Any], field: str) -> None:
    issue_id = at_level(town, DivisionLevel.SUBDISTRICT)

    refusal = town.refused("subdistrict", levels.escalate_issue, issue_id=issue_id, **WHY | inputs)

    assert refusal == (ErrorCode.INVALID_INPUT, field)


def test_a_level_that_the_place_lacks_is_passed_over(town: Town) -> None:
    committee = make.make_committee(make.make_division(parent=town.district, code=f"{town.district.code[:6]}900001"))
    issue = make.make_issue(IssueState.ACCEPTED, committee, urgency=Urgency.EMERGENCY)
    make.make_role_grant(role=Role.DIRECTOR, division=town.city, account=town.accounts["director"], committee=committee)

    refusal = town.refused(
        "director", levels.escalate_issue, issue_id=issue.id, to_level=DivisionLevel.SUBDISTRICT, **WHY
    )
    town.act("director", levels.escalate_issue, issue_id=issue.id, **WHY)

    assert refusal == (ErrorCode.NOT_FOUND, "toLevel")
    assert issue_of(issue.id).responsible_code == town.district.code


def test_handing_down_gives_an_office_below_an_instruction_and_a_deadline(town: Town) -> None:
    issue_id = at_level(town, DivisionLevel.CITY)
    make.make_need(issue_of(issue_id))
    inputs = {"division_code": town.street.code, "instruction": "请牵头办理", "due_at": AT + 10 * DAY}

    town.act("city", levels.hand_down_issue, issue_id=issue_id, **inputs)

    issue = issue_of(issue_id)
    assert (issue.state, issue.current_level) == (IssueState.ACCEPTED, DivisionLevel.SUBDISTRICT)
    assert (issue.responsible_code, issue.due_at, issue.warn_at) == (town.street.code, AT + 10 * DAY, AT + 8 * DAY)
    assert (issue.division_code, needs_of(issue_id)) == (town.home.division_code, ["OPEN"])
    assert (last_of(issue_id).note, last_of(issue_id).told) == ("请牵头办理", {"to_code": town.street.code})


def test_handing_down_to_another_community_moves_the_issue_and_its_need(town: Town) -> None:
    issue_id = at_level(town, DivisionLevel.DISTRICT)
    make.make_need(issue_of(issue_id))
    make.make_issue_contact(issue_of(issue_id))
    inputs = {"division_code": town.across.division_code, "instruction": "请牵头办理", "due_at": AT + DAY}

    town.act("district", levels.hand_down_issue, issue_id=issue_id, **inputs)

    issue = issue_of(issue_id)
    assert (issue.committee, issue.division_code) == (town.across, town.across.division_code)
    assert (issue.current_level, issue.responsible_code) == (DivisionLevel.COMMUNITY, town.across.division_code)
    needs = models.Need.select().where(models.Need.issue == issue_id).order_by(models.Need.id)
    assert [(need.committee, need.state) for need in needs] == [(town.home, "TRANSFERRED"), (town.across, "OPEN")]
    assert models.IssueContact.get_by_id(issue_id).division_code == town.across.division_code


def test_handing_down_goes_below_the_office_and_towards_a_community(town: Town) -> None:
    issue_id = at_level(town, DivisionLevel.DISTRICT)

    def refused(code: str) -> tuple[ErrorCode, str]:
        inputs = {"division_code": code, "instruction": "请牵头办理", "due_at": AT + DAY}
        return town.refused("district", levels.hand_down_issue, issue_id=issue_id, **inputs)

    other_street = f"{town.across.division_code[:9]}000"
    outside = (town.district.code, town.city.code, town.far.division_code, other_street, "620999999999", "")
    assert [refused(code) for code in outside] == [(ErrorCode.INVALID_INPUT, "divisionCode")] * 6


@pytest.mark.parametrize(("inputs", "field"), [({"due_at": AT}, "dueAt"), ({"instruction": " "}, "instruction")])
def test_handing_down_refuses_a_wrong_input(town: Town, inputs: dict[str, Any], field: str) -> None:
    issue_id = at_level(town, DivisionLevel.DISTRICT)
    given = {"division_code": town.street.code, "instruction": "请牵头办理", "due_at": AT + DAY, **inputs}

    refusal = town.refused("district", levels.hand_down_issue, issue_id=issue_id, **given)

    assert refusal == (ErrorCode.INVALID_INPUT, field)


@pytest.mark.parametrize("who", ["staff", "director", "leader", "subdistrict", "city"])
def test_only_the_office_that_answers_hands_down(town: Town, who: str) -> None:
    given: dict[str, Any] = {"division_code": town.home.division_code, "instruction": "请牵头办理", "due_at": AT + DAY}

    refusal = town.refused(who, levels.hand_down_issue, issue_id=at_level(town, DivisionLevel.DISTRICT), **given)

    assert refusal == (ErrorCode.NOT_PERMITTED, "")


def test_an_issue_at_work_is_neither_handed_down_nor_escalated_once_it_is_done(town: Town) -> None:
    given: dict[str, Any] = {"division_code": town.home.division_code, "instruction": "请牵头办理", "due_at": AT + DAY}
    at_work = at_level(town, DivisionLevel.DISTRICT, IssueState.IN_PROGRESS)
    done = at_level(town, DivisionLevel.DISTRICT, IssueState.AWAITING_VERIFICATION)

    assert town.refused("district", levels.hand_down_issue, issue_id=at_work, **given)[0] == "ILLEGAL_TRANSITION"
    assert town.refused("district", levels.escalate_issue, issue_id=done, **WHY)[0] == "ILLEGAL_TRANSITION"
