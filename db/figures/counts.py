"""What is counted of a division: one expression over its row for each figure, which reads roll-ups where it can.

`DivisionStats` shows these expressions, a snapshot is compared with them, and the clock keeps what they give. Everybody
sees all of the rows that they count.
"""

from collections.abc import Callable
from typing import Any

from peewee import SQL, ColumnBase, Node, fn

from db.committees.models.committee import Committee, CommitteeState, Member, MemberCategory
from db.committees.rollups import COMMITTEE_ROLLUPS, MEMBER_ROLLUPS
from db.kernel.counts import PublicRows
from db.kernel.expressions import Row
from db.linkage.coverage import TARGETS, TargetKind, is_sponsored
from db.organizations.models.organization import OrganizationKind
from db.organizations.rollups import COMMUNITY_ROLLUPS, ORGANIZATION_ROLLUPS
from db.places.models.division import Division
from db.places.rollups import DIVISION_ROLLUPS
from db.places.scope import Scoped, count_in_scope, share, within
from db.registrations.models.registration import Registration, RegistrationKind, RegistrationState
from db.services.models.catalogue import ServiceCatalogue
from db.teams.models.team import VolunteerTeam

# An expression over a division's row and the scope that is meant.
Count = Callable[[Row, Scoped], Any]
DIVISIONS = PublicRows(Division, DIVISION_ROLLUPS)
MEMBERS = PublicRows(Member, MEMBER_ROLLUPS)
ORGANIZATIONS = PublicRows(ORGANIZATION_ROLLUPS[0].counted, ORGANIZATION_ROLLUPS)
_COMMITTEES = PublicRows(Committee, COMMITTEE_ROLLUPS)
_COMMUNITIES_BY_KIND = PublicRows(COMMUNITY_ROLLUPS[0].counted, COMMUNITY_ROLLUPS)


def communities(division: Row, given: Scoped) -> Node:
    """Count the communities with a residents' committee; a village or a quasi unit has none."""
    return count_in_scope(DIVISIONS, division, given, lambda rows: rows.is_community)


def committees(division: Row, given: Scoped) -> Node:
    """Count the committees that are not dissolved."""
    return count_in_scope(
        _COMMITTEES, division, given, lambda rows: rows.state != CommitteeState.DISSOLVED.value
    )  # fmt: skip


def members(division: Row, given: Scoped) -> Node:
    """Count the active members."""
    return count_in_scope(MEMBERS, division, given, lambda rows: rows.is_active)


def members_of(category: MemberCategory) -> Count:
    """Return what counts the active members from a category."""
    return lambda division, given: count_in_scope(
        MEMBERS, division, given, lambda rows: rows.is_active & (rows.category == category.value)
    )


def _is_social(rows: Row) -> ColumnBase:
    return (rows.kind == OrganizationKind.SOCIAL_ORGANIZATION.value) & rows.is_active


def social_organizations(division: Row, given: Scoped) -> Node:
    """Count the active social organizations."""
    return count_in_scope(ORGANIZATIONS, division, given, _is_social)


def communities_with_ten(division: Row, given: Scoped) -> Any:
    """Count the communities with ten or more social organizations."""
    return count_in_scope(
        _COMMUNITIES_BY_KIND, division, given, _is_social, lambda rows: rows.has_many, lambda rows: rows.is_community
    )


def share_with_ten(division: Row, given: Scoped) -> ColumnBase:
    """Build the share of communities with ten or more social organizations, in tenths of a per cent."""
    return share(communities_with_ten(division, given), communities(division, given))


def registered(kind: RegistrationKind) -> Count:
    """Return what counts the active registrations of a kind."""

    def count(division: Row, given: Scoped) -> Node:
        row = Registration.alias("registered")
        active = (row.kind == kind.value) & (row.state == RegistrationState.ACTIVE.value)
        counted = row.select(fn.COUNT(SQL("*"))).where(within(row.division_code, division, given), active)
        return fn.COALESCE(counted, 0)

    return count


def sponsored(kind: TargetKind) -> Count:
    """Return what counts the targets of a kind with a sponsorship that runs."""
    model, is_target = TARGETS[kind]
    return lambda division, given: count_in_scope(
        PublicRows(model), division, given, is_target, lambda rows: is_sponsored(rows, kind)
    )


def _in_teams(division: Row, given: Scoped, count: Callable[[Any], Node]) -> ColumnBase:
    team = VolunteerTeam.alias("summed")
    total = team.select(fn.SUM(count(team))).where(within(team.division_code, division, given))
    return fn.COALESCE(total, 0)


def volunteers(division: Row, given: Scoped) -> ColumnBase:
    """Count the volunteers in teams; who belongs to two teams counts twice."""
    return _in_teams(division, given, lambda team: team.volunteer_count)


def veterans(division: Row, given: Scoped) -> ColumnBase:
    """Count the veterans among the volunteers in teams."""
    return _in_teams(division, given, lambda team: team.veteran_count)


def other_volunteers(division: Row, given: Scoped) -> ColumnBase:
    """Count the volunteers in teams who are no veterans."""
    return _in_teams(division, given, lambda team: team.volunteer_count - team.veteran_count)


def service_items(division: Row, given: Scoped) -> ColumnBase:
    """Count the services of the catalogue in force, which is the same in every part of the city."""
    catalogue: Any = ServiceCatalogue.alias("in_force")
    return fn.COALESCE(catalogue.select(catalogue.item_count).order_by(catalogue.version.desc()).limit(1), 0)
