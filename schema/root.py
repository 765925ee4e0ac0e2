"""The GraphQL schema of the city: what the contexts of `schema.graph` declare, as Strawberry types."""

from functools import cache

import strawberry

from schema.build import build
from schema.graph import CATALOG


@cache
def schema() -> strawberry.Schema:
    """Return the schema, built by the first call, since that takes seconds which most commands need not spend."""
    return build(CATALOG)
