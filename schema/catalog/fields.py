"""What a type of the graph and each of its fields is, as plain data: read by the builder and by the engine.

A field's `rows` are table aliases; a declared lambda takes the alias of its own row and, where it needs them, the alias
of the other row and what is `FieldContext` with the field.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias, TypeVar

from peewee import Model, Node

from db.kernel.enumeration import DomainEnum
from db.kernel.expressions import Condition, Row
from db.kernel.refusals import camel
from db.kernel.rollups import Rollup


class Kind(Enum):
    """How a scalar is stored and shown; each maps to one GraphQL scalar and one comparator."""

    ID = "ID"
    CODE = "CODE"
    LINE = "LINE"
    PROSE = "PROSE"
    ENUM = "ENUM"
    INT = "INT"
    BOOLEAN = "BOOLEAN"
    DECIMAL = "DECIMAL"
    DATETIME = "DATETIME"
    DATE = "DATE"
    # A list of names of the schema's own, as the JSON text of it; never null inside.
    NAMES = "NAMES"
    # A position in the change feed.
    SYNC_CURSOR = "SYNC_CURSOR"


@dataclass(frozen=True, slots=True)
class InputType:
    """A structure that a field's argument takes. name: ends with `Filter`, as all inputs of reads do."""

    name: str
    description: str
    fields: tuple["FieldArgument", ...]


@dataclass(frozen=True, slots=True)
class FieldArgument:
    """An argument of a field; the field's expressions find it in `FieldContext` as a bound parameter.

    A plan depends on whether it was given, and not on its value. kind: a scalar, an enumeration or a structure.
    default: what is bound when it was left out. between: the least and the greatest number that are accepted. places:
    of a decimal, which is bound as a whole number of its smallest units, rounded down. of: the type that an id names.
    cost: points when it is given. is_list: of a field that no table holds, a list of the kind.
    """

    name: str
    kind: "Kind | type[DomainEnum] | InputType"
    description: str
    required: bool = False
    default: str | int | bool | None = None
    between: tuple[int, int] | None = None
    places: int = 0
    of: str = ""
    cost: int = 0
    is_list: bool = False

    @property
    def graphql_name(self) -> str:
        """The name that clients use."""
        return camel(self.name)


# An argument as expressions see it: a parameter, a structure of them by name, or None; a scope by its name.
BoundArgument: TypeAlias = "Node | dict[str, BoundArgument] | str | None"


@dataclass(frozen=True, slots=True)
class FieldContext:
    """What a declared expression may know besides its rows: what the viewer sees, and the field's arguments.

    visibility: one of a few values that the declarations of visibility tell apart; a plan is kept for each.
    """

    visibility: Hashable
    arguments: Mapping[str, BoundArgument]

    def argument(self, name: str) -> Any:
        """Return an argument as a bound parameter, or None where it was not given."""
        return self.arguments.get(name)

    @property
    def scope(self) -> str:
        """The `scope` argument, where the field has one."""
        return str(self.arguments["scope"])


