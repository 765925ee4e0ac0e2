"""Aggregates as JSON objects: counts and measures of all rows, and of groups of them."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from peewee import SQL, ModelAlias

from db.kernel.counts import COUNTED, NOT_HELD, sees_all
from db.kernel.expressions import Row, call
from db.kernel.ranks import rank
from db.kernel.rollups import Rollup
from schema.catalog.derived_fields import AVERAGE_PLACES, GroupChoice
from schema.catalog.fields import FieldContext, Kind, Scalar
from schema.engine.dialects import Parts
from schema.engine.emit.objects import optional_row
from schema.engine.emit.predicates import compare, narrowing, predicate
from schema.engine.emit.writer import Writer, json_object, where
from schema.engine.plan import GroupKey, Groups, KeyPart, Measure, Measured, Measures, Totals, Typename

# An SQL aggregate function (count, sum, min, max) over a scalar, or over the rows themselves, to its SQL.
Atom = Callable[[str, Scalar | None], str]


class _Read(NamedTuple):
    """The rows that are measured: their alias, what their expressions know, and from where they are read.

    rollup: that the rows are of; each stands for as many as its `row_count` says.
    """

    row: ModelAlias
    given: FieldContext
    sql: str
    rollup: Rollup | None = None


def totals(w: Writer, plan: Totals) -> str:
    """Write an aggregate's object as one text expression."""
    read = _from_rollup(w, plan) or _from_rows(w, plan)
    atom = _over_rows(w, read)
    shown: list[tuple[str, Parts]] = []
    needs_rows = False
    for key, what in plan.fields:
        if isinstance(what, Groups):
            shown.append((key, _groups(w, what, read)))
        else:
            needs_rows = needs_rows or _reads(what)
            shown.append((key, _shown(w, what, lambda measure: _measure(w, measure, atom))))
    text = w.text(json_object(shown))
    return f"(SELECT {text}{read.sql})" if needs_rows else text


def _from_rows(w: Writer, plan: Totals) -> _Read:
    row = w.alias(plan.target)
    conditions = [*w.visible(plan.target, row), *_conditions(w, plan, row)]
    return _Read(row, plan.given, f" FROM {w.source(plan.target, row)}{where(conditions)}")


def _conditions(w: Writer, plan: Totals, row: Row) -> list[str]:
    return [*narrowing(w, plan.aggregate, row, plan.given), predicate(w, plan.predicate, row, plan.given)]


def _from_rollup(w: Writer, plan: Totals) -> _Read | None:
    """Read the first roll-up that holds what is counted; None where rows are measured, or none holds it."""
    if any(measure.function != "count" for measure in _measures(plan)):
        return None
    for one in plan.target.rollups:
        row = one.row(COUNTED)
        try:
            conditions = _conditions(w, plan, row)
            for groups in _all_groups(plan):
                for choice in groups.by:
                    _group_key(w, choice, _Read(row, plan.given, "", one))
            source = _rolled(w, plan, one, row, conditions)
        except NOT_HELD:
            continue
        return _Read(row, plan.given, f" FROM {source}", one)
    return None


def _rolled(w: Writer, plan: Totals, one: Rollup, row: ModelAlias, conditions: list[str]) -> str:
    """Write the rows of a roll-up that the viewer sees, with those rows beside them that not everybody sees.

    Raises:
        AttributeError: not everybody sees all rows, and the roll-up does not tell which everybody does.
    """
    actual = one.counted.alias(COUNTED)
    source = f'"{one.name}" AS "{row.alias}"'
    if sees_all(plan.target, actual, w.viewer):
        return f"{source}{where(conditions)}"
    is_public = row.is_public
    parts = call(plan.target.private, actual, w.viewer)
    if not parts:
        return f"{source}{where([w.sql(is_public), *conditions])}"
    keys = [key.name for key in one.keys]
    values = [value.alias(key) for value, key in zip(one.keys_of(actual), keys, strict=True)]
    public = row.select(*[getattr(row, key) for key in keys], row.row_count).where(is_public)
    apart = [actual.select(*values, SQL("1")).where(part) for part in parts]
    both = " UNION ALL ".join(w.sql(query, bare=True) for query in (public, *apart))
    return f'({both}) AS "{row.alias}"{where(conditions)}'


def _all_groups(plan: Totals) -> list[Groups]:
    return [what for _, what in plan.fields if isinstance(what, Groups)]


