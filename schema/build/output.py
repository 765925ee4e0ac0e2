"""Output types: the nouns with their fields, connections, unions and parts, and the arguments of fields."""

from typing import Annotated, Any, Optional

import strawberry
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.unset import UNSET

from db.kernel.enumeration import DomainEnum
from db.kernel.refusals import camel
from schema.build.aggregates import AggregateTypes
from schema.build.filters import FilterTypes
from schema.build.registry import SCALAR_TYPES, TypeRegistry, argument, nullable
from schema.catalog.fields import (
    Aggregate,
    CatalogField,
    CatalogType,
    Derived,
    FieldArgument,
    InputType,
    Kind,
    Listed,
    Lookup,
    Many,
    NodeLookup,
    NodeOf,
    One,
    OneOf,
    Own,
    Part,
    Resolved,
    Scalar,
)  # fmt: skip
from schema.catalog.registry import Catalog

_PAGE_ARGUMENTS = {
    "first": (Optional[int], "The number of rows from the start; a default page without `first` and `last`."),
    "after": (Optional[str], "Only rows after this cursor."),
    "last": (Optional[int], "The number of rows from the end."),
    "before": (Optional[str], "Only rows before this cursor."),
}  # fmt: skip
_SCOPES = {
    "SELF": "The division without those below it (本级).",
    "CHILDREN": "The divisions directly below it (下一级).",
    "SUBTREE": "The division and all divisions below it (全域).",
}