# What is declared in SQL: of the row's alias, the other row's where there is one, and `FieldContext` where it helps.
Expression: TypeAlias = Callable[..., Node]
# Likewise, or of an object that no table holds: then what it gives is the value itself.
ValueOf: TypeAlias = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogField:
    """What every field has. cost: points for one row of it, beyond the rows below it.

    arguments: reach the field's expressions; of a list or an aggregate, those of its rows, filters and orders.
    """

    description: str
    name: str = ""
    cost: int = 0
    arguments: tuple[FieldArgument, ...] = ()

    @property
    def graphql_name(self) -> str:
        """The name that clients use."""
        return camel(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar(CatalogField):
    """One value of a row: a column, or an expression over the row."""

    kind: Kind
    nullable: bool
    expression: ValueOf
    enum: type[DomainEnum] | None = None
    places: int = 0
    is_column: bool = False
    is_queryable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class One(CatalogField):
    """A row of another type, or none: the one that `on(row, other)` finds.

    shares_visibility: whoever sees this row sees the other one, so that it is not asked again.
    """

    target: str
    on: Expression
    nullable: bool
    key: Expression | None = None
    shares_visibility: bool = False
    cost: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf(CatalogField):
    """A row of one of several types: the first branch whose key is set."""

    union: str
    branches: tuple[tuple[str, Expression], ...]
    nullable: bool
    cost: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Many(CatalogField):
    """A connection to the rows of another type for which `on(row, other)` holds. `order`: default, before the id.

    where: narrows the rows by the field's arguments. order_with: the default order while an argument is given, by its
    name. shares_visibility: as of `One`.
    """

    target: str
    on: Expression | None
    order: tuple[tuple[str, str], ...] = ()
    where: Condition | None = None
    order_with: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    scoped: bool = False
    shares_visibility: bool = False
    cost: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(CatalogField):
    """A short plain list of rows of another type: the first `bound` ones by `order(row, other)`."""

    target: str
    on: Expression
    order: Callable[[Row, Row], Sequence[Node]]
    bound: int
    cost: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(CatalogField):
    """An object of computed fields over the same row."""

    target: str
    scoped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived(CatalogField):
    """Objects made by a sub-select: `query(row)` has one column for each field of `target`.

    is_list: False where there is one object at most, which is null where the sub-select finds none.
    """

    target: str
    query: ValueOf
    bound: int
    is_list: bool = True
    cost: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(CatalogField):
    """A root field that finds one row by one of its keys. `keys`: argument, scalar field of the target, description.

    only: which rows can be found by a key other than the id, where it alone does not tell. together: arguments that
    are one key, and are given all or none. otherwise: the condition of the one row that is found without any key.
    """

    target: str
    keys: tuple[tuple[str, str, str], ...]
    together: tuple[str, ...] = ()
    only: Expression | None = None
    otherwise: Expression | None = None
    cost: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLookup(CatalogField):
    """A root field that finds rows of any type by global id: one, or a list."""

    is_list: bool
    cost: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Own(CatalogField):
    """A root field that is the one row belonging to the viewer: `on(row)`; null for nobody."""

    target: str
    on: Expression
    cost: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(CatalogField):
    """A root field that counts, sums and groups rows of a type. where: as of `Many`."""

    target: str
    where: Condition | None = None
    cost: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved(CatalogField):
    """A field that no table holds: `value(request_values, ...)` returns the object whose fields `target` declares.

    `value` takes the arguments by their names. Lists in it are `derived`; an object in it is one of these again, and
    its `value` takes the object around it. scoped: it has the argument `scope` as well. is_paged: likewise `first`, how
    many objects its list has at most.
    """

    target: str
    value: Callable[..., object]
    scoped: bool = False
    is_paged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeOf(CatalogField):
    """A field of an object that no table holds: the row of one of several types that its global id names.

    key: returns the id, of the object; None for no row. It is null as well where the viewer sees no such row.
    """

    targets: tuple[str, ...]
    key: Callable[[Any], str | None]


FieldT = TypeVar("FieldT", bound=CatalogField)


@dataclass(frozen=True, slots=True)
class CatalogType:
    """A type of the graph. model: None for parts and derived objects.

    visible: which rows exist for the viewer, by row and `FieldContext`; None, or what it gives is None, for all.
    rollups: from which its rows are counted, the smallest first. private: which of the rows that not everybody sees
    exist for the viewer; None, or what it gives is None, for none.
    """

    name: str
    description: str
    fields: Mapping[str, CatalogField]
    model: type[Model] | None = None
    visible: Condition | None = None
    title: str = ""
    is_node: bool = True
    rollups: tuple[Rollup, ...] = ()
    private: Callable[..., tuple[Node, ...]] = lambda *_: ()

    @property
    def has_id(self) -> bool:
        """Whether its rows have global ids."""
        return self.model is not None and self.is_node

    def scalars(self) -> list[Scalar]:
        """The scalar fields that can be filtered and ordered by."""
        return [item for item in self.fields.values() if isinstance(item, Scalar) and item.is_queryable]

    def relations(self, *kinds: type[FieldT]) -> list[FieldT]:
        """The fields of the given kinds."""
        return [item for item in self.fields.values() if isinstance(item, kinds)]


def lower_first(name: str) -> str:
    """Turn the name of a type into the name of a field: `CommitteeMember` becomes `committeeMember`."""
    return name[:1].lower() + name[1:]
