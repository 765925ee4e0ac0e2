"""How types and fields are declared, in Peewee's terms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, overload

from peewee import BigAutoField, BooleanField, ColumnBase, Field, IntegerField, Model, Node, fn

from db.kernel.enumeration import DomainEnum
from db.kernel.expressions import Row
from db.kernel.fields import CodeField, DayField, EnumField, FixedDecimalField, LineField, ProseField, UtcDateTimeField
from db.kernel.rollups import Rollup
from schema.catalog.fields import (
    Aggregate,
    CatalogField,
    CatalogType,
    Condition,
    Derived,
    Expression,
    FieldArgument,
    Kind,
    Listed,
    Lookup,
    Many,
    One,
    OneOf,
    Part,
    Scalar,
    ValueOf,
)  # fmt: skip


def model_type(
    model: type[Model],
    description: str,
    *,
    visible: Condition | None = None,
    is_node: bool = True,
    rollups: tuple[Rollup, ...] = (),
    private: Callable[..., tuple[Node, ...]] = lambda *_: (),
) -> Callable[[type], CatalogType]:
    """Declare the decorated class as the GraphQL type of a table; its attributes are the fields.

    visible, rollups, private: as of `CatalogType`.
    """

    def declare(cls: type) -> CatalogType:
        fields: dict[str, CatalogField] = {}
        if is_node:
            fields["id"] = Scalar(
                name="id", kind=Kind.ID, nullable=False, expression=lambda row: row.id, is_column=True,
                description="The global id of the object, opaque and stable.",
            )  # fmt: skip
        fields |= {name: _bound(name, item, model) for name, item in _declared(cls)}
        return CatalogType(
            cls.__name__, description, fields, model, visible, is_node=is_node, rollups=rollups, private=private
        )

    return declare


def part_type(description: str) -> Callable[[type], CatalogType]:
    """Declare the decorated class as an object of computed fields, without rows of its own."""

    def declare(cls: type) -> CatalogType:
        return CatalogType(cls.__name__, description, {name: _named(name, item) for name, item in _declared(cls)})

    return declare


def lookup(
    target: str,
    description: str,
    *,
    only: Expression | None = None,
    together: tuple[str, ...] = (),
    otherwise: Expression | None = None,
    **keys: tuple[str, str],
) -> Lookup:
    """Declare a root field that finds one row by its id, or by one of `keys`: argument to field and description.

    together: arguments that are one key. otherwise: the condition of the one row that is found without any key.
    """
    by_id = ("id", "id", "The global id of the object.")
    others = [(argument, scalar, meaning) for argument, (scalar, meaning) in keys.items()]
    return Lookup(
        target=target, description=description, only=only, keys=(by_id, *others), together=together, otherwise=otherwise
    )


@dataclass(frozen=True, slots=True)
class Taking:
    """What a list takes besides its page, its filter and its order.

    arguments: every expression of the rows reads them with `given.argument(name)`. where: `where(row, given)`, which
    narrows the rows by them. order_with: the default order while an argument is given, by its name.
    """

    arguments: tuple[FieldArgument, ...] = ()
    where: Condition | None = None
    order_with: Mapping[str, str] = field(default_factory=dict)

    @property
    def orders(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """The default orders as the planner reads them."""
        return {name: _order(order) for name, order in self.order_with.items()}


def every(
    target: str,
    description: str,
    *,
    order: str = "",
    taking: Taking = Taking(),
) -> Many:
    """Declare a root field that lists all rows of a type. order, and what follows: as of `many`."""
    return Many(
        target=target, on=None, order=_order(order), description=description, arguments=taking.arguments,
        where=taking.where, order_with=taking.orders,
    )  # fmt: skip


def aggregate(
    target: str,
    description: str,
    *,
    taking: Taking = Taking(),
) -> Aggregate:
    """Declare a root field that counts, sums and groups the rows of a type. taking: as of `many`."""
    return Aggregate(target=target, description=description, arguments=taking.arguments, where=taking.where)


def names(
    expression: ValueOf, description: str, *, enum: type[DomainEnum] | None = None, nullable: bool = False
) -> Scalar:
    """Expose a list of names, of an enum where one is given, whose JSON text the expression gives."""
    return Scalar(
        kind=Kind.NAMES, enum=enum, nullable=nullable, expression=expression, description=description,
        is_queryable=False,
    )  # fmt: skip


def column(description: str, *, queryable: bool = True) -> "_Column":
    """Expose the model's column of the same name."""
    return _Column(description, queryable)


def computed(
    kind: type | Kind,
    expression: ValueOf,
    description: str,
    *,
    nullable: bool = False,
    places: int = 1,
    cost: int = 1,
    queryable: bool = True,
    arguments: tuple[FieldArgument, ...] = (),
) -> Scalar:
    """Expose an expression over the row; it can then be selected, filtered, ordered and aggregated.

    arguments: the expression reads them with `given.argument(name)`. A filter, an order and an aggregate use what it
    is without them.
    """
    if isinstance(kind, type) and issubclass(kind, DomainEnum):
        return Scalar(
            kind=Kind.ENUM, enum=kind, nullable=nullable, expression=expression, description=description, cost=cost,
            is_queryable=queryable, arguments=arguments,
        )  # fmt: skip
    kinds: dict[type | Kind, Kind] = {int: Kind.INT, bool: Kind.BOOLEAN}
    scalar = kinds.get(kind) or Kind(kind)
    return Scalar(
        kind=scalar, nullable=nullable, expression=expression, description=description,
        places=places if scalar is Kind.DECIMAL else 0, cost=cost, is_queryable=queryable,
        arguments=arguments,
    )  # fmt: skip


