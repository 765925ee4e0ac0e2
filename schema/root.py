"""The schema: what `schema.types` declares, as Strawberry types."""

import schema.types  # noqa: F401  Importing the nouns declares them.
from schema.build import build
from schema.engine.catalog import CATALOG

SCHEMA = build(CATALOG)
