"""Third stage: a plan to one SQL statement that builds its own JSON. Aliases are made here, in one fixed order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peewee import SQL

from db.models.division import code_at
from schema.engine import cursors
from schema.engine.catalog import CATALOG, CatalogType, Given, Kind, Many, Own, Scalar, call
from schema.engine.dialects import Dialect, Parts, Sql, Statement, numbered, quoted
from schema.engine.plan import (
    AllOf,
    AnyOf,
    Compare,
    CountRows,
    Cursor,
    DerivedList,
    Edges,
    Fields,
    GroupKey,
    Groups,
    HasRows,
    Having,
    IsNull,
    ListOf,
    Measure,
    Measures,
    NodeRows,
    Nodes,
    Not,
    OneRow,
    OrderKey,
    Page,
    PageInfo,
    PartOf,
    Plan,
    Reaches,
    Row,
    ToOne,
    ToOneOf,
    TotalCount,
    Totals,
    Typename,
    Value,
)
from schema.engine.values import Const, Moment, Param

_PLACES_OF_AVERAGE = 2
_LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Emitted:
    """A statement and its parameters, in the order of their numbers. It gives one row with the JSON text, or none."""

    sql: str
    params: tuple[Param, ...]


def emit(plan: Plan, dialect: Dialect) -> Emitted:
    """Write the statement of a plan."""
    writer = _Writer(dialect)
    match plan.root:
        case OneRow():
            sql = writer.one_row(plan.root)
        case NodeRows():
            sql = writer.node_rows(plan.root)
        case Page():
            sql = writer.statement(writer.page(plan.root, None))
        case Totals():
            sql = writer.statement(writer.totals(plan.root))
    return Emitted(sql, tuple(writer.params))


class _Columns:
    """A row of a sub-select, whose columns are read by name as those of a table are."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def __getattr__(self, name: str) -> SQL:
        return SQL(f'"{self._alias}"."{name}"')


