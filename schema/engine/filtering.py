"""Filters to predicates: each comparator, relation and count that a filter holds, with its bound values."""

from decimal import Decimal
from math import ceil, floor
from typing import NamedTuple

from db.kernel.text import folded
from schema import times
from schema.catalog.derived_fields import AVERAGE_PLACES, fields_by_graphql_name, has_name, measured
from schema.catalog.fields import (
    CatalogField,
    CatalogType,
    Expression,
    Kind,
    Many,
    One,
    OneOf,
    Part,
    Scalar,
    lower_first,
)
from schema.catalog.registry import Catalog
from schema.engine.bindings import (
    Argument,
    Const,
    Convert,
    ListOf,
    Param,
    RequestValues,
    constant,
    items,
    leaf,
    members,
)
from schema.engine.bounds import Bounds, check_count
from schema.engine.plan import (
    AllOf,
    AnyOf,
    Compare,
    CountRows,
    HasRows,
    Having,
    IsNull,
    Measure,
    Not,
    Predicate,
    Reaches,
)  # fmt: skip
from schema.engine.selection import Selected
from schema.errors import Path, RequestErrorCode, RequestRefused, bad_input
from schema.ids import row_id

# The PostgreSQL type of each kind that is not text, where a parameter's context does not tell.
CASTS = {Kind.ID: "bigint", Kind.INT: "bigint", Kind.DECIMAL: "bigint", Kind.BOOLEAN: "boolean"}
_LISTS = ("in", "nin")
_TEXT_KINDS = (Kind.CODE, Kind.LINE, Kind.PROSE)
# Points for each relation that a filter looks through. Inside another relation it is looked at for more rows: for each
# level, so many times as many are assumed.
_RELATION_COST = 5
_ROWS_A_RELATION = 3
# Every number that is stored, and every sum of them, lies between these; neither is one itself.
_MIN_STORED, _MAX_STORED = -(2**63), 2**63 - 1
# Levels of conditions inside each other, relations included, that can be written and read.
_MAX_LEVELS = 48
_COUNT = Scalar(name="count", description="", kind=Kind.INT, nullable=False, expression=lambda row: row)


def predicate(catalog: Catalog, target: CatalogType, filter_: Argument, path: Path, bounds: Bounds) -> AllOf:
    """Make the predicate of a filter over rows of a type; an absent or null filter holds for all.

    bounds: how many conditions it may have, and how many relations inside each other.

    Raises:
        RequestRefused: DOCUMENT_TOO_LARGE, it has more; QUERY_TOO_DEEP, they are nested more deeply; BAD_USER_INPUT, a
            comparison with null other than eq and neq, or a list with null.
    """
    made = _Filter(catalog, bounds.filter_nodes)
    held = made.all_of(target, filter_, path, _TOP)
    depth, levels = made.relations, made.levels
    if depth > bounds.filter_depth or levels > _MAX_LEVELS:
        if depth <= bounds.filter_depth:
            what, has, limit = "levels of conditions", levels, _MAX_LEVELS
        else:
            what, has, limit = "relations", depth, bounds.filter_depth
        raise RequestRefused(
            RequestErrorCode.QUERY_TOO_DEEP,
            f"The filter has {has} nested {what}; at most {limit} are allowed. Ask in several requests.",
            path,
            {"what": what, "depth": has, "maxDepth": limit},
        )
    return held


def predicate_of(catalog: Catalog, target: CatalogType, selected: Selected, bounds: Bounds) -> AllOf:
    """Make the predicate of a field's `filter` argument, as `predicate` does."""
    return predicate(catalog, target, selected.arguments.get("filter"), (*selected.path, "filter"), bounds)


def having(target: CatalogType, given: Argument, path: Path) -> tuple[Having, ...]:
    """Make the conditions of a `having` on groups of a type's rows."""
    parts: list[Having] = []
    for name, comparator in members(given).items():
        if comparator is None:
            continue
        if name == "count":
            parts += _having(Measure("count"), _COUNT, comparator, (*path, name))
            continue
        by_name = {scalar.graphql_name: scalar for scalar in measured(target, name)}
        for field, inner in members(comparator).items():
            scalar = by_name[field]
            places = scalar.places + (AVERAGE_PLACES if name == "avg" else 0)
            measured_as = Scalar(
                name=scalar.name,
                description="",
                kind=Kind.DECIMAL,
                nullable=True,
                expression=scalar.expression,
                places=places,
            )
            parts += _having(Measure(name, scalar), measured_as, inner, (*path, name, field))
    return tuple(parts)


