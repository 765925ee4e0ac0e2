"""Second stage: selection and catalog to plan. Here arguments are checked, pages are measured and cost is counted.

This module plans root fields, `rows` what is shown of a row, connections included, `pages` which rows of a connection
are read, `aggregates` counts and measures.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TypeVar

from db.kernel.refusals import camel
from schema.catalog.derived_fields import fields_by_graphql_name
from schema.catalog.fields import (
    Aggregate,
    CatalogField,
    CatalogType,
    FieldContext,
    Lookup,
    Many,
    NodeLookup,
    Own,
    Scalar,
)
from schema.catalog.registry import Catalog
from schema.engine import filtering
from schema.engine.arguments import argument_cost
from schema.engine.bindings import ListOf, Param, PayloadRow, RequestValues, leaf
from schema.engine.plan import Cost, NodeRows, Nothing, OneRow, Plan, Root, Row, dearest
from schema.engine.planner.aggregates import totals
from schema.engine.planner.limits import Limits
from schema.engine.planner.rows import RowPlanner
from schema.engine.selection import Selected
from schema.errors import bad_input
from schema.ids import row_id, type_name

__all__ = ["Limits", "Planner", "node_types"]
ItemT = TypeVar("ItemT")


def node_types(catalog: Catalog, ids: Iterable[str]) -> frozenset[str]:
    """Return which types of the catalog's nodes global ids name; what names none is left out."""
    named = {type_name(value) for value in ids}
    return frozenset(name for name in named if (declared := catalog.types.get(name)) and declared.has_id)


class Planner:
    """Plans root fields for viewers who see the same issues.

    variables: those of the request; of them a plan knows which types the ids of a node lookup name, and no more.
    """

    def __init__(self, catalog: Catalog, limits: Limits, visibility: Hashable, variables: Mapping[str, object]) -> None:
        self.catalog = catalog
        self.limits = limits
        self._request = RequestValues(variables, "", 0)
        self.viewer = FieldContext(visibility, {"scope": "SUBTREE"})
        self._rows = RowPlanner(catalog, limits, self.viewer)

    def plan(self, selected: Selected) -> Plan:
        """Plan one root field.

        Raises:
            RequestRefused: BAD_USER_INPUT, an argument is missing or out of bounds.
        """
        item = fields_by_graphql_name(self.catalog, self.catalog.root.name)[selected.name]
        root, cost = self._root(item, selected)
        return Plan(root, Cost(cost.base + argument_cost(item, selected), cost.parts), self.viewer)

    def plan_row(self, type_name: str, selected: Selected, slot: PayloadRow) -> Plan:
        """Plan the reading of one row of a type whose id a slot holds: an object of a mutation's payload."""
        root, cost = self._row_by_id(self.catalog.types[type_name], selected.only(), Param(slot, cast="bigint"))
        return Plan(root, cost, self.viewer)

    def plan_nodes(self, selected: Selected, types: Iterable[str]) -> dict[str, tuple[Row, Cost]]:
        """Plan what is shown of a row of each of several types, where a field may be of any of them."""
        return {name: self._rows.row(self.catalog.types[name], selected.fields[name]) for name in types}

    def _row_by_id(self, target: CatalogType, selection: tuple[Selected, ...], param: Param) -> tuple[OneRow, Cost]:
        row, cost = self._rows.row(target, selection)
        identity = target.fields["id"]
        assert isinstance(identity, Scalar)
        return OneRow(row, None, ((identity, param),)), cost

    def _root(self, item: CatalogField, selected: Selected) -> tuple[Root, Cost]:
        match item:
            case Lookup():
                return self._lookup(item, selected)
            case NodeLookup():
                return self._nodes(selected) if item.is_list else self._node(selected)
            case Own():
                row, cost = self._rows.row(self.catalog.types[item.target], selected.only())
                return OneRow(row, item, ()), cost
            case Many():
                return self._rows.page(item, selected)
            case Aggregate():
                return totals(self._rows, item, selected)
        raise TypeError(f"the engine does not read {selected.name}")

    def _lookup(self, item: Lookup, selected: Selected) -> tuple[OneRow, Cost]:
        target = self.catalog.types[item.target]
        keys = {camel(argument): target.fields[name] for argument, name, _ in item.keys}
        found = {argument: value for argument in keys if (value := selected.arguments.get(argument)) is not None}
        together = [camel(argument) for argument in item.together]
        alone = [argument for argument in keys if argument not in together]
        is_one = len(found) == 1 if found.keys() & {*alone} else bool(found) and {*found} == {*together}
        if not is_one and (found or item.otherwise is None):
            ways = [*alone, *([" with ".join(together)] if together else [])]
            raise bad_input(f"Send exactly one of the arguments {' or '.join(ways)}.", selected.path)
        row, cost = self._rows.row(target, selected.only())
        named: list[tuple[Scalar, Param]] = []
        for argument, value in found.items():
            scalar = keys[argument]
            assert isinstance(scalar, Scalar)
            named.append((scalar, filtering.bound(scalar, value, (*selected.path, argument), target.name)))
        return OneRow(row, item, tuple(named)), cost

    def _node(self, selected: Selected) -> tuple[OneRow | Nothing, Cost]:
        source = leaf(selected.arguments["id"])
        named = node_types(self.catalog, [source.read(self._request)])
        if not named:
            return Nothing(), Cost(1)
        (name,) = named
        param = Param(source, lambda value, _: row_id(value, name), "bigint")
        return self._row_by_id(self.catalog.types[name], selected.fields[name], param)

    def _nodes(self, selected: Selected) -> tuple[NodeRows, Cost]:
        listed = selected.arguments["ids"]
        source = ListOf(tuple(map(leaf, listed))) if isinstance(listed, list) else leaf(listed)
        named = sorted(node_types(self.catalog, source.read(self._request)))
        planned = [self._rows.row(self.catalog.types[name], selected.fields[name]) for name in named]
        rows = tuple(row for row, _ in planned)
        types = Param(source, self._each(selected, type_name), "text[]")
        ids = Param(source, self._each(selected, lambda value: row_id(value, type_name(value))), "bigint[]")
        size = Param(source, lambda value, _: len(value))
        return NodeRows(rows, types, ids), Cost(1, ((size, dearest([cost for _, cost in planned])),))

    def _each(
        self, selected: Selected, convert: Callable[[str], ItemT]
    ) -> Callable[[list[str], RequestValues], list[ItemT]]:
        def convert_all(values: list[str], _: RequestValues) -> list[ItemT]:
            if len(values) > self.limits.max_ids:
                raise bad_input(f"Ask for at most {self.limits.max_ids} ids at once.", (*selected.path, "ids"))
            return [convert(value) for value in values]

        return convert_all
