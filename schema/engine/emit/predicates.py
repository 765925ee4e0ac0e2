"""Which rows are meant, as SQL conditions."""

from collections.abc import Callable
from typing import Any

from schema.engine.catalog import CATALOG, CatalogType, Given, Many, call
from schema.engine.emit.writer import Writer, where
from schema.engine.plan import AllOf, AnyOf, Compare, CountRows, HasRows, IsNull, Not, Reaches
from schema.engine.values import Param

_LAST_CHARACTER = "\U0010ffff"
_SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def predicate(w: Writer, held: Any, row: Any) -> str:
    """Write a predicate over a row; empty when it always holds."""
    match held:
        case AllOf():
            return " AND ".join(filter(None, (predicate(w, part, row) for part in held.parts)))
        case AnyOf():
            said = [predicate(w, part, row) or "TRUE" for part in held.parts]
            return f"({' OR '.join(f'({part})' for part in said)})" if said else "FALSE"
        case Not():
            return f"({predicate(w, held.part, row) or 'TRUE'}) IS NOT TRUE"
        case IsNull():
            return f"{w.scalar(held.scalar, row)} IS NULL"
        case Compare():
            return compare(w, held.operator, w.scalar(held.scalar, row), held.param, held.scalar.nullable)
        case CountRows():
            return compare(w, held.operator, count_of(w, held.many, row), held.param, False)
        case Reaches():
            return _exists(w, held.target, lambda other: w.sql(held.on(row, other)), held, held.is_seen_with)
        case HasRows():
            many = held.many
            return _exists(w, target_of(many), lambda other: _related(w, many, row, other), held, many.is_seen_with)
    raise TypeError(f"no SQL for {held}")


def compare(w: Writer, operator: str, sql: str, param: Param, nullable: bool) -> str:
    """Write a comparison with a bound value; what is without a value equals nothing."""
    value = w.param(param)
    match operator:
        case "eq":
            return f"{sql} = {value}"
        case "neq":
            return f"({sql} = {value}) IS NOT TRUE" if nullable else f"{sql} <> {value}"
        case "in":
            return _one_of(w, sql, value, param)
        case "nin":
            return f"({_one_of(w, sql, value, param)}) IS NOT TRUE"
        case "contains":
            return w.dialect.holds(sql, value)
        case "startsWith":
            # A range, so that an index serves it: up to the last text that begins so.
            convert = param.convert or (lambda text, _: text)
            end = Param(param.source, lambda text, moment: convert(text, moment) + _LAST_CHARACTER)
            return f"{sql} >= {value} AND {sql} < {w.param(end)}"
    return f"{sql} {_SIGNS[operator]} {value}"


def _one_of(w: Writer, sql: str, value: str, param: Param) -> str:
    return f"{sql} IN {value}" if param.is_literal else w.dialect.one_of(sql, value)


def rows_of(w: Writer, many: Many, parent: Any, row: Any, given: Given | None = None) -> list[str]:
    """Say which rows a connection of a parent row has, as far as the viewer may see them."""
    conditions = [] if many.is_seen_with else w.visible(target_of(many), row)
    return conditions if many.on is None else [_related(w, many, parent, row, given), *conditions]


def count_of(w: Writer, many: Many, row: Any) -> str:
    """Count the rows of a connection."""
    target = target_of(many)
    other = w.alias(target)
    conditions = rows_of(w, many, row, other)
    return f"(SELECT COUNT(*) FROM {w.source(target, other)}{where(conditions)})"


def target_of(many: Many) -> CatalogType:
    """Give the type of a connection's rows."""
    return CATALOG.types[many.target]


def _related(w: Writer, many: Many, parent: Any, row: Any, given: Given | None = None) -> str:
    assert many.on is not None, "only the root's own lists belong to no row"
    return w.sql(call(many.on, parent, row, given or w.viewer))


def _exists(
    w: Writer, target: CatalogType, on: Callable[[Any], str], held: Reaches | HasRows, is_seen_with: bool
) -> str:
    other = w.alias(target)
    seen = [] if is_seen_with else w.visible(target, other)
    conditions = [on(other), *seen, predicate(w, held.predicate, other)]
    return f"EXISTS (SELECT 1 FROM {w.source(target, other)}{where(conditions)})"
