"""The GraphQL schema of the city: what the contexts of `schema.graph` declare, as Strawberry types."""

from schema.build import build
from schema.graph import CATALOG

SCHEMA = build(CATALOG)
