"""Resources: offered, looked at, changed, suspended, resumed, retired, and over once their last day is."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.city import models
from db.city.clock import tick
from db.city.migrations import migrate, rollback
from db.issues.lifecycle import IssueState
from db.issues.models.claim import ClaimState
from db.organizations.models.resource import ResourceState, a_year_before
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT
from tests.threads import at_once
from tests.times import TODAY
from tests.town import build

SHOWN = """resource { id name state isActive isStale verifiedOn version quantity availableQuantity validUntil
    organization { id } windows { nodes { weekday startsMinute endsMinute quantity } }
    journal { nodes { action toState } } }
    event { action fromState toState note }"""
WINDOW = {"weekday": 7, "startsMinute": 1080, "endsMinute": 1890, "quantity": "2.50"}
DAY = timedelta(days=1)


def given(ask: Asking, **more: Any) -> dict[str, Any]:
    return {
        "divisionCode": ask.town.home.division_code, "name": "示范停车场", "description": "错时开放", "quantity": "10",
        "duty": "RESOURCE_COORDINATION", "capacityModel": "STOCK", **more,
    }  # fmt: skip


def change(ask: Asking, who: str, name: str, at: Any = AT, /, **more: Any) -> Any:
    payload = ask.change(who, name, SHOWN, at, **more)
    assert payload["userErrors"] == []
    return payload


def offer(ask: Asking, who: str = "staff", **more: Any) -> str:
    return change(ask, who, "registerResource", **given(ask, **more))["resource"]["id"]


def listed(ask: Asking, **more: Any) -> str:
    resource = offer(ask, **more)
    change(ask, "staff", "reviewResource", resourceId=resource, decision="APPROVED", checkedOn="2026-01-04")
    return resource


def unit_of(ask: Asking) -> str:
    assert ask.town.unit is not None
    return f"Organization_{ask.town.unit.id}"


def test_a_resource_lives_from_its_offer_to_its_end(ask: Asking) -> None:
    own = {"organizationId": unit_of(ask), "capacityModel": "RECURRING_WINDOW", "windows": [WINDOW]}
    offered = change(ask, "contact", "registerResource", **given(ask, **own))
    resource = {"resourceId": offered["resource"]["id"]}
    approved = change(ask, "staff", "reviewResource", **resource, decision="APPROVED", checkedOn="2026-01-04")
    suspended = change(ask, "contact", "suspendResource", **resource, reason="装修", expectedVersion=2)
    resumed = change(ask, "staff", "resumeResource", **resource)
    changed = change(
        ask, "contact", "updateResource", **resource, quantity=None, validUntil="2026-06-30", name="停车场"
    )
    again = change(ask, "staff", "reviewResource", **resource, decision="APPROVED", checkedOn="2026-01-05")
    retired = change(ask, "contact", "retireResource", **resource, reason="拆除")

    assert offered["resource"] == {
        **offered["resource"], "state": "OFFERED", "isActive": False, "isStale": False, "verifiedOn": None,
        "version": 1, "quantity": "10.00", "organization": {"id": unit_of(ask)}, "windows": {"nodes": [WINDOW]},
    }  # fmt: skip
    assert (approved["resource"]["isActive"], approved["resource"]["verifiedOn"]) == (True, "2026-01-04")
    assert suspended["event"] == {
        "action": "SUSPEND", "fromState": "ON_OFFER", "toState": "SUSPENDED", "note": "装修",
    }  # fmt: skip
    assert (resumed["event"]["action"], resumed["resource"]["isActive"]) == ("RESTORE", True)
    last = changed["resource"]
    assert (last["quantity"], last["availableQuantity"], last["validUntil"]) == (None, "0.00", "2026-06-30")
    assert (again["event"]["action"], again["resource"]["verifiedOn"]) == ("RENEW", "2026-01-05")
    assert [(entry["action"], entry["toState"]) for entry in retired["resource"]["journal"]["nodes"]] == [
        ("CREATE", "OFFERED"), ("APPROVE", "ON_OFFER"), ("SUSPEND", "SUSPENDED"), ("RESTORE", "ON_OFFER"),
        ("AMEND", "ON_OFFER"), ("RENEW", "ON_OFFER"), ("END", "RETIRED"),
    ]  # fmt: skip
    for name, more in (("updateResource", {}), ("resumeResource", {}), ("retireResource", {"reason": "x"})):
        assert ask.refused("staff", name, **resource, **more) == [("ILLEGAL_TRANSITION", ["resourceId"])]


def test_an_offer_that_makes_no_sense_is_refused(ask: Asking) -> None:
    windows = {"capacityModel": "BOOKABLE", "windows": [WINDOW]}
    # From Sunday evening until Monday at half past seven.
    overnight = {"weekday": 1, "startsMinute": 400, "endsMinute": 500, "quantity": "1"}
    own, next_door = {"organizationId": unit_of(ask)}, {"divisionCode": ask.town.next_door.division_code}
    for who, more, refusal in (
        ("resident", {}, ("NOT_PERMITTED", None)),
        ("contact", {}, ("NOT_PERMITTED", None)),
        ("contact", own | next_door, ("NOT_PERMITTED", None)),
        ("next_staff", {}, ("NOT_PERMITTED", None)),
        ("staff", {"organizationId": "Organization_99"}, ("NOT_FOUND", ["organizationId"])),
        ("staff", {"divisionCode": ask.town.street.code}, ("NOT_FOUND", ["divisionCode"])),
        ("staff", {"name": "一"}, ("INVALID_INPUT", ["name"])),
        ("staff", {"quantity": "-1"}, ("INVALID_INPUT", ["quantity"])),
        ("staff", {"quantity": "1.234"}, ("INVALID_INPUT", ["quantity"])),
        ("staff", {"validUntil": "2026-01-04"}, ("INVALID_INPUT", ["validUntil"])),
        ("staff", {"windows": [WINDOW]}, ("INVALID_INPUT", ["windows"])),
        ("staff", {"capacityModel": "BOOKABLE"}, ("INVALID_INPUT", ["windows"])),
        ("staff", windows | {"windows": [WINDOW, overnight]}, ("INVALID_INPUT", ["windows", "1", "weekday"])),
        ("staff", windows | {"windows": [WINDOW | {"endsMinute": 1080}]},
         ("INVALID_INPUT", ["windows", "0", "endsMinute"])),
        ("staff", windows | {"windows": [WINDOW | {"weekday": 8}]}, ("INVALID_INPUT", ["windows", "0", "weekday"])),
    ):  # fmt: skip
        assert ask.refused(who, "registerResource", **given(ask, **more)) == [refusal], more
    assert models.Resource.select().count() == models.ResourceWindow.select().count() == 0

    offered = offer(ask)
    for more, field in (({"decision": "APPROVED"}, "checkedOn"), ({"decision": "DECLINED"}, "reason"),
                        ({"decision": "APPROVED", "checkedOn": "2026-01-06"}, "checkedOn")):  # fmt: skip
        assert ask.refused("staff", "reviewResource", resourceId=offered, **more) == [("INVALID_INPUT", [field])]
    declined = change(ask, "staff", "reviewResource", resourceId=offered, decision="DECLINED", reason="不符")
    assert (declined["resource"]["state"], declined["event"]["note"]) == ("DECLINED", "不符")
    on_list = listed(ask)
    assert ask.refused("staff", "reviewResource", resourceId=on_list, decision="DECLINED", reason="不符") == [
        ("ILLEGAL_TRANSITION", None)
    ]
    rows = [given(ask), given(ask, name="一")]
    kept = ask.change(
        "staff", "registerResources", "results { resource { state } userErrors { field } }", rows=rows,
        errorPolicy="SKIP_FAILED",
    )  # fmt: skip
    assert [row["resource"] for row in kept["results"]] == [{"state": "OFFERED"}, None]


def test_a_resident_offers_a_skill_of_their_own(ask: Asking) -> None:
    skill = {"isOwnSkill": True, "capacityModel": "STANDBY", "name": "理发", "unit": "小时", "quantity": "4"}
    wrong: list[tuple[str, dict[str, Any], Any]] = [
        ("resident", {}, ("NOT_ELIGIBLE", ["divisionCode"])),
        ("staff", {}, ("NOT_ELIGIBLE", ["divisionCode"])),
        ("contact", {"organizationId": unit_of(ask)}, ("INVALID_INPUT", ["organizationId"])),
        ("resident", {"capacityModel": "FUND"}, ("INVALID_INPUT", ["capacityModel"])),
    ]
    for who, more, refusal in wrong:
        assert ask.refused(who, "registerResource", **given(ask, **skill | more)) == [refusal], (who, more)
    person = make.make_person(ask.town.home.division, name="王示范", account=ask.town.accounts["resident"])
    far = {"divisionCode": ask.town.far.division_code}
    assert ask.refused("resident", "registerResource", **given(ask, **skill | far)) == [
        ("NOT_ELIGIBLE", ["divisionCode"])
    ]

    resource = {"resourceId": offer(ask, "resident", **skill)}
    assert ask.refused("resident", "reviewResource", **resource, decision="APPROVED", checkedOn="2026-01-04") == [
        ("NOT_PERMITTED", None)
    ]
    change(ask, "staff", "reviewResource", **resource, decision="APPROVED", checkedOn="2026-01-04")
    shown = "query ($id: ID!) { resource(id: $id) { organization { id } person { id name resources { totalCount } } } }"
    found = ask.answer("neighbour", shown, id=resource["resourceId"])["data"]["resource"]
    assert found == {
        "organization": None, "person": {"id": f"Person_{person.id}", "name": "王****", "resources": {"totalCount": 1}},
    }  # fmt: skip

    # Nobody claims with the skill of somebody else: neither a unit, nor a team, nor another resident.
    issue = make.make_issue(IssueState.OPEN_FOR_CLAIM, ask.town.home)
    claim = {
        "issueId": f"Issue_{issue.id}",
        "promise": "上门理发",
        "promisedOn": "2026-01-20",
        "quantity": "2",
        **resource,
    }
    for who in ("contact", "neighbour", "member"):
        assert ask.refused(who, "claimIssue", **claim) == [("NOT_PERMITTED", ["resourceId"])], who
    assert ask.refused("resident", "claimIssue", **claim, dryRun=True) == []

    # The resident keeps what is said of it; it is off the list before they are erased.
    for name, more in (
        ("updateResource", {"quantity": "3"}),
        ("suspendResource", {"reason": "外出"}),
        ("resumeResource", {}),
    ):
        assert ask.refused("neighbour", name, **resource, **more) == [("NOT_PERMITTED", None)]
        change(ask, "resident", name, **resource, **more)
    assert ask.refused("resident", "erasePerson", personId=f"Person_{person.id}") == [("NOT_ALL_SETTLED", ["personId"])]
    change(ask, "resident", "retireResource", **resource, reason="搬家")
    assert ask.refused("resident", "erasePerson", personId=f"Person_{person.id}") == []


def test_what_is_claimed_holds_a_resource(ask: Asking) -> None:
    resource = listed(ask)
    row = models.Resource.get_by_id(int(resource[9:]))
    claim = make.make_claim(resource=row, quantity=3, state=ClaimState.CONFIRMED)
    make.make_claim(resource=row, quantity=2, state=ClaimState.FULFILLED)
    make.make_claim(resource=row, quantity=4)

    assert ask.refused("staff", "updateResource", resourceId=resource, quantity="4.99") == [
        ("CLAIM_CAPACITY_EXCEEDED", ["quantity"])
    ]
    assert change(ask, "staff", "updateResource", resourceId=resource, quantity="5")["resource"]["quantity"] == "5.00"
    assert ask.refused("staff", "retireResource", resourceId=resource, reason="拆除") == [
        ("NOT_ALL_SETTLED", ["resourceId"])
    ]
    models.Claim.update(state=ClaimState.FULFILLED).where(models.Claim.id == claim.id).execute()
    assert change(ask, "staff", "retireResource", resourceId=resource, reason="拆除")["resource"]["state"] == "RETIRED"


def test_a_quantity_is_never_less_than_what_is_confirmed_whoever_races(database: DatabaseProxy) -> None:
    ask = Asking(build())
    resource = models.Resource.get_by_id(int(listed(ask)[9:]))
    resource.change(quantity=Decimal(6))
    issues = [make.make_issue(IssueState.OPEN_FOR_CLAIM, ask.town.home) for _ in range(2)]
    claims = [make.make_claim(issue, resource=resource, quantity=3) for issue in issues]
    given: Any = [
        *(("confirmClaim", {"issueId": f"Issue_{claim.issue_id}", "claimId": f"Claim_{claim.id}"}) for claim in claims),
        *[("updateResource", {"resourceId": f"Resource_{resource.id}", "quantity": "4"})] * 2,
    ]
    works = iter(given)

    def work() -> list[Any]:
        name, inputs = next(works)
        return ask.refused("staff", name, **inputs)

    answers = at_once(4, work)

    confirmed = models.Claim.select().where(models.Claim.state == ClaimState.CONFIRMED)
    quantity = models.Resource.get_by_id(resource.id).quantity
    assert quantity is not None
    assert sum(claim.quantity or 0 for claim in confirmed) <= quantity
    # Both are confirmed, or the quantity is reduced and one of them is refused.
    assert (len(confirmed), quantity) in ((2, Decimal(6)), (1, Decimal(4)))
    assert {code for answer in answers for code, _ in answer} == {"CLAIM_CAPACITY_EXCEEDED"}


def test_the_clock_ends_what_is_over_once(ask: Asking) -> None:
    over, last_day = (listed(ask, validUntil=text) for text in ("2026-01-05", "2026-01-06"))
    forgotten = offer(ask, validUntil="2026-01-05")

    reports = [tick(AT + DAY) for _ in range(2)]

    assert [report.counts["resources expired"] for report in reports] == [1, 0]
    states = {f"Resource_{row.id}": row.state.value for row in models.Resource.select()}
    assert states == {over: "EXPIRED", last_day: "ON_OFFER", forgotten: "OFFERED"}
    stale = "query ($f: ResourceFilter) { resources(filter: $f) { nodes { id } } }"
    for at, expected in ((AT + 364 * DAY, []), (AT + 365 * DAY, [over, last_day])):
        answer = ask.answer("staff", stale, at, f={"isStale": {"eq": True}})
        assert [node["id"] for node in answer["data"]["resources"]["nodes"]] == expected


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2024-02-29T10:00:00Z", "2023-02-28"),
        ("2024-02-29T17:00:00Z", "2023-03-01"),
        ("2026-01-05T08:00:00Z", "2025-01-05"),
    ],
)
def test_a_year_before(now: str, day: str) -> None:
    assert a_year_before(now) == day


def test_resources_that_were_there_keep_what_they_were(database: DatabaseProxy) -> None:
    past = date(2020, 12, 31)
    rows = [make.make_resource(), make.make_resource(valid_until=past), make.make_resource(valid_until=TODAY)]
    rollback(database, "0030_keep_the_life_of_resources")
    database.execute_sql("UPDATE resource SET is_active = FALSE WHERE id > 1")
    far = datetime.now(UTC).date() + DAY
    database.execute_sql(f"UPDATE resource SET valid_until = '{far}' WHERE id = 3")

    migrate(database)

    states = [row.state for row in models.Resource.select().order_by(models.Resource.id)]
    assert states == [ResourceState.ON_OFFER, ResourceState.EXPIRED, ResourceState.RETIRED]
    journal = models.JournalEntry.select().where(models.JournalEntry.subject_type == "Resource")
    assert [(entry.subject_id, entry.to_state) for entry in journal.order_by(models.JournalEntry.id)] == [
        (row.id, state.value) for row, state in zip(rows, states, strict=True)
    ]
