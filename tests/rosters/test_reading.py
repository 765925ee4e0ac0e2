"""Reading spreadsheets: which formats and encodings, where the headings are, and which rows count."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from db.kernel.errors import DomainError
from db.people.rosters import PERSONS
from db.rosters.books import opened
from db.rosters.cells import column_of, letters
from db.rosters.headings import choices_of
from db.rosters.kinds import RosterKind, heading_key
from db.rosters.sheet_rows import SheetRow, sheet_rows, sheets_to_read
from db.rosters.xlsx_writer import XlsxWriter

HEAD = ["姓名", "联系电话", "社区代码"]
ROW = ["示范", "13800000000", "620102001001"]


def rows_of(
    path: Path, *, mapped: dict[str, str] | None = None, ignored: Sequence[str] = (), sheets: Sequence[str] = ()
) -> list[SheetRow]:
    """Read a roster of people."""
    choices = choices_of(mapped or {}, ignored)
    with opened(path) as book:
        parts = sheets_to_read(book, PERSONS, choices, sheets)
        return [row for part in parts for row in sheet_rows(book, part, PERSONS, choices)]


def book_of(path: Path, *sheets: tuple[str, Sequence[Sequence[Any]]]) -> Path:
    """Write a workbook of some sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def refused(path: Path, **choices: Any) -> str:
    """Return why a roster is refused, in English and Chinese."""
    with pytest.raises(DomainError) as error:
        rows_of(path, **choices)
    assert error.value.chinese != error.value.message
    return f"{error.value.message} {error.value.chinese}"


def test_texts_are_read_in_each_encoding_and_with_each_separator(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        for separator in ",;\t":
            path = tmp_path / f"{encoding}{ord(separator)}.csv"
            lines = ["sep=;"] if separator == ";" else []
            lines += [separator.join(["某街道人员名册", "", ""]), "", separator.join(HEAD)]
            lines += [separator.join(['"示𠅤"', *ROW[1:]]), separator.join(["", "", ""])]
            path.write_bytes("\r\n".join(lines).encode(encoding))

            [row] = rows_of(path)

            assert row.values == {"name": "示𠅤", "phone": ROW[1], "division_code": ROW[2]}, path.name
            assert row.line.number == 4 + (separator == ";")


def test_headings_are_found_by_many_names_and_unclear_ones_are_named(tmp_path: Path) -> None:
    path = book_of(
        tmp_path / "a.xlsx", ("名册", [["* 姓 名：", "手机（必填）", "社区代码", "QQ号", "爱好"], [*ROW, "1", "2"]])
    )

    assert "D QQ号, E 爱好" in (unknown := refused(path))
    assert "无法识别列 D QQ号、E 爱好" in unknown
    assert rows_of(path, ignored=("qq号", "E"))[0].values["phone"] == ROW[1]
    assert "both mean phone" in refused(path, mapped={"QQ号": "phone"}, ignored=("E",))
    assert rows_of(path, mapped={"D": "phone"}, ignored=("E", "手机（必填）"))[0].problems[0].place == 3
    assert "there is no field email; the fields of persons are name" in refused(path, mapped={"QQ号": "email"})
    assert "缺少列 姓名" in refused(path, ignored=("姓名", "D", "E"))
    assert "No sheet has a row of headings of people" in refused(
        book_of(tmp_path / "b.xlsx", ("a", [["合同", "金额"]]))
    )


def test_headings_take_one_row_or_two(tmp_path: Path) -> None:
    for at, (rows, expected) in enumerate(
        [
            ([["姓名"], ["甲"], ["姓名"], ["乙"]], ["甲", "乙"]),
            ([HEAD, ["Name", "phone", "Division code"], ROW, HEAD, ROW], ["示范", "示范"]),
            ([["序号", "基本信息", "", "社区代码"], ["", "姓名", "电话", ""], [1, *ROW]], ["示范"]),
            (
                [["序号", "姓名", "联系方式", "", "社区代码"], ["", "", "手机", "QQ", ""], [1, *ROW[:2], "", ROW[2]]],
                ["示范"],
            ),
            (
                [["名册"], ["单位：示范", "", "电话：1"], HEAD, ROW, ["小计", "1"], ["备 注：无"], ["", "盖章"]],
                ["示范"],
            ),
        ]
    ):
        found = rows_of(book_of(tmp_path / f"{at}.xlsx", ("a", rows)), ignored=("QQ",))

        assert [row.values["name"] for row in found if not row.note] == expected, at
        assert [row.problems for row in found if row.problems] == [], at


def test_the_sheet_is_found_or_named(tmp_path: Path) -> None:
    sheets = [("说明", [["请填写"]]), ("甲", [HEAD, ROW]), ("乙", [HEAD, ROW, ROW])]
    path = book_of(tmp_path / "a.xlsx", *sheets)

    assert len(rows_of(book_of(tmp_path / "b.xlsx", *sheets[:2]))) == 1
    assert "Several sheets look like a roster: 甲, 乙" in refused(path)
    assert [row.sheet.name for row in rows_of(path, sheets=("甲", "乙"))] == ["甲", "乙", "乙"]
    assert "没有工作表 丙" in refused(path, sheets=("丙",))


def test_cells_are_read_as_spreadsheets_keep_them(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    given = ["=1+1", "_x0041_", "a\nb<&>\x0b", 1, 1.5, True, date(2022, 2, 10), datetime(2022, 2, 10, 8, 30), 10**16]
    with path.open("wb") as file:
        writer = XlsxWriter(file)
        with writer.sheet("[名/册]", 9) as sheet:
            sheet.row(given)
        with writer.sheet("名 册", 1) as sheet:
            sheet.row(["x"])
        writer.close()

    with opened(path) as book:
        names = [sheet.name for sheet in book.sheets]
        [line] = book.lines(book.sheets[0])

    assert names == ["名 册", "名 册 2"]
    assert list(line.cells) == [*given[:-1], str(10**16)]


def test_names_of_columns_and_kinds() -> None:
    assert [(letters(at), column_of(letters(at))) for at in (0, 25, 26, 701, 702)] == [
        ("A", 0), ("Z", 25), ("AA", 26), ("ZZ", 701), ("AAA", 702),
    ]  # fmt: skip
    assert heading_key("* 姓 名：\n（必填）") == "姓名(必填)"
    column = PERSONS.columns[0]
    with pytest.raises(ValueError, match=r"twice: .* is name and name"):
        _ = RosterKind("twice", ("a", "b"), (column, column), PERSONS.command).by_heading
