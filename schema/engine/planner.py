"""Second stage: selection and catalog to plan. Here arguments are checked, pages are measured and cost is counted."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from schema.catalog.derived import OrderChoice, fields_by_graphql_name, group_choices, measured, order_choices
from schema.catalog.fields import (
    Aggregate,
    CatalogType,
    Derived,
    Given,
    Kind,
    Listed,
    Lookup,
    Many,
    NodeLookup,
    One,
    OneOf,
    Own,
    Part,
    Scalar,
)
from schema.catalog.registry import Catalog
from schema.engine import cursors, filtering
from schema.engine.arguments import argument_cost, argument_leaves, with_arguments
from schema.engine.bounds import BOUNDS, Bounds
from schema.engine.plan import (
    Cost,
    Cursor,
    DerivedList,
    Edges,
    Fields,
    GroupKey,
    Groups,
    ListOf,
    Measure,
    Measures,
    NodeRows,
    Nodes,
    Nothing,
    OneRow,
    OrderKey,
    Page,
    PageInfo,
    PageSpan,
    PartOf,
    Plan,
    Row,
    ToOne,
    ToOneOf,
    TotalCount,
    Totals,
    Typename,
    Value,
)
from schema.engine.selection import Selected
from schema.engine.values import Const, Leaf, Moment, Param, Several, Slot, Stamp, Var
from schema.errors import bad_input
from schema.ids import row_id, type_name

# A type that clients do not know by id still needs one to break ties.
_TIE = Scalar(name="id", description="", kind=Kind.ID, nullable=False, expression=lambda row: row.id, is_column=True)
_COUNT_COST = 5
_COMPUTED_ORDER_COST = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request may ask for: rows a page, groups, ids, levels, points of cost, and what it may write."""

    default_page: int = 20
    max_page: int = 100
    max_groups: int = 1000
    max_ids: int = 100
    max_depth: int = 12
    max_cost: int = 20_000
    bounds: Bounds = BOUNDS


def node_types(catalog: Catalog, ids: Iterable[str]) -> frozenset[str]:
    """Return which types of the catalog's nodes global ids name; what names none is left out."""
    named = {type_name(value) for value in ids}
    return frozenset(name for name in named if (declared := catalog.types.get(name)) and declared.has_id)


