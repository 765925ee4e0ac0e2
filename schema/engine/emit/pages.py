"""Pages: which rows of a connection are read and in which order, their cursors, and where the page lies in its list.

What is shown of each row is `objects`' business.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from peewee import ModelAlias

from db.kernel.expressions import Row
from db.kernel.ranks import rank, rank_indexes, rank_name
from schema.catalog.fields import FieldContext, Kind, Scalar
from schema.engine import cursors
from schema.engine.dialects import Parts, Sql
from schema.engine.emit.predicates import count_of, counted, predicate, rows_of
from schema.engine.emit.writer import Writer, json_object, where
from schema.engine.plan import Cursor, Keyed, OrderKey, Page


@dataclass(slots=True)
class Frame:
    """One connection while it is written. columns: what each row of the page is read as, filled on the way.

    k0, k1, …: the row's place in the order, where a cursor is made of the page's first or last row.
    """

    w: Writer
    plan: Page
    row: ModelAlias
    parent: Row | None
    keys: list[str]
    within: list[str]
    after: str = ""
    before: str = ""
    joins: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The table and its alias."""
        return self.w.source(self.plan.target, self.row)

    @property
    def between(self) -> list[str]:
        """The conditions for the rows between the cursors."""
        return [*self.within, self.after, self.before]

    def column(self, write: Callable[[], Parts]) -> Parts:
        """Read the rows as one more column, and gather it. write: gives the parts of a row's text."""
        name = f"j{len(self.columns)}"
        self.columns[name] = self.w.row(write)
        return self.w.array(name)


def opened(w: Writer, plan: Page, parent: Row | None) -> Frame:
    """Begin the connection of a parent row (None at the root)."""
    row = w.alias(plan.target)
    within = [*rows_of(w, plan.many, parent, row, plan.given), predicate(w, plan.predicate, row, plan.of_rows)]
    frame = Frame(w, plan, row, parent, [_order_key(w, key, row, plan.of_rows) for key in plan.order], within)
    span = plan.span
    frame.after = _beyond(frame, span.after, False) if span.after else ""
    frame.before = _beyond(frame, span.before, True) if span.before else ""
    return frame


def closed(frame: Frame, parts: Parts) -> Parts:
    """Attach the rows below what was written of them. parts: all of the connection."""
    return frame.w.over(f"({_rows(frame)}) AS p", parts) if frame.columns else parts


def _rows(frame: Frame) -> str:
    w, order, keys = frame.w, frame.plan.order, frame.keys
    columns = [f"{sql} AS {name}" for name, sql in frame.columns.items()]
    backward, joins = frame.plan.span.backward, "".join(frame.joins)
    limit = w.size(frame.plan.span.size)
    tail = f" FROM {frame.source}"
    if not backward and _is_served(frame):
        conditions = where(frame.between)
        return (
            f"SELECT {', '.join(columns)}{tail}{joins}{conditions} ORDER BY {_order(order, keys, False)} LIMIT {limit}"
        )
    # The rows are found first, and read when it is known which they are: a sort would otherwise carry the text of every
    # row. The last ones are found from the end, and turned round again.
    identity = w.sql(frame.row.id)
    found = ", ".join([f"{identity} AS id", *[f"{sql} AS o{at}" for at, sql in enumerate(keys)]])
    found = f"SELECT {found}{tail}{where(frame.between)} ORDER BY {_order(order, keys, backward)} LIMIT {limit}"
    turned = _order(order, [f"q.o{at}" for at in range(len(keys))], False)
    again = f" {w.dialect.join} {frame.source} ON {identity} = q.id{joins}"
    return f"SELECT {', '.join(columns)} FROM ({found}) AS q{again} ORDER BY {turned}"


def _is_served(frame: Frame) -> bool:
    """Return whether an index holds the rows in their order, perhaps behind columns that the list is narrowed by."""
    names = [_column_name(key) for key in frame.plan.order]
    if (
        "" in names
        or any(key.nullable for key in frame.plan.order)
        or len({k.descending for k in frame.plan.order}) > 1
    ):
        return False
    model = frame.plan.target.model
    assert model is not None
    indexes = [["id"], *[list(index[0]) for index in model._meta.indexes if isinstance(index, tuple)]]
    indexes += rank_indexes(model)
    return any(columns[-len(names) :] == names for columns in indexes)


def _column_name(key: OrderKey) -> str:
    """Return the column that an index of the order would hold, a rank by its own name; empty where it is no column."""
    if not isinstance(key.by, Scalar) or not key.by.is_column:
        return ""
    return rank_name(key.by.name) if key.enum else key.by.name


def total_count(frame: Frame) -> Parts:
    """Count all rows of the list."""
    w, plan = frame.w, frame.plan
    sql = counted(
        w, plan.many, frame.parent, lambda: f"(SELECT COUNT(*) FROM {frame.source}{where(frame.within)})", plan.given,
        lambda row: predicate(w, plan.predicate, row, plan.of_rows),
    )  # fmt: skip
    return [Sql(sql, is_deep=True)]


def page_info(frame: Frame, fields: Keyed[str]) -> Parts:
    """Write where the page lies in its list. fields: names of `PageInfo`."""
    return json_object([(key, _page_info(frame, name)) for key, name in fields])


