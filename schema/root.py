"""The schema: what `schema.graph.nouns` and `schema.graph.mutations` declare, as Strawberry types."""

import schema.types  # noqa: F401  Importing the nouns declares them.
from schema.build import build
from schema.catalog.fields import CATALOG
from schema.graph.mutations import MUTATIONS

SCHEMA = build(CATALOG, MUTATIONS.values())