class _Writer:
    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.params: list[Param] = []
        self.aliases = 0

    # --- Whole statements ---------------------------------------------------------------------------------------------

    def statement(self, text: str) -> str:
        return f"SELECT {self.dialect.answer(text)}"

    def one_row(self, plan: OneRow) -> str:
        row = self.alias(plan.row.type)
        joins: list[str] = []
        text = self.dialect.text(self.row(plan.row, row, joins, False))
        conditions = self.visible(plan.row.type, row, plan.row.viewer)
        if plan.key:
            scalar, param = plan.key
            conditions.append(f"{self.scalar(scalar, row, plan.row.viewer)} = {self.param(param)}")
        elif isinstance(plan.lookup, Own):
            conditions.append(self.sql(plan.lookup.on(row)))
        return f"{self.statement(text)} FROM {self.source(plan.row.type, row)}{''.join(joins)}{_where(conditions)}"

    def node_rows(self, plan: NodeRows) -> str:
        types, ids = self.param(plan.types), self.param(plan.ids)
        if not plan.is_list:
            return self.statement(self._by_type(plan, types, ids))
        found = self._by_type(plan, "n.type", "n.row_id")
        rows = f"SELECT COALESCE({found}, 'null') AS j FROM {self.dialect.pairs(types, ids)} ORDER BY n.position"
        return f"{self.statement(self._array('j'))} FROM ({rows}) AS p"

    def _by_type(self, plan: NodeRows, type_: str, row_id: str) -> str:
        branches: list[str] = []
        for below in plan.rows:
            row = self.alias(below.type)
            joins: list[str] = []
            text = self.dialect.text(self.row(below, row, joins, False))
            conditions = [f"{self.sql(row.id)} = {row_id}", *self.visible(below.type, row, below.viewer)]
            found = f"SELECT {text} FROM {self.source(below.type, row)}{''.join(joins)}{_where(conditions)}"
            branches.append(f"WHEN {quoted(below.type.name)} THEN ({found})")
        return f"CASE {type_} {' '.join(branches)} END"

    # --- Objects ------------------------------------------------------------------------------------------------------

    def row(self, plan: Row, row: Any, joins: list[str], optional: bool) -> Parts:
        """Write a row as a JSON object. joins: to-one relations are added here, outer ones when `optional`."""
        return self.object(plan.fields, row, joins, optional)

    def object(self, fields: Fields, row: Any, joins: list[str], optional: bool) -> Parts:
        return _object([(key, self.shown(what, row, joins, optional)) for key, what in fields])

    def shown(self, what: Any, row: Any, joins: list[str], optional: bool) -> Parts:
        match what:
            case Typename():
                return [f'"{what.name}"']
            case Value():
                return self.value(what, row)
            case ToOne():
                return self._to_one(what, row, joins, optional)
            case ToOneOf():
                return self._to_one_of(what, row, joins)
            case PartOf():
                return self.object(what.fields, row, joins, optional)
            case ListOf():
                return [Sql(self._list(what, row))]
            case DerivedList():
                return [Sql(self._derived(what, row))]
            case Page():
                return [Sql(self.page(what, row))]
        raise TypeError(f"no SQL for {what}")

    def value(self, what: Value, row: Any) -> Parts:
        return self.scalar_parts(what.scalar, self.scalar(what.scalar, row, what.given), what.type_name)

    def scalar_parts(self, scalar: Scalar, sql: str, type_name: str = "") -> Parts:
        """Write a scalar's JSON text."""
        match scalar.kind:
            case Kind.ID:
                return [f'"{type_name}_', Sql(sql), '"']
            case Kind.INT:
                return [Sql(f"COALESCE(CAST({sql} AS TEXT), 'null')" if scalar.nullable else sql)]
            case Kind.BOOLEAN:
                rest = f" WHEN NOT {sql} THEN 'false' ELSE 'null' END" if scalar.nullable else " ELSE 'false' END"
                return [Sql(f"CASE WHEN {sql} THEN 'true'{rest}")]
            case Kind.LINE:
                return [Sql(_or_null(self.dialect.json_line(sql), scalar.nullable))]
            case Kind.PROSE:
                return [Sql(_or_null(self.dialect.json_prose(sql), scalar.nullable))]
            case Kind.DECIMAL:
                text = decimal_text(sql, scalar.places)
                return _string(text, scalar.nullable)
        return _string(sql, scalar.nullable)

    def _to_one(self, what: ToOne, row: Any, joins: list[str], optional: bool) -> Parts:
        other = self.alias(what.row.type)
        outer = optional or what.one.nullable
        self._join(joins, what.row, other, what.one.on(row, other), outer)
        parts = self.row(what.row, other, joins, outer)
        if not what.one.nullable:
            return parts
        return [Sql(f"CASE WHEN {self.sql(other.id)} IS NULL THEN 'null' ELSE {self.dialect.text(parts)} END")]

    def _to_one_of(self, what: ToOneOf, row: Any, joins: list[str]) -> Parts:
        branches: list[str] = []
        for key, below in what.rows:
            other = self.alias(below.type)
            self._join(joins, below, other, other.id == key(row), True)
            text = self.dialect.text(self.row(below, other, joins, True))
            branches.append(f"WHEN {self.sql(other.id)} IS NOT NULL THEN {text}")
        return [Sql(f"CASE {' '.join(branches)} ELSE 'null' END")]

    def _join(self, joins: list[str], plan: Row, other: Any, on: Any, outer: bool) -> None:
        conditions = [self.sql(on), *self.visible(plan.type, other, plan.viewer)]
        joins.append(f" {'LEFT ' if outer else ''}JOIN {self.source(plan.type, other)} ON {' AND '.join(conditions)}")

    def _list(self, what: ListOf, row: Any) -> str:
        other = self.alias(what.row.type)
        joins: list[str] = []
        text = self.dialect.text(self.row(what.row, other, joins, False))
        conditions = [self.sql(what.listed.on(row, other)), *self.visible(what.row.type, other, what.row.viewer)]
        order = ", ".join(self.sql(key) for key in what.listed.order(other))
        rows = f"SELECT {text} AS j FROM {self.source(what.row.type, other)}{''.join(joins)}{_where(conditions)}"
        return f"(SELECT {self._array('j')} FROM ({rows} ORDER BY {order}) AS p)"

    def _derived(self, what: DerivedList, row: Any) -> str:
        alias = self._name()
        source = self.sql(call(what.derived.query, row, what.given), bare=True)
        text = self.dialect.text(self.object(what.fields, _Columns(alias), [], False))
        return f'(SELECT {self._array(text)} FROM ({source}) AS "{alias}")'

    # --- Connections --------------------------------------------------------------------------------------------------

    def page(self, plan: Page, parent: Any) -> str:
        """Write a connection's object as one text expression."""
        row = self.alias(plan.target)
        within = self.rows_of(plan.many, parent, row, plan.given, plan.target, plan.given)
        within.append(self.predicate(plan.predicate, row))
        keys = [self.order_key(key, row) for key in plan.order]
        span = plan.span
        after = self.beyond(plan.order, keys, span.after, False) if span.after else ""
        before = self.beyond(plan.order, keys, span.before, True) if span.before else ""
        source = self.source(plan.target, row)
        base = f" FROM {source}{_where([*within, after, before])}"

        cuts: list[tuple[str, Parts]] = []  # Columns of the row select: alias, text.
        joins: list[str] = []
        shown = [
            (key, self._of_page(what, plan, row, cuts, joins, keys, (source, within, after, before, base)))
            for key, what in plan.fields
        ]
        text = self.dialect.text(_object(shown))
        if not cuts:
            return text
        return (
            f"(SELECT {text} FROM ({self._page_rows(plan, source, joins, [*within, after, before], keys, cuts)}) AS p)"
        )

    def _page_rows(
        self,
        plan: Page,
        source: str,
        joins: list[str],
        conditions: list[str],
        keys: list[str],
        cuts: list[tuple[str, Parts]],
    ) -> str:
        columns = [f"{self.dialect.text(parts)} AS {name}" for name, parts in cuts]
        names = [name for name, _ in cuts]
        limit = self.size(plan.span.size)
        tail = f" FROM {source}{''.join(joins)}{_where(conditions)}"
        if not plan.span.backward:
            return f"SELECT {', '.join(columns)}{tail} ORDER BY {_order(plan.order, keys, False)} LIMIT {limit}"
        columns += [f"{sql} AS o{at}" for at, sql in enumerate(keys)]
        inner = f"SELECT {', '.join(columns)}{tail} ORDER BY {_order(plan.order, keys, True)} LIMIT {limit}"
        again = _order(plan.order, [f"o{at}" for at in range(len(keys))], False)
        return f"SELECT {', '.join(names)} FROM ({inner}) AS q ORDER BY {again}"

    def _of_page(
        self,
        what: Any,
        plan: Page,
        row: Any,
        cuts: list[tuple[str, Parts]],
        joins: list[str],
        keys: list[str],
        where: tuple[str, list[str], str, str, str],
    ) -> Parts:
        match what:
            case Nodes():
                name = f"j{len(cuts)}"
                cuts.append((name, []))
                cuts[-1] = (name, self.row(what.row, row, joins, False))
                return [Sql(self._array(name))]
            case Edges():
                name = f"j{len(cuts)}"
                cuts.append((name, []))
                cuts[-1] = (name, self._edge(what, plan, row, joins, keys))
                return [Sql(self._array(name))]
            case TotalCount():
                source, within, *_ = where
                return [Sql(f"(SELECT COUNT(*) FROM {source}{_where(within)})")]
            case PageInfo():
                return _object([(key, self._page_info(name, plan, cuts, keys, where)) for key, name in what.fields])
        return [f'"{what.name}"']

    def _edge(self, what: Edges, plan: Page, row: Any, joins: list[str], keys: list[str]) -> Parts:
        shown: list[tuple[str, Parts]] = []
        for key, below in what.fields:
            if isinstance(below, Row):
                shown.append((key, self.row(below, row, joins, False)))
            elif isinstance(below, Typename):
                shown.append((key, [f'"{below.name}"']))
            else:
                shown.append((key, ['"', *self.cursor(plan, keys), '"']))
        return _object(shown)

    def _page_info(
        self,
        name: str,
        plan: Page,
        cuts: list[tuple[str, Parts]],
        keys: list[str],
        where: tuple[str, list[str], str, str, str],
    ) -> Parts:
        source, within, after, before, base = where
        span = plan.span
        if name in ("startCursor", "endCursor"):
            if not any(cut == "c" for cut, _ in cuts):
                cuts.append(("c", self.cursor(plan, keys)))
            words = f"{self.dialect.gather_function}(c, ' ')"
            word = self.dialect.first_word(words) if name == "startCursor" else self.dialect.last_word(words)
            return [Sql(f"""COALESCE('"' || {word} || '"', 'null')""")]
        if name == "__typename":
            return ['"PageInfo"']
        is_ahead = (name == "hasNextPage") != span.backward
        beyond = before if name == "hasNextPage" else after
        checks: list[str] = []
        if is_ahead:
            checks.append(f"EXISTS (SELECT 1{base} LIMIT 1 OFFSET {self.size(span.size)})")
        if beyond:
            checks.append(f"EXISTS (SELECT 1 FROM {source}{_where([*within, f'({beyond}) IS NOT TRUE'])})")
        return [Sql(f"CASE WHEN {' OR '.join(checks)} THEN 'true' ELSE 'false' END")] if checks else ["false"]

    def cursor(self, plan: Page, keys: list[str]) -> Parts:
        """Write a row's cursor."""
        parts: Parts = [Sql(self._stamp(plan))]
        for key, sql in zip(plan.order, keys, strict=True):
            parts += [cursors.SEPARATOR, Sql(self._cursor_key(key, sql))]
        return parts

    def _stamp(self, plan: Page) -> str:
        for position, known in enumerate(self.params):
            if known.source is plan.stamp:
                return self.dialect.placeholder(position + 1, "text")
        return self.param(Param(plan.stamp, cast="text"))

    def _cursor_key(self, key: OrderKey, sql: str) -> str:
        kind = key.by.kind if isinstance(key.by, Scalar) else Kind.INT
        if kind in cursors.HEX_KINDS:
            text = self.dialect.hexadecimal(sql)
            return f"CASE WHEN {sql} IS NULL THEN '{cursors.NULL}' ELSE {text} END" if key.nullable else text
        if kind is Kind.BOOLEAN:
            return f"CASE WHEN {sql} THEN '1' WHEN NOT {sql} THEN '0' ELSE '{cursors.NULL}' END"
        return f"COALESCE(CAST({sql} AS TEXT), '{cursors.NULL}')" if key.nullable else sql

    def beyond(self, order: tuple[OrderKey, ...], keys: list[str], cursor: Cursor, backward: bool) -> str:
        """Say that a row comes after a cursor, or before it when `backward`."""
        params = [self.param(param) for param in cursor.params]
        directions = {key.descending for key in order}
        if len(directions) == 1 and not any(key.nullable for key in order):
            sign = "<" if order[0].descending != backward else ">"
            if len(keys) == 1:
                return f"{keys[0]} {sign} {params[0]}"
            return f"({', '.join(keys)}) {sign} ({', '.join(params)})"
        said = ""
        for key, sql, param in reversed(list(zip(order, keys, params, strict=True))):
            strictly = _strictly(key, sql, param, backward)
            same = f"({sql} = {param} OR ({sql} IS NULL AND {param} IS NULL))" if key.nullable else f"{sql} = {param}"
            said = f"({strictly} OR ({same} AND {said}))" if said else strictly
        return said

    def size(self, size: Param) -> str:
        """Write how many rows a page has; a number that stands in the document is written out."""
        if isinstance(size.source, Const):
            return str(size.bind(_NO_REQUEST))
        return self.param(size)

    # --- Which rows ---------------------------------------------------------------------------------------------------

    def rows_of(self, many: Many, parent: Any, row: Any, given: Given, target: CatalogType, viewer: Given) -> list[str]:
        """Say which rows a connection of a parent row has."""
        conditions = self.visible(target, row, viewer)
        if many.on is not None:
            conditions.insert(0, self.sql(call(many.on, parent, row, given)))
        return conditions

    def visible(self, declared: CatalogType, row: Any, viewer: Given) -> list[str]:
        """Say which rows of a type the viewer may see."""
        return [] if declared.visible is None else [self.sql(call(declared.visible, row, viewer))]

    def order_key(self, key: OrderKey, row: Any) -> str:
        """Write what an order goes by."""
        if isinstance(key.by, Scalar):
            return self.scalar(key.by, row, key.viewer)
        return self.count_of(key.by, row, key.viewer)

    def count_of(self, many: Many, row: Any, viewer: Given) -> str:
        """Count the rows of a connection."""
        target = _target(many)
        other = self.alias(target)
        conditions = self.rows_of(many, row, other, viewer, target, viewer)
        return f"(SELECT COUNT(*) FROM {self.source(target, other)}{_where(conditions)})"

    def predicate(self, held: Any, row: Any) -> str:
        """Write a predicate over a row; empty when it always holds."""
        match held:
            case AllOf():
                return " AND ".join(filter(None, (self.predicate(part, row) for part in held.parts)))
            case AnyOf():
                said = [self.predicate(part, row) or "TRUE" for part in held.parts]
                return f"({' OR '.join(f'({part})' for part in said)})" if said else "FALSE"
            case Not():
                return f"({self.predicate(held.part, row) or 'TRUE'}) IS NOT TRUE"
            case IsNull():
                return f"{self.scalar(held.scalar, row, _DEFAULT)} IS NULL"
            case Compare():
                return self.compare(
                    held.operator, self.scalar(held.scalar, row, _DEFAULT), held.param, held.scalar.nullable
                )
            case CountRows():
                return self.compare(held.operator, self.count_of(held.many, row, held.viewer), held.param, False)
            case Reaches():
                return self._exists(held.target, lambda other: [self.sql(held.on(row, other))], held)
            case HasRows():
                target = _target(held.many)
                return self._exists(
                    target, lambda other: [self.sql(call(_on(held.many), row, other, held.viewer))], held
                )  # fmt: skip
        raise TypeError(f"no SQL for {held}")

    def _exists(self, target: CatalogType, on: Any, held: Reaches | HasRows) -> str:
        other = self.alias(target)
        conditions = [*on(other), *self.visible(target, other, held.viewer), self.predicate(held.predicate, other)]
        return f"EXISTS (SELECT 1 FROM {self.source(target, other)}{_where(conditions)})"

    def compare(self, operator: str, sql: str, param: Param, nullable: bool) -> str:
        """Write a comparison; what is without a value equals nothing."""
        value = self.param(param)
        match operator:
            case "eq":
                return f"{sql} = {value}"
            case "neq":
                return f"({sql} = {value}) IS NOT TRUE" if nullable else f"{sql} <> {value}"
            case "in":
                return self.dialect.one_of(sql, value)
            case "nin":
                return f"({self.dialect.one_of(sql, value)}) IS NOT TRUE"
            case "contains":
                return self.dialect.holds(sql, value)
            case "startsWith":
                convert = param.convert
                end = Param(
                    param.source, lambda text, moment: (convert(text, moment) if convert else text) + _LAST_CHARACTER
                )
                return f"{sql} >= {value} AND {sql} < {self.param(end)}"
        signs = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
        return f"{sql} {signs[operator]} {value}"

    # --- Aggregates ---------------------------------------------------------------------------------------------------

    def totals(self, plan: Totals) -> str:
        """Write an aggregate's object as one text expression."""
        row = self.alias(plan.target)
        conditions = [*self.visible(plan.target, row, plan.viewer), self.predicate(plan.predicate, row)]
        tail = f" FROM {self.source(plan.target, row)}{_where(conditions)}"
        shown: list[tuple[str, Parts]] = []
        needs_rows = False
        for key, what in plan.fields:
            if isinstance(what, Groups):
                shown.append((key, [Sql(self._groups(what, plan, row, tail))]))
            else:
                needs_rows = needs_rows or not isinstance(what, Typename)
                shown.append((key, self._measured(what, lambda measure: self.measure(measure, row, plan.viewer))))
        text = self.dialect.text(_object(shown))
        return f"(SELECT {text}{tail})" if needs_rows else text

    def _measured(self, what: Any, sql_of: Any) -> Parts:
        if isinstance(what, Typename):
            return [f'"{what.name}"']
        if isinstance(what, Measures):
            return _object([(key, self._measured(below, sql_of)) for key, below in what.fields])
        assert isinstance(what, Measure)
        return self.scalar_parts(_measure_scalar(what), sql_of(what))

    def measure(self, measure: Measure, row: Any, viewer: Given) -> str:
        """Write an aggregate function over the rows."""
        if measure.scalar is None:
            return "COUNT(*)"
        sql = self.scalar(measure.scalar, row, viewer)
        if measure.function in ("min", "max"):
            return f"{measure.function.upper()}({sql})"
        total = self.dialect.whole(f"SUM({sql})")
        if measure.function == "sum":
            return total
        scale = 10**_PLACES_OF_AVERAGE
        # Half away from zero, in whole numbers: (2 * total * scale + count) / (2 * count).
        magnitude = f"(2 * abs({total}) * {scale} + COUNT({sql})) / NULLIF(2 * COUNT({sql}), 0)"
        return f"(CASE WHEN {total} < 0 THEN -1 ELSE 1 END * ({magnitude}))"

    def _groups(self, plan: Groups, totals: Totals, row: Any, tail: str) -> str:
        names = {choice.key: f"k{at}" for at, choice in enumerate(plan.by)}
        keys = [self._group_key(choice, row, totals.viewer) for choice in plan.by]
        measures: dict[Measure, str] = {}

        def column(measure: Measure) -> str:
            return f"g.{measures.setdefault(measure, f'm{len(measures)}')}"

        joins: list[str] = []
        shown: list[tuple[str, Parts]] = []
        for key, what in plan.fields:
            parts = self._key_object(what, names, joins) if isinstance(what, GroupKey) else self._measured(what, column)
            shown.append((key, parts))
        text = self.dialect.text(_object(shown))
        having = self._having(plan.having, row, totals.viewer)
        selected = [f"{sql} AS k{at}" for at, sql in enumerate(keys)]
        selected += [f"{self.measure(measure, row, totals.viewer)} AS {name}" for measure, name in measures.items()]
        order = ", ".join(f"k{at} NULLS LAST" for at in range(len(keys)))
        by = ", ".join(str(at + 1) for at in range(len(keys)))
        rows = f"SELECT {', '.join(selected)}{tail} GROUP BY {by}{having} ORDER BY {order} LIMIT {self.size(plan.size)}"
        sorted_ = ", ".join(f"g.k{at} NULLS LAST" for at in range(len(keys)))
        objects = f"SELECT {text} AS j FROM ({rows}) AS g{''.join(joins)} ORDER BY {sorted_}"
        return f"(SELECT {self._array('j')} FROM ({objects}) AS p)"

    def _group_key(self, choice: Any, row: Any, viewer: Given) -> str:
        sql = self.scalar(choice.scalar, row, viewer)
        if choice.level is not None:
            return self.sql(code_at(choice.scalar.expression(row), choice.level))
        if choice.bucket:
            return self.dialect.bucket(sql, choice.bucket, choice.scalar.kind is Kind.DATETIME)
        return sql

    def _key_object(self, plan: GroupKey, names: dict[str, str], joins: list[str]) -> Parts:
        shown: list[tuple[str, Parts]] = []
        for key, what in plan.fields:
            if isinstance(what, Typename):
                shown.append((key, [f'"{what.name}"']))
                continue
            choice, below = what
            if choice.key not in names:
                shown.append((key, ["null"]))
            elif below is not None:
                other = self.alias(below.type)
                self._join(joins, below, other, other.code == SQL(f"g.{names[choice.key]}"), True)
                text = self.dialect.text(self.row(below, other, joins, True))
                shown.append((key, [Sql(f"CASE WHEN {self.sql(other.id)} IS NULL THEN 'null' ELSE {text} END")]))
            else:
                shown.append((key, self.scalar_parts(_key_scalar(choice), f"g.{names[choice.key]}")))
        return _object(shown)

    def _having(self, held: AllOf, row: Any, viewer: Given) -> str:
        said: list[str] = []
        for part in held.parts:
            assert isinstance(part, Having)
            said.append(self.compare(part.operator, self.measure(part.measure, row, viewer), part.param, True))
        return f" HAVING {' AND '.join(said)}" if said else ""

    # --- Small pieces -------------------------------------------------------------------------------------------------

    def alias(self, declared: CatalogType) -> Any:
        """Give the type's table a new alias. Peewee's own aliases begin with t, ours with r."""
        assert declared.model is not None
        return declared.model.alias(self._name())

    def _name(self) -> str:
        self.aliases += 1
        return f"r{self.aliases}"

    def source(self, declared: CatalogType, row: Any) -> str:
        """Write a table and its alias."""
        assert declared.model is not None
        return f'"{declared.model._meta.table_name}" AS "{row.alias}"'

    def scalar(self, scalar: Scalar, row: Any, given: Given) -> str:
        """Write a scalar's expression."""
        return self.sql(call(scalar.expression, row, given))

    def param(self, param: Param) -> str:
        """Write a bound parameter."""
        return numbered(self.dialect, self.params, param)

    def sql(self, node: Any, bare: bool = False) -> str:
        """Render a Peewee expression; a sub-select goes in brackets unless `bare`."""
        context = Statement(self.dialect, self.params)
        with context(subquery=not bare):
            return context.sql(node).query()[0]

    def _array(self, column: str) -> str:
        return f"'[' || {self.dialect.gather(column)} || ']'"


