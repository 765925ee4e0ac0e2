"""Objects that no table holds: made by a function of the request, with the rows that they name read by the engine."""

import json
from collections.abc import Mapping
from dataclasses import replace

import orjson

from schema.catalog.derived_fields import fields_by_graphql_name
from schema.catalog.fields import Derived, NodeOf, Resolved, Scalar
from schema.catalog.registry import Catalog
from schema.engine import run
from schema.engine.arguments import argument_leaves
from schema.engine.bindings import Param, RequestFact, RequestValues, constant, resolve
from schema.engine.dialects import Dialect
from schema.engine.emit import Emitted, emit
from schema.engine.plan import Cost, NodeRows, Plan, Row, dearest
from schema.engine.planner import Limits, Planner
from schema.engine.planner.pages import size_of
from schema.engine.selection import Selected
from schema.ids import row_id, type_name

# Sets of types that statements are kept for.
_MAX_KEPT = 32
_IDS = RequestFact("ids")


class Resolving:
    """A root field that a function of the request answers, planned for the shape of its variables.

    The rows that its objects name are read by one statement more, of those types that they name.
    """

    def __init__(
        self, catalog: Catalog, limits: Limits, dialect: Dialect, planner: Planner, item: Resolved, selected: Selected
    ) -> None:
        self.catalog = catalog
        self.item = item
        self._nodes = _Nodes(catalog, dialect, planner)
        self._arguments = argument_leaves(item.arguments, selected.arguments)
        self._scope = {"scope": constant(selected.arguments.get("scope")) or "SUBTREE"} if item.scoped else {}
        self._size: Param[int] | None = None
        if item.is_paged:
            first = selected.arguments.get("first")
            self._size = size_of(first, limits.default_page, limits.max_page, "first", selected.path)
        self._nodes.plan(item.target, selected)
        rows = ((self._size, self._nodes.cost),) if self._size is not None else ()
        self.cost = Cost(item.cost, rows)

    def __call__(self, selected: Selected, request_values: RequestValues) -> object:
        """Return the object as JSON is made of it."""
        given = {name: resolve(argument, request_values) for name, argument in self._arguments.items()}
        if self._size is not None:
            given["first"] = self._size.bind(request_values)
        value = self.item.value(request_values, **given, **self._scope)
        named: list[_Named] = []
        shown = self._object(self.item.target, value, selected, named)
        self._nodes.read(named, request_values)
        return shown

    def _object(self, target: str, value: object, selected: Selected, named: "list[_Named]") -> dict[str, object]:
        declared = fields_by_graphql_name(self.catalog, target)
        shown: dict[str, object] = {}
        for below in selected.only():
            match declared.get(below.name):
                case Scalar() as field:
                    shown[below.key] = field.expression(value)
                case Derived() as field:
                    parts = field.query(value)
                    shown[below.key] = [self._object(field.target, part, below, named) for part in parts]
                case Resolved() as field:
                    shown[below.key] = self._object(field.target, field.value(value), below, named)
                case NodeOf() as field:
                    shown[below.key] = None
                    if (key := field.key(value)) is not None:
                        named.append((key, below, shown))
                case _:
                    shown[below.key] = target
        return shown


# A global id, the field that asks for its row, and the object that the row is shown in.
_Named = tuple[str, Selected, dict[str, object]]


class _Nodes:
    """Reads rows by global id for the fields of one selection that ask for them."""

    def __init__(self, catalog: Catalog, dialect: Dialect, planner: Planner) -> None:
        self.catalog = catalog
        self.dialect = dialect
        self.planner = planner
        self.cost = Cost(1)
        self._rows: dict[str, Mapping[str, tuple[Row, Cost]]] = {}
        self._kept: dict[tuple[str, frozenset[str]], Emitted] = {}

    def plan(self, target: str, selected: Selected) -> None:
        """Plan what is asked of rows below a field."""
        declared = fields_by_graphql_name(self.catalog, target)
        for below in selected.only():
            match declared.get(below.name):
                case NodeOf() as field:
                    rows = self._rows[below.key] = self.planner.plan_nodes(below, field.targets)
                    most = dearest([cost for _, cost in rows.values()])
                    self.cost = Cost(self.cost.base + most.base, self.cost.parts + most.parts)
                case Derived() | Resolved() as field:
                    self.plan(field.target, below)
                case _:
                    pass

    def read(self, named: list[_Named], request_values: RequestValues) -> None:
        """Read the rows, into the objects that name them."""
        for key in {selected.key: None for _, selected, _ in named}:
            asked = [one for one in named if one[1].key == key]
            ids = [value for value, *_ in asked]
            statement = self._statement(key, frozenset(map(type_name, ids)))
            text = run.fetch(self.dialect, statement, replace(request_values, ids=ids)) or b"[]"
            for (*_, shown), row in zip(asked, _elements(text.decode()), strict=True):
                shown[key] = orjson.Fragment(row)

    def _statement(self, key: str, types: frozenset[str]) -> Emitted:
        known = self._kept.get((key, types))
        if known is None:
            rows = tuple(self._rows[key][name][0] for name in sorted(types))
            names = Param(_IDS, lambda ids, _: [type_name(value) for value in ids], "text[]")
            keys = Param(_IDS, lambda ids, _: [row_id(value, type_name(value)) for value in ids], "bigint[]")
            plan = Plan(NodeRows(rows, names, keys), self.cost, self.planner.viewer)
            known = emit(plan, self.catalog, self.dialect)
            if len(self._kept) >= _MAX_KEPT:
                self._kept.pop(next(iter(self._kept)), None)
            self._kept[key, types] = known
        return known


def _elements(text: str) -> list[str]:
    """Split the text of a JSON array into those of its elements: given `[{"a":1},null]`, it is `{"a":1}` and `null`.

    They stay as the statement wrote them, with the marks by which rows are counted.
    """
    scan, elements, at = json.JSONDecoder().raw_decode, [], 1
    while at < len(text) - 1:
        start = at
        while text[at].isspace():
            at += 1
        _, at = scan(text, at)
        elements.append(text[start:at])
        at += 1
    return elements