def relation_cost(held: Predicate, level: int = 0) -> int:
    """Return the points for the relations that a predicate looks through.

    level: how many relations it is inside of. Four relations inside each other cost 5 + 15 + 45 + 135 points.
    """
    if isinstance(held, AllOf | AnyOf):
        return sum(relation_cost(part, level) for part in held.parts)
    if isinstance(held, Not):
        return relation_cost(held.part, level)
    own = _RELATION_COST * _ROWS_A_RELATION**level
    if isinstance(held, Reaches | HasRows):
        return own + relation_cost(held.predicate, level + 1)
    return own if isinstance(held, CountRows) else 0


def bound(scalar: Scalar, argument: Argument, path: Path, type_name: str, operator: str = "eq") -> Param:
    """Make the parameter that a scalar is compared with."""
    is_literal = scalar.kind is Kind.ENUM and isinstance(argument, Const)
    return Param(
        leaf(argument), _converter(scalar, path, type_name, operator), CASTS.get(scalar.kind, "text"), is_literal
    )


class _Inside(NamedTuple):
    """How many relations, and how many levels of anything, a condition is inside of."""

    relations: int
    levels: int

    def condition(self) -> "_Inside":
        """Return the place inside `and`, `or` or `not`."""
        return _Inside(self.relations, self.levels + 1)

    def relation(self) -> "_Inside":
        """Return the place inside a relation."""
        return _Inside(self.relations + 1, self.levels + 1)


_TOP = _Inside(0, 0)


class _Filter:
    """Makes one filter's predicate. max_conditions: conditions that it may have.

    count: those that it has. relations, levels: how many of them are inside each other.
    """

    def __init__(self, catalog: Catalog, max_conditions: int) -> None:
        self.catalog = catalog
        self.count = self.relations = self.levels = 0
        self._max_conditions = max_conditions

    def all_of(self, target: CatalogType, given: Argument, path: Path, inside: _Inside) -> AllOf:
        self.relations = max(self.relations, inside.relations)
        self.levels = max(self.levels, inside.levels)
        names = fields_by_graphql_name(self.catalog, target.name)
        relations = {has_name(item): item for item in target.relations(One, OneOf)}
        parts: list[Predicate] = []
        for name, value in members(given).items():
            where = (*path, name)
            if value is None:
                continue
            self.count += 1
            check_count("conditions in one filter", self.count, self._max_conditions)
            if name in ("and", "or"):
                several = tuple(
                    self.all_of(target, part, (*where, at), inside.condition()) for at, part in enumerate(items(value))
                )
                parts.append(AllOf(several) if name == "and" else AnyOf(several))
            elif name == "not":
                parts.append(Not(self.all_of(target, value, where, inside.condition())))
            elif name in relations:
                anything = self._reaches(relations[name], None, where, inside)
                parts.append(anything if constant(value) else Not(anything))
            else:
                parts += self._field(target, names[name], value, where, inside)
        return AllOf(tuple(parts))

    def _field(
        self, target: CatalogType, item: CatalogField, value: Argument, path: Path, inside: _Inside
    ) -> list[Predicate]:
        match item:
            case Scalar():
                return _comparisons(item, value, path, target.name)
            case One() | OneOf():
                return [self._reaches(item, value, path, inside)]
            case Part():
                return [self.all_of(self.catalog.types[item.target], value, path, inside)]
            case Many():
                return self._rows(item, value, path, inside)
        raise TypeError(f"no filter through {item}")

    def _reaches(self, item: One | OneOf, value: Argument, path: Path, inside: _Inside) -> Predicate:
        if isinstance(item, One):
            return self._reach(item.target, item.on, value, path, inside, item.shares_visibility)
        given = {name: inner for name, inner in members(value).items() if inner is not None}
        branches = [
            self._reach(target, _by_key(key), given.get(lower_first(target)), (*path, lower_first(target)), inside)
            for target, key in item.branches
            if not given or lower_first(target) in given
        ]
        return AnyOf(tuple(branches))

    def _reach(
        self,
        target: str,
        on: Expression,
        value: Argument,
        path: Path,
        inside: _Inside,
        shares_visibility: bool = False,
    ) -> Reaches:
        declared = self.catalog.types[target]
        return Reaches(declared, on, self.all_of(declared, value, path, inside.relation()), shares_visibility)

    def _rows(self, many: Many, value: Argument, path: Path, inside: _Inside) -> list[Predicate]:
        target = self.catalog.types[many.target]
        parts: list[Predicate] = []
        for quantifier, inner in members(value).items():
            where = (*path, quantifier)
            if inner is None:
                continue
            if quantifier == "count":
                for operator, param in _operators(_COUNT, inner, where, ""):
                    parts.append(CountRows(many, operator, param))
                continue
            matching = self.all_of(target, inner, where, inside.relation())
            if quantifier == "some":
                parts.append(HasRows(many, matching))
            else:
                failing = matching if quantifier == "none" else Not(matching)
                parts.append(Not(HasRows(many, failing)))
        return parts


