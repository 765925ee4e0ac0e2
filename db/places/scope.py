"""What lies in the scope of a division, and how many rows do."""

from dataclasses import dataclass
from typing import Any, Protocol

from peewee import SQL, ColumnBase, Node, Select, fn

from db.kernel.codes import SqlCodeRange
from db.kernel.counts import COUNTED, Countable, CountedRows, count_of
from db.kernel.expressions import Condition, Row, call
from db.kernel.rollups import FlaggedRow
from db.places.models.division import Division


class Scoped(Protocol):
    """Whatever says which divisions are meant: a division itself, its children, or all below it."""

    @property
    def scope(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope by its name."""

    scope: str


# A division with all below it.
SUBTREE: Scoped = Scope("SUBTREE")


def within(code: ColumnBase, division: Row, given: Scoped) -> ColumnBase:
    """Build the condition that a row's division code lies in the scope of a division."""
    if given.scope == "SELF":
        return code == division.code
    if given.scope == "CHILDREN":
        child = Division.alias("child")
        return code.in_(child.select(child.code).where(child.parent == division.id))
    return SqlCodeRange(division.code, division.last_code).covers(code)


def count_in_scope(counted: Countable, division: Row, given: Scoped, *conditions: Condition) -> Node:
    """Count the rows of a type in the scope of a division that meet conditions, as far as the viewer may see them."""

    def on(rows: Row) -> ColumnBase:
        return within(rows.code if counted.model is Division else rows.division_code, division, given)

    def held(rows: Row) -> list[Node]:
        return [said for condition in conditions if (said := condition(rows)) is not None]

    def plain() -> Node:
        assert counted.model
        rows = counted.model.alias(COUNTED)
        visible = [counted.visible] if counted.visible else []
        seen = [said for visible in visible if (said := call(visible, rows, given)) is not None]
        flagged = FlaggedRow(rows, {name: flag for one in counted.rollups for name, flag in one.flags.items()})
        return rows.select(fn.COUNT(SQL("*"))).where(on(rows), *held(flagged), *seen)

    return count_of(CountedRows(counted, given, held, plain, on, division if given.scope == "SUBTREE" else None))


def share(part: Any, whole: Node) -> ColumnBase:
    """Return what share of a count another one is, in per cent with one decimal, half up; 0 where there is nothing."""
    # Each of them is counted once: a sub-select with a limit is not dissolved into what reads it.
    both = Select(columns=[part.alias("part"), fn.COALESCE(whole, 0).alias("whole")]).limit(1).alias("both")
    # Per mille, half up: (2 * 1000 * part + whole) / (2 * whole) in whole numbers, shown with one decimal as per cent.
    shown = (both.c.part * 2000 + both.c.whole) / fn.NULLIF(both.c.whole * 2, 0)
    return fn.COALESCE(Division.select(shown).from_(both), 0)
