"""One community's organizations and volunteer teams."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.committees.models.committee import MemberCategory
from db.committees.seed.committees import Committee
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import midnight
from db.organizations.lifecycle import ORGANIZATION_LIFECYCLE
from db.organizations.models import organization as models
from db.organizations.models.organization import (
    OrganizationFiling,
    OrganizationState,
    SocialOrganizationKind,
    VolunteerTeamKind,
)
from db.organizations.models.organization import OrganizationKind as Kind
from db.people.seed import Home, add_person
from db.places.seed.plan import Place

_NAMES = {
    Kind.GOVERNMENT_ORGAN: "驻区机关",
    Kind.PUBLIC_INSTITUTION: "驻区学校",
    Kind.ENTERPRISE: "驻区国企",
    Kind.NON_PUBLIC_ENTERPRISE: "示范商贸公司",
    Kind.PROPERTY_COMPANY: "示范物业公司",
    Kind.OWNERS_COMMITTEE: "业主委员会",
}
_SOCIAL_NAMES = {
    SocialOrganizationKind.COMMUNITY_SERVICE: "社区服务站",
    SocialOrganizationKind.PUBLIC_BENEFIT_CHARITY: "公益慈善会",
    SocialOrganizationKind.CULTURE_SPORT: "文体协会",
    SocialOrganizationKind.PROFESSIONAL_MEDIATION: "调解工作室",
}
# How often a community has a team besides the veterans' (rule T2).
_OTHER_TEAMS = {
    VolunteerTeamKind.PARTY: (0.6, "党员志愿服务队"),
    VolunteerTeamKind.RESIDENT: (0.5, "居民志愿服务队"),
    VolunteerTeamKind.HOME_MONITORING: (0.5, "居家健康监测志愿服务队"),
    VolunteerTeamKind.GENERAL: (0.3, "综合志愿服务队"),
}
# The article's own cases: ten property companies, and fifteen keen residents in the team 畅大妈, in 畅家巷.
_CHANGJIAXIANG = "畅家巷社区"
_TEN_COMPANIES = 10
_FIFTEEN_RESIDENTS = 15


# When the units of all communities were registered, before the first committees were founded.
_SURVEYED = "2020-05-06"
_STAFF, _SUBDISTRICT = Actor("社区两委工作人员1", Role.STAFF), Actor("街道干部", Role.SUBDISTRICT_OFFICER)
_REGISTERED = Step(midnight(_SURVEYED), JournalAction.CREATE, OrganizationState.ACTIVE, _STAFF)
_FILED = Step(midnight(_SURVEYED), JournalAction.CREATE, OrganizationState.PENDING, _STAFF)
_APPROVED = Step(midnight("2020-05-13"), JournalAction.APPROVE, OrganizationState.ACTIVE, _SUBDISTRICT)
# How many members the smallest social organizations have.
_MEMBERS = 12


@dataclass(frozen=True)
class Unit:
    """An organization or a team, as the rest of the load needs to know it."""

    id: int
    name: str


@dataclass
class Units:
    """What a community has to work with."""

    organizations: dict[Kind, list[Unit]] = field(default_factory=dict)
    teams: list[Unit] = field(default_factory=list)

    def of(self, *kinds: Kind) -> list[Unit]:
        """List the organizations of some kinds."""
        return [unit for kind in kinds for unit in self.organizations.get(kind, ())]


def add_units(rows: Rows, place: Place, division_id: int, committee: Committee, rng: Random) -> Units:
    """Add the organizations and teams of a community; the first team is the veterans'."""
    units = Units()
    where = {"division_id": division_id, "division_code": place.code}
    for kind, count in place.partner_units.items():
        _add_organizations(rows, units, where, place, kind, count, is_partner=True)
    for kind, count in _heads(place).items():
        _add_organizations(rows, units, where, place, kind, count, is_partner=False)
    _add_social_organizations(rows, units, where, place)
    _add_teams(rows, units, where, place, committee, rng)
    return units


