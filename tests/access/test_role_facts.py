"""Roles that follow from a fact end with it: `endRole` refuses each of them, and names what ends the fact."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.access.models.account import Role
from db.access.role_changes import FACTS
from db.city import models
from db.committees.models.committee import MemberPosition
from db.linkage.models.sponsorship import SponsorshipKind
from db.teams.models.team import TeamRole
from tests.asking import Asking
from tests.factories import make_account, make_member, make_person, make_role_grant, make_team, make_team_membership
from tests.linkage.factories import make_sponsorship
from tests.registrations.factories import make_registration

ROOT = Path(__file__).parents[2]


def seat(ask: Asking) -> tuple[Any, Callable[[], Any]]:
    home, account = ask.town.home, make_account()
    member = make_member(home, account=account, position=MemberPosition.DEPUTY_DIRECTOR)
    grant = make_role_grant(Role.DEPUTY_DIRECTOR, home.division, account=account, committee=home)
    return grant, lambda: member.change(is_active=False)


def captaincy(ask: Asking) -> tuple[Any, Callable[[], Any]]:
    home, account = ask.town.home.division, make_account()
    team = make_team(home)
    place = make_team_membership(team, make_person(home, account=account), role=TeamRole.CAPTAIN)
    grant = make_role_grant(Role.TEAM_CAPTAIN, home, account=account, team=team)
    return grant, lambda: place.change(until=place.since)


def contact(ask: Asking) -> tuple[Any, Callable[[], Any]]:
    row = make_sponsorship(SponsorshipKind.LEADER_CONTACT, ask.town.home)
    return row.grant, lambda: row.change(state="ENDED", ends_on=row.starts_on, end_reason="调整")


def registration(ask: Asking) -> tuple[Any, Callable[[], Any]]:
    unit = ask.town.unit
    grant = make_role_grant(Role.UNIT_CONTACT, ask.town.home.division, organization=unit)
    row = make_registration(unit, contact_grant=grant)
    return grant, lambda: row.change(contact_grant=None)


KINDS = {
    "endMember": seat, "changeTeamMembers": captaincy, "endSponsorship": contact, "endRegistration": registration,
}  # fmt: skip


@pytest.mark.parametrize("verb", KINDS)
def test_a_role_is_not_ended_while_its_fact_holds(ask: Asking, verb: str) -> None:
    grant, end = KINDS[verb](ask)
    given = {"grantId": f"RoleGrant_{grant.id}", "reason": "调整"}

    [refused] = ask.change("city", "endRole", "__typename", **given)["userErrors"]
    assert (refused["code"], refused["field"]) == ("ILLEGAL_TRANSITION", ["grantId"])
    assert verb in refused["message"]
    assert models.RoleGrant.get_by_id(grant.id).ends_at is None

    end()
    assert ask.refused("city", "endRole", **given) == []


def test_no_kind_of_fact_is_forgotten() -> None:
    assert sorted(fact.verb for fact in FACTS) == sorted(KINDS)
    # A unit's contact is granted before the unit can register.
    only_by_fact = {fact.verb: {role.value for role in fact.roles} for fact in FACTS}
    assert only_by_fact == {
        "endMember": {"MEMBER", "DEPUTY_DIRECTOR", "DIRECTOR"}, "changeTeamMembers": {"TEAM_CAPTAIN"},
        "endSponsorship": {"LEADER"}, "endRegistration": set(),
    }  # fmt: skip
    # Roles are granted by officers and by facts, and by nothing else.
    sources = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in (ROOT / "db").rglob("*.py")}
    granting = {name for name, text in sources.items() if "RoleGrant.create(" in text}
    assert granting == {"db/access/grants.py", "db/access/role_changes.py"}
