"""Working days in China (工作日): public holidays, and the weekends that are worked instead.

The table `work_calendar_day` says first, then the calendar of the package chinesecalendar, which follows the State
Council's yearly notices; in a year that neither knows, Monday to Friday are worked.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from chinese_calendar import is_workday

from db.kernel.remembered import Remembered
from db.kernel.statements import compiled
from db.places.models.calendar import WorkCalendarDay

_DAY = timedelta(days=1)


def working_day_after(day: date, count: int) -> date:
    """Return the day that lies so many working days after another."""
    return counted_on(day, count, is_working_day)


def is_working_day(day: date) -> bool:
    """Return whether offices work on a day."""
    return days().get(day, is_usual_working_day(day))


def working_days_between(first: date, last: date) -> int:
    """Count the working days after one day, up to and with another."""
    return sum(is_working_day(first + timedelta(days)) for days in range(1, (last - first).days + 1))


def counted_on(day: date, count: int, is_working: Callable[[date], bool]) -> date:
    """Return the day that lies so many working days after another. is_working: whether offices work on a day."""
    while count > 0:
        day += _DAY
        count -= is_working(day)
    return day


def gap(year: int) -> str | None:
    """Return what is wrong with a year's calendar and what to do; None when there is one."""
    if _is_known(year) or any(day.year == year for day in days()):
        return None
    return (
        f"There is no calendar of holidays for {year}, so Monday to Friday count as working days. "
        "Update the package chinesecalendar, or fill the table work_calendar_day."
    )


def _read() -> dict[date, bool]:
    return dict(_all_days.tuples())


# What the table says of days.
days = Remembered(_read)


@compiled
def _all_days() -> Any:
    return WorkCalendarDay.select(WorkCalendarDay.day, WorkCalendarDay.is_working_day)


def _is_known(year: int) -> bool:
    try:
        is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@lru_cache(4096)
def is_usual_working_day(day: date) -> bool:
    """Check a day against the package's calendar alone; where it has none, Monday to Friday are worked."""
    try:
        return is_workday(day)
    except NotImplementedError:
        return day.weekday() < 5