class OutputTypes:
    """Makes the types that the catalog declares, and what reading them takes."""

    def __init__(self, catalog: Catalog, types: TypeRegistry) -> None:
        self.catalog = catalog
        self.types = types
        self.filters = FilterTypes(catalog, types)
        self.aggregates = AggregateTypes(catalog, types, self.filters)
        self._scope = types.enum(
            "Scope", "The part of a division's subtree that a list or a figure covers (范围).", _SCOPES
        )

    def declare(self) -> None:
        """Declare all types, first by name and then with their fields."""
        node = self.types.add_class("Node", "An object with a global id.", "interface")
        self.types.add_field("Node", "id", strawberry.ID, "The global id of the object, opaque and stable.")
        for declared in self.catalog.types.values():
            self.types.add_class(declared.name, declared.description, "type", node if declared.has_id else None)
        self._page_info()
        for declared in self.catalog.types.values():
            for item in declared.fields.values():
                self._output(declared, item)

    def _output(self, owner: CatalogType, item: CatalogField) -> None:
        annotation, arguments = self._typed(item)
        arguments = [*map(self._own_argument, item.arguments), *arguments]
        if item.name != "id" or not owner.has_id:
            self.types.add_field(owner.name, item.graphql_name, annotation, item.description, arguments)
        else:
            self.types.add_field(owner.name, "id", strawberry.ID, item.description)

    def _typed(self, item: CatalogField) -> tuple[Any, list[StrawberryArgument]]:
        classes = self.types.classes
        match item:
            case Scalar():
                return nullable(self.types.scalar_type(item), item.nullable), []
            case One():
                return nullable(classes[item.target], item.nullable), []
            case OneOf():
                return nullable(self._union(item.union), item.nullable), []
            case Many():
                scope = [self._scope_argument()] if item.scoped else []
                return self._connection(item.target), [*scope, *self._page_arguments(item.target)]
            case Listed() | Derived():
                row = classes[item.target]
                return list[row] if isinstance(item, Listed) or item.is_list else Optional[row], []
            case Part():
                return classes[item.target], [self._scope_argument()] if item.scoped else []
            case Lookup():
                only = len(item.keys) == 1
                fields = self.catalog.types[item.target].fields
                keys = [self._key_argument(name, fields[key], meaning, only) for name, key, meaning in item.keys]
                return Optional[classes[item.target]], keys
            case NodeLookup() | NodeOf():
                return self._node(item)
            case Own():
                return Optional[classes[item.target]], []
            case Aggregate():
                return self.aggregates.aggregate(item.target), self.aggregates.arguments(item.target)
            case Resolved():
                return classes[item.target], self._resolved_arguments(item)
        raise TypeError(f"no GraphQL type for {item}")

    def _union(self, name: str) -> Any:
        if name not in self.types.unions:
            members = [self.types.classes[member] for member in self.catalog.union_members(name)]
            joined = members[0]
            for member in members[1:]:
                joined = joined | member
            described = strawberry.union(name, description=self.catalog.unions[name])
            self.types.unions[name] = Annotated[joined, described]
        return self.types.unions[name]

    def _key_argument(self, name: str, key: CatalogField, meaning: str, required: bool) -> StrawberryArgument:
        assert isinstance(key, Scalar)
        annotation = SCALAR_TYPES[key.kind]
        return argument(camel(name), nullable(annotation, not required), meaning)

    def _resolved_arguments(self, item: Resolved) -> list[StrawberryArgument]:
        scope = [self._scope_argument()] if item.scoped else []
        return [*scope, argument("first", *_PAGE_ARGUMENTS["first"])] if item.is_paged else scope

    def _node(self, item: NodeLookup | NodeOf) -> tuple[Any, list[StrawberryArgument]]:
        node = self.types.classes["Node"]
        if isinstance(item, NodeOf):
            return Optional[node], []
        if item.is_list:
            return list[Optional[node]], [argument("ids", list[strawberry.ID], "The global ids of the objects.")]
        return Optional[node], [argument("id", strawberry.ID, "The global id of the object.")]

    def _own_argument(self, declared: FieldArgument) -> StrawberryArgument:
        kind = self._input_type(declared.kind)
        annotation = nullable(list[kind] if declared.is_list else kind, not declared.required)
        default = UNSET if declared.default is None else declared.default
        return argument(declared.graphql_name, annotation, declared.description, default)

    def _input_type(self, kind: Kind | type[DomainEnum] | InputType) -> Any:
        if isinstance(kind, Kind):
            return SCALAR_TYPES[kind]
        if isinstance(kind, type):
            return self.types.domain_enum(kind)
        if kind.name not in self.types.classes:
            self.types.add_class(kind.name, kind.description, "input")
            for one in kind.fields:
                annotation = nullable(self._input_type(one.kind), not one.required)
                default = UNSET if one.default is None else one.default
                self.types.add_field(kind.name, one.graphql_name, annotation, one.description, default=default)
        return self.types.classes[kind.name]

    def _scope_argument(self) -> StrawberryArgument:
        return argument("scope", self._scope, "The part of the division's subtree to cover.", self._scope["SUBTREE"])

    def _page_arguments(self, target: str) -> list[StrawberryArgument]:
        page = [argument(name, annotation, meaning) for name, (annotation, meaning) in _PAGE_ARGUMENTS.items()]
        return [
            *page,
            argument("filter", Optional[self.filters.filter(target)], "Only rows that match this filter."),
            argument(
                "orderBy", Optional[list[self.filters.order(target)]], "The order of the rows; ties are broken by id."
            ),
        ]

    def _page_info(self) -> None:
        self.types.add_class("PageInfo", "The position of a page in its list, as in Relay.", "type")
        self.types.add_field("PageInfo", "hasNextPage", bool, "Whether more rows follow the page.")
        self.types.add_field("PageInfo", "hasPreviousPage", bool, "Whether more rows precede the page.")
        self.types.add_field(
            "PageInfo", "startCursor", Optional[str], "The cursor of the page's first row; null when the page is empty."
        )
        self.types.add_field(
            "PageInfo", "endCursor", Optional[str], "The cursor of the page's last row; null when the page is empty."
        )

    def _connection(self, target: str) -> type:
        name, edge = f"{target}Connection", f"{target}Edge"
        if name not in self.types.classes:
            row = self.types.classes[target]
            edges = self.types.add_class(edge, f"One {target} and its cursor.", "type")
            self.types.add_field(edge, "cursor", str, "The cursor of the row, valid for the same order and filter.")
            self.types.add_field(edge, "node", row, "The row at this position of the list.")
            self.types.add_class(name, f"A page of {target} rows.", "type")
            self.types.add_field(name, "nodes", list[row], "The rows of the page.")
            self.types.add_field(name, "edges", list[edges], "The rows with their cursors.")
            self.types.add_field(
                name, "pageInfo", self.types.classes["PageInfo"], "The position of the page in the list."
            )
            self.types.add_field(name, "totalCount", int, "The number of matching rows; counted only when selected.")
        return self.types.classes[name]
