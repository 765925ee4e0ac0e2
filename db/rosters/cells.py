"""What a spreadsheet is made of, whatever its format: books, sheets, rows and cells; and how a file is refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from db.kernel.errors import DomainError, ErrorCode

# A roster has no more; formatted but empty cells further out do not count.
MAX_COLUMNS = 256
# The last row of a spreadsheet of today.
MAX_ROW = 1_048_576
# Characters that a cell may have, in Excel as here.
MAX_CHARACTERS = 32_767
# Bytes of a file, and of all its sheets once they are unpacked.
MAX_FILE = 200_000_000


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that has no value to read, with the reason in English and Chinese. shown: what stands in it."""

    shown: str
    english: str
    chinese: str


Cell = str | int | float | bool | date | datetime | BadCell | None


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that were merged into one. first and last row from 1, first and last column from 0."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet that has something in it. number: from 1, as a spreadsheet shows it."""

    number: int
    cells: Sequence[Cell]

    def at(self, column: int) -> Cell:
        """Return the cell of a column, counted from 0."""
        return self.cells[column] if column < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a book. key: what the book finds it by."""

    name: str
    is_hidden: bool = False
    key: str = ""


class Book(Protocol):
    """A file of sheets, open for reading. suffix: of a file of the same format."""

    suffix: str
    sheets: Sequence[Sheet]

    def lines(self, sheet: Sheet) -> Iterator[Line]:
        """Read the rows of a sheet that have something in them, never many at once."""
        ...

    def merged(self, sheet: Sheet) -> Sequence[Merged]:
        """List the merged cells of a sheet."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


def refuse_file(english: str, chinese: str) -> DomainError:
    """Build the refusal of a whole file."""
    return DomainError(ErrorCode.INVALID_INPUT, english, ("file",), chinese=chinese)


def letters(column: int) -> str:
    """Return the name of a column: given 0, it is A; given 27, it is AB."""
    name, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


def column_of(name: str) -> int:
    """Return the number of a column from 0: given AB, it is 27."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
