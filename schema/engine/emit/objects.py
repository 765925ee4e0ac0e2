"""Rows as JSON objects: scalars, relations to one row (joins), plain lists and connections, which hold rows again."""

from collections.abc import Callable

from peewee import ModelAlias, Node

from db.kernel.expressions import Row as RowAlias
from db.kernel.expressions import call
from schema.engine.dialects import Parts, Sql
from schema.engine.emit import pages
from schema.engine.emit.pages import Frame
from schema.engine.emit.writer import Columns, Writer, json_object, where
from schema.engine.plan import (
    ConnectionField,
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
)  # fmt: skip


def row_object(w: Writer, plan: Row, row: RowAlias, joins: list[str], optional: bool = False) -> Parts:
    """Write a row as a JSON object.

    joins: relations to one row are added here, as outer joins when `optional` says that the row may be missing.
    """
    return _object(w, plan.fields, row, joins, optional)


def optional_row(
    w: Writer, plan: Row, other: ModelAlias, on: Node, joins: list[str], shares_visibility: bool = False
) -> Parts:
    """Join the row of another table, and write it as a JSON object; null where there is none.

    shares_visibility: whoever sees the one row sees the other.
    """
    _join(w, joins, plan, other, on, True, shares_visibility)
    text = w.text(row_object(w, plan, other, joins, True))
    return [Sql(f"CASE WHEN {w.key(other)} IS NULL THEN 'null' ELSE {text} END", is_deep=True)]


def connection(w: Writer, plan: Page, parent: RowAlias | None) -> Parts:
    """Write a connection of a parent row (None at the root) as a JSON object."""
    frame = pages.opened(w, plan, parent)
    return pages.closed(frame, json_object([(key, _of_connection(frame, what)) for key, what in plan.fields]))


def _object(w: Writer, fields: Keyed[Shown], row: RowAlias, joins: list[str], optional: bool) -> Parts:
    return json_object([(key, _shown(w, what, row, joins, optional)) for key, what in fields])


def _shown(w: Writer, what: Shown, row: RowAlias, joins: list[str], optional: bool) -> Parts:
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
        case PlainList():
            return _list(w, what, row)
        case DerivedObjects():
            return _derived(w, what, row)
        case Page():
            return connection(w, what, row)


def _join(
    w: Writer, joins: list[str], plan: Row, other: ModelAlias, on: Node, outer: bool, shares_visibility: bool = False
) -> None:
    conditions = [w.sql(on), *([] if shares_visibility else w.visible(plan.type, other))]
    joins.append(
        f" {'LEFT JOIN' if outer else w.dialect.join} {w.source(plan.type, other)} ON {' AND '.join(conditions)}"
    )


def _to_one(w: Writer, what: ToOne, row: RowAlias, joins: list[str], optional: bool) -> Parts:
    other = w.alias(what.row.type)
    on = what.one.on(row, other)
    if what.one.nullable:
        return optional_row(w, what.row, other, on, joins, what.one.shares_visibility)
    _join(w, joins, what.row, other, on, optional, what.one.shares_visibility)
    return row_object(w, what.row, other, joins, optional)


def _to_one_of(w: Writer, what: ToOneOf, row: RowAlias, joins: list[str]) -> Parts:
    branches: list[str] = []
    for key, below in what.rows:
        other = w.alias(below.type)
        _join(w, joins, below, other, other.id == key(row), True)
        text = w.text(row_object(w, below, other, joins, True))
        branches.append(f"WHEN {w.sql(other.id)} IS NOT NULL THEN {text}")
    return [Sql(f"CASE {' '.join(branches)} ELSE 'null' END", is_deep=True)]


def _list(w: Writer, what: PlainList, row: RowAlias) -> Parts:
    other = w.alias(what.row.type)
    joins: list[str] = []
    text = w.row(lambda: row_object(w, what.row, other, joins))
    conditions = [w.sql(what.listed.on(row, other)), *w.visible(what.row.type, other)]
    order = ", ".join(w.sql(key) for key in what.listed.order(row, other))
    rows = f"SELECT {text} AS j FROM {w.source(what.row.type, other)}{''.join(joins)}{where(conditions)}"
    return w.over(f"({rows} ORDER BY {order} LIMIT {what.listed.bound}) AS p", w.array("j"))


def _derived(w: Writer, what: DerivedObjects, row: RowAlias) -> Parts:
    alias = w.name()
    source = w.sql(call(what.derived.query, row, what.given), bare=True)
    text = w.text(_object(w, what.fields, Columns(alias), [], False))
    if what.derived.is_list:
        return w.over(f'({source}) AS "{alias}"', w.array(text))
    return [Sql(f"COALESCE((SELECT {text} FROM ({source}) AS \"{alias}\"), 'null')", is_deep=True)]


# --- Connections ------------------------------------------------------------------------------------------------------


def _of_connection(frame: Frame, what: ConnectionField) -> Parts:
    match what:
        case Nodes():
            return frame.column(_row_of(frame, what.row))
        case Edges():
            return frame.column(lambda: json_object([(key, _of_edge(frame, below)) for key, below in what.fields]))
        case TotalCount():
            return pages.total_count(frame)
        case PageInfo():
            return pages.page_info(frame, what.fields)
        case Typename():
            return [f'"{what.name}"']


def _of_edge(frame: Frame, below: Row | Typename | CursorText) -> Parts:
    match below:
        case Row():
            return _row_of(frame, below)()
        case Typename():
            return [f'"{below.name}"']
        case CursorText():
            return pages.cursor_text(frame)


def _row_of(frame: Frame, plan: Row) -> Callable[[], Parts]:
    return lambda: row_object(frame.w, plan, frame.row, frame.joins)
