"""Counts the rows of an answer in its text, so that a list is paid for by what it returned."""

from io import BytesIO
from typing import NamedTuple

# What the text of each row of a list begins with, by how many lists it is inside of: white space, which JSON allows
# there and which stands nowhere else in an answer. One character each, for counting it takes hardly any time.
_ROW_MARKS = ("\n", "\t", "\r")


def row_mark(level: int) -> str:
    """Return the mark of a list's rows. level: how many lists it is inside of."""
    return _ROW_MARKS[min(level, len(_ROW_MARKS) - 1)]


class Tally(NamedTuple):
    """Points of an answer: `base`, and for each mark of rows in it the points of the dearest row that bears it."""

    base: int
    weights: tuple[tuple[bytes, int], ...]

    def points(self, text: bytes) -> int:
        """Return the points of an answer by the rows that it holds."""
        points = self.base
        for mark, weight in self.weights:
            # Reading lines goes from one to the next; counting looks at each byte, which takes three times as long.
            rows = len(BytesIO(text).readlines()) - 1 if mark == b"\n" else text.count(mark)
            points += rows * weight
        return points
