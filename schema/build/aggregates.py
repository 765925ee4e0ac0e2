"""Aggregates: counts, sums, averages, least and greatest values, and groups of them."""

from typing import Any, Optional

from strawberry.types.arguments import StrawberryArgument

from db.kernel.refusals import camel
from schema.build.filters import FilterTypes
from schema.build.registry import TypeRegistry, argument
from schema.catalog import derived_fields
from schema.catalog.derived_fields import GroupChoice
from schema.catalog.fields import Kind
from schema.catalog.registry import Catalog
from schema.engine.planner.limits import Limits
from schema.scalars import Date, Decimal

# Measure to its name in a description, in the singular and the plural.
_MEASURES = {
    "sum": ("The sum", "Sums"),
    "avg": ("The average", "Averages"),
    "min": ("The smallest value", "Smallest values"),
    "max": ("The largest value", "Largest values"),
}


class AggregateTypes:
    """Makes the aggregate of each type when it is first asked for."""

    def __init__(self, catalog: Catalog, types: TypeRegistry, filters: FilterTypes) -> None:
        self.catalog = catalog
        self.types = types
        self.filters = filters

    def aggregate(self, target: str) -> type:
        name, group, key = f"{target}Aggregate", f"{target}Group", f"{target}GroupKey"
        if name in self.types.classes:
            return self.types.classes[name]
        groups = self.types.add_class(group, f"The {target} rows that share a key.", "type")
        cls = self.types.add_class(name, f"Counts and measures of {target} rows.", "type")
        keys = self.types.add_class(
            key, f"The key of a group of {target} rows; null for fields that were not grouped by.", "type"
        )
        for choice in derived_fields.group_choices(self.catalog, target).values():
            self.types.add_field(
                key,
                camel(choice.key),
                Optional[self._key_type(choice)],
                f"The key of the group: {choice.label}.",
            )
        self.types.add_field(group, "key", keys, "The key that its rows share.")
        for owner in (name, group):
            self.types.add_field(owner, "count", int, "The number of rows.")
            self._measures(owner, target)
        first = argument("first", Optional[int], f"The maximum number of groups; {Limits().max_groups} when left out.")
        self.types.add_field(name, "groups", list[groups], "The groups, ordered by their keys.", [first])
        return cls

    def arguments(self, target: str) -> list[StrawberryArgument]:
        values = {
            value: f"Group rows by {choice.label}."
            for value, choice in derived_fields.group_choices(self.catalog, target).items()
        }
        group_by = self.types.enum(f"{target}GroupBy", f"The fields by which {target} rows can be grouped.", values)
        return [
            argument("filter", Optional[self.filters.filter(target)], "Only rows that match this filter."),
            argument("groupBy", Optional[list[group_by]], "The fields to group by; needed for `groups`."),
            argument("having", Optional[self._having(target)], "Only groups that match these conditions."),
        ]

    def _key_type(self, choice: GroupChoice) -> Any:
        if choice.level and self.catalog.hierarchy:
            return self.types.classes[self.catalog.hierarchy.type]
        return Date if choice.bucket else self.types.scalar_type(choice.scalar)

    def _measures(self, owner: str, target: str) -> None:
        for measure, (one, several) in _MEASURES.items():
            scalars = derived_fields.measured(self.catalog.types[target], measure)
            name = f"{target}{measure.capitalize()}"
            if scalars and name not in self.types.classes:
                self.types.add_class(name, f"{several} of {target} fields; null when no row has a value.", "type")
                for scalar in scalars:
                    annotation = Decimal if measure in ("sum", "avg") else self.types.scalar_type(scalar)
                    self.types.add_field(
                        name, scalar.graphql_name, Optional[annotation], f"{one} of `{scalar.graphql_name}`."
                    )
            if scalars:
                self.types.add_field(owner, measure, self.types.classes[name], f"{several} of the rows' fields.")

    def _having(self, target: str) -> type:
        name = f"{target}Having"
        if name not in self.types.classes:
            self.types.add_class(name, f"Conditions on groups of {target} rows; all that are given must hold.", "input")
            self.types.add_field(
                name, "count", Optional[self.filters.number_filter(Kind.INT)], "The number of rows in the group."
            )
            for measure in ("sum", "avg"):
                scalars = derived_fields.measured(self.catalog.types[target], measure)
                if scalars:
                    part = f"{target}{measure.capitalize()}Filter"
                    self.types.add_class(
                        part, f"Conditions on the {_MEASURES[measure][1].lower()} of {target} fields.", "input"
                    )
                    for scalar in scalars:
                        comparator = self.filters.number_filter(Kind.DECIMAL)
                        self.types.add_field(
                            part,
                            scalar.graphql_name,
                            Optional[comparator],
                            f"A condition on {_MEASURES[measure][0].lower()} of `{scalar.graphql_name}`.",
                        )
                    self.types.add_field(
                        name,
                        measure,
                        Optional[self.types.classes[part]],
                        f"Conditions on the {_MEASURES[measure][1].lower()} of the fields.",
                    )
        return self.types.classes[name]
