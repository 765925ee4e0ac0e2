"""Suggesting matches and answering them: what comes of it, who is told, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.access.models.notice import Notice, NoticeKind
from db.bookings.models import Allotment
from db.bookings.openings import know_days
from db.city.clock import tick
from db.issues.lifecycle import IssueState
from db.issues.models.claim import Claim, ClaimState
from db.matches.models import Match, MatchState
from db.organizations.models.resource import CapacityModel, ResourceState
from db.settings.models import Setting, SettingKey
from db.settings.values import all_set
from tests import factories as make
from tests.bookings.factories import make_booking_terms
from tests.factories import AT, TODAY
from tests.issues.factories import make_issue, make_need
from tests.matches.matching import Matching, codes, faults

DAY = timedelta(days=1)


@pytest.fixture
def matching(scratch: DatabaseProxy) -> Matching:
    """Return a need and goods that fit it."""
    return Matching()


def test_who_accepts_claims_with_the_resource_and_staff_confirm_it(matching: Matching) -> None:
    made = matching.suggest(note="请优先考虑")["match"]

    answer = matching.answer(made["id"])

    assert made == {
        "id": made["id"], "state": "SUGGESTED", "answerBy": str(TODAY + 7 * DAY), "suggestedBy": "示范staff",
        "note": "请优先考虑",
    }  # fmt: skip
    assert answer == {
        "match": {"state": "ACCEPTED"},
        "claim": {
            "id": answer["claim"]["id"], "state": "PENDING", "quantity": "2.00",
            "claimant": {"__typename": "Organization"}, "need": {"id": f"Need_{matching.need().id}"},
        },
        "event": {"action": "ACCEPT"}, "userErrors": [],
    }  # fmt: skip
    given = {"issueId": f"Issue_{matching.issue.id}", "claimId": answer["claim"]["id"]}
    assert matching.ask.refused("staff", "confirmClaim", **given) == []
    claim = Claim.get()
    assert (claim.state, claim.resource_id, claim.organization_id) == (
        ClaimState.CONFIRMED, matching.goods.id, matching.goods.organization_id,
    )  # fmt: skip
    assert matching.need().state == "MET"
    assert faults() == []


def test_who_declines_says_why_and_can_be_asked_again(matching: Matching) -> None:
    match = matching.suggested()
    silent = matching.answer(match, answer="DECLINED", reason=None)

    declined = matching.answer(match, answer="DECLINED")

    assert codes(silent) == [("INVALID_INPUT", ["reason"])]
    assert (declined["match"], declined["claim"], declined["event"]) == (
        {"state": "DECLINED"}, None, {"action": "DECLINE"},
    )  # fmt: skip
    assert codes(matching.answer(match)) == [("ILLEGAL_TRANSITION", ["matchId"])]
    assert matching.suggested() != match
    assert not Claim.select().exists()


def test_the_owner_is_told_once(matching: Matching) -> None:
    matching.suggested()
    notice = Notice.get(Notice.kind == NoticeKind.MATCH_SUGGESTED)
    silent = make.make_resource(make.make_organization(matching.ask.town.home.division), version=1)
    matching.suggested(resourceId=f"Resource_{silent.id}")
    person = make.make_person(matching.ask.town.home.division, account=matching.ask.town.accounts["resident"])
    skill = make.make_resource(
        make.make_organization(matching.ask.town.home.division), version=1, name="家电维修", quantity=None
    )
    skill.change(organization=None, person=person.id)
    matching.suggested(resourceId=f"Resource_{skill.id}")

    notices = list(Notice.select().where(Notice.kind == NoticeKind.MATCH_SUGGESTED).order_by(Notice.id))
    accounts = matching.ask.town.accounts
    assert (notice.role, notice.account_id) == (Role.UNIT_CONTACT, accounts["contact"].id)
    assert "示范会议室" in notice.text
    assert [(one.role, one.account_id) for one in notices[1:]] == [
        (Role.STAFF, None), (Role.RESIDENT, accounts["resident"].id),
    ]  # fmt: skip


def test_a_resident_claims_with_their_own_skill(matching: Matching) -> None:
    home = matching.ask.town.home.division
    person = make.make_person(home, account=matching.ask.town.accounts["neighbour"])
    skill = make.make_resource(make.make_organization(home), version=1, quantity=None)
    skill.change(organization=None, person=person.id)
    match = matching.suggested(resourceId=f"Resource_{skill.id}")

    others = [codes(matching.answer(match, who, quantity=None)) for who in ("contact", "resident", "staff")]
    answer = matching.answer(match, "neighbour", quantity=None)

    hidden = [("NOT_FOUND", ["matchId"])]
    assert others == [hidden, hidden, [("NOT_PERMITTED", None)]]
    assert answer["claim"]["claimant"] == {"__typename": "Resident"}
    assert Claim.get().account_id == matching.ask.town.accounts["neighbour"].id


def test_a_unit_next_door_claims_what_it_was_asked_for(matching: Matching) -> None:
    town = matching.ask.town
    unit = make.make_organization(town.next_door.division)
    town.accounts["other"] = make.make_account()
    make.make_role_grant(Role.UNIT_CONTACT, town.next_door.division, account=town.accounts["other"], organization=unit)
    match = matching.suggested(resourceId=f"Resource_{make.make_resource(unit, version=1).id}")

    assert matching.answer(match, "other")["claim"]["state"] == "PENDING"
    assert Claim.get().organization_id == unit.id


def test_places_in_windows_are_claimed_on_a_day_on_which_they_open(matching: Matching) -> None:
    know_days(TODAY, 60)
    assert matching.ask.town.unit is not None
    room = make.make_resource(matching.ask.town.unit, capacity_model=CapacityModel.BOOKABLE, version=1)
    window = make.make_resource_window(room, weekday=2, quantity=3)
    match = matching.suggested(resourceId=f"Resource_{room.id}")
    shown = "{ match(id: %r) { availableTransitions { mutation isAllowed alternatives { fields nextState } } } }"
    text = (shown % match).replace("'", '"')

    told = matching.ask.answer("contact", text)["data"]["match"]["availableTransitions"]
    none = matching.answer(match)
    shut = matching.answer(match, windowId=f"ResourceWindow_{window.id}", promisedOn="2026-01-21")
    good = matching.answer(match, windowId=f"ResourceWindow_{window.id}", promisedOn=str(TODAY + DAY))

    assert told == [
        {
            "mutation": "answerMatch", "isAllowed": True,
            "alternatives": [
                {
                    "fields": ["answer", "promise", "promisedOn", "windowId", "quantity"], "nextState": "ACCEPTED",
                },
                {"fields": ["answer", "reason"], "nextState": "DECLINED"},
            ],
        }
    ]  # fmt: skip
    assert (codes(none), codes(shut)) == ([("INVALID_INPUT", ["windowId"])], [("INVALID_INPUT", ["promisedOn"])])
    assert good["match"] == {"state": "ACCEPTED"}


def test_what_cannot_be_suggested_is_refused(matching: Matching) -> None:
    town = matching.ask.town
    assert town.unit is not None
    own, plots = make.make_resource(town.unit, version=1), make.make_resource(town.unit, version=1)
    own.change(organization=None)
    make_booking_terms(plots, allotment=Allotment.LOTTERY)
    gone = make.make_resource(town.unit, state=ResourceState.SUSPENDED)
    over = make.make_resource(town.unit, valid_until=TODAY - DAY)
    resting = matching.need(make_need(make_issue(IssueState.ACCEPTED, town.home)).issue)
    match = matching.suggested()

    def refused(row: Any) -> Any:
        return codes(matching.suggest(resourceId=f"Resource_{row.id}"))

    assert [refused(row) for row in (own, plots, gone, over)] == [
        [("INVALID_INPUT", ["resourceId"])], [("NOT_ELIGIBLE", ["resourceId"])],
        [("NOT_FOUND", ["resourceId"])], [("NOT_FOUND", ["resourceId"])],
    ]  # fmt: skip
    again = matching.suggest()
    assert codes(again) == [("ALREADY_EXISTS", ["resourceId"])]
    assert match in again["userErrors"][0]["message"]
    assert codes(matching.suggest(need=resting)) == [("ILLEGAL_TRANSITION", None)]
    assert [codes(matching.suggest(who)) for who in ("director", "contact", "next_staff", "subdistrict")] == [
        [("NOT_PERMITTED", None)]
    ] * 4
    late = AT + 40 * DAY
    assert codes(matching.suggest(at=late)) == [("ILLEGAL_TRANSITION", None)]


def test_what_has_ended_meanwhile_can_only_be_declined(matching: Matching) -> None:
    town = matching.ask.town
    matches = [matching.suggested(need=matching.need(matching.published())) for _ in range(3)]
    ended, waiting, closed = (Match.get_by_id(int(match.removeprefix("Match_"))) for match in matches)
    claimed = {"promise": "提供", "promisedOn": "2026-01-20", "issueId": f"Issue_{waiting.need.issue_id}"}
    assert matching.ask.refused("contact", "claimIssue", **claimed) == []
    closed.need.change(state="STRUCK_OFF", struck_off_at=AT)

    waits = matching.answer(matches[1])
    struck_off = matching.answer(matches[2])
    matching.goods.change(state=ResourceState.SUSPENDED)
    suspended = matching.answer(matches[0])

    assert (codes(waits), codes(struck_off), codes(suspended)) == (
        [("LIMIT_REACHED", None)], [("ILLEGAL_TRANSITION", None)], [("ILLEGAL_TRANSITION", None)],
    )  # fmt: skip
    text = "{ matches { nodes { availableTransitions { alternatives { nextState } } } } }"
    told = matching.ask.answer("contact", text)["data"]["matches"]["nodes"]
    assert told == [{"availableTransitions": [{"alternatives": [{"nextState": "DECLINED"}]}]}] * 3
    assert [matching.answer(match, answer="DECLINED")["match"]["state"] for match in matches] == ["DECLINED"] * 3
    assert town.home.division_code == ended.division_code


def test_the_clock_ends_what_nobody_answered_by_the_setting_of_its_day(matching: Matching) -> None:
    matching.suggested()
    Setting.create(
        division_code=matching.ask.town.home.division_code, key=SettingKey.MATCH_ANSWER_DAYS, value=2, version=1,
        set_at=AT, set_by_name="示范",
    )  # fmt: skip
    all_set.forget()
    short = matching.suggested(need=matching.need(matching.published()))

    on_time, later = tick(AT + 2 * DAY), tick(AT + 3 * DAY)
    states = {f"Match_{row.id}": row.state for row in Match.select()}
    last = tick(AT + 8 * DAY)
    all_set.forget()

    assert [report.counts["matches lapsed"] for report in (on_time, later, last)] == [0, 1, 1]
    assert states.pop(short) is MatchState.LAPSED
    assert [*states.values()] == [MatchState.SUGGESTED]
    assert codes(matching.answer(short)) == [("ILLEGAL_TRANSITION", ["matchId"])]
    assert faults() == []


def test_resources_that_fit_are_those_near_of_the_duty_that_are_left(matching: Matching) -> None:
    town = matching.ask.town
    duty = matching.need().issue.duty
    unit, next_door, across = (make.make_organization(one.division) for one in (town.home, town.next_door, town.across))
    far = make.make_resource(next_door, duty=duty, name="邻社区")
    near = make.make_resource(unit, duty=duty, name="本社区")
    make.make_resource(across, duty=duty, name="别的街道")
    make.make_resource(unit, duty=duty, quantity=0, name="用完")
    matching.goods.change(topic_code="HOU-09")
    matching.issue.change(topic_code="HOU-01")
    make.make_resource(unit, duty=duty, state=ResourceState.OFFERED, name="待核验")
    text = "query ($id: ID!) { node(id: $id) { ... on Need { fittingResources { id } } } }"

    found = matching.ask.answer(None, text, id=f"Need_{matching.need().id}")["data"]["node"]["fittingResources"]

    assert [row["id"] for row in found] == [f"Resource_{row.id}" for row in (matching.goods, near, far)]


def test_a_match_is_read_by_its_owner_staff_and_offices_above_alone(matching: Matching) -> None:
    match = matching.suggested()
    assert matching.ask.town.unit is not None
    shown = "matches { nodes { id journal { totalCount } } }"
    lists = " ".join(
        f'{key}: node(id: "{row}") {{ ... on {row.partition("_")[0]} {{ {shown} }} }}'
        for key, row in (
            ("need", f"Need_{matching.need().id}"), ("resource", f"Resource_{matching.goods.id}"),
            ("unit", f"Organization_{matching.ask.town.unit.id}"),
        )
    )  # fmt: skip
    text = f"{{ {lists} }}"

    def seen(who: str | None) -> int:
        data = matching.ask.answer(who, text)["data"]
        found = [data[key]["matches"]["nodes"] for key in ("need", "resource", "unit")]
        assert found in ([[]] * 3, [[{"id": match, "journal": {"totalCount": 1}}]] * 3)
        return len(found[0])

    assert [seen(who) for who in ("staff", "contact", "subdistrict", "district", "city")] == [1] * 5
    assert [seen(who) for who in (None, "resident", "director", "next_staff", "other_subdistrict")] == [0] * 5
