"""The plan: what one root field will read, as frozen data. Made by `planner`, turned into SQL by `emit`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

from db.kernel.enumeration import DomainEnum
from schema.catalog.derived_fields import GroupChoice
from schema.catalog.fields import (
    Aggregate,
    CatalogType,
    Derived,
    Expression,
    FieldContext,
    Kind,
    Listed,
    Lookup,
    Many,
    One,
    OneOf,
    Own,
    Scalar,
)  # fmt: skip
from schema.engine.bindings import NO_REQUEST, Const, Leaf, Param, RequestValues
from schema.engine.tally import Tally, row_mark


class Size(Protocol):
    """A number that is known when a request runs."""

    def bind(self, request_values: RequestValues, /) -> int:
        """Return the number for one request."""
        ...


@dataclass(frozen=True, slots=True)
class Cost:
    """Points: `base`, and for each part, a list, as many times the cost of a row as its size says."""

    base: int = 1
    parts: tuple[tuple[int | Size, "Cost"], ...] = ()

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.base + other.base, self.parts + other.parts)

    def points(self, request_values: RequestValues) -> int:
        """Compute the points for one request."""
        total = self.base
        for size, part in self.parts:
            times = size if isinstance(size, int) else size.bind(request_values)
            total += times * part.points(request_values)
        return total

    def fold_constants(self) -> "Cost":
        """Compute once what depends on no variable."""
        base, parts = self.base, []
        for size, part in self.parts:
            part = part.fold_constants()
            if isinstance(size, Param) and isinstance(size.source, Const):
                size = size.bind(NO_REQUEST)
            if isinstance(size, int) and not part.parts:
                base += size * part.base
            else:
                parts.append((size, part))
        return Cost(base, tuple(parts))

    def tally(self) -> "Tally | None":
        """Return what counts the points of an answer by its rows; None where there are no lists."""
        weights: dict[bytes, int] = {}
        _weigh(self.parts, 0, weights)
        return Tally(self.base, tuple(weights.items())) if weights else None


def dearest(costs: Sequence[Cost]) -> Cost:
    """Return the most that one of several costs can be; one point where there are none."""
    return Cost(max((cost.base for cost in costs), default=1), tuple(part for cost in costs for part in cost.parts))


def _weigh(parts: tuple[tuple[int | Size, Cost], ...], level: int, weights: dict[bytes, int]) -> None:
    mark = row_mark(level).encode()
    for _, row in parts:
        if row.base:
            weights[mark] = max(weights.get(mark, 0), row.base)
        _weigh(row.parts, level + 1, weights)


WhatT = TypeVar("WhatT")
# What an object shows: response key to what stands there.
Keyed: TypeAlias = tuple[tuple[str, WhatT], ...]

# --- What a row shows -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Typename:
    """The name of the concrete type."""

    name: str


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar of the row. `type_name`: the type that its id names."""

    scalar: Scalar
    given: FieldContext
    type_name: str


@dataclass(frozen=True, slots=True)
class ToOne:
    """The row at the other end of a relation."""

    one: One
    row: "Row"


@dataclass(frozen=True, slots=True)
class ToOneOf:
    """The row of whichever branch is set."""

    one_of: OneOf
    rows: tuple[tuple[Expression, "Row"], ...]


@dataclass(frozen=True, slots=True)
class PartOf:
    """Fields of a part, over the same row."""

    fields: "Keyed[Shown]"


@dataclass(frozen=True, slots=True)
class PlainList:
    """A short plain list."""

    listed: Listed
    row: "Row"


@dataclass(frozen=True, slots=True)
class DerivedObjects:
    """A list of objects that a sub-select makes, or the one that it makes."""

    derived: Derived
    given: FieldContext
    fields: "Keyed[Shown]"


@dataclass(frozen=True, slots=True)
class Row:
    """An object made of one row of a type's table."""

    type: CatalogType
    fields: "Keyed[Shown]"


Shown: TypeAlias = "Typename | Value | ToOne | ToOneOf | PartOf | PlainList | DerivedObjects | Page"


# --- Which rows -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compare:
    """A scalar against a bound value. `operator`: as in the comparators."""

    scalar: Scalar
    operator: str
    param: Param


