"""Working days in China (工作日): public holidays, and the weekends that are worked instead.

The table `work_calendar_day` says first, then the calendar of the package chinesecalendar, which follows the State
Council's yearly notices; in a year that neither knows, Monday to Friday are worked.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from chinese_calendar import is_workday

from db.kernel.statements import compiled
from db.places.models.calendar import WorkCalendarDay

_DAY = timedelta(days=1)


def working_day_after(day: date, count: int) -> date:
    """Return the day that lies so many working days after another."""
    said = _said(day, day + timedelta(days=3 * count + 30))
    return counted_on(day, count, lambda day: said.get(day, is_usual_working_day(day)))


def counted_on(day: date, count: int, is_working: Callable[[date], bool]) -> date:
    """Return the day that lies so many working days after another. is_working: whether offices work on a day."""
    while count > 0:
        day += _DAY
        count -= is_working(day)
    return day


def gap(year: int) -> str | None:
    """Return what is wrong with a year's calendar and what to do; None when there is one."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    if _is_known(year) or _said(first, last):
        return None
    return (
        f"There is no calendar of holidays for {year}, so Monday to Friday count as working days. "
        "Update the package chinesecalendar, or fill the table work_calendar_day."
    )


def _said(first: date, last: date) -> dict[date, bool]:
    return dict(_between.tuples(first, last))


@compiled
def _between(first: Any, last: Any) -> Any:
    days = WorkCalendarDay.select(WorkCalendarDay.day, WorkCalendarDay.is_working_day)
    return days.where(WorkCalendarDay.day.between(first, last))


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
