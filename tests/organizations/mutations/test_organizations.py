"""The life of an organization: who registers, reviews, updates and closes it, and what stands in the way."""

from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.city import models
from db.city.journal_check import verify_journals
from db.issues.lifecycle import IssueState
from db.organizations.models.organization import OrganizationState
from tests.asking import Asking
from tests.factories import AT, make_claim, make_issue, make_organization, make_person, make_role_grant
from tests.settings.nouns import make_setting
from tests.threads import at_once
from tests.town import build

SHOWN = "organization { id state version journal { nodes { action toState actorRole note } } } event { action seq }"
UNIT: dict[str, Any] = {"name": "示范商贸公司", "kind": "NON_PUBLIC_ENTERPRISE"}


def social(ask: Asking, **given: Any) -> dict[str, Any]:
    """Return the input that registers a social organization."""
    head = make_person(ask.town.home.division, name="示范负责人")
    return {
        "divisionCode": ask.town.home.division_code, "name": "示范书画社", "kind": "SOCIAL_ORGANIZATION",
        "socialKind": "CULTURE_SPORT", "headId": f"Person_{head.id}", "headName": "示范负责人",
        "memberCount": 5, **given,
    }  # fmt: skip


def key_of(payload: Any) -> str:
    return payload["organization"]["id"]


def test_a_social_organization_is_registered_after_a_review(ask: Asking) -> None:
    given = social(ask)
    stats = "{ division(code: $code) { stats { organizationCount socialOrganizationCount } } }"
    counts = f"query ($code: String!) {stats}"

    def counted() -> list[int]:
        found = ask.answer(None, counts, code=given["divisionCode"])["data"]["division"]["stats"]
        return [found["organizationCount"], found["socialOrganizationCount"]]

    before = counted()
    first = ask.change("resident", "registerOrganization", SHOWN, **given)
    waiting, key = counted(), key_of(first)
    refused = [
        ask.refused("staff", "reviewOrganization", organizationId=key, decision="APPROVED", filingNumber="A-1"),
        ask.refused("subdistrict", "reviewOrganization", organizationId=key, decision="APPROVED"),
        ask.refused("subdistrict", "reviewOrganization", organizationId=key, decision="DECLINED"),
        ask.refused("resident", "registerOrganization", **given),
        ask.refused("staff", "closeOrganization", organizationId=key, reason="迁出"),
    ]
    done = ask.change(
        "subdistrict", "reviewOrganization", SHOWN, organizationId=key, decision="APPROVED", filingNumber="JQL-7",
        reason="材料齐全",
    )  # fmt: skip

    assert first["organization"]["state"] == "PENDING"
    assert refused == [
        [("NOT_PERMITTED", None)],
        [("INVALID_INPUT", ["filingNumber"])],
        [("INVALID_INPUT", ["reason"])],
        [("ALREADY_EXISTS", ["name"])],
        [("ILLEGAL_TRANSITION", ["organizationId"])],
    ]
    assert done["organization"]["journal"]["nodes"] == [
        {"action": "CREATE", "toState": "PENDING", "actorRole": "RESIDENT", "note": None},
        {"action": "APPROVE", "toState": "ACTIVE", "actorRole": "SUBDISTRICT_OFFICER", "note": "材料齐全"},
    ]
    assert done["event"] == {"action": "APPROVE", "seq": 2}
    assert (before, waiting, counted()) == ([1, 0], [1, 0], [2, 1])
    # The town's other rows were made without journals.
    found = verify_journals(given["divisionCode"]).findings
    assert key not in {f"{finding.subject_type}_{finding.subject_id}" for finding in found}


def test_a_declined_name_may_be_registered_again(ask: Asking) -> None:
    given = social(ask)
    key = key_of(ask.change("staff", "registerOrganization", SHOWN, **given))
    ask.change("subdistrict", "reviewOrganization", SHOWN, organizationId=key, decision="DECLINED", reason="材料不全")

    again = ask.change("staff", "registerOrganization", SHOWN, **given)
    other_kind = ask.change("staff", "registerOrganization", SHOWN, **UNIT | {
        "name": given["name"], "divisionCode": given["divisionCode"],
    })  # fmt: skip

    assert [again["organization"]["state"], other_kind["organization"]["state"]] == ["PENDING", "ACTIVE"]


@pytest.mark.parametrize(
    ("who", "given", "refusal"),
    [
        ("stranger", {}, [("NOT_PERMITTED", ["divisionCode"])]),
        ("resident", {"divisionCode": "999999999999"}, [("NOT_FOUND", ["divisionCode"])]),
        ("resident", {"headId": "Person_999"}, [("NOT_FOUND", ["headId"])]),
        ("resident", {"headId": None}, [("INVALID_INPUT", ["headId"])]),
        ("resident", {"socialKind": None}, [("INVALID_INPUT", ["socialKind"])]),
        ("resident", {"memberCount": None}, [("INVALID_INPUT", ["memberCount"])]),
        ("resident", {"memberCount": 4}, [("NOT_ELIGIBLE", ["memberCount"])]),
        ("resident", {"memberCount": -1}, [("INVALID_INPUT", ["memberCount"])]),
        ("resident", {"name": "社"}, [("INVALID_INPUT", ["name"])]),
        ("resident", {"kind": "ENTERPRISE"}, [("INVALID_INPUT", ["socialKind"])]),
    ],
)
def test_a_registration_is_refused(ask: Asking, who: str, given: dict[str, Any], refusal: list[Any]) -> None:
    assert ask.refused(who, "registerOrganization", **social(ask, **given)) == refusal
    assert models.Organization.select().count() == 1


