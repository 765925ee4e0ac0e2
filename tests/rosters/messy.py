"""A roster as cities have them: every trap that the reader knows of, with what should become of each row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

ROWS = 6_046
GROUPS = ("党员", "退役军人", "党员、退役军人", "医务人员；党员", "老人", "", None, "PARTY_MEMBER", "民 警")
# Beyond the basic plane, and characters of extension A.
RARE = ("𠅤", "𫖯", "䶮", "㛃")


class Community(NamedTuple):
    """A community of a roster."""

    code: str
    name: str


@dataclass
class Messy:
    """A roster and what is right about it.

    every: of so many rows one is refused. names: of people that are to be there, by telephone number.
    """

    path: Path
    every: int
    names: dict[str, str] = field(default_factory=dict)
    refused: int = 0
    repeated: int = 0


def phone_forms(number: int) -> Sequence[Any]:
    """Return a telephone number as spreadsheets and people write it."""
    text = str(number)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in text)
    return (
        number, float(number), text, f" {text}\u3000",
        wide, f"'{text}", f"{text[:3]} {text[3:7]} {text[7:]}", f"{text}.0",
    )  # fmt: skip


def name_forms(at: int) -> tuple[str, str]:
    """Return a name as it is written and as it is meant."""
    rare = RARE[at % len(RARE)]
    return (
        (f"示{rare}", f"示{rare}"),
        ("示　范", "示范"),
        (f" 示范{at}　", f"示范{at}"),
        ("阿依示范•买买提", "阿依示范·买买提"),
        ("阿依示范 ・ 买买提", "阿依示范·买买提"),
        ("Ａda Example", "Ada Example"),
        (f"'示范{at}", f"示范{at}"),
        (f"示范\u00a0{at}", f"示范 {at}"),
    )[at % 8]


def make_messy(path: Path, communities: Sequence[Community], rows: int = ROWS) -> Messy:
    """Write a messy roster of people of some communities, a block each."""
    book = Workbook()
    notes: Any = book.active
    notes.title = "填表说明"
    notes.append(["请按要求填写。"])
    sheet: Any = book.create_sheet("人员名册")
    _write_headings(sheet)
    messy, row = Messy(path, rows // 24), 5
    size = -(-rows // len(communities))
    for at in range(rows):
        community, place = communities[at // size], at % size
        if place == 0 and at:
            row = _write_between(sheet, row)
        if place % 7 == 0:
            last = row + min(6, size - place - 1, rows - at - 1)
            sheet.cell(row, 8, community.name)
            if last > row:
                sheet.merge_cells(start_row=row, end_row=last, start_column=8, end_column=8)
        _write_person(sheet, row, at, community, messy)
        row += 1
    for number in range(3):
        sheet.cell(row + number, 1, rows + number + 1)
    sheet.cell(row + 3, 1, "合计")
    sheet.cell(row + 3, 2, f"{rows}人")
    sheet.cell(row + 5, 1, "注：以上人员均已核实。")
    sheet.cell(row + 6, 1, "填表人：示范")
    sheet.cell(row + 6, 6, "审核人：示范")
    book.save(path)
    return messy


def _write_headings(sheet: Worksheet) -> None:
    sheet["A1"] = "示范市社区建设工作委员会人员名册"
    sheet.merge_cells("A1:J1")
    sheet["A2"], sheet["F2"] = "填报单位：示范市", "填报日期：2022年2月10日"
    upper = (
        "序号",
        "姓 名*",
        "性别",
        "联系方式",
        "",
        "人员类别\n（可多选）",
        "社区代码",
        "所属社区",
        "任期开始",
        "备注",
    )
    for column, text in enumerate(upper, 1):
        sheet.cell(3, column, text or None)
        if column not in (4, 5):
            sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
    sheet.merge_cells("D3:E3")
    sheet["D4"], sheet["E4"] = "手机号码", "固定电话"


def _write_between(sheet: Worksheet, row: int) -> int:
    """Write what stands between two printed pages: a blank row and the headings again."""
    for column, text in enumerate(("序号", "姓名", "性别", "手机号码", "固定电话", "人员类别"), 1):
        sheet.cell(row + 1, column, text)
    return row + 2


def _write_person(sheet: Worksheet, row: int, at: int, community: Community, messy: Messy) -> None:
    number = 13_800_000_000 + at
    written, meant = name_forms(at)
    forms = phone_forms(number)
    code = (community.code, float(community.code), f"{community.code} ", int(community.code))[at % 4]
    phone, groups = forms[at % len(forms)], GROUPS[at % len(GROUPS)]
    if at % 500 == 17:
        # Once more what stands in the row above.
        written, phone, number = name_forms(at - 1)[0], forms[0] - 1, number - 1
        messy.repeated += 1
    elif at % messy.every == 9:
        written, phone, groups, code = _spoiled(at // messy.every, written, phone, groups, code)
        messy.refused += 1
    else:
        messy.names[str(number)] = meant
    cells = (at + 1, written, "女" if at % 2 else "男", phone, "0931-0000000", groups, code, None, date(2022, 2, 10))
    for column, value in enumerate(cells, 1):
        if value is not None:
            sheet.cell(row, column, value)


def _spoiled(which: int, name: Any, phone: Any, groups: Any, code: Any) -> tuple[Any, Any, Any, Any]:
    """Return a row that has to be refused, each time for another reason."""
    return (
        ("", phone, groups, code),
        ("示\ufffd范", phone, groups, code),
        (name, "1.38931E+10", groups, code),
        (name, "13800000001/13800000002", groups, code),
        (name, "=1+1", groups, code),
        (name, phone, "外星人", code),
        (name, phone, groups, "620199999999"),
        (name, "#N/A", groups, code),
    )[which % 8]
