"""One community's organizations."""

from dataclasses import dataclass, field
from typing import Any

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.committees.models.committee import MemberCategory
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import midnight
from db.organizations.lifecycle import ORGANIZATION_LIFECYCLE
from db.organizations.models import organization as models
from db.organizations.models.organization import (
    OrganizationFiling,
    OrganizationState,
    SocialOrganizationKind,
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
# The article's own case: ten property companies in 畅家巷.
_CHANGJIAXIANG = "畅家巷社区"
_TEN_COMPANIES = 10
# When the units of all communities were registered, before the first committees were founded.
_SURVEYED = "2020-05-06"
_STAFF, _SUBDISTRICT = Actor("社区两委工作人员1", Role.STAFF), Actor("街道干部", Role.SUBDISTRICT_OFFICER)
_REGISTERED = Step(midnight(_SURVEYED), JournalAction.CREATE, OrganizationState.ACTIVE, _STAFF)
_FILED = Step(midnight(_SURVEYED), JournalAction.CREATE, OrganizationState.PENDING, _STAFF)
_APPROVED = Step(midnight("2020-05-13"), JournalAction.APPROVE, OrganizationState.ACTIVE, _SUBDISTRICT)
# How many target units there are at scale 1 (F6): of those that are no partner units.
_TARGET_UNITS = 1_471
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
    partners: list[Unit] = field(default_factory=list)
    targets: list[Unit] = field(default_factory=list)

    def of(self, *kinds: Kind) -> list[Unit]:
        """List the organizations of some kinds."""
        return [unit for kind in kinds for unit in self.organizations.get(kind, ())]


def target_unit_count(place: Place) -> int:
    """Return how many target units a community has: its share of the total."""
    return len(place.share(_TARGET_UNITS))


def add_units(rows: Rows, place: Place, division_id: int) -> Units:
    """Add the organizations of a community."""
    units = Units()
    where = {"division_id": division_id, "division_code": place.code}
    for kind, count in place.partner_units.items():
        _add_organizations(rows, units, where, place, kind, count, is_partner=True)
    for kind, count in _heads(place).items():
        _add_organizations(rows, units, where, place, kind, count, is_partner=False)
    _add_social_organizations(rows, units, where, place)
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
        is_target = not is_partner and len(units.targets) < target_unit_count(place)
        row_id = _add(
            rows, [_REGISTERED], **where, name=name, kind=kind, is_partner_unit=is_partner, is_target_unit=is_target
        )
        unit = Unit(row_id, name)
        listed.append(unit)
        units.partners += [unit] if is_partner else []
        units.targets += [unit] if is_target else []


def _add_social_organizations(rows: Rows, units: Units, where: dict[str, object], place: Place) -> None:
    listed = units.organizations.setdefault(Kind.SOCIAL_ORGANIZATION, [])
    kinds, home = tuple(_SOCIAL_NAMES), Home(int(str(where["division_id"])), place.code)
    for number in range(place.social_organizations):
        social_kind = kinds[(number + place.index) % len(kinds)]
        name = f"{place.name}{_SOCIAL_NAMES[social_kind]}{number // len(kinds) + 1}"
        head = add_person(rows, home, f"{place.name}社会组织负责人{number + 1}", _SURVEYED)
        is_target = len(units.targets) < target_unit_count(place)
        row_id = _add(
            rows, [_FILED, _APPROVED], **where, name=name, kind=Kind.SOCIAL_ORGANIZATION, social_kind=social_kind,
            head_id=head, member_count=_MEMBERS + number % len(kinds), filing=OrganizationFiling.FILED,
            filing_number=f"{place.code}-{number + 1:03}", is_target_unit=is_target,
        )  # fmt: skip
        unit = Unit(row_id, name)
        listed.append(unit)
        units.targets += [unit] if is_target else []


def _add(rows: Rows, steps: list[Step], **values: Any) -> int:
    return add_with_journal(rows, ORGANIZATION_LIFECYCLE, models.Organization, steps, **values)
