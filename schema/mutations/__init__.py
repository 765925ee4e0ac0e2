"""What may be changed: every mutation, by family. Importing this package lists them in `MUTATIONS`."""

from schema.mutations import intake
from schema.mutations.declare import Mutation

MUTATIONS: dict[str, Mutation] = {mutation.name: mutation for mutation in (*intake.MUTATIONS,)}