def _heads(place: Place) -> dict[Kind, int]:
    """Count the organizations whose heads sit on the committee; every community has a property company."""
    companies = max(1, place.members[MemberCategory.PROPERTY_COMPANY])
    return {
        Kind.NON_PUBLIC_ENTERPRISE: place.members[MemberCategory.NON_PUBLIC_ECONOMY],
        Kind.PROPERTY_COMPANY: _TEN_COMPANIES if place.name == _CHANGJIAXIANG else companies,
        Kind.OWNERS_COMMITTEE: place.members[MemberCategory.OWNERS_COMMITTEE],
    }


def _add_organizations(
    rows: Rows, units: Units, where: dict[str, object], place: Place, kind: Kind, count: int, *, is_partner: bool
) -> None:
    listed = units.organizations.setdefault(kind, [])
    for _ in range(count):
        name = f"{place.name}{_NAMES[kind]}{len(listed) + 1}"
        unit = _add(rows, [_REGISTERED], **where, name=name, kind=kind, is_partner_unit=is_partner)
        listed.append(Unit(unit, name))


def _add_social_organizations(rows: Rows, units: Units, where: dict[str, object], place: Place) -> None:
    listed = units.organizations.setdefault(Kind.SOCIAL_ORGANIZATION, [])
    kinds, home = tuple(_SOCIAL_NAMES), Home(int(str(where["division_id"])), place.code)
    for number in range(place.social_organizations):
        social_kind = kinds[(number + place.index) % len(kinds)]
        name = f"{place.name}{_SOCIAL_NAMES[social_kind]}{number // len(kinds) + 1}"
        head = add_person(rows, home, f"{place.name}社会组织负责人{number + 1}", _SURVEYED)
        unit = _add(
            rows, [_FILED, _APPROVED], **where, name=name, kind=Kind.SOCIAL_ORGANIZATION, social_kind=social_kind,
            head_id=head, member_count=_MEMBERS + number % len(kinds), filing=OrganizationFiling.FILED,
            filing_number=f"{place.code}-{number + 1:03}",
        )  # fmt: skip
        listed.append(Unit(unit, name))


def _add(rows: Rows, steps: list[Step], **values: Any) -> int:
    return add_with_journal(rows, ORGANIZATION_LIFECYCLE, models.Organization, steps, **values)


def _add_teams(
    rows: Rows, units: Units, where: dict[str, object], place: Place, committee: Committee, rng: Random
) -> None:
    def add(
        kind: VolunteerTeamKind, name: str, captain: int, volunteers: int, veterans: int, police: str | None
    ) -> None:
        team = rows.add(
            models.VolunteerTeam,
            **where,
            name=name,
            kind=kind,
            captain_id=captain,
            police_instructor_name=police,
            volunteer_count=volunteers,
            veteran_count=veterans,
        )
        units.teams.append(Unit(team, name))

    # One team, one officer (一支一警), and veterans as its backbone: at least half (rule T1).
    veterans = rng.randint(25, 55)
    volunteers = veterans + rng.randint(0, veterans)
    captain = committee.captain.id
    police = f"示范民警{place.index + 1:04}"
    add(VolunteerTeamKind.VETERAN, f"{place.name}退役军人志愿服务队", captain, volunteers, veterans, police)
    if place.name == _CHANGJIAXIANG:
        add(
            VolunteerTeamKind.RED_PROPERTY,
            "畅家巷社区红色物业志愿服务队",
            committee.director.id,
            _TEN_COMPANIES,
            0,
            None,
        )
        add(VolunteerTeamKind.RESIDENT, "畅大妈志愿服务队", committee.members[-1].id, _FIFTEEN_RESIDENTS, 0, None)
        return
    for kind, (share, name) in _OTHER_TEAMS.items():
        if rng.random() < share:
            add(
                kind,
                f"{place.name}{name}",
                rng.choice(committee.members).id,
                rng.randint(8, 60),
                rng.randint(0, 4),
                None,
            )
