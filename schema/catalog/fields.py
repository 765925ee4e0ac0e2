"""The single declaration of the graph: what a type and each of its fields is, in Peewee's terms.

`schema.graph.nouns` declares with the functions below; `schema.build` makes the Strawberry types of it, the engine its SQL.
A field's `rows` are table aliases; a declared lambda takes the alias of its own row and, where it needs them, the alias
of the other row and what is `Given` with the field.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from typing import Any

from peewee import BigAutoField, BooleanField, Field, IntegerField, Model, fn

from db.issues.policy import Sight
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, DayField, EnumField, FixedDecimalField, LineField, ProseField, UtcDateTimeField


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


@dataclass(frozen=True, slots=True)
class Given:
    """What a declared expression may know besides its rows: which issues the viewer sees, and the field's arguments."""

    sight: Sight
    arguments: Mapping[str, Any]

    @property
    def scope(self) -> str:
        """The `scope` argument, where the field has one."""
        return str(self.arguments["scope"])


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogField:
    """What every field has. `cost`: points for one row of it, beyond the rows below it."""

    description: str
    name: str = ""
    cost: int = 0

    @property
    def graphql_name(self) -> str:
        """The name that clients use."""
        return camel(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar(CatalogField):
    """One value of a row: a column, or an expression over the row."""

    kind: Kind
    nullable: bool
    expression: Callable[..., Any]
    enum: type[DomainEnum] | None = None
    places: int = 0
    is_column: bool = False
    is_queryable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class One(CatalogField):
    """A row of another type, or none: the one that `on(row, other)` finds.

    is_seen_with: whoever sees this row sees the other one, so that it is not asked again.
    """

    target: str
    on: Callable[..., Any]
    nullable: bool
    key: Callable[..., Any] | None = None
    is_seen_with: bool = False
    cost: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf(CatalogField):
    """A row of one of several types: the first branch whose key is set."""

    union: str
    branches: tuple[tuple[str, Callable[..., Any]], ...]
    nullable: bool
    cost: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Many(CatalogField):
    """A connection to the rows of another type for which `on(row, other)` holds. `order`: default, before the id.

    is_seen_with: as of `One`.
    """

    target: str
    on: Callable[..., Any] | None
    order: tuple[tuple[str, str], ...] = ()
    scoped: bool = False
    is_seen_with: bool = False
    cost: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(CatalogField):
    """A short plain list of rows of another type. `bound`: the greatest length there can be."""

    target: str
    on: Callable[..., Any]
    order: Callable[..., Any]
    bound: int
    cost: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(CatalogField):
    """An object of computed fields over the same row."""

    target: str
    scoped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived(CatalogField):
    """A list of objects made by a sub-select: `query(row)` has one column for each field of `target`."""

    target: str
    query: Callable[..., Any]
    bound: int
    cost: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(CatalogField):
    """A root field that finds one row by one of its keys. `keys`: argument, scalar field of the target, description.

    only: which rows can be found by a key other than the id, where it alone does not tell.
    """

    target: str
    keys: tuple[tuple[str, str, str], ...]
    only: Callable[..., Any] | None = None
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
    on: Callable[..., Any]
    cost: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(CatalogField):
    """A root field that counts, sums and groups rows of a type."""

    target: str
    cost: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved(CatalogField):
    """A root field that no table holds: `value(moment, ...)` gives the object whose fields `target` declares.

    arguments: name and description of texts that it takes, and `value` by the same names. Lists in it are `derived`.
    """

    target: str
    value: Callable[..., Any]
    arguments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogType:
    """A type of the graph. model: None for parts and derived objects.

    visible: which rows exist for the viewer, by row and `Given`; None, or what it gives is None, for all.
    """

    name: str
    description: str
    fields: Mapping[str, CatalogField]
    model: type[Model] | None = None
    visible: Callable[..., Any] | None = None
    title: str = ""
    is_node: bool = True

    def scalars(self) -> list[Scalar]:
        """The scalar fields that can be filtered and ordered by."""
        return [item for item in self.fields.values() if isinstance(item, Scalar) and item.is_queryable]

    def relations(self, *kinds: type[CatalogField]) -> list[Any]:
        """The fields of the given kinds."""
        return [item for item in self.fields.values() if isinstance(item, kinds)]


@dataclass(slots=True)
class Catalog:
    """All types, by name, and the fields of the root."""

    types: dict[str, CatalogType] = field(default_factory=dict)
    unions: dict[str, str] = field(default_factory=dict)

    def declare(self, declared: CatalogType) -> None:
        """Add a type.

        Raises:
            ValueError: there is one of that name.
        """
        if declared.name in self.types:
            raise ValueError(f"{declared.name} is declared twice")
        self.types[declared.name] = declared

    def nodes(self) -> list[CatalogType]:
        """The types that have rows and ids, by name."""
        return sorted((t for t in self.types.values() if t.model and t.is_node), key=lambda t: t.name)

    def union_members(self, union: str) -> list[str]:
        """The types that a union can be."""
        members: dict[str, None] = {}
        for declared in self.types.values():
            for one_of in declared.relations(OneOf):
                if one_of.union == union:
                    members.update({name: None for name, _ in one_of.branches})
        return list(members)


CATALOG = Catalog()


def model_type(
    model: type[Model], description: str, *, visible: Callable[..., Any] | None = None, is_node: bool = True
) -> Callable[[type], type]:
    """Declare the decorated class as the GraphQL type of a table; its attributes are the fields."""

    def declare(cls: type) -> type:
        fields: dict[str, CatalogField] = {}
        if is_node:
            fields["id"] = Scalar(
                name="id", kind=Kind.ID, nullable=False, expression=lambda row: row.id, is_column=True,
                description="The global id, opaque and stable.",
            )  # fmt: skip
        fields |= {name: _bound(name, item, model) for name, item in _declared(cls)}
        CATALOG.declare(CatalogType(cls.__name__, description, fields, model, visible, is_node=is_node))
        return cls

    return declare


def part_type(description: str) -> Callable[[type], type]:
    """Declare the decorated class as an object of computed fields, without rows of its own."""

    def declare(cls: type) -> type:
        fields = {name: replace(item, name=name) for name, item in _declared(cls)}
        CATALOG.declare(CatalogType(cls.__name__, description, fields))
        return cls

    return declare


def root_type(description: str) -> Callable[[type], type]:
    """Declare the decorated class as the root of all reads."""
    return part_type(description)


def union(name: str, description: str) -> None:
    """Declare what a union of types means; its members follow from the fields that are one of it."""
    CATALOG.unions[name] = description


def names(
    expression: Callable[..., Any], description: str, *, enum: type[DomainEnum] | None = None, nullable: bool = False
) -> Any:
    """Expose a list of names, of an enum where one is given, whose JSON text the expression gives."""
    return Scalar(
        kind=Kind.NAMES, enum=enum, nullable=nullable, expression=expression, description=description,
        is_queryable=False,
    )  # fmt: skip


def column(description: str, *, queryable: bool = True) -> Any:
    """Expose the model's column of the same name."""
    return _Column(description, queryable)


def computed(
    kind: type | Kind,
    expression: Callable[..., Any],
    description: str,
    *,
    nullable: bool = False,
    places: int = 1,
    cost: int = 1,
    queryable: bool = True,
) -> Any:
    """Expose an expression over the row; it can then be selected, filtered, ordered and aggregated."""
    if isinstance(kind, type) and issubclass(kind, DomainEnum):
        return Scalar(
            kind=Kind.ENUM, enum=kind, nullable=nullable, expression=expression, description=description, cost=cost,
            is_queryable=queryable,
        )  # fmt: skip
    kinds: dict[Any, Kind] = {int: Kind.INT, bool: Kind.BOOLEAN}
    scalar = kinds.get(kind) or Kind(kind)
    return Scalar(
        kind=scalar, nullable=nullable, expression=expression, description=description,
        places=places if scalar is Kind.DECIMAL else 0, cost=cost, is_queryable=queryable,
    )  # fmt: skip


def one(
    target: str,
    description: str,
    *,
    on: Callable[..., Any] | None = None,
    key: str = "",
    is_seen_with: bool = False,
) -> Any:
    """Expose a foreign key (of the same name, or `key`), or the one row, if any, for which `on(row, other)` holds.

    is_seen_with: whoever sees this row sees the other one.
    """
    if on is None:
        return _ForeignKey(target, description, key, is_seen_with)
    return One(target=target, on=on, nullable=True, is_seen_with=is_seen_with, description=description)


def one_of(union_name: str, branches: dict[str, str], description: str, *, nullable: bool = False) -> Any:
    """Expose several foreign keys, of which one is set, as a union: type to foreign key."""
    keys = tuple((target, _key_reader(name)) for target, name in branches.items())
    return OneOf(union=union_name, branches=keys, nullable=nullable, description=description)


def many(
    target: str,
    description: str,
    *,
    on: Callable[..., Any],
    order: str = "",
    scoped: bool = False,
    is_seen_with: bool = False,
    cost: int = 1,
) -> Any:
    """Expose a connection; `order` names scalar fields of the target, `-` before one for descending.

    is_seen_with: whoever sees this row sees all of the other ones.
    """
    return Many(
        target=target, on=on, order=_order(order), scoped=scoped, is_seen_with=is_seen_with, description=description,
        cost=cost,
    )  # fmt: skip


def listed(
    target: str, description: str, *, on: Callable[..., Any], order: Callable[..., Any], bound: int
) -> Any:  # fmt: skip
    """Expose a short plain list of at most `bound` rows."""
    return Listed(target=target, on=on, order=order, bound=bound, description=description)


def part(target: str, description: str, *, scoped: bool = False) -> Any:
    """Expose an object of computed fields over the same row."""
    return Part(target=target, scoped=scoped, description=description)


def derived(target: str, description: str, *, query: Callable[..., Any], bound: int) -> Any:
    """Expose a list of objects that a sub-select makes, of at most `bound`."""
    return Derived(target=target, query=query, bound=bound, description=description)


def number(counted: Any) -> Any:
    """Make a number of a sub-select, which alone cannot be calculated with or compared."""
    return fn.COALESCE(counted, 0)


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a declared lambda with as many of the arguments as it takes."""
    return function(*arguments[: _arity(function)])


def camel(name: str) -> str:
    """Turn snake_case into camelCase."""
    head, *rest = name.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


@dataclass(frozen=True, slots=True)
class _Column:
    description: str
    queryable: bool


@dataclass(frozen=True, slots=True)
class _ForeignKey:
    target: str
    description: str
    key: str
    is_seen_with: bool


_COLUMN_KINDS: tuple[tuple[type[Field], Kind], ...] = (
    (EnumField, Kind.ENUM),
    (CodeField, Kind.CODE),
    (LineField, Kind.LINE),
    (ProseField, Kind.PROSE),
    (UtcDateTimeField, Kind.DATETIME),
    (DayField, Kind.DATE),
    (FixedDecimalField, Kind.DECIMAL),
    (BooleanField, Kind.BOOLEAN),
    (BigAutoField, Kind.ID),
    (IntegerField, Kind.INT),
)


def _declared(cls: type) -> list[tuple[str, Any]]:
    return [(name, item) for name, item in vars(cls).items() if not name.startswith("_")]


def _bound(name: str, item: Any, model: type[Model]) -> CatalogField:
    if isinstance(item, _Column):
        return _column_scalar(name, item, model)
    if isinstance(item, _ForeignKey):
        return _foreign_key(name, item, model)
    return replace(item, name=name)


def _column_scalar(name: str, item: _Column, model: type[Model]) -> Scalar:
    stored = model._meta.fields[name]
    kind = next(kind for field_class, kind in _COLUMN_KINDS if isinstance(stored, field_class))
    return Scalar(
        name=name,
        description=item.description,
        kind=kind,
        nullable=stored.null,
        expression=lambda row: getattr(row, name),
        enum=getattr(stored, "enum", None),
        places=getattr(stored, "places", 0),
        is_column=True,
        is_queryable=item.queryable,
    )


def _foreign_key(name: str, item: _ForeignKey, model: type[Model]) -> One:
    key = _key_reader(item.key or name)
    stored = model._meta.fields[item.key or name]
    return One(
        name=name,
        description=item.description,
        target=item.target,
        on=lambda row, other: other.id == key(row),
        nullable=stored.null,
        key=key,
        is_seen_with=item.is_seen_with,
    )


def _key_reader(name: str) -> Callable[..., Any]:
    return lambda row: getattr(row, name)


def _order(order: str) -> tuple[tuple[str, str], ...]:
    return tuple((key.removeprefix("-"), "DESC" if key.startswith("-") else "ASC") for key in order.split())


@cache
def _arity(function: Callable[..., Any]) -> int:
    parameters = inspect.signature(function).parameters.values()
    return sum(1 for parameter in parameters if parameter.kind is not inspect.Parameter.VAR_POSITIONAL)
