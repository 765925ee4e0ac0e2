"""Rows as JSON objects: scalars, relations to one row (joins) and plain lists. Connections are `pages`' business."""

from typing import Any

from schema.catalog.fields import call
from schema.engine.dialects import Parts, Sql
from schema.engine.emit import pages
from schema.engine.emit.writer import Columns, Writer, json_object, where
from schema.engine.plan import DerivedList, Fields, ListOf, Page, PartOf, Row, ToOne, ToOneOf, Typename, Value


def row_object(w: Writer, plan: Row, row: Any, joins: list[str], optional: bool) -> Parts:
    """Write a row as a JSON object.

    joins: relations to one row are added here, as outer joins when `optional` says that the row may be missing.
    """
    return _object(w, plan.fields, row, joins, optional)


def join(w: Writer, joins: list[str], plan: Row, other: Any, on: Any, outer: bool, is_seen_with: bool = False) -> None:
    """Add a join to the row of another table. is_seen_with: whoever sees the one row sees the other."""
    conditions = [w.sql(on), *([] if is_seen_with else w.visible(plan.type, other))]
    joins.append(
        f" {'LEFT JOIN' if outer else w.dialect.join} {w.source(plan.type, other)} ON {' AND '.join(conditions)}"
    )


def or_null(w: Writer, plan: Row, other: Any, joins: list[str]) -> Parts:
    """Write the row of an outer join: null where there is none."""
    text = w.text(row_object(w, plan, other, joins, True))
    return [Sql(f"CASE WHEN {w.key(other)} IS NULL THEN 'null' ELSE {text} END", is_deep=True)]


def _object(w: Writer, fields: Fields, row: Any, joins: list[str], optional: bool) -> Parts:
    return json_object([(key, _shown(w, what, row, joins, optional)) for key, what in fields])


def _shown(w: Writer, what: Any, row: Any, joins: list[str], optional: bool) -> Parts:
    match what:
        case Typename():
            return [f'"{what.name}"']
        case Value():
            return w.json(what.scalar, w.scalar(what.scalar, row, what.given), what.type_name)
        case ToOne():
            return _to_one(w, what, row, joins, optional)
        case ToOneOf():
            return _to_one_of(w, what, row, joins)
        case PartOf():
            return _object(w, what.fields, row, joins, optional)
        case ListOf():
            return _list(w, what, row)
        case DerivedList():
            return _derived(w, what, row)
        case Page():
            return pages.page(w, what, row, row_object)
    raise TypeError(f"no SQL for {what}")


def _to_one(w: Writer, what: ToOne, row: Any, joins: list[str], optional: bool) -> Parts:
    other = w.alias(what.row.type)
    outer = optional or what.one.nullable
    join(w, joins, what.row, other, what.one.on(row, other), outer, what.one.is_seen_with)
    if what.one.nullable:
        return or_null(w, what.row, other, joins)
    return row_object(w, what.row, other, joins, outer)


def _to_one_of(w: Writer, what: ToOneOf, row: Any, joins: list[str]) -> Parts:
    branches: list[str] = []
    for key, below in what.rows:
        other = w.alias(below.type)
        join(w, joins, below, other, other.id == key(row), True)
        text = w.text(row_object(w, below, other, joins, True))
        branches.append(f"WHEN {w.sql(other.id)} IS NOT NULL THEN {text}")
    return [Sql(f"CASE {' '.join(branches)} ELSE 'null' END", is_deep=True)]


def _list(w: Writer, what: ListOf, row: Any) -> Parts:
    other = w.alias(what.row.type)
    joins: list[str] = []
    text = w.row(lambda: row_object(w, what.row, other, joins, False))
    conditions = [w.sql(what.listed.on(row, other)), *w.visible(what.row.type, other)]
    order = ", ".join(w.sql(key) for key in what.listed.order(other))
    rows = f"SELECT {text} AS j FROM {w.source(what.row.type, other)}{''.join(joins)}{where(conditions)}"
    return w.over(f"({rows} ORDER BY {order}) AS p", w.array("j"))


def _derived(w: Writer, what: DerivedList, row: Any) -> Parts:
    alias = w.name()
    source = w.sql(call(what.derived.query, row, what.given), bare=True)
    text = w.text(_object(w, what.fields, Columns(alias), [], False))
    return w.over(f'({source}) AS "{alias}"', w.array(text))
