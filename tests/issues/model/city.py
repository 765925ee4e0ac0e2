"""The small city in which the model acts: two districts of two subdistricts of two communities, and their people."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from db.access.models.account import Role
from db.city import models
from db.city.machines import JOURNALED
from db.committees.models.committee import MemberPosition as Position
from db.organizations.models.resource import CapacityModel
from db.places.models.division import DivisionLevel as Level
from tests import factories as make
from tests.access.nouns import make_journal_entry
from tests.factories import TODAY

_OFFICES = {
    Level.CITY: Role.CITY_OFFICER,
    Level.DISTRICT: Role.DISTRICT_OFFICER,
    Level.SUBDISTRICT: Role.SUBDISTRICT_OFFICER,
}
_POSITIONS = (Position.DIRECTOR, *[Position.DEPUTY_DIRECTOR] * 4, *[Position.MEMBER] * 10)
_SEATED = {0: Role.DIRECTOR, 1: Role.DEPUTY_DIRECTOR, 5: Role.MEMBER, 6: Role.MEMBER}
# How many members the committees have, in the order of their communities, and whose terms end while the model runs.
_SIZES = (13, 14, 15, 13, 14, 13, 13, 13)
_TERMS = {0: {7: 25}, 1: {1: 18}, 2: {6: 12, 8: 40}, 4: {0: 30}}


@dataclass
class City:
    """The city. accounts: ids of everybody who acts. codes: of the communities."""

    accounts: list[int] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def let_in(self, role: Role, division: models.Division, **over: Any) -> models.Account:
        """Make an account that holds a role."""
        account = make.make_account(name=f"{role.value} {division.code}")
        make.make_role_grant(role, division, account=account, **over)
        self.accounts.append(account.id)
        return account


def build() -> City:
    """Make the city."""
    city = City([make.make_account(name="无角色").id])
    top = make.make_division(Level.CITY)
    city.let_in(Role.AUDITOR, top)
    divisions = [top]
    for level in (Level.DISTRICT, Level.SUBDISTRICT, Level.COMMUNITY):
        for office in divisions:
            city.let_in(_OFFICES[Level(office.level)], office)
        divisions = [make.make_division(level, above) for above in divisions for _ in range(2)]
    for at, community in enumerate(divisions):
        _settle(city, at, community)
    for model in JOURNALED:
        for row in model.select():
            make_journal_entry(row)
    return city


def _settle(city: City, at: int, community: models.Division) -> None:
    city.codes.append(community.code)
    committee = make.make_committee(community)
    for number in range(_SIZES[at]):
        end = _TERMS.get(at, {}).get(number, 900)
        role = _SEATED.get(number)
        make.make_member(
            committee, position=_POSITIONS[number], term_end=TODAY + timedelta(days=end),
            account=city.let_in(role, community, committee=committee) if role else None,
        )  # fmt: skip
    for role in (Role.RESIDENT, Role.RESIDENT, Role.STAFF, Role.GRID_WORKER, Role.LEADER):
        city.let_in(role, community)
    unit, team = make.make_organization(community), make.make_team(community)
    city.let_in(Role.UNIT_CONTACT, community, organization=unit)
    city.let_in(Role.TEAM_CAPTAIN, community, team=team)
    make.make_resource(unit, quantity=5)
    make.make_resource(unit, quantity=None, capacity_model=CapacityModel.STANDING)
    in_windows = make.make_resource(unit, quantity=4, capacity_model=CapacityModel.RECURRING_WINDOW)
    make.make_resource_window(in_windows, quantity=3)
