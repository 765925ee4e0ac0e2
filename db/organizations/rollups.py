"""Roll-ups of organizations, and of the communities that have many of one kind."""

from db.kernel.rollups import rollup
from db.organizations.models.organization import Organization, OrganizationState
from db.places.models.division import DISTRICTS, DivisionKind, is_of_kind

# As many organizations of one kind are many in a community.
MANY = 10
_ACTIVE = {"is_active": lambda row: row.state == OrganizationState.ACTIVE.value}
ORGANIZATION_ROLLUPS = (
    rollup(
        Organization, "OrganizationCountByPartnership", by=("kind", "is_partner_unit"), flags=_ACTIVE, cut=DISTRICTS
    ),
    rollup(Organization, "OrganizationCountByKind", by=("kind",), flags=_ACTIVE),
)
# What is counted here are the counts by community and kind, one row each.
COMMUNITY_ROLLUPS = (
    rollup(
        ORGANIZATION_ROLLUPS[1].counts,
        "CommunityCountByOrganizations",
        by=("kind", "is_active"),
        flags={
            "has_many": lambda row: row.row_count >= MANY,
            "is_community": lambda row: is_of_kind(row.division_code, DivisionKind.RESIDENTS_COMMITTEE),
        },
        cut=DISTRICTS,
    ),
)
