"""The rows of a sheet that mean something: merged cells filled, and headings, notes and blank rows left out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from db.rosters.cells import MAX_COLUMNS, BadCell, Book, Cell, Line, Merged, Sheet, letters
from db.rosters.headings import MAX_ROWS_ABOVE, Choices, Headings, find_headings, is_repeated, no_headings, refuse_file
from db.rosters.kinds import RosterKind
from db.rosters.values import BadValue, shown
from db.rosters.xml_parts import damaged

# What stands below a roster: who filled it in, remarks, sums.
_NOTE = re.compile(
    r"[*※]?(注|备注|说明|附注|填表|制表|填报|审核|复核|审批|负责人|主管|联系人|经办|单位|日期|时间|盖章)[^:：]{0,10}[:：].*"
    r"|[(（]?(盖章|公章|签字|以下空白)[)）]?",
    re.DOTALL,
)
_SUM = re.compile("(合计|总计|小计|共计)[:：]?")
# What the number of a row is in a template.
EXAMPLE = "示例 Example"
_EXAMPLES = {EXAMPLE.casefold(), "示例", "例", "example"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row. place: of the column, from 0; None where it is about the whole row."""

    place: int | None
    english: str
    chinese: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a roster.

    values: what was read, by field. problems: what could not be read. note: for a row that is none of the roster, what
    it says.
    """

    sheet: Sheet
    line: Line
    headings: Headings
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class SheetToRead:
    """A sheet with the headings that were found in it."""

    sheet: Sheet
    headings: Headings
    merged: Sequence[Merged]


def sheets_to_read(book: Book, kind: RosterKind, choices: Choices, wanted: Sequence[str]) -> list[SheetToRead]:
    """Find the sheets that hold a roster. wanted: their names; empty for the only one that looks like it.

    Raises:
        DomainError: there is none or, unless they are named, several; or their headings are not clear.
    """
    names = {sheet.name for sheet in book.sheets}
    if missing := [name for name in wanted if name not in names]:
        there = ", ".join(sorted(names))
        raise refuse_file(
            f"There is no sheet {', '.join(missing)}; the file has {there}.",
            f"没有工作表 {'、'.join(missing)}；文件中有：{there}。",
        )
    looked = [sheet for sheet in book.sheets if sheet.name in wanted or (not wanted and not sheet.is_hidden)]
    found: list[SheetToRead] = []
    for sheet in looked:
        merged = book.merged(sheet)
        first = list(islice(book.lines(sheet), MAX_ROWS_ABOVE))
        if headings := find_headings(first, merged, kind, choices):
            found.append(SheetToRead(sheet, headings, merged))
    if not found:
        raise no_headings(kind, [sheet.name for sheet in looked])
    if len(found) > 1 and not wanted:
        several = [one.sheet.name for one in found]
        raise refuse_file(
            f"Several sheets look like a roster: {', '.join(several)}. Name those to read with --sheet, once for each.",
            f"有多个工作表像名册：{'、'.join(several)}。请用 --sheet 逐个指定。",
        )
    return found


def sheet_rows(book: Book, part: SheetToRead, kind: RosterKind, choices: Choices) -> Iterator[SheetRow]:
    """Read the rows below the headings of a sheet, one at a time: notes too, but neither headings nor blank rows."""
    headings = part.headings
    fill = _Fill(part.merged, headings)
    wide = {
        one.first_row for one in part.merged if one.last_column > one.first_column and one.first_row == one.last_row
    }
    for line in book.lines(part.sheet):
        if line.number <= headings.last_row:
            continue
        own = [place for place, cell in enumerate(line.cells) if place not in headings.ignored and shown(cell)]
        own += [place for place, cell in enumerate(line.cells) if isinstance(cell, BadCell) and place not in own]
        if is_repeated(line, headings, kind, choices):
            continue
        filled = fill.take(line)
        if note := _note(line, own, headings, line.number in wide):
            yield SheetRow(part.sheet, line, headings, note=note)
        elif own:
            yield _read(part.sheet, filled, headings)


def _note(line: Line, own: Sequence[int], headings: Headings, is_wide: bool) -> str:
    """Return what a row says that is none of the roster: a note, a sum or the example of a template; else nothing."""
    numbers = {shown(line.at(place)) for place in headings.ignored} - {""}
    texts = [text for cell in line.cells if (text := shown(cell))]
    plain = ["".join(text.split()) for text in texts]
    is_note = (is_wide or not own) and len(texts) == 1 and not texts[0].replace(".", "").isdecimal()
    is_note = is_note or (bool(texts) and all(_NOTE.fullmatch(text) for text in plain))
    is_sum = any(_SUM.fullmatch(text) for text in plain[:1])
    is_example = any(number.casefold() in _EXAMPLES for number in numbers)
    return " ".join(texts) if is_note or is_sum or is_example else ""


def _read(sheet: Sheet, line: Line, headings: Headings) -> SheetRow:
    values, problems = dict[str, Any](), list[Problem]()
    for place, column in headings.columns.items():
        cell = line.at(place)
        if isinstance(cell, BadCell):
            problems.append(Problem(place, cell.english, cell.chinese))
        elif shown(cell) == "":
            if column.is_required:
                problems.append(Problem(place, "The cell is empty; fill it in.", "此处为空，请填写。"))
        else:
            try:
                values[column.field] = column.read(cell)
            except BadValue as bad:
                problems.append(Problem(place, bad.english, bad.chinese))
    for place, cell in enumerate(line.cells):
        if place not in headings.columns and place not in headings.ignored and shown(cell):
            letter = letters(place)
            problems.append(
                Problem(
                    place,
                    f"Column {letter} has no heading; give it one, or use --ignore {letter}.",
                    f"{letter} 列没有表头，请补充，或用 --ignore {letter}。",
                )
            )
    return SheetRow(sheet, line, headings, values, problems)


class _Fill:
    """Fills cells that were merged down over several rows with what stands in the first of them."""

    def __init__(self, merged: Sequence[Merged], headings: Headings) -> None:
        tall = (one for one in merged if one.last_row > one.first_row and one.last_row > headings.last_row)
        self._ahead = sorted(tall, key=lambda one: one.first_row, reverse=True)
        self._open: list[tuple[Merged, Cell]] = []

    def take(self, line: Line) -> Line:
        """Return a row with the cells that it shares with one above it. Rows come in their order."""
        self._open = [(one, cell) for one, cell in self._open if one.last_row >= line.number]
        while self._ahead and self._ahead[-1].first_row <= line.number:
            one = self._ahead.pop()
            if one.first_row == line.number:
                self._open.append((one, line.at(one.first_column)))
        if len(self._open) > MAX_COLUMNS:
            raise damaged("merged cells lie over each other", "合并单元格相互重叠")
        if not self._open:
            return line
        cells = list(line.cells)
        for one, cell in self._open:
            cells.extend([None] * (one.first_column + 1 - len(cells)))
            cells[one.first_column] = cell
        return Line(line.number, cells)