class Planner:
    """Plans root fields for viewers who see the same issues.

    variables: those of the request; of them a plan knows which types the ids of a node lookup name, and no more.
    """

    def __init__(self, catalog: Catalog, limits: Limits, sight: Hashable, variables: Mapping[str, Any]) -> None:
        self.catalog = catalog
        self.limits = limits
        self._request = Moment(variables, "", 0)
        self.viewer = Given(sight, {"scope": "SUBTREE"})

    def plan(self, selected: Selected) -> Plan:
        """Plan one root field.

        Raises:
            RequestRefused: BAD_USER_INPUT, an argument is missing or out of bounds.
        """
        item = fields_by_graphql_name(self.catalog, self.catalog.root.name)[selected.name]
        root, cost = self._root(item, selected)
        return Plan(root, Cost(cost.base + argument_cost(item, selected), cost.parts), self.viewer)

    def _root(self, item: Any, selected: Selected) -> tuple[Any, Cost]:
        match item:
            case Lookup():
                return self._lookup(item, selected)
            case NodeLookup():
                return self._nodes(selected) if item.is_list else self._node(selected)
            case Own():
                row, cost = self._row(self.catalog.types[item.target], selected.only())
                return OneRow(row, item, None), cost
            case Many():
                return self._page(item, selected)
            case Aggregate():
                return self._totals(item, selected)
        raise TypeError(f"the engine does not read {selected.name}")

    def plan_row(self, type_name: str, selected: Selected, slot: Slot) -> Plan:
        """Plan the reading of one row of a type whose id a slot holds: an object of a mutation's payload."""
        root, cost = self._row_by_id(self.catalog.types[type_name], selected.only(), Param(slot, cast="bigint"))
        return Plan(root, cost, self.viewer)

    def _row_by_id(self, target: CatalogType, selection: tuple[Selected, ...], param: Param) -> tuple[OneRow, Cost]:
        row, cost = self._row(target, selection)
        identity = target.fields["id"]
        assert isinstance(identity, Scalar)
        return OneRow(row, None, (identity, param)), cost

    def _lookup(self, item: Lookup, selected: Selected) -> tuple[OneRow, Cost]:
        target = self.catalog.types[item.target]
        given = {argument: selected.arguments.get(argument) for argument, _, _ in _lookup_keys(item)}
        found = {argument: leaf for argument, leaf in given.items() if leaf is not None}
        if len(found) != 1:
            names = " or ".join(given)
            raise bad_input(f"Give exactly one of the arguments {names}.", selected.path)
        ((argument, leaf),) = found.items()
        scalar = next(target.fields[name] for key, name, _ in _lookup_keys(item) if key == argument)
        assert isinstance(scalar, Scalar)
        row, cost = self._row(target, selected.only())
        param = filtering.bound(scalar, leaf, (*selected.path, argument), target.name)
        return OneRow(row, item, (scalar, param)), cost

    def _node(self, selected: Selected) -> tuple[OneRow | Nothing, Cost]:
        leaf = _leaf(selected.arguments["id"])
        named = node_types(self.catalog, [leaf.read(self._request)])
        if not named:
            return Nothing(), Cost(1)
        (name,) = named
        param = Param(leaf, lambda value, _: row_id(value, name), "bigint")
        return self._row_by_id(self.catalog.types[name], selected.fields[name], param)

    def _nodes(self, selected: Selected) -> tuple[NodeRows, Cost]:
        ids_leaf = selected.arguments["ids"]
        leaf = Several(tuple(ids_leaf)) if isinstance(ids_leaf, list) else _leaf(ids_leaf)
        named = sorted(node_types(self.catalog, leaf.read(self._request)))
        planned = [self._row(self.catalog.types[name], selected.fields[name]) for name in named]
        rows = tuple(row for row, _ in planned)
        types = Param(leaf, self._each(selected, type_name), "text[]")
        ids = Param(leaf, self._each(selected, lambda value: row_id(value, type_name(value))), "bigint[]")
        size = Param(leaf, lambda value, _: len(value))
        return NodeRows(rows, types, ids), Cost(1, ((size, _dearest([cost for _, cost in planned])),))

    def _each(self, selected: Selected, convert: Any) -> Any:
        def convert_all(values: Any, _: Moment) -> list[Any]:
            if len(values) > self.limits.max_ids:
                raise bad_input(f"Ask for at most {self.limits.max_ids} ids at once.", (*selected.path, "ids"))
            return [convert(value) for value in values]

        return convert_all

    # --- Rows ---------------------------------------------------------------------------------------------------------

    def _row(
        self, declared: CatalogType, selection: tuple[Selected, ...], given: Given | None = None
    ) -> tuple[Row, Cost]:
        fields, cost = self._fields(declared, selection, given or self.viewer)
        return Row(declared, fields), cost

    def _fields(self, declared: CatalogType, selection: tuple[Selected, ...], given: Given) -> tuple[Fields, Cost]:
        shown: list[tuple[str, Any]] = []
        base, parts = 1, []
        names = fields_by_graphql_name(self.catalog, declared.name)
        for selected in selection:
            if selected.name == "__typename":
                shown.append((selected.key, Typename(declared.name)))
                continue
            item = names[selected.name]
            what, cost = self._shown(declared, item, selected, given)
            shown.append((selected.key, what))
            base += cost.base + argument_cost(item, selected)
            parts += cost.parts
        return tuple(shown), Cost(base, tuple(parts))

    def _shown(self, declared: CatalogType, item: Any, selected: Selected, given: Given) -> tuple[Any, Cost]:
        match item:
            case Scalar():
                return Value(item, with_arguments(given, item, selected), declared.name), Cost(item.cost)
            case One():
                row, cost = self._row(self.catalog.types[item.target], selected.only())
                return ToOne(item, row), cost
            case OneOf():
                rows = [self._row(self.catalog.types[name], selected.fields[name]) for name, _ in item.branches]
                branches = tuple((key, row) for (_, key), (row, _) in zip(item.branches, rows, strict=True))
                return ToOneOf(item, branches), _dearest([cost for _, cost in rows])
            case Part():
                below = with_arguments(_scoped(given, item, selected), item, selected)
                fields, cost = self._fields(self.catalog.types[item.target], selected.only(), below)
                return PartOf(fields), cost
            case Listed():
                row, cost = self._row(self.catalog.types[item.target], selected.only())
                return ListOf(item, row), Cost(1, ((item.bound, cost),))
            case Derived():
                given = with_arguments(given, item, selected)
                fields, _ = self._fields(self.catalog.types[item.target], selected.only(), given)
                return DerivedList(item, given, fields), Cost(item.cost)
            case Many():
                return self._page(item, selected)
        raise TypeError(f"the engine does not read {selected.name}")

    def _predicate(self, target: CatalogType, selected: Selected) -> Any:
        path = (*selected.path, "filter")
        return filtering.predicate(self.catalog, target, selected.arguments.get("filter"), path, self.limits.bounds)

    # --- Connections --------------------------------------------------------------------------------------------------

    def _page(self, many: Many, selected: Selected) -> tuple[Page, Cost]:
        target = self.catalog.types[many.target]
        predicate = self._predicate(target, selected)
        of_rows = with_arguments(self.viewer, many, selected)
        order = self._order(many, selected, of_rows)
        stamp = _stamp(target, order, _narrowed(many, selected))
        span = self._span(order, stamp, selected)
        fields, base, rows = self._connection_fields(target, selected.only(), of_rows)
        base += filtering.relation_cost(predicate)
        base += sum(_COMPUTED_ORDER_COST for key in order if isinstance(key.by, Many) or not key.by.is_column)
        given = _scoped(of_rows, many, selected)
        page = Page(many, given, of_rows, target, predicate, order, span, stamp, fields)
        return page, Cost(base, tuple((span.size, row) for row in rows or [Cost(0)]))

    def _connection_fields(
        self, target: CatalogType, selection: tuple[Selected, ...], given: Given
    ) -> tuple[Fields, int, list[Cost]]:
        shown: list[tuple[str, Any]] = []
        rows: list[Cost] = []
        base = 1
        for selected in selection:
            match selected.name:
                case "nodes":
                    row, cost = self._row(target, selected.only(), given)
                    what = Nodes(row)
                    rows.append(cost)
                case "edges":
                    what, cost = self._edges(target, selected, given)
                    rows.append(cost)
                case "pageInfo":
                    what = PageInfo(tuple((below.key, below.name) for below in selected.only()))
                    base += 1
                case "totalCount":
                    what = TotalCount()
                    base += _COUNT_COST
                case _:
                    what = Typename(f"{target.name}Connection")
            shown.append((selected.key, what))
        return tuple(shown), base, rows

    def _edges(self, target: CatalogType, selected: Selected, given: Given) -> tuple[Edges, Cost]:
        shown: list[tuple[str, Any]] = []
        total = Cost(0)
        for below in selected.only():
            if below.name == "node":
                row, cost = self._row(target, below.only(), given)
                shown.append((below.key, row))
                total = _sum(total, cost)
            else:
                shown.append((below.key, Typename(f"{target.name}Edge") if below.name == "__typename" else None))
        return Edges(tuple(shown)), Cost(max(1, total.base), total.parts)

    def _order(self, many: Many, selected: Selected, given: Given) -> tuple[OrderKey, ...]:
        order_by: Any = selected.arguments.get("orderBy")
        target = self.catalog.types[many.target]
        keys: list[OrderKey] = []
        if order_by:
            choices = order_choices(self.catalog, target.name)
            for step in order_by:
                if step is None:
                    raise bad_input("A step of orderBy is null; leave it out.", (*selected.path, "orderBy"))
                direction, nulls = step.get("direction"), step.get("nulls")
                keys.append(self._order_key(choices[step["field"].value], direction, nulls))
        else:
            for name, direction in _default_order(many, given):
                scalar = target.fields[name]
                assert isinstance(scalar, Scalar)
                keys.append(OrderKey(scalar, direction == "DESC", False))
        tie = target.fields.get("id", _TIE)
        assert isinstance(tie, Scalar)
        upto = next((index for index, key in enumerate(keys) if key.by is tie), None)
        if upto is not None:
            return tuple(keys[: upto + 1])
        return (*keys, OrderKey(tie, bool(keys) and keys[-1].descending, False))

    def _order_key(self, choice: OrderChoice, direction: Any, nulls: Any) -> OrderKey:
        descending = direction is not None and direction.value == "DESC"
        return OrderKey(choice.field, descending, nulls is not None and nulls.value == "FIRST")

    def _span(self, order: tuple[OrderKey, ...], stamp: Leaf, selected: Selected) -> PageSpan:
        first, last = selected.arguments.get("first"), selected.arguments.get("last")
        if first is not None and last is not None:
            raise bad_input("Give first or last, not both.", selected.path)
        name = "last" if last is not None else "first"
        leaf = last if last is not None else first if first is not None else Const(self.limits.default_page)
        size = Param(_leaf(leaf), _within(self.limits.max_page, name, selected.path), "bigint")
        after, before = (self._cursor(order, stamp, selected, side) for side in ("after", "before"))
        return PageSpan(size, last is not None, after, before)

    def _cursor(self, order: tuple[OrderKey, ...], stamp: Leaf, selected: Selected, side: str) -> Cursor | None:
        leaf = selected.arguments.get(side)
        if leaf is None:
            return None
        kinds = tuple(key.kind for key in order)
        path = (*selected.path, side)
        return Cursor(
            tuple(
                Param(_leaf(leaf), cursors.reader(kinds, index, stamp, path), filtering.CASTS.get(kind, "text"))
                for index, kind in enumerate(kinds)
            )
        )

    # --- Aggregates ---------------------------------------------------------------------------------------------------

    def _totals(self, item: Aggregate, selected: Selected) -> tuple[Totals, Cost]:
        target = self.catalog.types[item.target]
        predicate = self._predicate(target, selected)
        by = self._group_by(target, selected)
        shown: list[tuple[str, Any]] = []
        parts: list[tuple[Any, Cost]] = []
        for below in selected.only():
            if below.name == "groups":
                groups, cost = self._groups(target, by, selected, below)
                shown.append((below.key, groups))
                parts.append((groups.size, cost))
            else:
                shown.append((below.key, self._measure(target, below, f"{target.name}Aggregate")))
        base = item.cost + filtering.relation_cost(predicate)
        given = with_arguments(self.viewer, item, selected)
        return Totals(item, given, target, predicate, tuple(shown)), Cost(base, tuple(parts))

    def _group_by(self, target: CatalogType, selected: Selected) -> tuple[Any, ...]:
        listed = selected.arguments.get("groupBy") or []
        assert isinstance(listed, list)
        choices = group_choices(self.catalog, target.name)
        return tuple(choices[name] for name in dict.fromkeys(leaf.value for leaf in listed if leaf is not None))

    def _groups(
        self, target: CatalogType, by: tuple[Any, ...], selected: Selected, below: Selected
    ) -> tuple[Groups, Cost]:
        if not by:
            raise bad_input("groups needs the argument groupBy, which says what to group by.", below.path)
        having = filtering.having(target, selected.arguments.get("having"), (*selected.path, "having"))
        first = below.arguments.get("first")
        leaf = _leaf(first) if first is not None else Const(self.limits.max_groups)
        size = Param(leaf, _within(self.limits.max_groups, "first", below.path), "bigint")
        shown: list[tuple[str, Any]] = []
        for part in below.only():
            what = (
                self._group_key(target, part)
                if part.name == "key"
                else self._measure(target, part, f"{target.name}Group")
            )
            shown.append((part.key, what))
        return Groups(by, having, size, tuple(shown)), Cost(1)

    def _group_key(self, target: CatalogType, selected: Selected) -> GroupKey:
        choices = {choice.key: choice for choice in group_choices(self.catalog, target.name).values()}
        by_name = {_camel(key): choice for key, choice in choices.items()}
        shown: list[tuple[str, Any]] = []
        for below in selected.only():
            if below.name == "__typename":
                shown.append((below.key, Typename(f"{target.name}GroupKey")))
            elif below.fields:
                assert self.catalog.hierarchy
                row, _ = self._row(self.catalog.types[self.catalog.hierarchy.type], below.only())
                shown.append((below.key, (by_name[below.name], row)))
            else:
                shown.append((below.key, (by_name[below.name], None)))
        return GroupKey(tuple(shown))

    def _measure(self, target: CatalogType, selected: Selected, owner: str) -> Any:
        if selected.name == "__typename":
            return Typename(owner)
        if selected.name == "count":
            return Measure("count")
        scalars = {scalar.graphql_name: scalar for scalar in measured(target, selected.name)}
        object_name = f"{target.name}{selected.name.capitalize()}"
        return Measures(
            tuple(
                (
                    below.key,
                    Typename(object_name)
                    if below.name == "__typename"
                    else Measure(selected.name, scalars[below.name]),
                )
                for below in selected.only()
            )
        )