def _measures(plan: Totals) -> Iterator[Measure]:
    """List all that is measured, of the rows and of their groups."""
    for _, what in plan.fields:
        if isinstance(what, Groups):
            yield from (held.measure for held in what.having)
            for _, below in what.fields:
                yield from () if isinstance(below, GroupKey) else _of_object(below)
        else:
            yield from _of_object(what)


def _of_object(what: Measured) -> Iterator[Measure]:
    if isinstance(what, Measure):
        yield what
    elif isinstance(what, Measures):
        yield from (below for _, below in what.fields if isinstance(below, Measure))


def _shown(w: Writer, what: Measured, sql_of: Callable[[Measure], str]) -> Parts:
    if isinstance(what, Typename):
        return [f'"{what.name}"']
    if isinstance(what, Measures):
        return json_object([(key, _shown(w, below, sql_of)) for key, below in what.fields])
    return w.json(_measured(what), sql_of(what))


def _reads(what: Measured) -> bool:
    # Without an aggregate function there would be a row of the answer for each row of the table.
    return isinstance(what, Measure) or (isinstance(what, Measures) and any(_reads(below) for _, below in what.fields))


def _measure(w: Writer, measure: Measure, atom: Atom) -> str:
    if measure.function != "avg":
        return atom(measure.function, measure.scalar)
    total, count = atom("sum", measure.scalar), atom("count", measure.scalar)
    scale = 10**AVERAGE_PLACES
    # Half away from zero, in whole numbers: the whole part first, so that a large sum stays within 64 bits.
    whole = f"abs({total}) / NULLIF({count}, 0) * {scale}"
    magnitude = f"{whole} + (2 * {scale} * (abs({total}) % NULLIF({count}, 0)) + {count}) / NULLIF(2 * {count}, 0)"
    return f"(CASE WHEN {total} < 0 THEN -1 ELSE 1 END * ({magnitude}))"


def _over_rows(w: Writer, read: _Read) -> Atom:
    def atom(function: str, scalar: Scalar | None) -> str:
        if scalar is None:
            return f"COALESCE(SUM({w.sql(read.row.row_count)}), 0)" if read.rollup else "COUNT(*)"
        sql = f"{function.upper()}({w.scalar(scalar, read.row, read.given)})"
        return w.dialect.whole(sql) if function == "sum" else sql

    return atom


def _measured(measure: Measure) -> Scalar:
    scalar = measure.scalar
    if scalar is None:
        return _made("count", Kind.INT, nullable=False)
    if measure.function in ("min", "max"):
        return _made(scalar.name, scalar.kind, places=scalar.places)
    return _made(scalar.name, Kind.DECIMAL, places=scalar.places + (AVERAGE_PLACES if measure.function == "avg" else 0))


def _made(name: str, kind: Kind, *, nullable: bool = True, places: int = 0) -> Scalar:
    return Scalar(name=name, description="", kind=kind, nullable=nullable, expression=lambda row: row, places=places)


# --- Groups -----------------------------------------------------------------------------------------------------------


def _groups(w: Writer, plan: Groups, read: _Read) -> Parts:
    names = {choice.key: f"k{at}" for at, choice in enumerate(plan.by)}
    measures: dict[Measure, str] = {}
    joins: list[str] = []

    def column(measure: Measure) -> str:
        return f"g.{measures.setdefault(measure, f'm{len(measures)}')}"

    def shown() -> Parts:
        return json_object(
            [
                (key, _key(w, what, names, joins) if isinstance(what, GroupKey) else _shown(w, what, column))
                for key, what in plan.fields
            ]
        )

    text = w.row(shown)
    grouped = _grouped(w, plan, read, measures)
    order = _order(plan.by, [f"g.{name}" for name in names.values()])
    objects = f"SELECT {text} AS j FROM ({grouped}) AS g{''.join(joins)} ORDER BY {order}"
    return w.over(f"({objects}) AS p", w.array("j"))


