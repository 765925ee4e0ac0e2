"""What a cell means: names, telephone numbers, codes, days, numbers and choices as people write them.

Each reader takes a cell that is not empty and returns a value of the domain, or raises `BadValue`.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from db.kernel.enumeration import DomainEnum
from db.kernel.text import BLANKS, normalized
from db.rosters.cells import BadCell, Cell
from db.rosters.sheet_part import day_of

Read = Callable[[Cell], Any]
_STRIPPED = BLANKS + "\u200b\ufeff"
_APOSTROPHES = "'＇"
_DOTS = re.compile("[・•‧∙⋅･⸱]")
_HAN = "\u2e80-\u2fff\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# 张　三 is padded to the width of three characters.
_PADDING = re.compile(rf"(?<=[{_HAN}])[{BLANKS}]+(?=[{_HAN}])")
_SPACES = re.compile(rf"[{BLANKS}]+")
_LOST = re.compile("[?？\ufffd□\ue000-\uf8ff\U000f0000-\U0010ffff]")
# 6.20102E+11
_SHORTENED = re.compile(r"\d+(\.\d+)?E\+?\d+", re.IGNORECASE)
_POINT_ZERO = re.compile(r"(?<=\d)\.0+$")
_PHONE = re.compile(r"\+?\d[\d-]{1,18}\d")
_DASHES = re.compile("[‐‑‒–—―−－ー]")
_DAY = re.compile(r"(\d{4})\s*[./年-]\s*(\d{1,2})\s*[./月-]\s*(\d{1,2})\s*[日号]?(?:[ T]0?0:00(?::00(?:\.0+)?)?)?")
_DIGITS_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
# Serials of 1927 to 2119; a day that is written 20220210 is none of them.
_SERIALS = range(10_000, 80_000)
_SEPARATOR = re.compile("[、,，;；/\n|]")
_YES = {"是", "有", "√", "✓", "✔", "对", "y", "yes", "true", "1"}
_NO = {"否", "无", "没有", "×", "✗", "✘", "x", "错", "n", "no", "false", "0"}


class BadValue(Exception):
    """What a cell holds is not what its column asks for, with the reason in both languages."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english)
        self.english, self.chinese = english, chinese


def shown(cell: Cell) -> str:
    """Return what stands in a cell, without blanks around it: as a person reads it, digits never shortened."""
    if isinstance(cell, str):
        return cell.strip(_STRIPPED).lstrip(_APOSTROPHES).strip(_STRIPPED) if cell else ""
    if cell is None:
        return ""
    if isinstance(cell, BadCell):
        return cell.shown
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)):f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def narrow(cell: Cell) -> str:
    """Return what stands in a cell with digits, letters and signs in their usual width, without blanks."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", shown(cell)))


def line(cell: Cell) -> str:
    """Read a text of one line."""
    return normalized(_SPACES.sub(" ", _typed(cell)))


def prose(cell: Cell) -> str:
    """Read a text that may have several lines."""
    return normalized(shown(cell))


def name(cell: Cell) -> str:
    """Read somebody's name: interpuncts of any form are `·`, and the blanks that pad a short name are left out."""
    text = normalized(_SPACES.sub(" ", _PADDING.sub("", _DOTS.sub("·", shown(cell)))))
    text = text.replace(" ·", "·").replace("· ", "·")
    if lost := _LOST.search(text):
        mark = f"U+{ord(lost[0]):04X}"
        raise BadValue(
            f"A character of the name was lost or is private to one computer ({mark}); type the name again.",
            f"姓名中有丢失或非通用的字符（{mark}），请重新录入。",
        )
    return text


def phone(cell: Cell) -> str:
    """Read a telephone number, which a spreadsheet may keep as a number."""
    text = _whole_digits(_DASHES.sub("-", narrow(cell)), "telephone number", "电话号码")
    if not _PHONE.fullmatch(text):
        raise BadValue(
            "This is not one telephone number; write one, with digits and hyphens only.",
            "不是一个电话号码；请只填一个号码，仅用数字和连字符。",
        )
    return text


