"""Makes the Strawberry schema of the catalog: one GraphQL type, connection, filter and order for each declared type.

Nothing here resolves anything: reads are answered by `schema.engine`. Each GraphQL type is an ordinary class that
Strawberry is told about, so introspection, validation and printing are the library's.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Annotated, Any, Optional

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.directive import DirectiveLocation
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.enum import EnumValueDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.unset import UNSET

from db.kernel.enumeration import DomainEnum
from db.kernel.errors import ErrorCode
from schema.catalog import derived as derive
from schema.catalog.fields import (
    Aggregate,
    Catalog,
    CatalogField,
    CatalogType,
    Derived,
    Kind,
    Listed,
    Lookup,
    Many,
    NodeLookup,
    One,
    OneOf,
    Own,
    Part,
    Resolved,
    Scalar,
    camel,
)
from schema.catalog.mutations import COMMON_ARGUMENTS, VERSION_ARGUMENT, Argument, InputObject, Mutation
from schema.scalars import SCALARS, Date, DateTime, DateTimeOrDuration, Decimal

_OUTPUT: dict[Kind, Any] = {
    Kind.ID: strawberry.ID,
    Kind.CODE: str,
    Kind.LINE: str,
    Kind.PROSE: str,
    Kind.INT: int,
    Kind.BOOLEAN: bool,
    Kind.DECIMAL: Decimal,
    Kind.DATETIME: DateTime,
    Kind.DATE: Date,
    Kind.NAMES: str,
}
# Enumerations that clients know by another name.
_ENUM_NAMES: dict[type[DomainEnum], str] = {ErrorCode: "UserErrorCode"}
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
    "eq": "Equal to this; null means without a value.",
    "neq": "Not equal to this, or without a value.",
    "in": "Equal to one of these.",
    "nin": "Equal to none of these, or without a value.",
}
_ORDERED = {"gt": "Greater than this.", "gte": "At least this.", "lt": "Less than this.", "lte": "At most this."}
_TEXTUAL = {
    "contains": "Holding this text, letter case and all.",
    "startsWith": "Beginning with this text, letter case and all.",
}
_PAGE_ARGUMENTS = {
    "first": (Optional[int], "How many from the start; 20 when neither first nor last is given."),
    "after": (Optional[str], "Only what comes after this cursor."),
    "last": (Optional[int], "How many from the end."),
    "before": (Optional[str], "Only what comes before this cursor."),
}  # fmt: skip
_DIRECTIONS = {"ASC": "Smallest first (升序).", "DESC": "Greatest first (降序)."}
_NULLS = {"FIRST": "Rows without a value come first.", "LAST": "Rows without a value come last."}
_SCOPES = {
    "SELF": "The division alone (本级).",
    "CHILDREN": "The divisions directly below (下一级).",
    "SUBTREE": "The division and all below it (全域).",
}


def build(catalog: Catalog, mutations: Iterable[Mutation] = ()) -> strawberry.Schema:
    """Make the schema whose reads the catalog declares, and whose changes the mutations."""
    return _Builder(catalog).schema(mutations)


class _Builder:
    """Collects classes by GraphQL name first and fields second, so that types may name each other in any order."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.classes: dict[str, type] = {}
        self.fields: dict[str, list[StrawberryField]] = {}
        self.meanings: dict[str, tuple[str, str]] = {}
        self.enums: dict[str, type[Enum]] = {}
        self.unions: dict[str, Any] = {}
        self.direction = self._enum("OrderDirection", "Which way a list is ordered (排序方向).", _DIRECTIONS)
        self.nulls = self._enum("NullsOrder", "Where rows without a value go (空值位置).", _NULLS)
        self.scope = self._enum("Scope", "Which part of a division's subtree is meant (范围).", _SCOPES)

    def schema(self, mutations: Iterable[Mutation]) -> strawberry.Schema:
        """Declare everything and hand it to Strawberry."""
        node = self._class("Node", "An object with a global id.", "interface")
        self._add("Node", "id", strawberry.ID, "The global id, opaque and stable.")
        for declared in self.catalog.types.values():
            self._class(
                declared.name, declared.description, "type", node if declared.is_node and declared.model else None
            )
        self._page_info()
        for declared in list(self.catalog.types.values()):
            for item in declared.fields.values():
                self._output(declared, item)
        for mutation in mutations:
            self._mutation(mutation)
        decorators = {"type": strawberry.type, "input": strawberry.input, "interface": strawberry.interface}
        for name, cls in self.classes.items():
            kind, description = self.meanings[name]
            cls.__annotations__ = {field.python_name: field.type_annotation for field in self.fields[name]}
            for field in self.fields[name]:
                setattr(cls, field.python_name, field)
            decorators[kind](cls, name=name, description=description)
        return strawberry.Schema(
            query=self.classes["Query"],
            mutation=self.classes.get("Mutation"),
            directives=[atomic],
            types=[self.classes[declared.name] for declared in self.catalog.nodes()],
            config=StrawberryConfig(scalar_map=SCALARS),
        )

    def _class(self, name: str, description: str, kind: str, base: type | None = None) -> type:
        cls = type(name, (base,) if base else (), {"__doc__": description})
        self.classes[name] = cls
        self.fields[name] = []
        self.meanings[name] = (kind, description)
        return cls

    def _add(
        self,
        owner: str,
        name: str,
        annotation: Any,
        description: str,
        arguments: Iterable[StrawberryArgument] = (),
        default: Any = UNSET,
    ) -> None:
        field = StrawberryField(
            python_name=f"{name}_",
            graphql_name=name,
            type_annotation=StrawberryAnnotation(annotation),
            description=description,
            default=default if self.meanings[owner][0] == "input" else None,
        )
        field.arguments = list(arguments)
        self.fields[owner].append(field)

    def _enum(self, name: str, description: str, values: dict[str, str]) -> type[Enum]:
        if name not in self.enums:
            members = {value: EnumValueDefinition(value, description=meaning) for value, meaning in values.items()}
            made: type[Enum] = Enum(name, members)  # pyright: ignore[reportAssignmentType]
            self.enums[name] = strawberry.enum(made, name=name, description=description)
        return self.enums[name]

    def _domain_enum(self, enum: type[DomainEnum]) -> type[Enum]:
        meaning = (enum.__doc__ or "").strip()
        name = _ENUM_NAMES.get(enum, enum.__name__)
        return self._enum(name, meaning, {member.value: member.description for member in enum})

    def _scalar_type(self, scalar: Scalar) -> Any:
        named = self._domain_enum(scalar.enum) if scalar.enum else _OUTPUT[scalar.kind]
        return list[named] if scalar.kind is Kind.NAMES else named

    def _output(self, owner: CatalogType, item: CatalogField) -> None:
        annotation, arguments = self._typed(item)
        if item.name != "id" or not owner.is_node or owner.model is None:
            self._add(owner.name, item.graphql_name, annotation, item.description, arguments)
        else:
            self._add(owner.name, "id", strawberry.ID, item.description)

    def _typed(self, item: CatalogField) -> tuple[Any, list[StrawberryArgument]]:
        classes = self.classes
        match item:
            case Scalar():
                return _nullable(self._scalar_type(item), item.nullable), []
            case One():
                return _nullable(classes[item.target], item.nullable), []
            case OneOf():
                return _nullable(self._union(item.union), item.nullable), []
            case Many():
                scope = [self._scope_argument()] if item.scoped else []
                return self._connection(item.target), [*scope, *self._page_arguments(item.target)]
            case Listed() | Derived():
                return list[classes[item.target]], []
            case Part():
                return classes[item.target], [self._scope_argument()] if item.scoped else []
            case Lookup():
                only = len(item.keys) == 1
                keys = [self._key_argument(argument, scalar, meaning, only) for argument, scalar, meaning in item.keys]
                return Optional[classes[item.target]], keys
            case NodeLookup():
                return self._node_lookup(item)
            case Own():
                return Optional[classes[item.target]], []
            case Aggregate():
                return self._aggregate(item.target), self._aggregate_arguments(item.target)
            case Resolved():
                texts = [_argument(camel(name), str, meaning) for name, meaning in item.arguments]
                return classes[item.target], texts
        raise TypeError(f"no GraphQL type for {item}")

    def _union(self, name: str) -> Any:
        if name not in self.unions:
            members = [self.classes[member] for member in self.catalog.union_members(name)]
            joined = members[0]
            for member in members[1:]:
                joined = joined | member
            described = strawberry.union(name, description=self.catalog.unions[name])
            self.unions[name] = Annotated[joined, described]
        return self.unions[name]

    def _key_argument(self, argument: str, scalar: str, meaning: str, required: bool) -> StrawberryArgument:
        annotation = strawberry.ID if scalar == "id" else str
        return _argument(camel(argument), _nullable(annotation, not required), meaning)

    def _node_lookup(self, item: NodeLookup) -> tuple[Any, list[StrawberryArgument]]:
        node = self.classes["Node"]
        if item.is_list:
            return list[Optional[node]], [_argument("ids", list[strawberry.ID], "The global ids.")]
        return Optional[node], [_argument("id", strawberry.ID, "The global id.")]

    def _scope_argument(self) -> StrawberryArgument:
        return _argument("scope", self.scope, "Which part of the subtree.", self.scope["SUBTREE"])

    def _page_arguments(self, target: str) -> list[StrawberryArgument]:
        page = [_argument(name, annotation, meaning) for name, (annotation, meaning) in _PAGE_ARGUMENTS.items()]
        return [
            *page,
            _argument("filter", Optional[self._filter(target)], "Only rows that match."),
            _argument("orderBy", Optional[list[self._order(target)]], "The order; ties are broken by id."),
        ]

    def _page_info(self) -> None:
        self._class("PageInfo", "Where a page lies in its list (Relay).", "type")
        self._add("PageInfo", "hasNextPage", bool, "Whether there is more after it.")
        self._add("PageInfo", "hasPreviousPage", bool, "Whether there is more before it.")
        self._add("PageInfo", "startCursor", Optional[str], "The cursor of its first row; null when it is empty.")
        self._add("PageInfo", "endCursor", Optional[str], "The cursor of its last row; null when it is empty.")

    def _connection(self, target: str) -> type:
        name, edge = f"{target}Connection", f"{target}Edge"
        if name not in self.classes:
            row = self.classes[target]
            edges = self._class(edge, f"One {target} and its cursor.", "type")
            self._add(edge, "cursor", str, "The row's place in this order and filter.")
            self._add(edge, "node", row, "The row.")
            self._class(name, f"A page of {target} rows.", "type")
            self._add(name, "nodes", list[row], "The rows of the page.")
            self._add(name, "edges", list[edges], "The rows with their cursors.")
            self._add(name, "pageInfo", self.classes["PageInfo"], "Where the page lies in the list.")
            self._add(name, "totalCount", int, "How many rows match in all; counted only when asked for.")
        return self.classes[name]

    def _order(self, target: str) -> type:
        name = f"{target}Order"
        if name not in self.classes:
            values = {value: choice.description for value, choice in derive.order_choices(target).items()}
            field = self._enum(f"{target}OrderField", f"What {target} rows can be ordered by.", values)
            cls = self._class(name, f"One step of the order of {target} rows.", "input")
            self._add(name, "field", field, "What to order by.")
            self._add(name, "direction", self.direction, "Which way.", default=self.direction["ASC"])
            self._add(name, "nulls", Optional[self.nulls], "Where rows without a value go; last when not given.")
            return cls
        return self.classes[name]

    def _filter(self, target: str) -> type:
        name = f"{target}Filter"
        if name in self.classes:
            return self.classes[name]
        declared = self.catalog.types[target]
        cls = self._class(name, f"Which {target} rows are meant; all that is given must hold.", "input")
        if declared.model is not None:
            self._add(name, "and", Optional[list[cls]], "All of these hold.")
            self._add(name, "or", Optional[list[cls]], "At least one of these holds.")
            self._add(name, "not", Optional[cls], "This does not hold.")
        for scalar in declared.scalars():
            self._add(name, scalar.graphql_name, Optional[self._comparator(scalar)], f"Compares {scalar.graphql_name}.")
        for item in derive.filter_relations(declared):
            self._relation_filter(name, item)
        return cls

    def _relation_filter(self, owner: str, item: One | OneOf | Many | Part) -> None:
        name = item.graphql_name
        match item:
            case One():
                self._add(owner, name, Optional[self._filter(item.target)], f"The {name} is there, and it matches.")
            case OneOf():
                self._add(
                    owner, name, Optional[self._union_filter(item.union)], f"The {name} is there, and it matches."
                )
            case Many():
                self._add(
                    owner, name, Optional[self._list_filter(item.target)], f"How many {name} there are, and which."
                )
            case Part():
                self._add(owner, name, Optional[self._filter(item.target)], f"Compares what is under {name}.")
        if isinstance(item, One | OneOf) and item.nullable:
            has = derive.has_name(item)
            self._add(owner, has, Optional[bool], f"Whether the {name} is there.")

    def _union_filter(self, union: str) -> type:
        name = f"{union}Filter"
        if name not in self.classes:
            self._class(name, f"Which {union} is meant; one of what is given must match.", "input")
            for member in self.catalog.union_members(union):
                self._add(
                    name, _lower(member), Optional[self._filter(member)], f"It is of type {member}, and it matches."
                )
        return self.classes[name]

    def _list_filter(self, target: str) -> type:
        name = f"{target}ListFilter"
        if name not in self.classes:
            self._class(name, f"How many {target} rows there are, and which; all that is given must hold.", "input")
            row = self._filter(target)
            self._add(name, "some", Optional[row], "At least one row matches.")
            self._add(name, "every", Optional[row], "No row fails to match.")
            self._add(name, "none", Optional[row], "No row matches.")
            self._add(name, "count", Optional[self._number_filter(Kind.INT)], "How many rows there are.")
        return self.classes[name]

    def _comparator(self, scalar: Scalar) -> type:
        if scalar.kind is Kind.ENUM and scalar.enum:
            enum = self._domain_enum(scalar.enum)
            return self._comparator_class(f"{scalar.enum.__name__}Filter", enum, False, False)
        return self._comparator_class(*_COMPARATORS[scalar.kind])

    def _number_filter(self, kind: Kind) -> type:
        return self._comparator_class(*_COMPARATORS[kind])

    def _comparator_class(self, name: str, value: Any, has_order: bool, is_text: bool) -> type:
        if name not in self.classes:
            self._class(name, "Comparisons; all that are given must hold.", "input")
            for operator, meaning in _COMPARISONS.items():
                annotation = list[value] if operator in ("in", "nin") else value
                if value is not bool or operator in ("eq", "neq"):
                    self._add(name, operator, Optional[annotation], meaning)
            for operator, meaning in {**(_ORDERED if has_order else {}), **(_TEXTUAL if is_text else {})}.items():
                self._add(name, operator, Optional[value], meaning)
            self._add(name, "isNull", Optional[bool], "Whether it is without a value.")
        return self.classes[name]

    def _aggregate_arguments(self, target: str) -> list[StrawberryArgument]:
        values = {value: choice.description for value, choice in derive.group_choices(target).items()}
        group_by = self._enum(f"{target}GroupBy", f"What {target} rows can be grouped by.", values)
        return [
            _argument("filter", Optional[self._filter(target)], "Only rows that match."),
            _argument("groupBy", Optional[list[group_by]], "What to group by; needed for groups."),
            _argument("having", Optional[self._having(target)], "Only groups that match."),
        ]

    def _aggregate(self, target: str) -> type:
        name, group, key = f"{target}Aggregate", f"{target}Group", f"{target}GroupKey"
        if name in self.classes:
            return self.classes[name]
        groups = self._class(group, f"The {target} rows that share a key.", "type")
        cls = self._class(name, f"Counts and measures of {target} rows.", "type")
        keys = self._class(key, f"What the {target} rows of a group share; null for what was not grouped by.", "type")
        for choice in derive.group_choices(target).values():
            annotation = (
                self.classes["Division"]
                if choice.level
                else Date
                if choice.bucket
                else self._scalar_type(choice.scalar)
            )
            self._add(
                key, camel(choice.key), Optional[annotation], choice.description.replace("By", "The value for", 1)
            )
        self._add(group, "key", keys, "What its rows share.")
        for owner in (name, group):
            self._add(owner, "count", int, "How many rows there are.")
            self._measures(owner, target)
        first = _argument("first", Optional[int], "At most this many; 1000 when not given.")
        self._add(name, "groups", list[groups], "The groups, ordered by their keys.", [first])
        return cls

    def _measures(self, owner: str, target: str) -> None:
        meanings = {"sum": "Sums", "avg": "Averages", "min": "Least values", "max": "Greatest values"}
        for measure, meaning in meanings.items():
            scalars = derive.measured(target, measure)
            name = f"{target}{measure.capitalize()}"
            if scalars and name not in self.classes:
                self._class(name, f"{meaning} of {target} fields; null when no row has a value.", "type")
                for scalar in scalars:
                    annotation = Decimal if measure in ("sum", "avg") else self._scalar_type(scalar)
                    self._add(name, scalar.graphql_name, Optional[annotation], f"Of {scalar.graphql_name}.")
            if scalars:
                self._add(owner, measure, self.classes[name], f"{meaning}.")

    def _having(self, target: str) -> type:
        name = f"{target}Having"
        if name not in self.classes:
            self._class(name, f"Which groups of {target} rows are meant; all that is given must hold.", "input")
            self._add(name, "count", Optional[self._number_filter(Kind.INT)], "How many rows the group has.")
            for measure in ("sum", "avg"):
                scalars = derive.measured(target, measure)
                if scalars:
                    part = f"{target}{measure.capitalize()}Filter"
                    self._class(part, f"Compares the {measure} of {target} fields.", "input")
                    for scalar in scalars:
                        comparator = self._number_filter(Kind.DECIMAL)
                        self._add(part, scalar.graphql_name, Optional[comparator], f"Of {scalar.graphql_name}.")
                    self._add(name, measure, Optional[self.classes[part]], f"Compares the {measure}.")
        return self.classes[name]

    # --- Mutations ----------------------------------------------------------------------------------------------------

    def _mutation(self, mutation: Mutation) -> None:
        if "Mutation" not in self.classes:
            self._class("Mutation", "The root of all changes; several in one request run in order.", "type")
        input_, payload = f"{mutation.title}Input", f"{mutation.title}Payload"
        self._class(input_, f"What {mutation.name} takes.", "input")
        version = (VERSION_ARGUMENT,) if mutation.about_issue or mutation.is_versioned else ()
        self._inputs(input_, (*mutation.inputs(), *version, *COMMON_ARGUMENTS))
        self._class(payload, f"What {mutation.name} answers.", "type")
        for name, shown in mutation.shows.items():
            if isinstance(shown, str):
                self._add_shown(payload, name, shown)
            else:
                meaning = "What became of each row, in their order; empty when they were refused together."
                self._add(payload, name, list[self._result(mutation, shown)], meaning)
        for name, meaning in mutation.tells.items():
            self._add(payload, name, Optional[str], meaning)
        self._add(payload, "isReplayed", bool, "Whether this is the first answer to the same idempotency key.")
        error = self.classes["UserError"]
        self._add(payload, "userErrors", list[error], "Why it was refused; empty when it was not.")
        self._add(payload, "clientMutationId", Optional[str], "What the input gave.")
        argument = _argument("input", self.classes[input_], f"What {mutation.name} takes.")
        self._add("Mutation", mutation.name, self.classes[payload], mutation.description, [argument])

    def _result(self, mutation: Mutation, shows: Mapping[str, str]) -> type:
        name = f"{mutation.title}Result"
        cls = self._class(name, f"What {mutation.name} answers for one row.", "type")
        self._add(name, "index", int, "The row's place in the input, from 0.")
        for shown, type_name in shows.items():
            self._add_shown(name, shown, type_name)
        error = self.classes["UserError"]
        self._add(name, "userErrors", list[error], "Why it was refused; empty when it was not.")
        return cls

    def _add_shown(self, owner: str, name: str, type_name: str) -> None:
        meaning = f"The {name} as it is now; null when the mutation was refused."
        self._add(owner, name, Optional[self.classes[type_name]], meaning)

    def _inputs(self, owner: str, arguments: Iterable[Argument]) -> None:
        for argument in arguments:
            annotation = self._input_type(argument)
            if argument.is_list:
                annotation = list[annotation]
            name = argument.graphql_name
            self._add(owner, name, _nullable(annotation, not argument.required), argument.description)

    def _input_type(self, argument: Argument) -> Any:
        kind = argument.kind
        if isinstance(kind, InputObject):
            if kind.name not in self.classes:
                self._class(kind.name, kind.description, "input")
                self._inputs(kind.name, kind.arguments)
            return self.classes[kind.name]
        return _OUTPUT[kind] if isinstance(kind, Kind) else self._domain_enum(kind)


@strawberry.directive(
    locations=[DirectiveLocation.MUTATION],
    name="atomic",
    description="Run all mutations of the operation in one transaction: all of them, or none.",
)
def atomic() -> None:
    """Mark an operation; the executor reads it."""


def _argument(name: str, annotation: Any, description: str, default: object = UNSET) -> StrawberryArgument:
    return StrawberryArgument(
        python_name=f"{name}_",
        graphql_name=name,
        type_annotation=StrawberryAnnotation(annotation),
        description=description,
        default=default,
    )


def _nullable(annotation: Any, nullable: bool) -> Any:
    return Optional[annotation] if nullable else annotation


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
