"""Parts of the city: a division and all below it is one range of codes, because a code begins with that above it."""

from typing import Any, NamedTuple

from peewee import ColumnBase


class CodeRange(NamedTuple):
    """The division codes from `first` to `last`, twelve digits each; none where `first` is the greater."""

    first: str
    last: str

    def covers(self, code: str) -> bool:
        """Return whether a division lies in this part of the city."""
        return self.first <= code <= self.last

    def intersect(self, other: "CodeRange") -> "CodeRange | None":
        """Return what two parts share; None where that is nothing."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return CodeRange(first, last) if first <= last else None

    def has(self, code: ColumnBase) -> ColumnBase:
        """Build the condition that a column holds the code of a division in this part of the city."""
        return SqlCodeRange(*self).covers(code)


class SqlCodeRange(NamedTuple):
    """A `CodeRange` whose ends are columns or parameters; what it returns are conditions."""

    first: Any
    last: Any

    def covers(self, code: ColumnBase) -> ColumnBase:
        """Build the condition that a division lies in this part of the city."""
        return code.between(self.first, self.last)

    def overlaps(self, other: "SqlCodeRange") -> ColumnBase:
        """Build the condition that two parts share a division. The ends of this one are columns."""
        return (self.first <= other.last) & (other.first <= self.last)


EVERYWHERE = CodeRange("0" * 12, "9" * 12)
NOWHERE = CodeRange("9" * 12, "0" * 12)
