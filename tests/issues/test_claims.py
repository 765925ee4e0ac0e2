"""Claims: publishing, claiming, confirming, declining, releasing and fulfilling (T11, T12, L3, L4)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from peewee import IntegrityError

from db.access.models.account import Role
from db.city import models
from db.issues import claims, handling
from db.issues.lifecycle import IssueOutcome, IssueState
from db.issues.models.claim import ClaimState
from db.issues.models.issue import EvidenceKind, Urgency
from db.kernel.database import database as proxy
from db.kernel.errors import ErrorCode
from db.organizations.models.resource import CapacityModel, ResourceState
from tests import factories as make
from tests.factories import AT, TODAY
from tests.town import Town, issue_of, last_of, ledger_of, needs_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = AT + HOUR


def publish(town: Town, issue_id: int | None = None, **inputs: Any) -> int:
    issue_id = issue_id or town.accept()
    given = {"wanted_help": "需要一架梯子", "claim_until": AT + 3 * DAY, **inputs}
    town.act("staff", claims.publish_issue, issue_id=issue_id, **given)
    return issue_id


def claim(town: Town, issue_id: int, who: str = "contact", at: Any = LATER, **inputs: Any) -> int:
    given = {"promise": "三日内修好", "promised_on": TODAY + 3 * DAY, **inputs}
    return town.act(who, claims.claim_issue, at, issue_id=issue_id, **given).rows["claim"]


def confirm(town: Town, issue_id: int, claim_id: int, at: Any = LATER) -> None:
    town.act("staff", claims.confirm_claim, at, issue_id=issue_id, claim_id=claim_id)


def in_progress(town: Town, **inputs: Any) -> tuple[int, int]:
    issue_id = publish(town)
    claim_id = claim(town, issue_id, **inputs)
    confirm(town, issue_id, claim_id)
    return issue_id, claim_id


def state_of(claim_id: int) -> str:
    return models.Claim.get_by_id(claim_id).state


def test_publishing_says_what_is_wanted_and_until_when(town: Town) -> None:
    issue_id = publish(town, wanted_quantity=Decimal("2.50"), unit="桶")

    issue, need = issue_of(issue_id), models.Need.get(models.Need.issue == issue_id)
    assert (issue.state, issue.due_at) == (IssueState.OPEN_FOR_CLAIM, AT + 3 * DAY)
    assert (need.wanted, need.wanted_quantity, need.unit) == ("需要一架梯子", Decimal("2.50"), "桶")
    assert need.claim_until == AT + 3 * DAY
    assert (last_of(issue_id).action, last_of(issue_id).note) == ("PUBLISH", "需要一架梯子")


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"wanted_help": " "}, "wantedHelp"),
        ({"claim_until": AT}, "claimUntil"),
        ({"claim_until": AT + 32 * DAY}, "claimUntil"),
        ({"wanted_quantity": Decimal("0"), "unit": "桶"}, "wantedQuantity"),
        ({"wanted_quantity": Decimal("1.005"), "unit": "桶"}, "wantedQuantity"),
        ({"wanted_quantity": Decimal("1")}, "unit"),
        ({"unit": "桶"}, "unit"),
    ],
)
def test_publish_refuses(town: Town, inputs: dict[str, Any], field: str) -> None:
    given = {"wanted_help": "需要一架梯子", "claim_until": AT + DAY, **inputs}

    refused = town.refused("staff", claims.publish_issue, issue_id=town.accept(), **given)

    assert refused == (ErrorCode.INVALID_INPUT, field)


def test_an_emergency_is_not_published(town: Town) -> None:
    issue_id = town.accept(urgency=Urgency.EMERGENCY)

    refused = town.refused(
        "staff", claims.publish_issue, issue_id=issue_id, wanted_help="需要一架梯子", claim_until=AT + DAY
    )

    assert refused == (ErrorCode.ILLEGAL_TRANSITION, "")


@pytest.mark.parametrize("who", ["resident", "grid", "member", "director", "next_staff", "subdistrict", "contact"])
def test_only_the_communitys_staff_publish_confirm_and_decline(town: Town, who: str) -> None:
    accepted, published = town.accept(), publish(town)
    claim_id = claim(town, published)

    steps: Any = (
        (accepted, claims.publish_issue, {"wanted_help": "梯子", "claim_until": AT + DAY}),
        (published, claims.confirm_claim, {"claim_id": claim_id}),
        (published, claims.decline_claim, {"claim_id": claim_id, "reason": "已有人"}),
    )

    for issue_id, command, inputs in steps:
        assert town.refused(who, command, issue_id=issue_id, **inputs)[0] == ErrorCode.NOT_PERMITTED


def test_a_claim_waits_for_staff_and_is_noted(town: Town) -> None:
    issue_id = publish(town)

    claim_id = claim(town, issue_id)

    made: Any = models.Claim.get_by_id(claim_id)
    assert (made.state, made.organization_id, made.quantity) == (ClaimState.PENDING, town.unit and town.unit.id, None)
    assert (made.promise, made.promised_on, made.created_at) == ("三日内修好", date(2026, 1, 8), LATER)
    assert (made.need.issue_id, made.division_code) == (issue_id, town.home.division_code)
    assert issue_of(issue_id).state == IssueState.OPEN_FOR_CLAIM
    assert (last_of(issue_id).action, last_of(issue_id).actor_role) == ("NOTE", "UNIT_CONTACT")
    assert last_of(issue_id).told == {
        "claim_id": claim_id, "claim_state": "PENDING", "organization_id": made.organization_id,
    }  # fmt: skip


def test_a_member_claims_for_their_seat_and_a_captain_for_their_team(town: Town) -> None:
    issue_id = publish(town)
    team = make.make_team(town.home.division)
    make.make_role_grant(Role.TEAM_CAPTAIN, town.home.division, account=town.accounts["neighbour"], team=team)

    by_member, by_team = claim(town, issue_id, "member"), claim(town, issue_id, "neighbour")

    seat = models.Member.get(models.Member.account == town.accounts["member"])
    assert models.Claim.get_by_id(by_member).member_id == seat.id
    assert models.Claim.get_by_id(by_team).team_id == team.id


def test_a_resident_claims_handles_and_reports_done(town: Town) -> None:
    issue_id = publish(town)
    account = town.accounts["neighbour"].id

    claim_id = claim(town, issue_id, "neighbour")
    confirm(town, issue_id, claim_id)
    handled = issue_of(issue_id)
    town.act(
        "neighbour", handling.report_issue_done, LATER, issue_id=issue_id, result="已换灯泡", done_on=TODAY,
        evidence=[{"kind": EvidenceKind.PHOTO, "description": "亮了"}], outcome=IssueOutcome.RESOLVED,
    )  # fmt: skip

    assert models.Claim.get_by_id(claim_id).account_id == account
    assert (handled.state, handled.handler_account_id) == (IssueState.IN_PROGRESS, account)
    assert handled.handler_organization_id is None
    assert last_of(issue_id).actor_role == "RESIDENT"
    assert issue_of(issue_id).state is IssueState.AWAITING_VERIFICATION


def test_what_a_resident_claims_is_bounded_and_released_as_everybodys(town: Town) -> None:
    paint = make.make_resource(town.unit, quantity=5)
    issue_id = publish(town)
    claim_id = claim(town, issue_id, "neighbour", resource_id=paint.id, quantity=Decimal(5))
    confirm(town, issue_id, claim_id)
    given = {"promise": "刷墙", "promised_on": TODAY, "resource_id": paint.id, "quantity": Decimal(1)}

    full = town.refused("resident", claims.claim_issue, LATER, issue_id=issue_id, **given)
    others = town.refused("resident", claims.release_claim, issue_id=issue_id, claim_id=claim_id, reason="不去了")
    town.act("neighbour", claims.release_claim, LATER, issue_id=issue_id, claim_id=claim_id, reason="生病")
    claim(town, issue_id, "resident", resource_id=paint.id, quantity=Decimal(5))

    assert full == (ErrorCode.CLAIM_CAPACITY_EXCEEDED, "quantity")
    assert others == (ErrorCode.NOT_PERMITTED, "claimId")
    assert state_of(claim_id) is ClaimState.RELEASED


def test_who_speaks_for_somebody_claims_as_a_resident_when_they_say_so(town: Town) -> None:
    issue_id = publish(town)
    account = town.accounts["contact"]
    make.make_role_grant(Role.RESIDENT, town.home.division, account=account)

    for_the_unit = claim(town, issue_id)
    for_oneself = claim(town, issue_id, claimant_id=("Resident", account.id))

    assert models.Claim.get_by_id(for_the_unit).account_id is None
    assert models.Claim.get_by_id(for_oneself).account_id == account.id


def test_who_speaks_for_several_says_for_whom(town: Town) -> None:
    issue_id = publish(town)
    other = make.make_organization(town.home.division)
    make.make_role_grant(Role.UNIT_CONTACT, town.home.division, account=town.accounts["contact"], organization=other)
    given = {"promise": "修好", "promised_on": TODAY}

    refused = town.refused("contact", claims.claim_issue, LATER, issue_id=issue_id, **given)
    claim_id = claim(town, issue_id, claimant_id=("Organization", other.id))

    assert refused == (ErrorCode.INVALID_INPUT, "claimantId")
    assert models.Claim.get_by_id(claim_id).organization_id == other.id


def test_nobody_claims_for_another(town: Town) -> None:
    issue_id = publish(town)
    strange = make.make_organization(town.home.division)
    given = {"promise": "修好", "promised_on": TODAY}

    refused = [
        town.refused(
            "contact", claims.claim_issue, issue_id=issue_id, claimant_id=("Organization", strange.id), **given
        ),
        town.refused("stranger", claims.claim_issue, issue_id=issue_id, **given),
        town.refused("staff", claims.claim_issue, issue_id=issue_id, **given),
    ]

    assert refused == [
        (ErrorCode.NOT_PERMITTED, "claimantId"), (ErrorCode.NOT_PERMITTED, ""), (ErrorCode.NOT_PERMITTED, ""),
    ]  # fmt: skip


def test_a_seat_whose_term_is_over_cannot_claim(town: Town) -> None:
    issue_id = publish(town)
    ended = TODAY - DAY
    models.Member.update(term_end=ended, term_start=ended).where(
        models.Member.account == town.accounts["member"]
    ).execute()

    refused = town.refused("member", claims.claim_issue, issue_id=issue_id, promise="修好", promised_on=TODAY)

    assert refused[0] == ErrorCode.TERM_EXPIRED


def test_claims_come_within_their_time(town: Town) -> None:
    issue_id = publish(town)
    given: Any = {"issue_id": issue_id, "promise": "修好"}

    late = town.refused("contact", claims.claim_issue, AT + 3 * DAY + HOUR, promised_on=TODAY + 5 * DAY, **given)
    past = town.refused("contact", claims.claim_issue, promised_on=TODAY - DAY, **given)
    empty = town.refused("contact", claims.claim_issue, issue_id=issue_id, promise=" ", promised_on=TODAY)
    claim(town, issue_id, at=AT + 3 * DAY)

    assert late == (ErrorCode.LIMIT_REACHED, "")
    assert past == (ErrorCode.INVALID_INPUT, "promisedOn")
    assert empty == (ErrorCode.INVALID_INPUT, "promise")


@pytest.mark.parametrize(
    "at", [IssueState.ACCEPTED, IssueState.IN_DELIBERATION, IssueState.AWAITING_VERIFICATION, IssueState.CLOSED]
)
def test_only_a_published_issue_or_one_in_progress_is_claimed(town: Town, at: IssueState) -> None:
    issue = make.make_issue(at, town.home)

    refused = town.refused("contact", claims.claim_issue, issue_id=issue.id, promise="修好", promised_on=TODAY)

    assert refused == (ErrorCode.ILLEGAL_TRANSITION, "")


def test_confirming_gives_the_issue_to_its_claimant_with_a_deadline(town: Town) -> None:
    issue_id, claim_id = in_progress(town)

    issue = issue_of(issue_id)
    assert town.unit
    assert (issue.state, issue.handler_organization_id) == (IssueState.IN_PROGRESS, town.unit.id)
    assert (issue.handler_member_id, issue.handler_team_id) == (None, None)
    assert issue.due_at == LATER + 7 * DAY
    assert (state_of(claim_id), needs_of(issue_id)) == (ClaimState.CONFIRMED, ["MET"])
    assert models.Claim.get_by_id(claim_id).confirmed_at == LATER
    assert ledger_of(issue_id) == ["CREATE", "ACCEPT", "PUBLISH", "NOTE", "CLAIM"]
    assert last_of(issue_id).told == {"claim_id": claim_id, "organization_id": town.unit.id}


def test_a_further_claim_helps_the_handler_without_a_change_of_state(town: Town) -> None:
    issue_id, _ = in_progress(town)
    before = issue_of(issue_id)

    further = claim(town, issue_id, "member")
    confirm(town, issue_id, further)

    issue = issue_of(issue_id)
    assert (issue.state, issue.due_at, issue.version) == (IssueState.IN_PROGRESS, before.due_at, before.version + 2)
    assert (issue.handler_organization_id, issue.handler_member_id) == (before.handler_organization_id, None)
    assert (state_of(further), last_of(issue_id).action) == (ClaimState.CONFIRMED, "NOTE")


def test_a_claim_is_decided_once(town: Town) -> None:
    issue_id, claim_id = in_progress(town)
    again: Any = {"issue_id": issue_id, "claim_id": claim_id}
    other = publish(town)
    claim(town, issue_id, who="resident")

    refused = [
        town.refused("staff", claims.confirm_claim, **again),
        town.refused("staff", claims.decline_claim, reason="已有人", **again),
        town.refused("staff", claims.confirm_claim, issue_id=other, claim_id=claim_id),
    ]

    assert refused == [
        (ErrorCode.ILLEGAL_TRANSITION, "claimId"), (ErrorCode.ILLEGAL_TRANSITION, "claimId"),
        (ErrorCode.ILLEGAL_TRANSITION, "claimId"),
    ]  # fmt: skip


def test_a_need_is_met_when_its_quantity_is_brought_and_open_again_when_it_is_not(town: Town) -> None:
    issue_id = publish(town, wanted_quantity=Decimal(10), unit="件")
    stock = make.make_resource(town.unit, quantity=20)
    states, parts = [], []

    for amount in (4, 5, 1):
        parts.append(claim(town, issue_id, resource_id=stock.id, quantity=Decimal(amount)))
        confirm(town, issue_id, parts[-1])
        states += needs_of(issue_id)
    town.act("contact", claims.release_claim, issue_id=issue_id, claim_id=parts[1], reason="另有急用")
    states += needs_of(issue_id)

    assert states == ["OPEN", "OPEN", "MET", "OPEN"]


def test_what_is_in_another_unit_does_not_meet_a_need(town: Town) -> None:
    issue_id = publish(town, wanted_quantity=Decimal(10), unit="件")
    money = make.make_resource(town.unit, quantity=5000, unit="元", capacity_model=CapacityModel.FUND)

    confirm(town, issue_id, claim(town, issue_id, resource_id=money.id, quantity=Decimal(500)))

    assert needs_of(issue_id) == ["OPEN"]


def test_no_more_is_confirmed_than_the_resource_has(town: Town) -> None:
    issue_id = publish(town)
    stock = make.make_resource(town.unit, quantity=10)
    given: Any = {"resource_id": stock.id, "quantity": Decimal("5.01")}
    first, second = (claim(town, issue_id, who=who, **given) for who in ("contact", "resident"))
    confirm(town, issue_id, first)
    given = {"promise": "修好", "promised_on": TODAY, "resource_id": stock.id}

    refused = [
        town.refused("staff", claims.confirm_claim, LATER, issue_id=issue_id, claim_id=second),
        town.refused("contact", claims.claim_issue, LATER, issue_id=issue_id, quantity=Decimal(5), **given),
    ]
    rest = claim(town, issue_id, resource_id=stock.id, quantity=Decimal("4.99"))
    confirm(town, issue_id, rest)

    assert refused == [(ErrorCode.CLAIM_CAPACITY_EXCEEDED, "quantity")] * 2


def test_the_refusal_says_what_is_left(town: Town) -> None:
    issue_id = publish(town)
    stock = make.make_resource(town.unit, quantity=10)
    confirm(town, issue_id, claim(town, issue_id, resource_id=stock.id, quantity=Decimal("7.50")))

    with pytest.raises(claims.DomainError) as refusal:
        claim(town, issue_id, resource_id=stock.id, quantity=Decimal(3))

    assert refusal.value.message == "The resource has 2.50件 left; 3件 cannot be claimed."
    assert refusal.value.chinese == "该资源剩余2.50件，不能认领3件。"


def test_what_was_lent_is_there_again_once_the_promise_was_kept(town: Town) -> None:
    issue_id = publish(town)
    ladders = make.make_resource(town.unit, quantity=2, capacity_model=CapacityModel.LEASE)
    given: Any = {"resource_id": ladders.id, "quantity": Decimal(2)}
    out = claim(town, issue_id, **given)
    confirm(town, issue_id, out)
    words: Any = {"issue_id": issue_id, "promise": "修好", "promised_on": TODAY}
    refused = town.refused("contact", claims.claim_issue, LATER, **given, **words)

    town.act("contact", claims.fulfil_claim, LATER, issue_id=issue_id, claim_id=out)
    confirm(town, issue_id, claim(town, issue_id, **given))

    assert refused == (ErrorCode.CLAIM_CAPACITY_EXCEEDED, "quantity")


def test_a_quota_is_there_again_next_month(town: Town) -> None:
    issue_id = publish(town)
    meals = make.make_resource(town.unit, quantity=10, capacity_model=CapacityModel.QUOTA)
    given: Any = {"resource_id": meals.id, "quantity": Decimal(6)}
    confirm(town, issue_id, claim(town, issue_id, **given))
    # The first minute of February in Lanzhou, and the last one of January.
    february = datetime(2026, 1, 31, 16, tzinfo=UTC)
    waiting = claim(town, issue_id, quantity=Decimal(4), resource_id=meals.id)
    models.Claim.update(quantity=6).where(models.Claim.id == waiting).execute()

    refused = town.refused(
        "staff", claims.confirm_claim, february - timedelta(minutes=1), issue_id=issue_id, claim_id=waiting
    )
    confirm(town, issue_id, waiting, february)

    assert refused == (ErrorCode.CLAIM_CAPACITY_EXCEEDED, "quantity")
    assert state_of(waiting) == ClaimState.CONFIRMED


def test_which_resources_may_be_claimed(town: Town) -> None:
    issue_id = publish(town)
    words: Any = {"issue_id": issue_id, "promise": "修好", "promised_on": TODAY, "quantity": Decimal(1)}
    neighbours = make.make_resource(make.make_organization(town.home.division))
    away = make.make_resource(make.make_organization(town.far.division))
    retired = make.make_resource(town.unit, state=ResourceState.RETIRED)
    over = make.make_resource(town.unit, valid_until=TODAY - DAY)
    boundless = make.make_resource(town.unit, quantity=None, capacity_model=CapacityModel.STANDING)
    stock = make.make_resource(town.unit)

    refused = [
        town.refused("contact", claims.claim_issue, resource_id=resource.id, **words)
        for resource in (neighbours, away, retired, over)
    ]
    silent = town.refused("contact", claims.claim_issue, resource_id=stock.id, **words | {"quantity": None})
    claim(town, issue_id, "member", resource_id=neighbours.id, quantity=Decimal(1))
    claim(town, issue_id, resource_id=boundless.id)

    assert refused == [
        (ErrorCode.NOT_PERMITTED, "resourceId"), (ErrorCode.NOT_FOUND, "resourceId"),
        (ErrorCode.NOT_FOUND, "resourceId"), (ErrorCode.NOT_FOUND, "resourceId"),
    ]  # fmt: skip
    assert silent == (ErrorCode.INVALID_INPUT, "quantity")


def test_a_resource_withdrawn_meanwhile_is_not_confirmed(town: Town) -> None:
    issue_id = publish(town)
    stock = make.make_resource(town.unit)
    claim_id = claim(town, issue_id, resource_id=stock.id, quantity=Decimal(1))
    models.Resource.update(state=ResourceState.SUSPENDED).execute()

    assert town.refused("staff", claims.confirm_claim, issue_id=issue_id, claim_id=claim_id) == (
        ErrorCode.NOT_FOUND,
        "resourceId",
    )


def test_declining_keeps_the_issue_open_for_others(town: Town) -> None:
    issue_id = publish(town)
    claim_id = claim(town, issue_id)

    empty = town.refused("staff", claims.decline_claim, issue_id=issue_id, claim_id=claim_id, reason=" ")
    town.act("staff", claims.decline_claim, LATER, issue_id=issue_id, claim_id=claim_id, reason="已有单位承接")

    assert empty == (ErrorCode.INVALID_INPUT, "reason")
    assert (state_of(claim_id), issue_of(issue_id).state) == (ClaimState.DECLINED, IssueState.OPEN_FOR_CLAIM)
    assert last_of(issue_id).note == "已有单位承接"
    assert models.Claim.get_by_id(claim_id).ended_at == LATER


def test_releasing_returns_capacity_at_once(town: Town) -> None:
    issue_id = publish(town)
    stock = make.make_resource(town.unit, quantity=5)
    first = claim(town, issue_id, resource_id=stock.id, quantity=Decimal(5))
    confirm(town, issue_id, first)

    town.act("contact", claims.release_claim, LATER, issue_id=issue_id, claim_id=first, reason="设备损坏")
    second = claim(town, issue_id, resource_id=stock.id, quantity=Decimal(5))
    confirm(town, issue_id, second)

    assert (state_of(first), state_of(second)) == (ClaimState.RELEASED, ClaimState.CONFIRMED)
    given_up = models.Claim.state == ClaimState.RELEASED, models.Claim.confirmed_at.is_null(False)
    assert models.Claim.select().where(*given_up).count() == 1


def test_claimant_staff_and_clock_release_and_others_do_not(town: Town) -> None:
    issue_id = publish(town)
    own, others = claim(town, issue_id), claim(town, issue_id, who="neighbour")
    words = {"issue_id": issue_id, "reason": "另有安排"}

    refused = [
        town.refused(who, claims.release_claim, claim_id=own, **words) for who in ("member", "resident", "next_staff")
    ]
    town.act("contact", claims.release_claim, claim_id=own, **words)
    town.act("staff", claims.release_claim, claim_id=others, **words)

    assert [code for code, _ in refused] == [ErrorCode.NOT_PERMITTED] * 3
    assert refused[0] == (ErrorCode.NOT_PERMITTED, "claimId")
    assert (state_of(own), state_of(others)) == (ClaimState.RELEASED, ClaimState.RELEASED)
    assert town.refused("contact", claims.release_claim, claim_id=own, **words)[0] == ErrorCode.ILLEGAL_TRANSITION


def test_a_kept_promise_goes_on_taking_what_it_used(town: Town) -> None:
    issue_id = publish(town)
    stock = make.make_resource(town.unit, quantity=5)
    claim_id = claim(town, issue_id, resource_id=stock.id, quantity=Decimal(5))
    pending = town.refused("contact", claims.fulfil_claim, issue_id=issue_id, claim_id=claim_id)
    confirm(town, issue_id, claim_id)

    town.act("contact", claims.fulfil_claim, LATER, issue_id=issue_id, claim_id=claim_id)

    assert pending == (ErrorCode.ILLEGAL_TRANSITION, "claimId")
    assert (state_of(claim_id), needs_of(issue_id)) == (ClaimState.FULFILLED, ["MET"])
    words: Any = {"promise": "修好", "promised_on": TODAY, "resource_id": stock.id, "quantity": Decimal(1)}
    assert town.refused("contact", claims.claim_issue, issue_id=issue_id, **words)[0] == "CLAIM_CAPACITY_EXCEEDED"


def test_after_two_returns_no_claim_decides_who_handles(town: Town) -> None:
    issue_id, _ = in_progress(town)
    town.act("staff", handling.return_issue, LATER, issue_id=issue_id, reason="人手不足")
    assert town.unit
    party = ("Organization", town.unit.id)
    town.act("staff", handling.assign_issue, LATER, issue_id=issue_id, handler_id=party)
    town.act("contact", handling.return_issue, LATER, issue_id=issue_id, reason="人手不足")

    refused = town.refused("staff", claims.publish_issue, issue_id=issue_id, wanted_help="梯子", claim_until=AT + DAY)

    assert refused == (ErrorCode.LIMIT_REACHED, "")


@pytest.mark.parametrize("who", ["contact", "captain", "member", "resident"])
def test_one_claim_of_a_party_waits_on_an_issue_at_a_time(town: Town, who: str) -> None:
    captain = town.accounts["captain"] = make.make_account(name="示范captain")
    make.make_role_grant(
        Role.TEAM_CAPTAIN, town.home.division, account=captain, team=make.make_team(town.home.division)
    )
    issue_id, other = publish(town), publish(town)
    again: Any = {"issue_id": issue_id, "promise": "再修一次", "promised_on": TODAY}
    first = claim(town, issue_id, who)

    refused = town.refused(who, claims.claim_issue, LATER, **again)
    elsewhere = claim(town, other, who)
    town.act("staff", claims.decline_claim, LATER, issue_id=issue_id, claim_id=first, reason="已有人")
    second = claim(town, issue_id, who)

    assert refused == (ErrorCode.LIMIT_REACHED, "claimantId")
    assert [state_of(claim_id) for claim_id in (first, second, elsewhere)] == ["DECLINED", "PENDING", "PENDING"]


def test_a_confirmed_claim_is_no_obstacle_to_a_further_one(town: Town) -> None:
    issue_id, confirmed = in_progress(town)

    further = claim(town, issue_id)

    assert (state_of(confirmed), state_of(further)) == ("CONFIRMED", "PENDING")


def test_who_speaks_for_several_claims_for_the_one_that_has_no_claim_waiting(town: Town) -> None:
    issue_id = publish(town)
    other = make.make_organization(town.home.division)
    make.make_role_grant(Role.UNIT_CONTACT, town.home.division, account=town.accounts["contact"], organization=other)
    given: Any = {"issue_id": issue_id, "promise": "修好", "promised_on": TODAY}
    unnamed = town.refused("contact", claims.claim_issue, LATER, **given)
    claim(town, issue_id, claimant_id=("Organization", other.id))

    second = models.Claim.get_by_id(claim(town, issue_id))
    third = town.refused("contact", claims.claim_issue, LATER, **given)

    assert town.unit
    assert unnamed == (ErrorCode.INVALID_INPUT, "claimantId")
    assert second.organization_id == town.unit.id
    assert third == (ErrorCode.LIMIT_REACHED, "claimantId")


@pytest.mark.parametrize("column", ["organization", "team", "member", "account"])
def test_the_database_keeps_a_party_to_one_claim_that_waits(town: Town, column: str) -> None:
    issue = issue_of(publish(town))
    party = {
        "organization": town.unit, "team": make.make_team(town.home.division), "member": make.make_member(town.home),
        "account": town.accounts["resident"],
    }[column]  # fmt: skip
    make.make_claim(issue, **{column: party})
    make.make_claim(issue, **{column: party}, state=ClaimState.CONFIRMED)

    with pytest.raises(IntegrityError, match="claim_one_pending"), proxy.atomic():
        make.make_claim(issue, **{column: party})
