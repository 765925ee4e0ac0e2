"""Bounds of texts, numbers, days and lists, declared on the type of an input: `Annotated[str, Length(2, 60)]`.

From one declaration come the check, its refusal in both languages, and the clause of the API's description.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Protocol

from db.kernel.calendar import SHANGHAI
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.text import read_text

# Where a value stands in the input, as the API names it: ("evidence", "0", "description").
Path = tuple[str, ...]


class Bound(Protocol):
    """What a value must keep to."""

    @property
    def clause(self) -> str:
        """The words of a description: given `Length(2, 60)`, it is "2 to 60 characters"."""
        ...

    def check(self, value: Any, path: Path, at: datetime) -> Any:
        """Return a value as it is kept. at: the time of the call, aware, UTC.

        Raises:
            DomainError: INVALID_INPUT, it is out of bounds.
        """
        ...


@dataclass(frozen=True, slots=True)
class Length:
    """A text of so many characters. It is kept in the form of `db.kernel.text`, which also refuses some.

    has_lines: it may have more than one line.
    """

    least: int
    most: int
    has_lines: bool = True

    @property
    def clause(self) -> str:
        """The words of a description."""
        return f"{'up' if self.least == 1 else self.least} to {self.most:,} characters"

    def sql(self, column: str) -> str:
        """Return the check of a table's column: given "title", it is "length(title) BETWEEN 2 AND 60"."""
        limits = f"<= {self.most}" if self.least == 1 else f"BETWEEN {self.least} AND {self.most}"
        return f"length({column}) {limits}"

    def check(self, value: str, path: Path, at: datetime) -> str:
        """Return a text as it is kept."""
        text = read_text(value, path, has_lines=self.has_lines)
        if self.least <= len(text) <= self.most:
            return text
        raise _outside(
            path,
            f"must have {self.least} to {self.most} characters; it has {len(text)}",
            f"须为 {self.least} 至 {self.most} 个字符，现有 {len(text)} 个",
        )


@dataclass(frozen=True, slots=True)
class Between:
    """A number from `least` to `most`. places: of a decimal number, how many decimal places it has at most."""

    least: int | Decimal
    most: int | Decimal
    places: int = 0

    @property
    def clause(self) -> str:
        """The words of a description."""
        limits = f"{self.least:,} to {self.most:,}"
        return f"{limits} with at most {self.places} decimal places" if self.places else limits

    def sql(self, column: str) -> str:
        """Return the check of a table's column: given "rating", it is "rating BETWEEN 1 AND 5"."""
        return f"{column} BETWEEN {self.least} AND {self.most}"

    def check(self, value: int | Decimal, path: Path, at: datetime) -> int | Decimal:
        """Return the number as it is."""
        if self.least <= value <= self.most and value == round(value, self.places):
            return value
        places = f"，最多 {self.places} 位小数" if self.places else ""
        raise _outside(path, f"must be from {self.clause}", f"须为 {self.least:,} 至 {self.most:,}{places}")


@dataclass(frozen=True, slots=True)
class Days:
    """A day from `first` to `last`, each one a day or so many days after today in Asia/Shanghai; None is no limit."""

    first: int | date | None = None
    last: int | None = None

    @property
    def clause(self) -> str:
        """The words of a description."""
        if self.first is None:
            return f"{_english(self.last)} or earlier"
        return f"{_english(self.first)} or later" if self.last is None else self._span

    @property
    def _span(self) -> str:
        return f"from {_english(self.first)} to {_english(self.last)}"

    def check(self, value: date, path: Path, at: datetime) -> date:
        """Return the day as it is."""
        today = at.astimezone(SHANGHAI).date()
        first, last = _day(self.first, today), _day(self.last, today)
        if (first is None or first <= value) and (last is None or value <= last):
            return value
        first_day, last_day = _named(first, self.first), _named(last, self.last)
        if first is None:
            raise _outside(path, f"must be {last_day[0]} or earlier", f"不能晚于 {last_day[1]}")
        if last is None:
            raise _outside(path, f"must be {first_day[0]} or later", f"不能早于 {first_day[1]}")
        english, chinese = (f"from {first_day[0]} to {last_day[0]}", f"{first_day[1]} 至 {last_day[1]}")
        raise _outside(path, f"must be {english}", f"须在 {chinese}之间")