@overload
def one(target: str, description: str, *, key: str = "", shares_visibility: bool = False) -> "_ForeignKey": ...
@overload
def one(target: str, description: str, *, on: Expression, shares_visibility: bool = False) -> One: ...
def one(
    target: str,
    description: str,
    *,
    on: Expression | None = None,
    key: str = "",
    shares_visibility: bool = False,
) -> "_ForeignKey | One":
    """Expose a foreign key (of the same name, or `key`), or the one row, if any, for which `on(row, other)` holds.

    shares_visibility: whoever sees this row sees the other one.
    """
    if on is None:
        return _ForeignKey(target, description, key, shares_visibility)
    return One(target=target, on=on, nullable=True, shares_visibility=shares_visibility, description=description)


def one_of(union_name: str, branches: dict[str, str], description: str, *, nullable: bool = False) -> OneOf:
    """Expose several foreign keys, of which one is set, as a union: type to foreign key."""
    keys = tuple((target, _key_reader(name)) for target, name in branches.items())
    return OneOf(union=union_name, branches=keys, nullable=nullable, description=description)


def many(
    target: str,
    description: str,
    *,
    on: Expression | str,
    order: str = "",
    scoped: bool = False,
    shares_visibility: bool = False,
    cost: int = 1,
    taking: Taking = Taking(),
) -> Many:
    """Expose a connection of the rows for which `on(row, other)` holds, or whose foreign key of that name is this row.

    order: names of scalar fields of the target, `-` before one for descending. shares_visibility: whoever sees this row
    sees all of the other ones. taking: the list's arguments.
    """
    return Many(
        target=target, on=_names_it(on) if isinstance(on, str) else on, order=_order(order), scoped=scoped, cost=cost,
        shares_visibility=shares_visibility, description=description, arguments=taking.arguments, where=taking.where,
        order_with=taking.orders,
    )  # fmt: skip


def _names_it(key: str) -> Expression:
    return lambda row, other: getattr(other, key) == row.id


def listed(
    target: str, description: str, *, on: Expression, order: Callable[[Row, Row], Sequence[Node]], bound: int
) -> Listed:  # fmt: skip
    """Expose a short plain list: the first `bound` rows for which `on(row, other)` holds, by `order(row, other)`."""
    return Listed(target=target, on=on, order=order, bound=bound, description=description)


def part(target: str, description: str, *, scoped: bool = False, arguments: tuple[FieldArgument, ...] = ()) -> Part:
    """Expose an object of computed fields over the same row. arguments: its fields' expressions read them."""
    return Part(target=target, scoped=scoped, description=description, arguments=arguments)


def derived(
    target: str,
    description: str,
    *,
    query: ValueOf,
    bound: int,
    cost: int = 5,
    arguments: tuple[FieldArgument, ...] = (),
) -> Derived:
    """Expose a list of objects that a sub-select makes, of at most `bound`.

    arguments: `query(row, given)` reads them.
    """
    return Derived(target=target, query=query, bound=bound, description=description, cost=cost, arguments=arguments)


def derived_one(target: str, description: str, *, query: ValueOf, cost: int = 5) -> Derived:
    """Expose the object that a sub-select makes; null where it finds none."""
    return Derived(target=target, query=query, bound=1, is_list=False, description=description, cost=cost)


def number(counted: Node) -> ColumnBase:
    """Make a number of a sub-select, which alone cannot be calculated with or compared."""
    return fn.COALESCE(counted, 0)


@dataclass(frozen=True, slots=True)
class _Column:
    description: str
    queryable: bool


@dataclass(frozen=True, slots=True)
class _ForeignKey:
    target: str
    description: str
    key: str
    shares_visibility: bool


# What stands in the body of a declared class.
Declared: TypeAlias = CatalogField | _Column | _ForeignKey

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


def _declared(cls: type) -> "list[tuple[str, Declared]]":
    return [(name, item) for name, item in vars(cls).items() if not name.startswith("_")]


def _bound(name: str, item: "Declared", model: type[Model]) -> CatalogField:
    if isinstance(item, _Column):
        return _column_scalar(name, item, model)
    if isinstance(item, _ForeignKey):
        return _foreign_key(name, item, model)
    return _named(name, item)


def _named(name: str, item: Declared) -> CatalogField:
    assert isinstance(item, CatalogField), "columns and foreign keys are declared of a table"
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
        shares_visibility=item.shares_visibility,
    )


def _key_reader(name: str) -> Expression:
    return lambda row: getattr(row, name)


def _order(order: str) -> tuple[tuple[str, str], ...]:
    return tuple((key.removeprefix("-"), "DESC" if key.startswith("-") else "ASC") for key in order.split())
