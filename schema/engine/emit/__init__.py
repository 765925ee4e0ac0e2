"""Third stage: a plan to one SQL statement that builds its own JSON. Aliases are made here, in one fixed order.

`objects` writes rows, `pages` finds them, `predicates` are conditions, `aggregates` counts; all with one `writer`.
"""

import re
from dataclasses import dataclass

from peewee import ModelAlias

from schema.catalog.fields import Kind, Lookup, Own
from schema.catalog.registry import Catalog
from schema.engine.bindings import Param
from schema.engine.dialects import Dialect, quoted
from schema.engine.emit.aggregates import totals
from schema.engine.emit.objects import connection, row_object
from schema.engine.emit.writer import Writer, where
from schema.engine.plan import NodeRows, Nothing, OneRow, Page, Plan, Row, Totals

_PLACEHOLDER = re.compile(r"([?$])(\d+)")


@dataclass(frozen=True, slots=True)
class Emitted:
    """A statement and its parameters, in the order of their numbers. It gives one row with the JSON text, or none."""

    sql: str
    params: tuple[Param, ...]


def emit(plan: Plan, catalog: Catalog, dialect: Dialect) -> Emitted:
    """Write the statement of a plan."""
    w = Writer(catalog, dialect, plan.viewer)
    match plan.root:
        case OneRow():
            sql = _one_row(w, plan.root)
        case NodeRows():
            sql = _node_rows(w, plan.root)
        case Nothing():
            sql = _statement(w, quoted("null"))
        case Page():
            sql = _statement(w, w.text(connection(w, plan.root, None)))
        case Totals():
            sql = _statement(w, totals(w, plan.root))
    return _emitted(sql, w.params)


def _emitted(sql: str, params: list[Param]) -> Emitted:
    """Leave out the parameters of what was written and then not needed, such as the filter of `{ __typename }`."""
    used = sorted({int(number) for _, number in _PLACEHOLDER.findall(sql)})
    if len(used) < len(params):
        numbers = {old: new for new, old in enumerate(used, 1)}
        sql = _PLACEHOLDER.sub(lambda found: f"{found[1]}{numbers[int(found[2])]}", sql)
    return Emitted(sql, tuple(params[number - 1] for number in used))


def _statement(w: Writer, text: str) -> str:
    return f"SELECT {w.dialect.as_bytes(text)}"


def _one_row(w: Writer, plan: OneRow) -> str:
    row = w.alias(plan.row.type)
    joins: list[str] = []
    text = w.text(row_object(w, plan.row, row, joins))
    conditions = w.visible(plan.row.type, row)
    conditions += [f"{w.scalar(scalar, row)} = {w.param(param)}" for scalar, param in plan.keys]
    if isinstance(plan.lookup, Lookup):
        only = plan.lookup.only if plan.keys else plan.lookup.otherwise
        if only and all(scalar.kind is not Kind.ID for scalar, _ in plan.keys):
            conditions.append(w.sql(only(row)))
    elif isinstance(plan.lookup, Own):
        conditions.append(w.sql(plan.lookup.on(row)))
    return f"{_statement(w, text)} FROM {w.source(plan.row.type, row)}{''.join(joins)}{where(conditions)}"


def _node_rows(w: Writer, plan: NodeRows) -> str:
    types, ids = w.param(plan.types), w.param(plan.ids)
    found = _by_type(w, plan)
    rows = f"SELECT COALESCE({found}, 'null') AS j FROM {w.dialect.pairs(types, ids)} ORDER BY n.position"
    return f"{_statement(w, w.text(w.array('j')))} FROM ({rows}) AS p"


def _by_type(w: Writer, plan: NodeRows) -> str:
    if not plan.rows:
        return "NULL"
    branches: list[str] = []
    for below in plan.rows:
        row = w.alias(below.type)
        joins: list[str] = []
        text = _object_text(w, below, row, joins)
        conditions = [f"{w.sql(row.id)} = n.row_id", *w.visible(below.type, row)]
        found = f"SELECT {text} FROM {w.source(below.type, row)}{''.join(joins)}{where(conditions)}"
        branches.append(f"WHEN {quoted(below.type.name)} THEN ({found})")
    return f"CASE n.type {' '.join(branches)} END"


def _object_text(w: Writer, plan: Row, row: ModelAlias, joins: list[str]) -> str:
    return w.row(lambda: row_object(w, plan, row, joins))
