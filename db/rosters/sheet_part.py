"""What the parts of an .xlsx file hold: texts that cells share, formats that mean a day, and the rows of a sheet."""

import re
from array import array
from datetime import date, datetime, timedelta

from db.rosters.cells import MAX_CHARACTERS, MAX_COLUMNS, MAX_ROW, BadCell, Cell, Line, column_of, refuse_file
from db.rosters.xml_parts import damaged

# Texts that all cells of a file share, and their characters together.
MAX_STRINGS = 5_000_000
MAX_STRING_CHARACTERS = 50_000_000
MAX_FORMATS = 100_000
# Formats of days that a file names by number alone; 27 to 36 and 50 to 58 are those of Chinese.
_DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NO_PART_OF_A_DAY = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')
_PART_OF_A_DAY = re.compile("[ymdhs年月日]", re.IGNORECASE)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_1900, _1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LAST_DAY = 2_958_465
# A float of a spreadsheet is exact up to here.
_EXACT = 10**15


class Strings:
    """The texts that the cells of a file share. They lie in one string, so that many short ones cost little."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._texts: list[str] = []
        self._length = 0
        self._is_inside = self._is_phonetic = False

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, at: int) -> str:
        return self._texts[at]

    def start(self, name: str, given: dict[str, str]) -> None:
        """Begin an element."""
        if name == "t":
            self._is_inside = not self._is_phonetic
        elif name == "rPh":
            self._is_phonetic = True

    def end(self, name: str) -> None:
        """End an element."""
        if name == "t":
            self._is_inside = False
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "si":
            self._texts.append(unescaped("".join(self._pieces)))
            self._pieces.clear()
            if len(self._texts) > MAX_STRINGS:
                raise _too_much_text()

    def text(self, piece: str) -> None:
        """Collect characters."""
        if self._is_inside:
            self._pieces.append(piece)
            self._length += len(piece)
            if self._length > MAX_STRING_CHARACTERS:
                raise _too_much_text()


class Styles:
    """Which formats of cells show a number as a day or a time."""

    def __init__(self) -> None:
        self._days = set(_DAYS)
        self._formats = array("b")
        self._is_inside = False

    def is_day(self, style: str | None) -> bool:
        """Return whether a cell of a style shows a day. style: its number as the cell gives it."""
        return (
            style is not None
            and style.isdecimal()
            and int(style) < len(self._formats)
            and bool(self._formats[int(style)])
        )

    def start(self, name: str, given: dict[str, str]) -> None:
        """Begin an element."""
        if name == "numFmt" and given.get("numFmtId", "").isdecimal():
            number = int(given["numFmtId"])
            code = _NO_PART_OF_A_DAY.sub("", given.get("formatCode", ""))
            (self._days.add if _PART_OF_A_DAY.search(code) else self._days.discard)(number)
        elif name == "cellXfs":
            self._is_inside = True
        elif name == "xf" and self._is_inside and len(self._formats) < MAX_FORMATS:
            number = given.get("numFmtId", "0")
            self._formats.append(number.isdecimal() and int(number) in self._days)

    def end(self, name: str) -> None:
        """End an element."""
        if name == "cellXfs":
            self._is_inside = False

    def text(self, piece: str) -> None:
        """Ignore characters, of which a format has none."""


class SheetPart:
    """The rows of a sheet. lines: those that were read and not yet taken."""

    def __init__(self, strings: Strings, styles: Styles, begins_1904: bool) -> None:
        self.lines: list[Line] = []
        self._strings, self._styles = strings, styles
        self._epoch = _1904 if begins_1904 else _1900
        self._columns: dict[str, int] = {}
        self._row, self._cells = 0, list[Cell]()
        self._column, self._kind, self._style = -1, "n", ""
        self._pieces: list[str] = []
        self._length = 0
        self._is_inside = self._is_formula = self._is_phonetic = False

    def start(self, name: str, given: dict[str, str]) -> None:
        """Begin an element."""
        if name == "c":
            self._column = self._place(given.get("r"))
            self._kind, self._style = given.get("t", "n"), given.get("s")
            self._pieces.clear()
            self._length, self._is_formula = 0, False
        elif name in ("v", "t"):
            self._is_inside = not self._is_phonetic
        elif name == "f":
            self._is_formula = True
        elif name == "row":
            self._begin_row(given.get("r"))
        elif name == "rPh":
            self._is_phonetic = True

    def end(self, name: str) -> None:
        """End an element."""
        if name == "c":
            if (self._pieces or self._is_formula) and (cell := self._cell()) not in (None, ""):
                self._keep(cell)
        elif name in ("v", "t"):
            self._is_inside = False
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "row" and self._cells:
            self.lines.append(Line(self._row, self._cells))
            self._cells = []

    def text(self, piece: str) -> None:
        """Collect characters."""
        if self._is_inside and self._length <= MAX_CHARACTERS:
            self._pieces.append(piece)
            self._length += len(piece)

    def _begin_row(self, number: str | None) -> None:
        row = self._row + 1 if number is None else int(number) if number.isdecimal() and len(number) < 8 else 0
        if not self._row < row <= MAX_ROW:
            raise damaged(f"row {number} stands after row {self._row}", f"第 {number} 行位于第 {self._row} 行之后")
        self._row, self._cells, self._column = row, [], -1

    def _place(self, reference: str | None) -> int:
        """Return the column of a cell: given C7, it is 2."""
        if reference is None:
            return self._column + 1
        name = reference.rstrip("0123456789")
        if (column := self._columns.get(name)) is None:
            if not (name.isascii() and name.isalpha() and len(name) <= 3):
                raise damaged(f"{reference[:20]} is no cell", f"{reference[:20]} 不是单元格")
            column = self._columns[name] = column_of(name)
        return column

    def _keep(self, cell: Cell) -> None:
        if self._column >= MAX_COLUMNS:
            raise refuse_file(
                f"Row {self._row} has something in column {self._column + 1}, and a roster has at most {MAX_COLUMNS} "
                "columns. Remove what stands there.",
                f"第 {self._row} 行在第 {self._column + 1} 列有内容，名册最多 {MAX_COLUMNS} 列。请删除。",
            )
        cells = self._cells
        if len(cells) <= self._column:
            cells.extend([None] * (self._column + 1 - len(cells)))
        cells[self._column] = cell

    def _cell(self) -> Cell:
        text = "".join(self._pieces)
        if self._length > MAX_CHARACTERS:
            most = f"{MAX_CHARACTERS:,}"
            return BadCell(text[:50], f"The cell has more than {most} characters.", f"单元格超过 {most} 个字符。")
        if self._kind == "s":
            if text.isdecimal() and int(text) < len(self._strings):
                return self._strings[int(text)]
            raise damaged(f"row {self._row} names a text that is not there", f"第 {self._row} 行引用的文字不存在")
        if self._kind in ("inlineStr", "str"):
            return unescaped(text)
        if self._is_formula and not text:
            return BadCell(
                "",
                "The cell is a formula without a saved value; put the value itself there.",
                "单元格是没有保存结果的公式，请改为数值。",
            )
        if self._kind == "e":
            return BadCell(
                text,
                f"The cell shows the error {text}; put the value itself there.",
                f"单元格显示错误 {text}，请改为数值。",
            )
        if self._kind == "b":
            return text == "1"
        return text if self._kind == "d" else self._number(text)

    def _number(self, text: str) -> Cell:
        try:
            number = float(text)
        except ValueError:
            return BadCell(text[:50], "The cell is no number that can be read.", "单元格不是可读的数字。")
        if self._styles.is_day(self._style) and 0 < number <= _LAST_DAY:
            return day_of(number, self._epoch)
        return int(number) if number.is_integer() and abs(number) < _EXACT else number


def day_of(serial: float, epoch: datetime = _1900) -> date | datetime:
    """Return the day, or the time, that a spreadsheet counts from its epoch: given 44602, it is 10 February 2022."""
    found = epoch + timedelta(seconds=round(serial * 86_400))
    return found if found.hour or found.minute or found.second else found.date()


def unescaped(text: str) -> str:
    """Return a text with its escaped characters: `_x000D_` is a carriage return."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _too_much_text() -> Exception:
    return refuse_file(
        f"The file holds too much text: at most {MAX_STRINGS:,} texts with {MAX_STRING_CHARACTERS:,} characters. "
        "Divide the roster into several files.",
        f"文件文字过多：最多 {MAX_STRINGS:,} 段、{MAX_STRING_CHARACTERS:,} 个字符。请分成几个文件。",
    )