def _grouped(w: Writer, plan: Groups, read: _Read, measures: dict[Measure, str]) -> str:
    source, atom = (lambda: read.sql), _over_rows(w, read)
    keys = [_group_key(w, choice, read) for choice in plan.by]
    if read.rollup is None and any(choice.level for choice in plan.by):
        source, keys, atom = _by_community(w, plan.by, read, keys)
    columns = [f"{sql} AS k{at}" for at, sql in enumerate(keys)]
    columns += [f"{_measure(w, measure, atom)} AS {name}" for measure, name in measures.items()]
    conditions = [compare(w, held.operator, _measure(w, held.measure, atom), held.param, True) for held in plan.having]
    if read.rollup:
        # A roll-up keeps what was once counted, with none.
        conditions.append(f"{atom('count', None)} > 0")
    having = f" HAVING {' AND '.join(conditions)}" if conditions else ""
    by = ", ".join(str(at + 1) for at in range(len(keys)))
    counted = [(at, *pair) for at, pair in enumerate(zip(keys, plan.by, strict=True))]
    order = _order(plan.by, [sql if choice.scalar.enum else f"k{at}" for at, sql, choice in counted])
    return f"SELECT {', '.join(columns)}{source()} GROUP BY {by}{having} ORDER BY {order} LIMIT {w.size(plan.size)}"


def _order(by: Sequence[GroupChoice], keys: Sequence[str]) -> str:
    """Write the order of groups: by their keys, names of an enumeration in the order of its declaration."""
    steps = (rank(sql, choice.scalar.enum) if choice.scalar.enum else sql for choice, sql in zip(by, keys, strict=True))
    return ", ".join(f"{step} NULLS LAST" for step in steps)


def _by_community(
    w: Writer, by: tuple[GroupChoice, ...], read: _Read, keys: list[str]
) -> tuple[Callable[[], str], list[str], Atom]:
    """Group by community first and roll the groups up: a code is then cut once a community, not once a row.

    Returns the outer grouping's keys and aggregate functions, and what it reads from, to be written after them.
    """
    code = w.scalar(next(choice.scalar for choice in by if choice.level), read.row, read.given)
    inner: dict[str, str] = {code: "code"}
    outer: list[str] = []
    for choice, sql in zip(by, keys, strict=True):
        if choice.level:
            assert w.catalog.hierarchy
            outer.append(w.sql(w.catalog.hierarchy.at_level(SQL("i.code"), choice.level)))
        else:
            outer.append(f"i.{inner.setdefault(sql, f'b{len(inner)}')}")
    measured: dict[str, str] = {}
    over_rows = _over_rows(w, read)

    def atom(function: str, scalar: Scalar | None) -> str:
        name = measured.setdefault(over_rows(function, scalar), f"n{len(measured)}")
        if function in ("min", "max"):
            return f"{function.upper()}(i.{name})"
        return w.dialect.whole(f"SUM(i.{name})")

    def source() -> str:
        columns = [f"{sql} AS {name}" for sql, name in {**inner, **measured}.items()]
        positions = ", ".join(str(at + 1) for at in range(len(inner)))
        return f" FROM (SELECT {', '.join(columns)}{read.sql} GROUP BY {positions}) AS i"

    return source, outer, atom


def _group_key(w: Writer, choice: GroupChoice, read: _Read) -> str:
    cut = read.rollup.cut if read.rollup else None
    if choice.level and read.rollup:
        assert w.catalog.hierarchy
        if cut and choice.level.value not in cut.levels:
            raise KeyError(choice.key)
        code = getattr(read.row, cut.column) if cut else read.row.division_code
        return w.sql(w.catalog.hierarchy.at_level(code, choice.level))
    sql = w.sql(call(choice.scalar.expression, read.row, read.given))
    return w.dialect.bucket(sql, choice.bucket, choice.scalar.kind is Kind.DATETIME) if choice.bucket else sql


def _key(w: Writer, plan: GroupKey, names: dict[str, str], joins: list[str]) -> Parts:
    return json_object([(key, _key_part(w, what, names, joins)) for key, what in plan.fields])


def _key_part(w: Writer, what: KeyPart | Typename, names: dict[str, str], joins: list[str]) -> Parts:
    if isinstance(what, Typename):
        return [f'"{what.name}"']
    choice, place = what.choice, what.place
    if choice.key not in names:
        return ["null"]
    name = names[choice.key]
    if place is None or choice.level is None:
        kind = Kind.DATE if choice.bucket else choice.scalar.kind
        return w.json(_made(choice.key, kind), f"g.{name}")
    other = w.alias(place.type)
    # A town directly below its city has no district, and the code cut to six digits is the city's.
    on = (other.code == SQL(f"g.{name}")) & (other.level == choice.level.value)
    return optional_row(w, place, other, on, joins)
