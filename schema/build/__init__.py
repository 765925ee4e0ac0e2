"""Builds the Strawberry schema of a catalog: one GraphQL type, connection, filter and order for each declared type.

Nothing here resolves anything: reads are answered by `schema.engine`. Each GraphQL type is an ordinary class that
Strawberry is told about, so introspection, validation and printing are the library's.
"""

from typing import Any

import strawberry
from strawberry.directive import DirectiveLocation
from strawberry.schema.config import StrawberryConfig

from schema.build.mutations import MutationTypes
from schema.build.output import OutputTypes
from schema.build.registry import TypeRegistry
from schema.catalog.registry import Catalog
from schema.scalars import SCALARS


def build(catalog: Catalog) -> strawberry.Schema:
    """Build the schema of the types and mutations that the catalog declares."""
    types = TypeRegistry()
    OutputTypes(catalog, types).declare()
    MutationTypes(types).declare(catalog.mutations.values())
    classes: dict[str, Any] = types.finish()
    return strawberry.Schema(
        query=classes[catalog.root.name],
        mutation=classes.get("Mutation"),
        directives=[atomic],
        types=[classes[declared.name] for declared in catalog.nodes()],
        config=StrawberryConfig(scalar_map=SCALARS),
    )


@strawberry.directive(
    locations=[DirectiveLocation.MUTATION],
    name="atomic",
    description="Run all mutations of the operation in one transaction: all of them, or none.",
)
def atomic() -> None:
    """Mark an operation; the executor reads it."""