@dataclass(frozen=True, slots=True)
class IsNull:
    """A scalar without a value."""

    scalar: Scalar


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; with none, true."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds; with none, false."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold, or is unknown."""

    part: "Predicate"


@dataclass(frozen=True, slots=True)
class Reaches:
    """There is a row at the other end of a relation (of the given type, in a union), and it matches.

    shares_visibility: whoever sees the row sees the other one.
    """

    target: CatalogType
    on: Expression
    predicate: "Predicate"
    shares_visibility: bool = False


@dataclass(frozen=True, slots=True)
class HasRows:
    """Some row of a connection matches."""

    many: Many
    predicate: "Predicate"


@dataclass(frozen=True, slots=True)
class CountRows:
    """How many rows a connection has, against a bound value."""

    many: Many
    operator: str
    param: Param


Predicate: TypeAlias = Compare | IsNull | AllOf | AnyOf | Not | Reaches | HasRows | CountRows


# --- In which order, and how many -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One step of an order, by a scalar or by how many rows a connection has."""

    by: Scalar | Many
    descending: bool
    nulls_first: bool

    @property
    def nullable(self) -> bool:
        """Whether a row may be without it."""
        return isinstance(self.by, Scalar) and self.by.nullable

    @property
    def enum(self) -> type[DomainEnum] | None:
        """The enumeration whose order this goes by, where it goes by one."""
        return self.by.enum if isinstance(self.by, Scalar) and self.by.kind is Kind.ENUM else None

    @property
    def kind(self) -> Kind:
        """What its values are, in an order and in cursors: whole numbers for counts and ranks of an enumeration."""
        return self.by.kind if isinstance(self.by, Scalar) and self.enum is None else Kind.INT


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: one bound value for each step of its order."""

    params: tuple[Param, ...]


@dataclass(frozen=True, slots=True)
class PageSpan:
    """Which part of the list: `size` rows from the start, or from the end, between two cursors."""

    size: Param[int]
    backward: bool
    after: Cursor | None
    before: Cursor | None


@dataclass(frozen=True, slots=True)
class Page:
    """A connection: the rows, their order, the page, and what is asked of it.

    given: what the relation itself may know. of_rows: what the expressions of its rows may know.
    """

    many: Many
    given: FieldContext
    of_rows: FieldContext
    target: CatalogType
    predicate: Predicate
    order: tuple[OrderKey, ...]
    span: PageSpan
    fingerprint: Leaf
    fields: "Keyed[ConnectionField]"


@dataclass(frozen=True, slots=True)
class Nodes:
    """The rows of a connection, each as an object."""

    row: Row


@dataclass(frozen=True, slots=True)
class Edges:
    """The rows of a connection with their cursors."""

    fields: "Keyed[Row | Typename | CursorText]"


@dataclass(frozen=True, slots=True)
class CursorText:
    """The cursor of an edge."""


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What is asked of a page's place in its list, by name."""

    fields: Keyed[str]


@dataclass(frozen=True, slots=True)
class TotalCount:
    """How many rows there are in all."""


ConnectionField: TypeAlias = Nodes | Edges | PageInfo | TotalCount | Typename


# --- Root fields ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OneRow:
    """One row found by a key, of one column or several, or the viewer's own."""

    row: Row
    lookup: Lookup | Own | None
    keys: tuple[tuple[Scalar, Param], ...]


@dataclass(frozen=True, slots=True)
class NodeRows:
    """A list of rows by global id. rows: one for each type that the ids name, in the order of their names."""

    rows: tuple[Row, ...]
    types: Param[list[str]]
    ids: Param[list[int]]


@dataclass(frozen=True, slots=True)
class Nothing:
    """No row: an id that names no type."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of a set of rows: `count`, or the sum, avg, min or max of a scalar."""

    function: str
    scalar: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """An object of measures."""

    fields: Keyed[Measure | Typename]


Measured: TypeAlias = Measure | Measures | Typename


@dataclass(frozen=True, slots=True)
class KeyPart:
    """What a group has in common by one choice. place: what is shown of it where it is a place of the hierarchy."""

    choice: GroupChoice
    place: Row | None = None


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What is asked of a group's key."""

    fields: Keyed[KeyPart | Typename]


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of an aggregate. having: what must hold for a group."""

    by: tuple[GroupChoice, ...]
    having: tuple["Having", ...]
    size: Param[int]
    fields: Keyed[GroupKey | Measured]


@dataclass(frozen=True, slots=True)
class Having:
    """A measure of a group against a bound value."""

    measure: Measure
    operator: str
    param: Param


@dataclass(frozen=True, slots=True)
class Totals:
    """An aggregate: measures over all rows of the filter, and its groups. given: what the rows' expressions know."""

    aggregate: Aggregate
    given: FieldContext
    target: CatalogType
    predicate: Predicate
    fields: Keyed[Groups | Measured]


Root: TypeAlias = OneRow | NodeRows | Nothing | Page | Totals


@dataclass(frozen=True, slots=True)
class Plan:
    """What one root field reads for which viewer, and what it costs."""

    root: Root
    cost: Cost
    viewer: FieldContext
