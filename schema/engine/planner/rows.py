"""What is shown of a row: its scalars, the rows that it is related to, and its connections."""

from schema.catalog.derived_fields import fields_by_graphql_name
from schema.catalog.fields import (
    CatalogField,
    CatalogType,
    Derived,
    FieldContext,
    Listed,
    Many,
    One,
    OneOf,
    Part,
    Scalar,
)
from schema.catalog.registry import Catalog
from schema.engine import filtering
from schema.engine.arguments import argument_cost, with_arguments
from schema.engine.plan import (
    ConnectionField,
    Cost,
    CursorText,
    DerivedObjects,
    Edges,
    Keyed,
    Nodes,
    Page,
    PageInfo,
    PartOf,
    PlainList,
    Row,
    Shown,
    ToOne,
    ToOneOf,
    TotalCount,
    Typename,
    Value,
    dearest,
)
from schema.engine.planner import pages
from schema.engine.planner.limits import Limits
from schema.engine.planner.pages import scoped
from schema.engine.selection import Selected

_COUNT_COST = 5
_COMPUTED_ORDER_COST = 10


class RowPlanner:
    """Plans what is shown of rows. viewer: what declarations know where no field's arguments say more."""

    def __init__(self, catalog: Catalog, limits: Limits, viewer: FieldContext) -> None:
        self.catalog = catalog
        self.limits = limits
        self.viewer = viewer

    def row(
        self, declared: CatalogType, selection: tuple[Selected, ...], given: FieldContext | None = None
    ) -> tuple[Row, Cost]:
        """Plan an object made of one row. given: what its expressions know, the viewer's when left out."""
        fields, cost = self._fields(declared, selection, given or self.viewer)
        return Row(declared, fields), cost

    def page(self, many: Many, selected: Selected) -> tuple[Page, Cost]:
        """Plan a connection."""
        target = self.catalog.types[many.target]
        predicate = filtering.predicate_of(self.catalog, target, selected, self.limits.bounds)
        of_rows = with_arguments(self.viewer, many, selected)
        order = pages.order_of(self.catalog, many, selected, of_rows)
        fingerprint = pages.fingerprint_of(target, order, many, selected)
        span = pages.span_of(self.limits, order, fingerprint, selected)
        fields, base, rows = self._connection(target, selected.only(), of_rows)
        base += filtering.relation_cost(predicate)
        base += sum(_COMPUTED_ORDER_COST for key in order if isinstance(key.by, Many) or not key.by.is_column)
        page = Page(many, scoped(of_rows, many, selected), of_rows, target, predicate, order, span, fingerprint, fields)
        return page, Cost(base, tuple((span.size, row) for row in rows or [Cost(0)]))

    def _fields(
        self, declared: CatalogType, selection: tuple[Selected, ...], given: FieldContext
    ) -> tuple[Keyed[Shown], Cost]:
        shown: list[tuple[str, Shown]] = []
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

    def _shown(
        self, declared: CatalogType, item: CatalogField, selected: Selected, given: FieldContext
    ) -> tuple[Shown, Cost]:
        match item:
            case Scalar():
                return Value(item, with_arguments(given, item, selected), declared.name), Cost(item.cost)
            case One():
                row, cost = self.row(self.catalog.types[item.target], selected.only())
                return ToOne(item, row), cost
            case OneOf():
                rows = [self.row(self.catalog.types[name], selected.fields[name]) for name, _ in item.branches]
                branches = tuple((key, row) for (_, key), (row, _) in zip(item.branches, rows, strict=True))
                return ToOneOf(item, branches), dearest([cost for _, cost in rows])
            case Part():
                below = with_arguments(scoped(given, item, selected), item, selected)
                fields, cost = self._fields(self.catalog.types[item.target], selected.only(), below)
                return PartOf(fields), cost
            case Listed():
                row, cost = self.row(self.catalog.types[item.target], selected.only())
                return PlainList(item, row), Cost(1, ((item.bound, cost),))
            case Derived():
                given = with_arguments(given, item, selected)
                fields, _ = self._fields(self.catalog.types[item.target], selected.only(), given)
                return DerivedObjects(item, given, fields), Cost(item.cost)
            case Many():
                return self.page(item, selected)
        raise TypeError(f"the engine does not read {selected.name}")

    def _connection(
        self, target: CatalogType, selection: tuple[Selected, ...], given: FieldContext
    ) -> tuple[Keyed[ConnectionField], int, list[Cost]]:
        shown: list[tuple[str, ConnectionField]] = []
        rows: list[Cost] = []
        base = 1
        for selected in selection:
            match selected.name:
                case "nodes":
                    row, cost = self.row(target, selected.only(), given)
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

    def _edges(self, target: CatalogType, selected: Selected, given: FieldContext) -> tuple[Edges, Cost]:
        shown: list[tuple[str, Row | Typename | CursorText]] = []
        total = Cost(0)
        for below in selected.only():
            match below.name:
                case "node":
                    what, cost = self.row(target, below.only(), given)
                    total += cost
                case "__typename":
                    what = Typename(f"{target.name}Edge")
                case _:
                    what = CursorText()
            shown.append((below.key, what))
        return Edges(tuple(shown)), Cost(max(1, total.base), total.parts)