def _lookup_keys(item: Lookup) -> tuple[tuple[str, str, str], ...]:
    return tuple((_camel(argument), scalar, meaning) for argument, scalar, meaning in item.keys)


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _leaf(argument: Any) -> Leaf:
    assert isinstance(argument, Const | Var)
    return argument


def _within(greatest: int, name: str, path: tuple[str, ...]) -> Any:
    def check(value: Any, _: Moment) -> int:
        if not 0 <= value <= greatest:
            raise bad_input(f"{name} must lie between 0 and {greatest}; it is {value}.", (*path, name))
        return value

    return check


def _scoped(given: Given, item: Many | Part, selected: Selected) -> Given:
    scope = selected.arguments.get("scope") if item.scoped else None
    return Given(given.sight, {**given.arguments, "scope": scope.value}) if isinstance(scope, Const) else given


def _default_order(many: Many, given: Given) -> tuple[tuple[str, str], ...]:
    return next((order for name, order in many.order_with.items() if given.argument(name) is not None), many.order)


def _narrowed(many: Many, selected: Selected) -> Any:
    """Return all that decides which rows a list has, for the fingerprint of its cursors."""
    filter_ = selected.arguments.get("filter")
    if not many.arguments:
        return filter_
    return {"filter": filter_, "arguments": argument_leaves(many.arguments, selected.arguments)}


def _stamp(target: CatalogType, order: tuple[OrderKey, ...], filter_: Any) -> Leaf:
    # The names of an enumeration are part of it: with another one between them a cursor's rank would mean another name.
    steps = (
        f"{key.by.name} {'DESC' if key.descending else 'ASC'} {'FIRST' if key.nulls_first else 'LAST'}"
        f"{' ' + ' '.join(key.enum) if key.enum else ''}"
        for key in order
    )
    return Stamp((target.name, *steps), filter_).settled()


def _sum(left: Cost, right: Cost) -> Cost:
    return Cost(left.base + right.base, left.parts + right.parts)


def _dearest(costs: list[Cost]) -> Cost:
    return Cost(max((cost.base for cost in costs), default=1), tuple(part for cost in costs for part in cost.parts))