def code(cell: Cell) -> str:
    """Read a code or a number that is not calculated with."""
    _typed(cell)
    return _whole_digits(narrow(cell), "code", "代码")


def day(cell: Cell) -> date:
    """Read a day: of the spreadsheet, or written as 2022.2.10, 2022年2月10日, 2022/2/10 or 20220210."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _POINT_ZERO.sub("", unicodedata.normalize("NFKC", shown(cell)).strip())
    if text.isdecimal() and int(text) in _SERIALS:
        found = day_of(int(text))
        return found.date() if isinstance(found, datetime) else found
    if match := _DAY.fullmatch(text) or _DIGITS_DAY.fullmatch(text):
        try:
            return date(*(int(part) for part in match.groups()))
        except ValueError:
            pass
    raise BadValue("This is not a day; write it as 2022-02-10.", "不是日期；请写成 2022-02-10。")


def decimal(cell: Cell) -> Decimal:
    """Read a number, with or without thousands separators and percent sign: given 85%, it is 0.85."""
    text = narrow(cell).replace(",", "")
    is_percent = text.endswith("%")
    try:
        number = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number.adjusted() > 18:
        raise BadValue("This is not a number.", "不是数字。")
    return number / 100 if is_percent else number


def whole(cell: Cell) -> int:
    """Read a whole number."""
    number = decimal(cell)
    if number != number.to_integral_value():
        raise BadValue("This is not a whole number.", "不是整数。")
    return int(number)


def yes_no(cell: Cell) -> bool:
    """Read a yes or no."""
    text = narrow(cell).lower()
    if text not in _YES | _NO:
        raise BadValue("This is neither yes nor no; write 是 or 否.", "请填写“是”或“否”。")
    return text in _YES


@dataclass(frozen=True)
class OneOf:
    """Reads one name of an enumeration: as it stands, in Chinese, or in other words. also: these."""

    members: type[DomainEnum]
    also: Mapping[str, DomainEnum] = field(default_factory=dict)

    @cached_property
    def _words(self) -> Mapping[str, DomainEnum]:
        own = {_folded(word): one for one in self.members for word in (one.value, one.chinese) if word}
        return own | {_folded(word): one for word, one in self.also.items()}

    @property
    def choices(self) -> list[str]:
        """What may stand in a cell, in Chinese where it has a name."""
        return [member.chinese or member.value for member in self.members]

    def __call__(self, cell: Cell) -> DomainEnum:
        """Return the name that a cell means."""
        found = self._words.get(_folded(narrow(cell)))
        if found is None:
            known = "、".join(self.choices)
            raise BadValue(f"This is none of {known}.", f"须为以下之一：{known}。")
        return found


@dataclass(frozen=True)
class SeveralOf(OneOf):
    """Reads several names of an enumeration, with 、 or another sign between them."""

    def __call__(self, cell: Cell) -> Any:
        """Return the names that a cell means, each once."""
        parts = [part for part in _SEPARATOR.split(shown(cell)) if part.strip(_STRIPPED)]
        return list(dict.fromkeys(OneOf.__call__(self, part) for part in parts))


def _typed(cell: Cell) -> str:
    """Return a text, which was typed as it stands: a spreadsheet makes 10 February of 2-10."""
    if isinstance(cell, date):
        raise BadValue(
            "The spreadsheet has made a day of what was typed; give the column the format Text, and fill it in again.",
            "表格软件已将内容改为日期；请将该列设为文本格式后重新填写。",
        )
    return shown(cell)


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().replace(" ", "").replace("_", "")


def _whole_digits(text: str, what: str, chinese: str) -> str:
    if _SHORTENED.fullmatch(text):
        raise BadValue(
            f"The spreadsheet has shortened the {what} and lost digits; give the column the format Text, "
            "and fill it in again.",
            f"表格软件缩写了{chinese}并丢失数字；请将该列设为文本格式后重新填写。",
        )
    return _POINT_ZERO.sub("", text)