def cursor_text(frame: Frame) -> Parts:
    """Write the cursor of a row as a JSON string."""
    return ['"', *_cursor(frame, frame.keys), '"']


def _page_info(frame: Frame, name: str) -> Parts:
    if name == "__typename":
        return ['"PageInfo"']
    if name in ("startCursor", "endCursor"):
        return [Sql(_edge_cursor(frame, name == "startCursor"), is_deep=True)]
    checks = _more(frame, name == "hasNextPage")
    if not checks:
        return ["false"]
    return [Sql(f"CASE WHEN {' OR '.join(checks)} THEN 'true' ELSE 'false' END", is_deep=True)]


def _more(frame: Frame, is_next: bool) -> list[str]:
    """Build the condition that there are rows on a side: beyond the page's own rows, and beyond that side's cursor."""
    checks: list[str] = []
    if is_next != frame.plan.span.backward:
        size = frame.w.size(frame.plan.span.size)
        checks.append(f"EXISTS (SELECT 1 FROM {frame.source}{where(frame.between)} LIMIT 1 OFFSET {size})")
    if beyond := frame.before if is_next else frame.after:
        conditions = where([*frame.within, f"({beyond}) IS NOT TRUE"])
        checks.append(f"EXISTS (SELECT 1 FROM {frame.source}{conditions})")
    return checks


# --- Orders and cursors -----------------------------------------------------------------------------------------------


def _order_key(w: Writer, key: OrderKey, row: Row, given: FieldContext) -> str:
    if isinstance(key.by, Scalar):
        sql = w.scalar(key.by, row, given)
        return rank(sql, key.enum) if key.enum else sql
    return count_of(w, key.by, row)


def _order(order: Sequence[OrderKey], keys: Sequence[str], backward: bool) -> str:
    steps: list[str] = []
    for key, sql in zip(order, keys, strict=True):
        step = f"{sql} {'DESC' if key.descending != backward else 'ASC'}"
        steps.append(f"{step} NULLS {'FIRST' if key.nulls_first != backward else 'LAST'}" if key.nullable else step)
    return ", ".join(steps)


def _edge_cursor(frame: Frame, is_first: bool) -> str:
    """Write the cursor of a page's first or last row, or null; of its keys alone, so that not every row has one."""
    take = frame.w.dialect.first_of if is_first else frame.w.dialect.last_of
    frame.columns |= {f"k{at}": sql for at, sql in enumerate(frame.keys)}
    parts = _cursor(frame, [f"({take(f'k{at}')})" for at in range(len(frame.keys))])
    # The last key is an id: where there is no row it makes the whole text NULL.
    pieces = [part.sql if isinstance(part, Sql) else f"'{part}'" for part in ['"', *parts, '"']]
    return f"COALESCE({' || '.join(pieces)}, 'null')"


def _cursor(frame: Frame, keys: Sequence[str]) -> Parts:
    parts: Parts = [Sql(frame.w.leaf(frame.plan.fingerprint, "text"))]
    for key, sql in zip(frame.plan.order, keys, strict=True):
        parts += [cursors.SEPARATOR, Sql(_cursor_key(frame.w, key, sql))]
    return parts


def _cursor_key(w: Writer, key: OrderKey, sql: str) -> str:
    kind = key.kind
    if kind in cursors.HEX_KINDS:
        text = w.dialect.hexadecimal(sql)
        return f"CASE WHEN {sql} IS NULL THEN '{cursors.NULL}' ELSE {text} END" if key.nullable else text
    if kind is Kind.BOOLEAN:
        return f"CASE WHEN {sql} THEN '1' WHEN NOT {sql} THEN '0' ELSE '{cursors.NULL}' END"
    return f"COALESCE(CAST({sql} AS TEXT), '{cursors.NULL}')" if key.nullable else sql


def _beyond(frame: Frame, cursor: Cursor, backward: bool) -> str:
    """Build the condition that a row comes after a cursor, or before it when `backward`."""
    order, keys = frame.plan.order, frame.keys
    params = [frame.w.param(param) for param in cursor.params]
    directions = {key.descending for key in order}
    if len(directions) == 1 and not any(key.nullable for key in order):
        sign = "<" if order[0].descending != backward else ">"
        if len(keys) == 1:
            return f"{keys[0]} {sign} {params[0]}"
        return f"({', '.join(keys)}) {sign} ({', '.join(params)})"
    condition = ""
    for key, sql, param in reversed(list(zip(order, keys, params, strict=True))):
        strictly = _strictly(key, sql, param, backward)
        same = f"({sql} = {param} OR ({sql} IS NULL AND {param} IS NULL))" if key.nullable else f"{sql} = {param}"
        condition = f"({strictly} OR ({same} AND {condition}))" if condition else strictly
    return condition


def _strictly(key: OrderKey, sql: str, param: str, backward: bool) -> str:
    sign = "<" if key.descending != backward else ">"
    if not key.nullable:
        return f"{sql} {sign} {param}"
    if key.nulls_first == backward:
        return f"({sql} {sign} {param} OR ({sql} IS NULL AND {param} IS NOT NULL))"
    return f"({sql} {sign} {param} OR ({sql} IS NOT NULL AND {param} IS NULL))"
