"""The demo city's clock: a time is a count of whole seconds since 1970 in UTC, a day is one of Asia/Shanghai.

A city has one present, which is an argument. Nothing here asks what time it is.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache

MINUTE, HOUR, DAY = 60, 3600, 86_400
# Asia/Shanghai has been UTC+8 all year since 1992.
SHANGHAI_SECONDS = 8 * HOUR
EPOCH = date(1970, 1, 1)
# How far back the oldest issue goes, and when on that day it came in.
_MONTHS_OF_ISSUES = 18
_FIRST_HOUR = 8


def moment(local: str) -> int:
    """Read a time in Asia/Shanghai, as `2022-02-10T12:16:00`."""
    return int(datetime.fromisoformat(local).replace(tzinfo=UTC).timestamp()) - SHANGHAI_SECONDS


# When the article appeared.
ARTICLE = moment("2022-02-10T12:16:00")


@dataclass(frozen=True)
class Present:
    """The moment that a demo city is loaded for: nothing in it happened later. at: seconds."""

    at: int

    @property
    def has_clocks(self) -> bool:
        """Whether `flask tick` has run there: everywhere but at the article's present, whose rows never change."""
        return self.at != ARTICLE

    @cached_property
    def date(self) -> date:
        """The local day."""
        return EPOCH + timedelta(day_number(self.at))

    @cached_property
    def midnight(self) -> int:
        """When the local day began."""
        return midnight(self.date.isoformat())

    @cached_property
    def first_issue(self) -> int:
        """When the oldest issues came in: 18 months ago, in the morning."""
        year, month = self.month(-_MONTHS_OF_ISSUES)
        number = min(self.date.day, monthrange(year, month)[1])
        return midnight(date(year, month, number).isoformat()) + _FIRST_HOUR * HOUR

    def month(self, offset: int) -> tuple[int, int]:
        """Return the year and the month that are so many months after (before: negative) the present one."""
        months = self.date.year * 12 + self.date.month - 1 + offset
        return months // 12, months % 12 + 1

    def day_after(self, days: int) -> str:
        """Return the local day that is so many days after the present one."""
        return day_text(day_number(self.at) + days)


def day_number(at: int) -> int:
    """Count the local days since 1970."""
    return (at + SHANGHAI_SECONDS) // DAY


@lru_cache(4096)
def day_text(number: int) -> str:
    """Write a local day, as `2022-02-10`."""
    return (EPOCH + timedelta(number)).isoformat()


def day(at: int) -> str:
    """Write the local day of a moment."""
    return day_text(day_number(at))


@lru_cache(1024)
def utc(at: int | None) -> str | None:
    """Write a moment as it is stored: UTC, whole seconds, `Z`."""
    return None if at is None else day_text(at // DAY) + _time_text(at % DAY)


@lru_cache(DAY)
def _time_text(seconds: int) -> str:
    minutes = seconds // MINUTE
    return f"T{minutes // 60:02}:{minutes % 60:02}:{seconds % MINUTE:02}Z"


@lru_cache(4096)
def midnight(local_day: str) -> int:
    """Return the moment a local day begins."""
    return moment(f"{local_day}T00:00:00")
