"""What may be changed: every mutation, by family. Importing this package lists them in `MUTATIONS`."""

from schema.mutations import bulk, claims, handling, intake, levels, meetings, merging, notes, offices, requests
from schema.mutations.declare import Mutation

_FAMILIES = (intake, merging, claims, handling, meetings, notes, levels, requests, offices, bulk)
MUTATIONS: dict[str, Mutation] = {mutation.name: mutation for family in _FAMILIES for mutation in family.MUTATIONS}
