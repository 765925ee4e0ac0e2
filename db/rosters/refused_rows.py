"""The file of refused rows: their cells as they were, with the reason beside each, to be mended and given again."""

import csv
import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from db.kernel.whole_file import whole_binary_file, whole_file
from db.rosters.cells import Cell
from db.rosters.headings import Headings
from db.rosters.importing import Told
from db.rosters.kinds import REASON, REFUSED_ROW, REFUSED_SHEET
from db.rosters.sheet_rows import Problem
from db.rosters.values import shown
from db.rosters.xlsx_writer import HEADING, SheetWriter, XlsxWriter

# What a spreadsheet program would run as a formula.
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_EARLIER = re.compile(r"-refused(-\d+)?$")


def free_path(path: Path, suffix: str) -> Path:
    """Return a name beside a roster that no file has: `persons-refused.xlsx`, `persons-refused-2.xlsx`."""
    stem, number = _EARLIER.sub("", path.stem), 1
    while (found := path.with_name(f"{stem}-refused{f'-{number}' if number > 1 else ''}{suffix}")).exists():
        number += 1
    return found


def reason(problem: Problem, headings: Headings) -> str:
    """Return a problem with the column that it is about, in both languages."""
    text = f"{problem.chinese} {problem.english}" if problem.chinese != problem.english else problem.english
    return text if problem.place is None else f"{headings.label(problem.place)}: {text}"


class RefusedRows:
    """Writes refused rows into a file, which takes its name when all of them are there. Without any there is no file.

    separator: of a text; None for an .xlsx file.
    """

    def __init__(self, path: Path, separator: str | None) -> None:
        self.path = path
        self.count = 0
        self._separator = separator
        self._files, self._sheets = ExitStack(), ExitStack()
        self._book: XlsxWriter | None = None
        self._write: Callable[[Sequence[Cell], bool], Any] | None = None
        self._headings: Headings | None = None

    def __enter__(self) -> "RefusedRows":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What was refused so far is worth having, whatever stopped the rest.
        self._sheets.close()
        if self._book is not None:
            self._book.close()
        self._files.close()

    def add(self, told: Told) -> None:
        """Write a row that was refused."""
        headings = told.row.headings
        # As in the roster, so that letters name the same columns.
        places = [place for place in range(max(headings.names) + 1) if not _is_own(headings, place)]
        if self._headings is not headings:
            self._begin(told, places)
        assert self._write is not None, "a sheet has begun"
        reasons = "\n".join(reason(problem, headings) for problem in told.problems)
        cells = [told.row.line.at(place) for place in places]
        self._write([*cells, told.row.sheet.name, told.row.line.number, reasons], False)
        self.count += 1

    def _begin(self, told: Told, places: Sequence[int]) -> None:
        self._headings = told.row.headings
        names = [self._headings.names.get(place, "") for place in places]
        row = [*names, REFUSED_SHEET, REFUSED_ROW, REASON]
        if self._separator is not None:
            if self._write is None:
                file = self._files.enter_context(whole_file(self.path, "utf-8-sig", is_private=True))
                writer = csv.writer(file, delimiter=self._separator)
                self._write = lambda cells, is_heading: writer.writerow([_harmless(shown(cell)) for cell in cells])
            self._write(row, True)
            return
        if self._book is None:
            self._book = XlsxWriter(self._files.enter_context(whole_binary_file(self.path, is_private=True)))
        self._sheets.close()
        sheet: SheetWriter = self._sheets.enter_context(self._book.sheet(told.row.sheet.name, len(row)))
        self._write = lambda cells, is_heading: sheet.row(cells, HEADING if is_heading else 0)
        self._write(row, True)


def _is_own(headings: Headings, place: int) -> bool:
    """Return whether an earlier file of refused rows brought a column along."""
    return headings.names.get(place) in (REASON, REFUSED_SHEET, REFUSED_ROW)


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula; the reader leaves the apostrophe out again."""
    return f"'{text}" if _FORMULA.match(text) else text
