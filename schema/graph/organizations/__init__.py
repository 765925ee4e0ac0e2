"""Organizations and what they offer."""

from db.access.models.access import TokenScope
from schema.catalog.declare import aggregate, every, lookup, many
from schema.catalog.registry import Context
from schema.graph.organizations.mutations import MUTATIONS
from schema.graph.organizations.resource import Resource, ResourceWindow
from schema.graph.organizations.resource_mutations import MUTATIONS as RESOURCE_MUTATIONS
from schema.graph.organizations.types import Organization
from schema.graph.places.near import TAKING_NEAR
from schema.graph.places.types import within

CONTEXT = Context(
    types=(Organization, Resource, ResourceWindow),
    roots={
        "organization": lookup("Organization", "Find an organization by id."),
        "organizations": every("Organization", "All organizations, in the order of their ids."),
        "organization_aggregate": aggregate("Organization", "Count and group organizations."),
        "resource": lookup("Resource", "Find a resource by id."),
        "resources": every("Resource", "All resources, in the order of their ids.", taking=TAKING_NEAR),
        "resource_aggregate": aggregate("Resource", "Count, sum and group resources.", taking=TAKING_NEAR),
    },
    mutations={TokenScope.TEAMS: MUTATIONS, TokenScope.SHARING: RESOURCE_MUTATIONS},
    additions={
        "Person": {
            "headed_organizations": many("Organization", "Organizations that the person heads.", on="head"),
            "resources": many("Resource", "Skills that the person offers.", on="person"),
        },
        "Committee": {
            "shared_resources": many(
                "Resource",
                "The resource list: resources offered in the community (资源清单).",
                on=lambda committee, resource: resource.division_code == committee.division_code,
            ),
        },
        "Division": {
            "organizations": many(
                "Organization",
                "Organizations seated in the scope.",
                on=lambda division, other, given: within(other.division_code, division, given),
                scoped=True,
            ),
            "resources": many(
                "Resource",
                "Resources offered in the scope.",
                on=lambda division, other, given: within(other.division_code, division, given),
                scoped=True,
                taking=TAKING_NEAR,
            ),
        },
    },
)