@dataclass(frozen=True, slots=True)
class Ahead:
    """A time after now. days: and at most so many days from now."""

    days: int | None = None

    @property
    def clause(self) -> str:
        """The words of a description."""
        return "in the future" if self.days is None else f"in the future and within {self.days} days"

    def check(self, value: datetime, path: Path, at: datetime) -> datetime:
        """Return the time as it is."""
        if at < value and (self.days is None or value <= at + timedelta(days=self.days)):
            return value
        if self.days is None:
            raise _outside(path, f"must be {self.clause}", "须晚于现在")
        last = _written(at + timedelta(days=self.days))
        raise _outside(path, f"must be {self.clause}, until {last}", f"须晚于现在，且不晚于 {last}（{self.days} 天后）")


@dataclass(frozen=True, slots=True)
class Past:
    """A time up to now, and at most so many days ago."""

    days: int

    @property
    def clause(self) -> str:
        """The words of a description."""
        return f"in the past and at most {self.days} days ago"

    def check(self, value: datetime, path: Path, at: datetime) -> datetime:
        """Return the time as it is."""
        if at - timedelta(days=self.days) <= value <= at:
            return value
        first, last = _written(at - timedelta(days=self.days)), _written(at)
        raise _outside(
            path,
            f"must be {self.clause}, from {first} to {last}",
            f"须在 {first}（{self.days} 天前）至 {last}（现在）之间",
        )


@dataclass(frozen=True, slots=True)
class Items:
    """A list of so many items. most: None for any number."""

    least: int
    most: int | None = None

    @property
    def clause(self) -> str:
        """The words of a description."""
        if self.most is None:
            return f"at least {self.least}"
        return f"exactly {self.least}" if self.least == self.most else f"{self.least} to {self.most}"

    def check(self, value: Sequence[Any], path: Path, at: datetime) -> Sequence[Any]:
        """Return the list as it is."""
        if self.least <= len(value) and (self.most is None or len(value) <= self.most):
            return value
        limits = f"至少 {self.least}" if self.most is None else f"{self.least} 至 {self.most}"
        limits = f"{self.least}" if self.least == self.most else limits
        raise _outside(
            path, f"must have {self.clause}; the list has {len(value)}", f"须有 {limits} 项，现有 {len(value)} 项"
        )


@dataclass(frozen=True, slots=True)
class Month:
    """A month up to this one in Asia/Shanghai, written as 2026-01."""

    clause: str = "a month such as 2026-01, up to this one"

    def check(self, value: str, path: Path, at: datetime) -> str:
        """Return the month as it is."""
        is_month = _MONTH.fullmatch(value) is not None
        if is_month and value <= at.astimezone(SHANGHAI).date().isoformat()[:7]:
            return value
        raise _outside(path, f"must be {self.clause}", "须为年月，如 2026-01，且不晚于本月")


_MONTH = re.compile(r"(19|2\d)\d\d-(0[1-9]|1[0-2])")
# A text of several sentences, such as a reason or a description.
PROSE = Length(1, 2000)
Prose = Annotated[str, PROSE]


def _day(limit: int | date | None, today: date) -> date | None:
    return today + timedelta(days=limit) if isinstance(limit, int) else limit


def _english(limit: int | date | None) -> str:
    if not isinstance(limit, int):
        return str(limit)
    words = f"{limit} days from today" if limit > 0 else f"{-limit} days ago"
    return {0: "today", 1: "tomorrow", -1: "yesterday"}.get(limit, words)


def _chinese(limit: int) -> str:
    words = f"{limit} 天后" if limit > 0 else f"{-limit} 天前"
    return {0: "今天", 1: "明天", -1: "昨天"}.get(limit, words)


def _named(day: date | None, limit: int | date | None) -> tuple[str, str]:
    """Name the day of a limit in both languages: `2026-01-06 (today)`."""
    if not isinstance(limit, int):
        return str(day), str(day)
    return f"{day} ({_english(limit)})", f"{day}（{_chinese(limit)}）"


def _written(time: datetime) -> str:
    """Write a time as clients send it, in Asia/Shanghai: `2026-01-06T01:00:00+08:00`."""
    return time.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _outside(path: Path, english: str, chinese: str) -> DomainError:
    name = next(part for part in reversed(path) if not part.isdecimal())
    return DomainError(ErrorCode.INVALID_INPUT, f"{name} {english}.", path, chinese=f"{name} {chinese}。")
