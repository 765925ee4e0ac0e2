"""What follows from a declaration: the names by which a type's rows are ordered, filtered, grouped and measured.

`schema.build` makes GraphQL types of these tables, the planner finds its way back through the same ones.
"""

from dataclasses import dataclass
from functools import cache

from db.kernel.enumeration import DomainEnum
from db.kernel.refusals import camel
from schema.catalog.fields import CatalogField, CatalogType, Kind, Many, One, OneOf, Part, Scalar
from schema.catalog.registry import Catalog

NUMBERS = (Kind.INT, Kind.DECIMAL)
# Times and numbers have a least and a greatest; sums and averages make sense of numbers alone.
COMPARABLE = (*NUMBERS, Kind.DATETIME, Kind.DATE)
GROUPABLE = (Kind.ENUM, Kind.BOOLEAN, Kind.CODE, Kind.INT, Kind.DATE)
# Averages are given with this many decimal places more than what they are made of.
AVERAGE_PLACES = 2


@dataclass(frozen=True, slots=True)
class OrderChoice:
    """One thing to order by: a scalar, or how many rows a connection has."""

    field: Scalar | Many
    description: str


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """One thing to group by.

    key: the field of the group's key. label: what it is, in words. bucket: a span of time, or empty. level: one of the
    hierarchy, or None.
    """

    key: str
    scalar: Scalar
    label: str
    bucket: str = ""
    level: DomainEnum | None = None


def upper(name: str) -> str:
    """Turn snake_case into an enum value's name."""
    return name.upper()


def part_scalars(catalog: Catalog, declared: CatalogType) -> list[tuple[str, Scalar]]:
    """List the scalars inside a type's parts, as (part's name, scalar)."""
    return [(part.name, scalar) for part in declared.relations(Part) for scalar in catalog.types[part.target].scalars()]


@cache
def order_choices(catalog: Catalog, type_name: str) -> dict[str, OrderChoice]:
    """List what rows of a type can be ordered by: enum value to choice."""
    declared = catalog.types[type_name]
    choices = {
        upper(scalar.name): OrderChoice(scalar, f"Order rows by `{scalar.graphql_name}`.")
        for scalar in declared.scalars()
    }
    for part, scalar in part_scalars(catalog, declared):
        choices[upper(f"{part}_{scalar.name}")] = OrderChoice(
            scalar, f"Order rows by `{camel(part)}.{scalar.graphql_name}`."
        )
    for many in declared.relations(Many):
        choices[upper(f"{many.name}_count")] = OrderChoice(
            many, f"Order rows by how many `{many.graphql_name}` there are."
        )
    return choices


_BUCKETS = {"day": "the day", "week": "the Monday of the week", "month": "the first day of the month",
            "year": "the first day of the year"}  # fmt: skip


@cache
def group_choices(catalog: Catalog, type_name: str) -> dict[str, GroupChoice]:
    """List what rows of a type can be grouped by: enum value to choice."""
    declared = catalog.types[type_name]
    choices: dict[str, GroupChoice] = {}
    for scalar in declared.scalars():
        if scalar.kind in GROUPABLE:
            choices[upper(scalar.name)] = GroupChoice(scalar.name, scalar, f"`{scalar.graphql_name}`")
        if scalar.kind in (Kind.DATETIME, Kind.DATE):
            for bucket, meaning in _BUCKETS.items():
                name = f"{scalar.name}_{bucket}"
                choices[upper(name)] = GroupChoice(
                    name, scalar, f"{meaning} of `{scalar.graphql_name}`, in Asia/Shanghai", bucket
                )
    tree = catalog.hierarchy
    if tree and isinstance(code := declared.fields.get(tree.key), Scalar):
        for level in tree.levels:
            name = level.value.lower()
            choices[level.value] = GroupChoice(name, code, f"the {name} that the row lies in", level=level)
    return choices


def measured(declared: CatalogType, measure: str) -> list[Scalar]:
    """List the scalars of a type that have a sum, avg, min or max."""
    kinds = NUMBERS if measure in ("sum", "avg") else COMPARABLE
    return [scalar for scalar in declared.scalars() if scalar.kind in kinds]


def has_name(item: One | OneOf) -> str:
    """Return the name of the filter on whether there is a row at all: `hasSubmitter`."""
    return camel(f"has_{item.name}")


def filter_relations(declared: CatalogType) -> list[One | OneOf | Many | Part]:
    """List the fields, besides scalars, that a filter of the type may reach through."""
    return declared.relations(One, OneOf, Many, Part)


@cache
def fields_by_graphql_name(catalog: Catalog, type_name: str) -> dict[str, CatalogField]:
    """Index a type's fields by the names that clients use."""
    return {item.graphql_name: item for item in catalog.types[type_name].fields.values()}