_DEFAULT = Given(None, {"scope": "SUBTREE"})
_NO_REQUEST = Moment({}, "", 0)


def decimal_text(sql: str, places: int) -> str:
    """Write a whole number of smallest units as a decimal with its point."""
    if places == 0:
        return f"CAST({sql} AS TEXT)"
    unit = 10**places
    cents = f"CAST(abs({sql}) % {unit} + {unit} AS TEXT)"
    sign = f"CASE WHEN {sql} < 0 THEN '-' ELSE '' END"
    return f"{sign} || CAST(abs({sql}) / {unit} AS TEXT) || '.' || substr({cents}, 2)"


def _on(many: Many) -> Any:
    assert many.on is not None, "only the root's own lists belong to no row"
    return many.on


def _target(many: Many) -> CatalogType:
    return CATALOG.types[many.target]


def _measure_scalar(measure: Measure) -> Scalar:
    scalar = measure.scalar
    if scalar is None:
        return Scalar(name="count", description="", kind=Kind.INT, nullable=False, expression=_column)
    if measure.function in ("min", "max"):
        return Scalar(
            name=scalar.name, description="", kind=scalar.kind, nullable=True, expression=_column, places=scalar.places
        )
    places = scalar.places + (_PLACES_OF_AVERAGE if measure.function == "avg" else 0)
    return Scalar(name=scalar.name, description="", kind=Kind.DECIMAL, nullable=True, expression=_column, places=places)


