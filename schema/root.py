"""The schema: what `schema.types` and `schema.mutations` declare, as Strawberry types."""

import schema.types  # noqa: F401  Importing the nouns declares them.
from schema.build import build
from schema.engine.catalog import CATALOG
from schema.mutations import MUTATIONS

SCHEMA = build(CATALOG, MUTATIONS.values())
