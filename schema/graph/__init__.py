"""The graph of the city: its contexts in their order, each built on those before it, and the catalog that they make."""

from db.places.models.division import DivisionLevel, code_at
from schema.catalog.fields import NodeLookup
from schema.catalog.registry import Catalog, Context, Hierarchy
from schema.graph import (
    access,
    activities,
    assessment,
    attachments,
    bookings,
    changes,
    committees,
    deliberation,
    emergency,
    files,
    forum,
    funds,
    gates,
    harvests,
    health,
    issues,
    lifecycles,
    linkage,
    matches,
    messages,
    monitoring,
    organizations,
    people,
    places,
    publications,
    registrations,
    service_points,
    services,
    settings,
    shifts,
    sites,
    stocks,
    teams,
)

_NODES = Context(
    roots={
        "node": NodeLookup(
            is_list=False, description="Find an object of any type by its global id; null when there is none."
        ),
        "nodes": NodeLookup(
            is_list=True,
            description="Find objects by their global ids, in the same order; null for each that is not there.",
        ),
    },
)
CONTEXTS = (
    _NODES,
    access.CONTEXT,
    places.CONTEXT,
    settings.CONTEXT,
    files.CONTEXT,
    people.CONTEXT,
    attachments.CONTEXT,
    committees.CONTEXT,
    organizations.CONTEXT,
    sites.CONTEXT,
    issues.CONTEXT,
    teams.CONTEXT,
    bookings.CONTEXT,
    matches.CONTEXT,
    deliberation.CONTEXT,
    forum.CONTEXT,
    messages.CONTEXT,
    registrations.CONTEXT,
    shifts.CONTEXT,
    activities.CONTEXT,
    stocks.CONTEXT,
    funds.CONTEXT,
    harvests.CONTEXT,
    linkage.CONTEXT,
    emergency.CONTEXT,
    monitoring.CONTEXT,
    health.CONTEXT,
    publications.CONTEXT,
    services.CONTEXT,
    gates.CONTEXT,
    assessment.CONTEXT,
    service_points.CONTEXT,
    lifecycles.CONTEXT,
    changes.CONTEXT,
)
CATALOG = Catalog(CONTEXTS, Hierarchy("division_code", "Division", tuple(DivisionLevel)[:-1], code_at))