def _key_scalar(choice: Any) -> Scalar:
    kind = Kind.DATE if choice.bucket else choice.scalar.kind
    return Scalar(name=choice.key, description="", kind=kind, nullable=True, expression=_column)


def _column(row: Any) -> Any:
    return row


def _strictly(key: OrderKey, sql: str, param: str, backward: bool) -> str:
    sign = "<" if key.descending != backward else ">"
    if not key.nullable:
        return f"{sql} {sign} {param}"
    nulls_beyond = key.nulls_first == backward
    if nulls_beyond:
        return f"({sql} {sign} {param} OR ({sql} IS NULL AND {param} IS NOT NULL))"
    return f"({sql} {sign} {param} OR ({sql} IS NOT NULL AND {param} IS NULL))"


def _order(order: Sequence[OrderKey], keys: Sequence[str], backward: bool) -> str:
    steps: list[str] = []
    for key, sql in zip(order, keys, strict=True):
        step = f"{sql} {'DESC' if key.descending != backward else 'ASC'}"
        steps.append(f"{step} NULLS {'FIRST' if key.nulls_first != backward else 'LAST'}" if key.nullable else step)
    return ", ".join(steps)


def _where(conditions: Sequence[str]) -> str:
    said = [condition for condition in conditions if condition]
    return f" WHERE {' AND '.join(said)}" if said else ""


def _object(fields: Sequence[tuple[str, Parts]]) -> Parts:
    parts: Parts = []
    for at, (key, value) in enumerate(fields):
        parts += [f'{"," if at else "{"}"{key}":', *value]
    return [*parts, "}"] if fields else ["{}"]


def _string(sql: str, nullable: bool) -> Parts:
    return [Sql(f"""COALESCE('"' || {sql} || '"', 'null')""")] if nullable else ['"', Sql(sql), '"']


def _or_null(sql: str, nullable: bool) -> str:
    return f"COALESCE({sql}, 'null')" if nullable else sql
