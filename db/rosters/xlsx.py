"""Reading .xlsx files as Excel, WPS and LibreOffice write them, in one pass and bounded memory.

Of a formula the saved value is read. Macros, links to other files, pictures and all other parts are not opened.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from posixpath import join, normpath
from typing import IO

from db.kernel.errors import DomainError
from db.rosters.cells import MAX_COLUMNS, MAX_FILE, Line, Merged, Sheet, column_of, refuse_file
from db.rosters.sheet_part import SheetPart, Strings, Styles
from db.rosters.xml_parts import damaged, read_part

# Parts that a file may have, and bytes of those that only say how it is put together.
MAX_PARTS = 10_000
MAX_SMALL_PART = 20_000_000
MAX_MERGED = 200_000
_WORKBOOK = "xl/workbook.xml"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]{0,200}?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
# More than one tag of merged cells has.
_OVERLAP = 300
_PIECE = 1 << 20
# What unpacking raises, an offset before the file among it.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OverflowError, OSError, ValueError)


class Xlsx:
    """An .xlsx file, open for reading."""

    suffix = ".xlsx"

    def __init__(self, path: Path) -> None:
        """Open a file and read which sheets it has.

        Raises:
            DomainError: it is no .xlsx file, protected by a password, damaged or too large.
        """
        try:
            self._zip = zipfile.ZipFile(path)
        except _DAMAGED as error:
            raise damaged(f"it cannot be unpacked ({error})", f"无法解压（{error}）") from None
        try:
            if len(self._zip.infolist()) > MAX_PARTS:
                raise damaged(f"it has more than {MAX_PARTS:,} parts", f"所含部件超过 {MAX_PARTS:,} 个")
            self._begins_1904 = False
            self.sheets: Sequence[Sheet] = self._read_workbook()
            self._require_size()
            self._strings: Strings | None = None
            self._styles: Styles | None = None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def lines(self, sheet: Sheet) -> Iterator[Line]:
        """Read the rows of a sheet that have something in them.

        Raises:
            DomainError: the sheet is damaged or too large.
        """
        if self._strings is None or self._styles is None:
            self._strings, self._styles = Strings(), Styles()
            for name, part in (("sharedStrings.xml", self._strings), ("styles.xml", self._styles)):
                with self._opened(f"xl/{name}", is_optional=True) as stream:
                    for _ in read_part(stream, part.start, part.end, part.text) if stream else ():
                        pass
        part = SheetPart(self._strings, self._styles, self._begins_1904)
        with self._opened(sheet.key) as stream:
            assert stream is not None, "the sheet is not optional"
            for _ in read_part(stream, part.start, part.end, part.text):
                yield from part.lines
                part.lines.clear()

    def merged(self, sheet: Sheet) -> Sequence[Merged]:
        """List the merged cells of a sheet, which stand behind all its rows.

        Raises:
            DomainError: the sheet is damaged, or has too many.
        """
        found: list[Merged] = []
        kept = b""
        with self._opened(sheet.key) as stream:
            assert stream is not None, "the sheet is not optional"
            while piece := stream.read(_PIECE):
                whole, used = kept + piece, 0
                for match in _MERGED.finditer(whole):
                    used = match.end()
                    first, top, last, bottom = match.groups()
                    columns = column_of(first.decode()), min(column_of(last.decode()), MAX_COLUMNS - 1)
                    if columns[0] < MAX_COLUMNS:
                        found.append(Merged(int(top), int(bottom), *columns))
                if len(found) > MAX_MERGED:
                    raise damaged(f"it has more than {MAX_MERGED:,} merged cells", f"合并单元格超过 {MAX_MERGED:,} 处")
                kept = whole[max(used, len(whole) - _OVERLAP) :]
        return found

    def _read_workbook(self) -> list[Sheet]:
        targets: dict[str, str] = {}
        sheets: list[Sheet] = []

        def relation(name: str, given: dict[str, str]) -> None:
            if name == "Relationship" and given.get("TargetMode") != "External":
                targets[given.get("Id", "")] = given.get("Target", "")

        def begin(name: str, given: dict[str, str]) -> None:
            if name == "workbookPr":
                self._begins_1904 = given.get("date1904") in ("1", "true")
            if name == "sheet":
                key = next((value for called, value in given.items() if called.rpartition(":")[2] == "id"), "")
                target = targets.get(key, "")
                part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
                is_hidden = given.get("state", "visible") != "visible"
                sheets.append(Sheet(given.get("name", ""), is_hidden, part))

        for part, handler in (("xl/_rels/workbook.xml.rels", relation), (_WORKBOOK, begin)):
            with self._opened(part, is_small=True) as stream:
                for _ in read_part(stream, handler, _nothing, _nothing) if stream else ():
                    pass
        known = set(self._zip.namelist())
        return [sheet for sheet in sheets if sheet.key in known and "/worksheets/" in f"/{sheet.key}"]

    def _require_size(self) -> None:
        """Check that all sheets together are no bomb: each of them may be read."""
        size = sum(self._zip.getinfo(key).file_size for key in {sheet.key for sheet in self.sheets})
        if size > MAX_FILE:
            raise _too_large("the file", "该文件", size, MAX_FILE)

    @contextmanager
    def _opened(self, part: str, is_small: bool = False, is_optional: bool = False) -> Iterator[IO[bytes] | None]:
        try:
            found = self._zip.getinfo(part)
        except KeyError:
            if is_optional:
                yield None
                return
            raise refuse_file(
                f"The file is no .xlsx workbook: it has no {part}. "
                "Open it in a spreadsheet program and save it as .xlsx.",
                f"该文件不是 .xlsx 工作簿（缺少 {part}）。请用表格软件打开后另存为 .xlsx。",
            ) from None
        most = MAX_SMALL_PART if is_small else MAX_FILE
        if found.file_size > most:
            raise _too_large(part, part, found.file_size, most)
        if found.flag_bits & 1:
            raise protected()
        try:
            with self._zip.open(found) as stream:
                yield stream
        except _DAMAGED as error:
            raise damaged(f"{part} cannot be unpacked ({error})", f"{part} 无法解压（{error}）") from None


def protected() -> DomainError:
    """Build the refusal of a file that has a password."""
    return refuse_file(
        "The file is protected by a password. Open it, remove the password, and save it again.",
        "文件设有密码。请打开后取消密码，再保存。",
    )


def _too_large(part: str, chinese: str, size: int, most: int) -> DomainError:
    return refuse_file(
        f"The file is too large: {part} has {size:,} bytes unpacked, and may have {most:,}. "
        "Divide the roster into several files.",
        f"文件过大：{chinese}解压后有 {size:,} 字节，上限为 {most:,}。请分成几个文件。",
    )


def _nothing(*given: object) -> None:
    pass
