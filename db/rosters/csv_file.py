"""Reading .csv files in UTF-8, UTF-16 or GB 18030, separated by comma, semicolon or tab."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO

from db.kernel.errors import DomainError
from db.rosters.cells import MAX_COLUMNS, MAX_ROW, Line, Merged, Sheet, refuse_file

# Characters of a line.
MAX_LINE = 200_000
SEPARATORS = (",", ";", "\t")
# Rows that tell which separator a file uses.
_SAMPLE = 40


class CsvFile:
    """A .csv file, open for reading: a book of one sheet, without merged cells."""

    def __init__(self, path: Path) -> None:
        """Find out how a file is written.

        Raises:
            DomainError: it is no text.
        """
        self._path = path
        self.suffix = ".tsv" if path.suffix.lower() == ".tsv" else ".csv"
        self._encoding = _encoding(path)
        self.separator, self._is_named = self._separator()
        self.sheets: Sequence[Sheet] = (Sheet(path.stem),)

    def close(self) -> None:
        """Close nothing: the file is open only while its rows are read."""

    def merged(self, sheet: Sheet) -> Sequence[Merged]:
        """Return none."""
        return ()

    def lines(self, sheet: Sheet) -> Iterator[Line]:
        """Read the rows that have something in them.

        Raises:
            DomainError: a line is too long, or no text.
        """
        with _opened(self._path, self._encoding) as stream:
            for number, cells in enumerate(_records(stream, self.separator), 1):
                if number == 1 and self._is_named:
                    continue
                if number > MAX_ROW:
                    raise refuse_file(
                        f"The file has more than {MAX_ROW:,} rows; divide it.", f"文件超过 {MAX_ROW:,} 行，请拆分。"
                    )
                if any(cells):
                    yield Line(number, [cell or None for cell in _narrow(cells, number)])

    def _separator(self) -> tuple[str, bool]:
        """Return what separates the columns, and whether the first line names it."""
        with _opened(self._path, self._encoding) as stream:
            first = next(_checked(stream), "").strip()
        if first.lower().startswith("sep=") and first[4:5] in SEPARATORS:
            return first[4], True
        widths: dict[str, int] = {}
        for separator in SEPARATORS:
            with _opened(self._path, self._encoding) as stream:
                widths[separator] = max(
                    map(_width, islice(_records(stream, separator, is_strict=False), _SAMPLE)), default=0
                )
        return max(SEPARATORS, key=lambda separator: widths[separator]), False


def _width(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _narrow(cells: list[str], number: int) -> list[str]:
    if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
        raise refuse_file(
            f"Row {number} has {len(cells):,} columns, and a roster has at most {MAX_COLUMNS}.",
            f"第 {number} 行有 {len(cells):,} 列，名册最多 {MAX_COLUMNS} 列。",
        )
    return cells[:MAX_COLUMNS]


def _records(stream: IO[str], separator: str, is_strict: bool = True) -> Iterator[list[str]]:
    reader = csv.reader(_checked(stream), delimiter=separator, strict=is_strict)
    try:
        yield from reader
    except csv.Error as error:
        raise refuse_file(
            f"Line {reader.line_num} cannot be read ({error}); look for a quotation mark that is not closed.",
            f"第 {reader.line_num} 行无法读取（{error}）；请检查未闭合的引号。",
        ) from None


def _checked(stream: IO[str]) -> Iterator[str]:
    """Read the lines of a text, each of a bounded length."""
    number = 0
    while line := _line(stream, number + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise _too_long(number)
        if "\0" in line:
            raise refuse_file(
                f"Line {number} has NUL characters: this is no text. Save the roster as CSV (UTF-8) or .xlsx.",
                f"第 {number} 行含有 NUL 字符，不是文本。请另存为 CSV（UTF-8）或 .xlsx。",
            )
        yield line


def _line(stream: IO[str], number: int) -> str:
    try:
        return stream.readline(MAX_LINE + 1)
    except UnicodeError:
        raise _no_text(number) from None


def _too_long(number: int) -> DomainError:
    return refuse_file(
        f"Line {number} is longer than {MAX_LINE:,} characters; this is no roster.",
        f"第 {number} 行超过 {MAX_LINE:,} 个字符，不是名册。",
    )


def _opened(path: Path, encoding: str) -> TextIOWrapper:
    return path.open(encoding=encoding, newline="")


def _encoding(path: Path) -> str:
    """Return how a file is written: by its mark, or as the first of UTF-8 and GB 18030 that all its lines are.

    Raises:
        DomainError: it is none of them, or has a line that is too long.
    """
    with path.open("rb") as stream:
        if stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        if (failed := _undecodable(path, encoding)) is None:
            return encoding
    raise _no_text(failed)


def _no_text(number: int) -> DomainError:
    return refuse_file(
        f"Line {number} is neither UTF-8 nor GB 18030. Save the roster as CSV (UTF-8) or .xlsx.",
        f"第 {number} 行既非 UTF-8 也非 GB 18030。请另存为 CSV（UTF-8）或 .xlsx。",
    )


def _undecodable(path: Path, encoding: str) -> int | None:
    """Return the first line that is not written in an encoding. Neither has a line end inside another character."""
    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(4 * MAX_LINE):
            number += 1
            if len(line) == 4 * MAX_LINE:
                raise _too_long(number)
            try:
                line.decode(encoding)
            except UnicodeDecodeError:
                return number
    return None