def _by_key(key: Expression) -> Expression:
    return lambda row, other: other.id == key(row)


def _comparisons(scalar: Scalar, comparator: Argument, path: Path, type_name: str) -> list[Predicate]:
    parts: list[Predicate] = []
    for operator, value in members(comparator).items():
        if operator == "isNull":
            if value is not None:
                parts.append(IsNull(scalar) if constant(value) else Not(IsNull(scalar)))
        elif value is None and operator in ("eq", "neq"):
            parts.append(IsNull(scalar) if operator == "eq" else Not(IsNull(scalar)))
        else:
            parts += [
                Compare(scalar, op, param) for op, param in _operators(scalar, {operator: value}, path, type_name)
            ]
    return parts


def _having(measure: Measure, scalar: Scalar, comparator: Argument, path: Path) -> list[Having]:
    return [Having(measure, operator, param) for operator, param in _operators(scalar, comparator, path, "")]


def _operators(scalar: Scalar, comparator: Argument, path: Path, type_name: str) -> list[tuple[str, Param]]:
    made: list[tuple[str, Param]] = []
    for operator, value in members(comparator).items():
        where = (*path, operator)
        if operator == "isNull":
            raise bad_input("The field always has a value; leave isNull out.", where)
        if value is None:
            raise bad_input(f"{operator} must not be null; use isNull to ask for rows without a value.", where)
        if operator in _LISTS:
            made.append((operator, _list_param(scalar, value, where, type_name)))
        else:
            made.append((operator, bound(scalar, value, where, type_name, operator)))
    return made


def _list_param(scalar: Scalar, argument: Argument, path: Path, type_name: str) -> Param:
    convert = _converter(scalar, path, type_name, "in")
    is_written_out = isinstance(argument, list)
    if is_written_out and any(item is None for item in argument):
        raise bad_input("The list must not contain null.", path)
    source = ListOf(tuple(leaf(item) for item in argument)) if is_written_out else leaf(argument)

    def convert_all(values: object, request_values: RequestValues) -> list[object]:
        listed = values if isinstance(values, list) else [values]
        return [convert(value, request_values) for value in listed]

    names = scalar.kind is Kind.ENUM and is_written_out and all(isinstance(item, Const) for item in argument)
    return Param(source, convert_all, f"{CASTS.get(scalar.kind, 'text')}[]", names and bool(argument))


def _converter(scalar: Scalar, path: Path, type_name: str, operator: str) -> Convert[object]:
    kind = scalar.kind
    if kind is Kind.ID:
        return lambda value, _: row_id(value, type_name)
    if kind is Kind.DATETIME:
        return lambda value, request_values: times.counted_from(request_values.now, value)
    if kind is Kind.DECIMAL:
        return lambda value, _: _units(value, scalar.places, operator)
    if kind in _TEXT_KINDS:
        return lambda value, _: _storable(value, path)
    return lambda value, _: value


def _units(value: Decimal, places: int, operator: str) -> int:
    """Return the whole number of smallest units that a decimal is compared with, so that the answer is exact.

    `lt` 1.005 with two places returns 101: what is less than 100.5 hundredths is less than 101.
    """
    scaled = Decimal(value).scaleb(places)
    whole = ceil(scaled) if operator in ("lt", "gte") else floor(scaled)
    if whole != scaled and operator in ("eq", "neq", "in", "nin"):
        # Nothing that is stored equals it.
        return _MIN_STORED
    return min(max(whole, _MIN_STORED), _MAX_STORED)


def _storable(value: str, path: Path) -> str:
    """Return a text to search for, in the form that texts are kept in."""
    if "\x00" in value:
        raise bad_input("The text must not contain the character U+0000.", path)
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise bad_input("The text contains one half of a surrogate pair without the other.", path)
    return folded(value)
