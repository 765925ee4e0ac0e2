"""Which rows are meant, as SQL conditions."""

from collections.abc import Callable

from peewee import OP, SQL, Expression, ModelAlias, Node

from db.kernel import counts
from db.kernel.counts import CountedRows
from db.kernel.expressions import Row, call
from schema.catalog.fields import Aggregate, CatalogType, FieldContext, Many
from schema.engine.bindings import Param
from schema.engine.emit.writer import Writer, where
from schema.engine.plan import AllOf, AnyOf, Compare, CountRows, HasRows, IsNull, Not, Predicate, Reaches

_LAST_CHARACTER = "\U0010ffff"
_SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def predicate(w: Writer, held: Predicate, row: Row, given: FieldContext | None = None, is_inside: bool = False) -> str:
    """Write a predicate over a row; empty when it always holds.

    given: what the row's expressions may know. is_inside: a relation of a filter leads to the row. A relation from
    there is written so that its rows are found once for the statement and not once for each such row; see
    docs/adr/0021.
    """
    match held:
        case AllOf():
            return " AND ".join(filter(None, (predicate(w, part, row, given, is_inside) for part in held.parts)))
        case AnyOf():
            conditions = [predicate(w, part, row, given, is_inside) or "TRUE" for part in held.parts]
            return f"({' OR '.join(f'({part})' for part in conditions)})" if conditions else "FALSE"
        case Not():
            return f"({predicate(w, held.part, row, given, is_inside) or 'TRUE'}) IS NOT TRUE"
        case IsNull():
            return f"{w.scalar(held.scalar, row, given)} IS NULL"
        case Compare():
            return compare(w, held.operator, w.scalar(held.scalar, row, given), held.param, held.scalar.nullable)
        case CountRows():
            return compare(w, held.operator, count_of(w, held.many, row), held.param, False)
        case Reaches():
            other = w.alias(held.target)
            return _some(w, held, row, (held.target, other), held.on(row, other), held.shares_visibility, is_inside)
        case HasRows():
            many, target = held.many, target_of(w, held.many)
            other = w.alias(target)
            on = _relation(w, many, row, other)
            return _some(w, held, row, (target, other), on, many.shares_visibility, is_inside)


def compare(w: Writer, operator: str, sql: str, param: Param, nullable: bool) -> str:
    """Write a comparison with a bound value; what is without a value equals nothing."""
    value = w.param(param)
    match operator:
        case "eq":
            return f"{sql} = {value}"
        case "neq":
            return f"({sql} = {value}) IS NOT TRUE" if nullable else f"{sql} <> {value}"
        case "in":
            return _is_in_list(w, sql, value, param)
        case "nin":
            return f"({_is_in_list(w, sql, value, param)}) IS NOT TRUE"
        case "contains":
            return w.dialect.contains_text(sql, value)
        case "startsWith":
            # A range, so that an index serves it: up to the last text that begins so.
            convert = param.convert or (lambda text, _: text)
            end = Param(param.source, lambda text, request_values: convert(text, request_values) + _LAST_CHARACTER)
            return f"{sql} >= {value} AND {sql} < {w.param(end)}"
    return f"{sql} {_SIGNS[operator]} {value}"


def _is_in_list(w: Writer, sql: str, value: str, param: Param) -> str:
    return f"{sql} IN {value}" if param.is_literal else w.dialect.is_in_list(sql, value)


def rows_of(w: Writer, many: Many, parent: Row | None, row: Row, given: FieldContext | None = None) -> list[str]:
    """Build the conditions for the rows of a connection of a parent row has, as far as the viewer may see them."""
    conditions = [] if many.shares_visibility else w.visible(target_of(w, many), row)
    conditions += narrowing(w, many, row, given or w.viewer)
    return conditions if many.on is None else [w.sql(_relation(w, many, parent, row, given)), *conditions]


def narrowing(w: Writer, item: Many | Aggregate, row: Row, given: FieldContext) -> list[str]:
    """Build the conditions for the rows that a field's arguments leave."""
    condition = item.where and call(item.where, row, given)
    return [] if condition is None else [w.sql(condition)]


def count_of(w: Writer, many: Many, row: Row) -> str:
    """Count the rows of a connection."""
    target = target_of(w, many)

    def plain() -> str:
        other = w.alias(target)
        return f"(SELECT COUNT(*) FROM {w.source(target, other)}{where(rows_of(w, many, row, other))})"

    return counted(w, many, row, plain)


def counted(
    w: Writer,
    many: Many,
    parent: Row | None,
    plain: Callable[[], str],
    given: FieldContext | None = None,
    conditions: Callable[[Row], str] = lambda row: "",
) -> str:
    """Count the rows of a connection from a roll-up, or else as `plain` says. given: what the relation may know."""
    target, given = target_of(w, many), given or w.viewer
    if not target.rollups:
        return plain()

    def narrowed(row: Row) -> list[Node]:
        return [SQL(condition) for condition in [*narrowing(w, many, row, given), conditions(row)] if condition]

    relation = (lambda row: _relation(w, many, parent, row, given)) if many.on else None
    whole = parent if many.scoped and given.scope == "SUBTREE" else None
    rows = CountedRows(target, w.viewer, narrowed, lambda: SQL(plain()), relation, whole, many.shares_visibility)
    return w.sql(counts.count_of(rows))


def target_of(w: Writer, many: Many) -> CatalogType:
    """Return the type of a connection's rows."""
    return w.catalog.types[many.target]


def _relation(w: Writer, many: Many, parent: Row | None, row: Row, given: FieldContext | None = None) -> Node:
    assert many.on is not None, "only the root's own lists belong to no row"
    return call(many.on, parent, row, given or w.viewer)


def _some(
    w: Writer,
    held: Reaches | HasRows,
    row: Row,
    reached: tuple[CatalogType, ModelAlias],
    on: Node,
    shares_visibility: bool,
    is_inside: bool,
) -> str:
    """Write that a relation leads to some row that matches. reached: its type and the alias of its table."""
    target, other = reached
    matching = [
        *([] if shares_visibility else w.visible(target, other)),
        predicate(w, held.predicate, other, is_inside=True),
    ]
    source = w.source(target, other)
    if is_inside and (apart := _apart(w, on, row, other)):
        here, there, rest = apart
        return f"{here} IN (SELECT {there} FROM {source}{where([*rest, *matching])})"
    return f"EXISTS (SELECT 1 FROM {source}{where([w.sql(on), *matching])})"


def _apart(w: Writer, on: Node, row: Row, other: Row) -> tuple[str, str, list[str]] | None:
    """Split a relation's condition: `row.a = other.b AND rest` gives a, b and the rest, which is of `other` alone.

    None where it has not that form, so that the other rows cannot be found without the row.
    """
    links = list(_links(on))
    for link in links:
        if isinstance(link, Expression) and link.op == OP.EQ:
            sides = [w.sql(link.lhs), w.sql(link.rhs)]
            here = [side for side in sides if _names(row, side) and not _names(other, side)]
            there = [side for side in sides if _names(other, side) and not _names(row, side)]
            rest = [w.sql(part) for part in links if part is not link]
            if here and there and not any(_names(row, part) for part in rest):
                return here[0], there[0], rest
    return None


def _links(condition: Node) -> list[Node]:
    """List what `&` joins."""
    if isinstance(condition, Expression) and condition.op == OP.AND:
        return [*_links(condition.lhs), *_links(condition.rhs)]
    return [condition]


def _names(row: Row, sql: str) -> bool:
    return f'"{row.alias}".' in sql
