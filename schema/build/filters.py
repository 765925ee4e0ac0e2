"""Filters, comparators and orders: what a list can be narrowed by, and sorted by."""

from typing import Any, Optional

import strawberry

from schema.build.registry import TypeRegistry
from schema.catalog import derived_fields
from schema.catalog.fields import Kind, Many, One, OneOf, Part, Scalar, lower_first
from schema.catalog.registry import Catalog
from schema.scalars import Date, DateTimeOrDuration, Decimal

# Comparator by kind: its name, what it compares with, whether it has an order, whether it looks inside texts.
_COMPARATORS: dict[Kind, tuple[str, Any, bool, bool]] = {
    Kind.ID: ("IDFilter", strawberry.ID, False, False),
    Kind.CODE: ("StringFilter", str, True, True),
    Kind.LINE: ("StringFilter", str, True, True),
    Kind.PROSE: ("StringFilter", str, True, True),
    Kind.INT: ("IntFilter", int, True, False),
    Kind.BOOLEAN: ("BooleanFilter", bool, False, False),
    Kind.DECIMAL: ("DecimalFilter", Decimal, True, False),
    Kind.DATETIME: ("DateTimeFilter", DateTimeOrDuration, True, False),
    Kind.DATE: ("DateFilter", Date, True, False),
}
_COMPARISONS = {
    "eq": "The value equals this one; null finds rows without a value.",
    "neq": "The value differs from this one, or is null.",
    "in": "The value equals one of these.",
    "nin": "The value equals none of these, or is null.",
}
_ORDERED = {
    "gt": "The value is greater than this one.",
    "gte": "The value is greater than or equal to this one.",
    "lt": "The value is less than this one.",
    "lte": "The value is less than or equal to this one.",
}
_TEXTUAL = {
    "contains": "The value contains this text (case-sensitive).",
    "startsWith": "The value starts with this text (case-sensitive).",
}
_DIRECTIONS = {"ASC": "The smallest value first (升序).", "DESC": "The greatest value first (降序)."}
_NULLS = {"FIRST": "Rows without a value come first.", "LAST": "Rows without a value come last."}


class FilterTypes:
    """Makes the filter and the order of each type when it is first asked for."""

    def __init__(self, catalog: Catalog, types: TypeRegistry) -> None:
        self.catalog = catalog
        self.types = types
        self._direction = types.enum(
            "OrderDirection", "The direction in which a list is ordered (排序方向).", _DIRECTIONS
        )
        self._nulls = types.enum("NullsOrder", "The place of rows without a value in an order (空值位置).", _NULLS)

    def order(self, target: str) -> type:
        name = f"{target}Order"
        if name not in self.types.classes:
            values = {
                value: choice.description
                for value, choice in derived_fields.order_choices(self.catalog, target).items()
            }
            field = self.types.enum(f"{target}OrderField", f"The fields by which {target} rows can be ordered.", values)
            cls = self.types.add_class(name, f"One step of the order of {target} rows.", "input")
            self.types.add_field(name, "field", field, "The field to order by.")
            self.types.add_field(
                name, "direction", self._direction, "The direction of the order.", default=self._direction["ASC"]
            )
            self.types.add_field(
                name, "nulls", Optional[self._nulls], "The place of rows without a value; last when left out."
            )
            return cls
        return self.types.classes[name]

    def filter(self, target: str) -> type:
        name = f"{target}Filter"
        if name in self.types.classes:
            return self.types.classes[name]
        declared = self.catalog.types[target]
        cls = self.types.add_class(name, f"Conditions on {target} rows; all that are given must hold.", "input")
        if declared.model is not None:
            self.types.add_field(name, "and", Optional[list[cls]], "All of these conditions hold.")
            self.types.add_field(name, "or", Optional[list[cls]], "At least one of these conditions holds.")
            self.types.add_field(name, "not", Optional[cls], "This condition does not hold.")
        for scalar in declared.scalars():
            self.types.add_field(
                name,
                scalar.graphql_name,
                Optional[self._comparator(scalar)],
                f"A condition on `{scalar.graphql_name}`.",
            )
        for item in derived_fields.filter_relations(declared):
            self._relation_filter(name, item)
        return cls

    def _relation_filter(self, owner: str, item: One | OneOf | Many | Part) -> None:
        name = item.graphql_name
        match item:
            case One():
                self.types.add_field(
                    owner, name, Optional[self.filter(item.target)], f"The `{name}` exists and matches."
                )
            case OneOf():
                self.types.add_field(
                    owner, name, Optional[self._union_filter(item.union)], f"The `{name}` exists and matches."
                )
            case Many():
                self.types.add_field(
                    owner,
                    name,
                    Optional[self._list_filter(item.target)],
                    f"Conditions on the `{name}`: how many there are, and which rows match.",
                )
            case Part():
                self.types.add_field(
                    owner, name, Optional[self.filter(item.target)], f"Conditions on fields of `{name}`."
                )
        if isinstance(item, One | OneOf) and item.nullable:
            has = derived_fields.has_name(item)
            self.types.add_field(owner, has, Optional[bool], f"Whether `{name}` has a value.")

    def _union_filter(self, union: str) -> type:
        name = f"{union}Filter"
        if name not in self.types.classes:
            self.types.add_class(name, f"Conditions on a `{union}`; one of those given must match.", "input")
            for member in self.catalog.union_members(union):
                self.types.add_field(
                    name,
                    lower_first(member),
                    Optional[self.filter(member)],
                    f"The value is of type `{member}` and matches.",
                )
        return self.types.classes[name]

    def _list_filter(self, target: str) -> type:
        name = f"{target}ListFilter"
        if name not in self.types.classes:
            self.types.add_class(name, f"Conditions on a list of {target} rows; all that are given must hold.", "input")
            row = self.filter(target)
            self.types.add_field(name, "some", Optional[row], "At least one row of the list matches.")
            self.types.add_field(name, "every", Optional[row], "Every row of the list matches; true for an empty list.")
            self.types.add_field(name, "none", Optional[row], "No row of the list matches.")
            self.types.add_field(
                name, "count", Optional[self.number_filter(Kind.INT)], "The number of rows in the list."
            )
        return self.types.classes[name]

    def _comparator(self, scalar: Scalar) -> type:
        if scalar.kind is Kind.ENUM and scalar.enum:
            enum = self.types.domain_enum(scalar.enum)
            return self._comparator_class(f"{scalar.enum.__name__}Filter", enum, False, False)
        return self._comparator_class(*_COMPARATORS[scalar.kind])

    def number_filter(self, kind: Kind) -> type:
        return self._comparator_class(*_COMPARATORS[kind])

    def _comparator_class(self, name: str, value: Any, has_order: bool, is_text: bool) -> type:
        if name not in self.types.classes:
            self.types.add_class(name, "Comparisons with the value of a field; all that are given must hold.", "input")
            for operator, meaning in _COMPARISONS.items():
                annotation = list[value] if operator in ("in", "nin") else value
                if value is not bool or operator in ("eq", "neq"):
                    self.types.add_field(name, operator, Optional[annotation], meaning)
            for operator, meaning in {**(_ORDERED if has_order else {}), **(_TEXTUAL if is_text else {})}.items():
                self.types.add_field(name, operator, Optional[value], meaning)
            self.types.add_field(name, "isNull", Optional[bool], "Whether the field has no value.")
        return self.types.classes[name]
