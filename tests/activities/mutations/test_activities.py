"""Activities are recorded by those who held them, and read from everything that they belong to."""

from datetime import timedelta
from typing import Any

from db.access.models.account import Role
from db.activities.models import Activity
from db.city import models
from db.organizations.models.organization import OrganizationState
from db.registrations.models.agreement import AgreementState
from tests import factories as make
from tests.asking import Asking
from tests.factories import TODAY
from tests.registrations.factories import make_agreement

SHOWN = """activity { id title heldOn hours participantCount team { id } site { id } issue { id } agreement { id }
    organizations { nodes { id } } division { code } }"""


def gid(row: Any) -> str:
    return f"{type(row).__name__}_{row.id}"


def recorded(home: models.Division, **given: Any) -> dict[str, Any]:
    """Return the input that records an activity of yesterday."""
    return {
        "divisionCode": home.code, "heldOn": str(TODAY - timedelta(days=1)), "title": "小院清洁日",
        "duty": "CIVILITY_PROMOTION", "participantCount": 15, "summary": "居民一起清扫楼院。", **given,
    }  # fmt: skip


def test_activities_are_recorded_and_found(ask: Asking) -> None:
    home, unit = ask.town.home.division, ask.town.unit
    ask.town.accounts["captain"] = make.make_account()
    team, site, issue = make.make_team(home), make.make_site(home), ask.town.submit()
    make.make_role_grant(Role.TEAM_CAPTAIN, home, account=ask.town.accounts["captain"], team=team)
    agreement = make_agreement(unit, state=AgreementState.SIGNED)
    given = {
        "teamId": gid(team), "siteId": gid(site), "organizationIds": [gid(unit)], "agreementId": gid(agreement),
        "issueId": f"Issue_{issue}", "hours": "1.5",
    }  # fmt: skip

    found = ask.change("staff", "recordActivity", SHOWN, **recorded(home, **given))
    assert found["userErrors"] == []
    shown = found["activity"]
    assert (shown["hours"], shown["participantCount"], shown["heldOn"]) == ("1.50", 15, "2026-01-04")
    assert (shown["team"], shown["site"], shown["issue"]) == (
        {"id": gid(team)}, {"id": gid(site)}, {"id": f"Issue_{issue}"},
    )  # fmt: skip
    assert (shown["organizations"]["nodes"], shown["agreement"]) == ([{"id": gid(unit)}], {"id": gid(agreement)})
    for who, more in (
        ("member", {}), ("director", {}), ("captain", {"teamId": gid(team)}),
        ("contact", {"organizationIds": [gid(unit)]}),
    ):  # fmt: skip
        assert ask.refused(who, "recordActivity", **recorded(home, **more)) == [], who
    everywhere = f"""{{ division(code: "{home.code}") {{ activities {{ totalCount }} }}
        volunteerTeam(id: "{gid(team)}") {{ activities {{ totalCount }} }}
        site(id: "{gid(site)}") {{ activities {{ totalCount }} }}
        organization(id: "{gid(unit)}") {{ activities {{ totalCount }} }}
        partnershipAgreement(id: "{gid(agreement)}") {{ activities {{ totalCount }} }}
        issue(id: "Issue_{issue}") {{ activities {{ totalCount }} }}
        activityAggregate {{ count sum {{ participantCount }} }} }}"""
    data = ask.answer("staff", everywhere)["data"]
    counts = {name: part["activities"]["totalCount"] for name, part in data.items() if name != "activityAggregate"}
    assert counts == {
        "division": 5, "volunteerTeam": 2, "site": 1, "organization": 2, "partnershipAgreement": 1, "issue": 1,
    }  # fmt: skip
    assert data["activityAggregate"]["count"] == 5


def test_what_is_refused(ask: Asking) -> None:
    home, unit = ask.town.home.division, ask.town.unit
    far_team = make.make_team(ask.town.far.division)
    closed = make.make_organization(home, state=OrganizationState.CLOSED)
    draft, of_another = make_agreement(unit), make_agreement(make.make_organization(home), state=AgreementState.SIGNED)
    hidden = ask.town.submit()
    units = {"organizationIds": [gid(unit)]}
    wrong: list[tuple[str, dict[str, Any], Any]] = [
        ("resident", {}, ("NOT_PERMITTED", None)),
        ("next_staff", {}, ("NOT_PERMITTED", None)),
        # A contact speaks for a unit that took part.
        ("contact", {}, ("NOT_PERMITTED", None)),
        ("subdistrict", {}, ("NOT_PERMITTED", None)),
        ("staff", {"divisionCode": "999999999999"}, ("NOT_FOUND", ["divisionCode"])),
        ("staff", {"heldOn": str(TODAY + timedelta(days=1))}, ("INVALID_INPUT", ["heldOn"])),
        ("staff", {"participantCount": 0}, ("INVALID_INPUT", ["participantCount"])),
        ("staff", {"hours": "1.2"}, ("INVALID_INPUT", ["hours"])),
        ("staff", {"hours": "0"}, ("INVALID_INPUT", ["hours"])),
        ("staff", {"title": "日"}, ("INVALID_INPUT", ["title"])),
        ("staff", {"teamId": gid(far_team)}, ("NOT_FOUND", ["teamId"])),
        ("staff", {"siteId": gid(make.make_site(ask.town.far.division))}, ("NOT_FOUND", ["siteId"])),
        ("staff", {"organizationIds": [gid(closed)]}, ("NOT_FOUND", ["organizationIds"])),
        ("staff", {"organizationIds": [gid(unit)] * 2}, ("INVALID_INPUT", ["organizationIds"])),
        ("staff", {"organizationIds": [gid(unit)] * 21}, ("INVALID_INPUT", ["organizationIds"])),
        ("staff", {**units, "agreementId": gid(draft)}, ("NOT_FOUND", ["agreementId"])),
        ("staff", {**units, "agreementId": gid(of_another)}, ("NOT_FOUND", ["agreementId"])),
        ("contact", {**units, "issueId": f"Issue_{hidden}"}, ("NOT_FOUND", ["issueId"])),
    ]  # fmt: skip
    for who, change, refusal in wrong:
        assert ask.refused(who, "recordActivity", **recorded(home, **change)) == [refusal], change
    assert Activity.select().count() == 0
