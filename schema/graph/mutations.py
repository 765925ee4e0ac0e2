"""What may be changed: every mutation, by family. Importing this package lists them in `MUTATIONS`."""

from db.access.models.access import TokenScope
from schema.catalog.mutations import Mutation
from schema.graph.access import mutations as access
from schema.graph.deliberation import mutations as meetings
from schema.graph.issues.mutations import bulk, claims, handling, intake, levels, merging, notes, offices, requests

# Each family, and the scope that a token needs for it.
_FAMILIES = {
    TokenScope.INTAKE: intake,
    TokenScope.MERGING: merging,
    TokenScope.CLAIMS: claims,
    TokenScope.HANDLING: handling,
    TokenScope.MEETINGS: meetings,
    TokenScope.NOTES: notes,
    TokenScope.LEVELS: levels,
    TokenScope.REQUESTS: requests,
    TokenScope.OFFICES: offices,
    TokenScope.ACCESS: access,
}
_ALL = (*(mutation for family in _FAMILIES.values() for mutation in family.MUTATIONS), *bulk.MUTATIONS)
MUTATIONS: dict[str, Mutation] = {mutation.name: mutation for mutation in _ALL}
_SCOPES = {mutation.name: scope for scope, family in _FAMILIES.items() for mutation in family.MUTATIONS}


def scope_of(name: str) -> TokenScope:
    """Give the scope that a token needs for a mutation; a bulk form needs that of its single form."""
    return _SCOPES[MUTATIONS[name].single or name]