def test_how_many_members_it_needs_is_a_setting(ask: Asking) -> None:
    make_setting(ask.town.district, key="ORGANIZATION_LEAST_MEMBERS", value=2)

    assert ask.change("resident", "registerOrganization", SHOWN, **social(ask, memberCount=2))["userErrors"] == []


def test_its_contact_and_the_staff_update_it(ask: Asking) -> None:
    key = f"Organization_{ask.town.unit.id if ask.town.unit else 0}"
    shown = "organization { name address memberCount isTargetUnit state version } event { action }"

    first = ask.change("contact", "updateOrganization", shown, organizationId=key, address="示范路1号", memberCount=9)
    given = {"name": "示范单位甲", "memberCount": None, "isTargetUnit": True, "expectedVersion": 2}
    second = ask.change("staff", "updateOrganization", shown, organizationId=key, **given)
    make_organization(ask.town.home.division, name="示范单位乙")
    refused = [
        ask.refused("staff", "updateOrganization", organizationId=key, name="示范单位乙"),
        ask.refused("staff", "updateOrganization", organizationId=key, expectedVersion=2),
        ask.refused("resident", "updateOrganization", organizationId=key, address="示范路2号"),
        ask.refused("next_staff", "updateOrganization", organizationId=key, address="示范路2号"),
        ask.refused("staff", "updateOrganization", organizationId=key, socialKind="CULTURE_SPORT"),
    ]

    assert first["organization"] == {
        "name": "示范单位", "address": "示范路1号", "memberCount": 9, "isTargetUnit": False, "state": "ACTIVE",
        "version": 2,
    }  # fmt: skip
    assert second["organization"] == first["organization"] | {
        "name": "示范单位甲", "memberCount": None, "isTargetUnit": True, "version": 3,
    }  # fmt: skip
    assert second["event"] == {"action": "AMEND"}
    assert [errors[0] for errors in refused] == [
        ("ALREADY_EXISTS", ["name"]), ("STALE_OBJECT", ["expectedVersion"]), ("NOT_PERMITTED", None),
        ("NOT_PERMITTED", None), ("INVALID_INPUT", ["socialKind"]),
    ]  # fmt: skip


def test_a_unit_with_open_work_is_not_closed_and_its_contacts_end_with_it(ask: Asking) -> None:
    town = ask.town
    unit = town.unit
    assert unit is not None
    key = f"Organization_{unit.id}"
    handled = make_issue(IssueState.IN_PROGRESS, town.home, handler_organization=unit)
    claim = make_claim(make_issue(IssueState.OPEN_FOR_CLAIM, town.home), organization=unit)
    close = {"organizationId": key, "reason": "迁出本社区"}

    first = ask.refused("staff", "closeOrganization", **close)
    models.Issue.update(handler_organization=None).where(models.Issue.id == handled.id).execute()
    second = ask.refused("staff", "closeOrganization", **close)
    models.Claim.update(state="RELEASED").where(models.Claim.id == claim.id).execute()
    make_role_grant(Role.UNIT_CONTACT, town.home.division, organization=unit, starts_at=AT)
    done = ask.change("staff", "closeOrganization", "organization { state closedOn }", **close)
    again = ask.refused("staff", "closeOrganization", **close)

    assert first == second == [("NOT_ALL_SETTLED", ["organizationId"])]
    assert done["organization"] == {"state": "CLOSED", "closedOn": "2026-01-05"}
    assert again == [("ILLEGAL_TRANSITION", ["organizationId"])]
    grants = models.RoleGrant.select().where(models.RoleGrant.organization == unit)
    assert {grant.ends_at for grant in grants} == {AT}
    assert models.AuditEntry.select().where(models.AuditEntry.action == "REVOKED").count() == 2
    assert models.Organization.get_by_id(unit.id).state is OrganizationState.CLOSED


def test_many_are_registered_at_once(ask: Asking) -> None:
    code = ask.town.home.division_code
    rows = [UNIT | {"divisionCode": code, "name": name} for name in ("示范一店", "示范二店", "示范一店")]
    shown = "results { organization { name state } userErrors { code field } }"

    all_or_none = ask.change("staff", "registerOrganizations", shown, rows=rows)
    kept = models.Organization.select().count()
    each = ask.change("staff", "registerOrganizations", shown, rows=rows, errorPolicy="SKIP_FAILED")

    assert kept == 1
    assert [bool(row["userErrors"]) for row in all_or_none["results"]][2]
    assert [row["organization"] for row in each["results"]] == [
        {"name": "示范一店", "state": "ACTIVE"}, {"name": "示范二店", "state": "ACTIVE"}, None,
    ]  # fmt: skip
    assert each["results"][2]["userErrors"][0]["code"] == "ALREADY_EXISTS"


def test_one_name_is_registered_once_whoever_races(database: DatabaseProxy) -> None:
    ask = Asking(build())
    given = UNIT | {"divisionCode": ask.town.home.division_code}

    answers = at_once(4, lambda: ask.change("staff", "registerOrganization", "organization { id }", **given))

    assert sorted(len(answer["userErrors"]) for answer in answers) == [0, 1, 1, 1]
    assert models.Organization.select().where(models.Organization.name == UNIT["name"]).count() == 1
