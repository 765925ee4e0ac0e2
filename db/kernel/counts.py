"""Counts of rows without reading them: from the roll-ups of a type, where one holds what is asked for.

An expression is asked of a row of the roll-up as it would be of a row of the type. A roll-up that lacks a column which
the expression reads does not serve, and the rows are counted.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from peewee import SQL, Case, ColumnBase, Model, Node, fn

from db.kernel.expressions import Row, call, unindexed
from db.kernel.rollups import Cut, Rollup

# The alias of what is counted. No expression that a roll-up serves leads to other rows, so none is hidden by it.
COUNTED = "counted"
# What an expression raises of a row that lacks a column.
NOT_HELD = (AttributeError, KeyError)


class Countable(Protocol):
    """A type whose rows are counted: the table of rows, their roll-ups, and which of them a viewer sees.

    rollups, visible, private: as of `CatalogType`.
    """

    @property
    def model(self) -> type[Model] | None: ...
    @property
    def rollups(self) -> tuple[Rollup, ...]: ...
    @property
    def visible(self) -> Callable[..., Node | None] | None: ...
    @property
    def private(self) -> Callable[..., tuple[Node, ...]]: ...


@dataclass(frozen=True, slots=True)
class PublicRows:
    """A table of which everybody sees all rows."""

    model: type[Model]
    rollups: tuple[Rollup, ...] = ()
    visible: None = None
    private: Callable[..., tuple[Node, ...]] = lambda *_: ()


@dataclass(frozen=True)
class CountedRows:
    """Rows of a type that are counted.

    given: tells what the viewer sees. conditions: of a row, as SQL. on: the condition that a row belongs to its parent;
    None where there is no parent. subtree_of: the parent, where it is a division and all below it is meant. plain: the
    count of the rows themselves. is_shared: the viewer sees all of the rows.
    """

    type: Countable
    given: Any
    conditions: Callable[[Row], Iterable[Node]]
    plain: Callable[[], Node]
    on: Callable[[Row], Node] | None = None
    subtree_of: Row | None = None
    is_shared: bool = False


def count_of(rows: CountedRows) -> Node:
    """Build the number of rows, from the first roll-up that holds them."""
    # A row of a larger place has no code of a division, so no relation can be asked of it by mistake.
    exact = next((found for one in rows.type.rollups if (found := _from_rollup(rows, one))), None)
    above = _of_larger_places(rows) if rows.subtree_of is not None else None
    if above is None:
        return exact or rows.plain()
    cut, count = above
    assert rows.subtree_of is not None
    return Case(None, [(rows.subtree_of.level.in_(cut.levels), count)], exact or rows.plain())


def sees_all(declared: Countable, row: Row, given: Any) -> bool:
    """Return whether the viewer sees every row of a type."""
    return declared.visible is None or call(declared.visible, row, given) is None


def _of_larger_places(rows: CountedRows) -> tuple[Cut, Node] | None:
    for one in rows.type.rollups:
        if one.cut and (found := _from_rollup(rows, one, one.cut)):
            return one.cut, found
    return None


class _Place:
    """A larger place, in place of a row that lies in it."""

    def __init__(self, code: ColumnBase) -> None:
        self.division_code = self.code = code


def _from_rollup(rows: CountedRows, one: Rollup, place: Cut | None = None) -> Node | None:
    """Count rows by a roll-up; None where it does not hold them. place: the parent consists of such places."""
    counts, actual = one.row(COUNTED), one.counted.alias(COUNTED)
    is_all = rows.is_shared or sees_all(rows.type, actual, rows.given)
    # Where not all rows are seen and the roll-up does not tell them apart, its `is_public` is missed as well.
    try:
        related = _Place(getattr(counts, place.column)) if place else counts
        seen = [] if is_all else [counts.is_public]
        held = _selected(rows, counts, fn.SUM(counts.row_count), related, seen)
    except NOT_HELD:
        return None
    count = fn.COALESCE(held, 0)
    for private in [] if is_all else call(rows.type.private, actual, rows.given):
        on = [rows.on(actual)] if rows.on else []
        # A part of the private rows has its own index, which is found with a subtree that is no larger place's.
        indexed, others = ([], on) if place else (on, [])
        checked = [unindexed(condition) for condition in (*others, *rows.conditions(actual))]
        count += actual.select(fn.COUNT(SQL("*"))).where(*indexed, private, *checked)
    return count


def _selected(rows: CountedRows, row: Any, what: Node, related: Any, conditions: list[Node]) -> Any:
    held = [*conditions, *([rows.on(related)] if rows.on else []), *rows.conditions(row)]
    query = row.select(what)
    return query.where(*held) if held else query
