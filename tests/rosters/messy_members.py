"""A roster of committees as cities have them: each trap that a reader knows of, and what is right about it."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.rosters.messy import Community, name_forms, phone_forms

FIELDS = (
    "序号", "社区代码", "所属社区", "姓 名*", "性别", "手机号码", "职务", "社区职务", "类别\n（必填）", "所属单位",
    "产生方式", "推荐人数", "任期开始", "续任次数", "备注",
)  # fmt: skip
CODE, COMMUNITY, NAME, PHONE, POSITION, POSTS, CATEGORY, UNIT, CHANNEL, COUNT, START, RENEWED = (
    1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13,
)  # fmt: skip
UNIT_NAME = "示范物业"
_POSITIONS = ("主任", *["副主任"] * 4)
_CATEGORIES = ("退役军人", "退伍军人", "“两代表一委员”", "社区 民警", "非公经济组织负责人", "NOTABLE_RESIDENT", "其他")
# What is wrong in a row, by column; a mended row has what stood there before.
SPOILED: tuple[Mapping[int, Any], ...] = (
    {NAME: ""},
    {NAME: "示\ufffd范"},
    {PHONE: "1.38931E+10"},
    {CATEGORY: "外星人"},
    {CODE: "620199999999"},
    {PHONE: "#N/A"},
    {START: "2022年2月31日"},
    {START: date(2001, 1, 1), CATEGORY: "其他", POSTS: None},
    {UNIT: "没有的单位"},
    {CHANNEL: "居民推荐", COUNT: 3},
    {POSITION: "主任", POSTS: "党组织书记、居委会主任"},
    {POSITION: "主任", POSTS: "居委会委员"},
)


@dataclass
class MessyMembers:
    """A roster, and what is right about it.

    names: of those who are to be members, by telephone number. mended: by the number of a row that is refused, its
    cells as they ought to be. committees: those with refused rows, by code.
    """

    rows: int = 0
    repeated: int = 0
    names: dict[str, str] = field(default_factory=dict)
    mended: dict[int, Sequence[Any]] = field(default_factory=dict)
    committees: set[str] = field(default_factory=set)


def sizes(total: int, count: int) -> list[int]:
    """Divide members among committees: given 44 and 3, it is 15, 15, 14."""
    least, more = divmod(total, count)
    return [least + (at < more) for at in range(count)]


def day_forms(day: date) -> Sequence[Any]:
    """Return a day as spreadsheets and people write it."""
    return (
        day, f"{day.year}.{day.month}.{day.day}", f"{day.year}年{day.month}月{day.day}日",
        (day - date(1899, 12, 30)).days, f" {day.isoformat()}　", f"{day:%Y%m%d}", f"{day.year}/{day.month}/{day.day}",
        "".join(chr(ord(digit) + 0xFEE0) if digit.isdigit() else digit for digit in day.isoformat()),
    )  # fmt: skip


def row_of(at: int, place: int, community: Community, today: date) -> tuple[list[Any], str, str]:
    """Return the cells of a member with the name and the number that they mean. place: in the committee, from 0."""
    (written, meant), number = name_forms(at), 13_900_000_000 + at
    phones = phone_forms(number)
    is_by_post, is_renewed = place in (0, 5), place % 5 == 4
    start = date(2022, 2, 10) if is_by_post or place < 3 else today - timedelta(500 if is_renewed else 100 + place)
    starts = day_forms(start)
    posts = {0: "书记、居委会主任", 5: "党组织委员"}.get(place)
    category = "社区“两委”成员" if is_by_post or place < 3 else _CATEGORIES[at % len(_CATEGORIES)]
    channel = {3: "居民推荐", 6: "个人自荐"}.get(place)
    return (
        [
            at + 1, community.code, community.name, written, "女" if at % 2 else "男", phones[at % len(phones)],
            _POSITIONS[place] if place < len(_POSITIONS) else (None, "委员")[at % 2], posts, category,
            UNIT_NAME if place == 2 else None, channel, 7.0 if place == 3 else None, starts[at % len(starts)],
            "１" if is_renewed and place > 2 else None, "连任" if is_renewed else None,
        ],
        meant,
        str(number),
    )  # fmt: skip


def make_messy_members(
    path: Path,
    communities: Sequence[Community],
    total: int,
    today: date,
    is_spoiled: Callable[[int], bool] = lambda at: at % 250 == 125,
) -> MessyMembers:
    """Write a messy roster of the committees of some communities. is_spoiled: which rows are refused, from 0."""
    book = Workbook()
    notes: Any = book.active
    notes.title = "填表说明"
    notes.append(["请按要求填写。"])
    sheet: Any = book.create_sheet("委员名册")
    _write_headings(sheet)
    messy, row, at = MessyMembers(), 5, 0
    for number, (community, size) in enumerate(zip(communities, sizes(total, len(communities)), strict=True)):
        if number and number % 2 == 0:
            # What stands between two printed pages: a blank row, and the headings again.
            for column, text in enumerate(("序号", "社区代码", "社区", "姓名", "性别", "手机号码", "职务"), 1):
                sheet.cell(row + 1, column, text)
            row += 2
        first = row
        for place in range(size):
            cells, meant, phone = row_of(at, place, community, today)
            messy.names[phone] = meant
            if is_spoiled(at):
                spoiled = SPOILED[len(messy.mended) % len(SPOILED)]
                messy.mended[row] = list(cells)
                messy.committees.add(community.code)
                for column, value in spoiled.items():
                    cells[column] = value
            elif place and row - 1 not in messy.mended:
                # Merged with the cells above.
                cells[CODE] = cells[COMMUNITY] = None
            else:
                cells[CODE] = (float(community.code), f"{community.code} ", int(community.code))[number % 3]
            _write(sheet, row, cells)
            row, at = row + 1, at + 1
        _merge(sheet, first, row, messy)
        if number % 2 == 0 and row - 1 not in messy.mended:
            # Once more what stands in the row above.
            _write(sheet, row, row_of(at - 1, size - 1, community, today)[0])
            messy.repeated, row = messy.repeated + 1, row + 1
    sheet.cell(row, 1, "合计")
    sheet.cell(row, 2, f"{total}人")
    sheet.cell(row + 2, 1, "注：以上人员均已核实。")
    book.save(path)
    messy.rows = total + messy.repeated
    return messy


def write_csv(path: Path, encoding: str, communities: Sequence[Community], total: int, today: date) -> None:
    """Write the same members once more, as a plain .csv file."""
    at = 0
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(FIELDS)
        for community, size in zip(communities, sizes(total, len(communities)), strict=True):
            for place in range(size):
                writer.writerow(row_of(at, place, community, today)[0])
                at += 1


def _write_headings(sheet: Any) -> None:
    sheet["A1"] = "示范市社区建设工作委员会委员名册"
    sheet.merge_cells("A1:O1")
    sheet["A2"], sheet["F2"] = "填报单位：示范市", "填报日期：2022年2月10日"
    for column, text in enumerate(FIELDS, 1):
        if column in (13, 14):
            sheet.cell(3, column, "任期" if column == 13 else None)
            sheet.cell(4, column, text)
        else:
            sheet.cell(3, column, text)
            sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
    sheet.merge_cells("M3:N3")


def _write(sheet: Any, row: int, cells: Sequence[Any]) -> None:
    for column, value in enumerate(cells, 1):
        if value is not None:
            sheet.cell(row, column, value)


def _merge(sheet: Any, first: int, end: int, messy: MessyMembers) -> None:
    """Merge the community of a committee downwards, but for rows that say one themselves."""
    begin = first
    for row in range(first, end + 1):
        if row == end or row in messy.mended:
            if row - begin > 1:
                for column in (CODE + 1, COMMUNITY + 1):
                    sheet.merge_cells(start_row=begin, end_row=row - 1, start_column=column, end_column=column)
            begin = row + 1
