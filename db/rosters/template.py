"""A template of a roster: its headings with an example, and a sheet that explains each column."""

import csv
from pathlib import Path

from db.kernel.whole_file import whole_binary_file, whole_file
from db.rosters.books import TEXTS
from db.rosters.kinds import RosterKind
from db.rosters.sheet_rows import EXAMPLE
from db.rosters.values import OneOf
from db.rosters.xlsx_writer import HEADING, TEXT, XlsxWriter

_NUMBER = "序号"
_EXPLAINED = (
    "表头 Heading",
    "字段 Field",
    "必填 Required",
    "含义",
    "Meaning",
    "可填内容 Choices",
    "其他表头 Other headings",
)


def write_template(kind: RosterKind, path: Path) -> None:
    """Write a template: .csv by the name of the file, else .xlsx.

    Raises:
        OSError: it cannot be written.
    """
    headings = [_NUMBER, *(column.headings[0] for column in kind.columns)]
    example = [EXAMPLE, *(column.example for column in kind.columns)]
    if path.suffix.lower() in TEXTS:
        with whole_file(path, "utf-8-sig") as file:
            separator = "\t" if path.suffix.lower() == ".tsv" else ","
            csv.writer(file, delimiter=separator).writerows([headings, example])
        return
    with whole_binary_file(path) as file:
        book = XlsxWriter(file)
        with book.sheet(kind.title[1], len(headings)) as sheet:
            sheet.row(headings, HEADING)
            sheet.row(example, TEXT)
        with book.sheet("说明 Columns", len(_EXPLAINED), width=30) as sheet:
            sheet.row(_EXPLAINED, HEADING)
            for row in _explained(kind):
                sheet.row(row, TEXT)
        book.close()


def _explained(kind: RosterKind) -> list[list[str]]:
    english = "An example, which is not imported; leave it out, or number the rows."
    rows = [[_NUMBER, "", "", "示例行不会导入；可删除，或填写行号。", english, "", ""]]
    for column in kind.columns:
        required = "是 yes" if column.is_required else "否 no"
        choices = "、".join(column.read.choices) if isinstance(column.read, OneOf) else ""
        others = "、".join(column.headings[1:])
        rows.append([column.headings[0], column.field, required, column.meaning[1], column.meaning[0], choices, others])
    return rows
