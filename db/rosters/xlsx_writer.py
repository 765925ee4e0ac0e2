"""Writing .xlsx files row by row, without formulas: all that a template and a file of refused rows need."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from db.rosters.cells import BadCell, Cell, letters

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Plain, a heading, a day, a time, and text whatever is typed.
PLAIN, HEADING, DAY, TIME, TEXT = range(5)
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
# XML has no such characters, and an escape that is meant as it reads is escaped itself.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_EXACT = 10**15
_EPOCH = datetime(1899, 12, 30)


class XlsxWriter:
    """An .xlsx file that is being written, one sheet after another."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
        self._names: list[str] = []

    @contextmanager
    def sheet(self, name: str, columns: int, width: int = 18) -> Iterator["SheetWriter"]:
        """Write a sheet whose first row stays in sight. width: of its columns, in characters."""
        self._names.append(_fit_name(name, self._names))
        with self._zip.open(f"xl/worksheets/sheet{len(self._names)}.xml", "w") as part:
            part.write(
                f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
                '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
                f'<cols><col min="1" max="{columns}" width="{width}" style="{TEXT}" customWidth="1"/></cols>'
                "<sheetData>".encode()
            )
            yield SheetWriter(part)
            part.write(b"</sheetData></worksheet>")

    def close(self) -> None:
        """Write what holds the sheets together."""
        numbers = range(1, len(self._names) + 1)
        sheets = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(self._names, 1)
        )
        relations = "".join(
            f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
            for at in numbers
        )
        kinds = "".join(
            f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
            for at in numbers
        )
        parts = {
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
            f'<Relationship Id="rId0" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>{kinds}'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/></Types>',
        }
        for name, text in parts.items():
            self._zip.writestr(name, _HEAD + text)
        self._zip.writestr("xl/styles.xml", _STYLES)
        self._zip.close()


class SheetWriter:
    """A sheet that is being written, one row after another."""

    def __init__(self, part: IO[bytes]) -> None:
        self._part = part
        self._row = 0

    def row(self, cells: Sequence[Cell], style: int = PLAIN) -> None:
        """Write a row. Text stays text, whatever it begins with."""
        self._row += 1
        written = "".join(
            _cell(f"{letters(at)}{self._row}", cell, style) for at, cell in enumerate(cells) if cell not in (None, "")
        )
        self._part.write(f'<row r="{self._row}">{written}</row>'.encode())


def _cell(place: str, cell: Cell, style: int) -> str:
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | float) and abs(cell) < _EXACT:
        return f'<c r="{place}"><v>{cell!r}</v></c>'
    if isinstance(cell, date):
        time = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
        serial, shown_as = (time - _EPOCH).total_seconds() / 86_400, TIME if isinstance(cell, datetime) else DAY
        return f'<c r="{place}" s="{shown_as}"><v>{serial!r}</v></c>'
    text = cell.shown if isinstance(cell, BadCell) else str(cell)
    kept = escape(_UNFIT.sub(lambda match: f"_x{ord(match[0]):04X}_", text))
    return f'<c r="{place}" s="{style or TEXT}" t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>'


def _fit_name(name: str, others: Sequence[str]) -> str:
    """Return a name that a sheet may have, and that none of the others has."""
    kept = _UNFIT.sub("", re.sub(r"[\[\]:*?/\\]", " ", name)).strip(" '")[:28] or "Sheet"
    taken = {other.casefold() for other in others}
    return next(one for one in (kept, *(f"{kept} {at}" for at in range(2, 9999))) if one.casefold() not in taken)
