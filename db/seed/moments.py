"""The demo city's clock: moments are whole seconds since 1970 in UTC, the calendar is that of Asia/Shanghai.

Its present is fixed, so that the city is the same every time. Nothing here asks what time it is.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

MINUTE, HOUR, DAY = 60, 3600, 86_400
# Asia/Shanghai has been UTC+8 all year since 1992.
_SHANGHAI = 8 * HOUR
_EPOCH = date(1970, 1, 1)

# Days off and the weekends worked instead, by the State Council's notices for 2020 to 2022, first and last day.
_HOLIDAYS = (
    ("2020-10-01", "2020-10-08"), ("2021-01-01", "2021-01-03"), ("2021-02-11", "2021-02-17"),
    ("2021-04-03", "2021-04-05"), ("2021-05-01", "2021-05-05"), ("2021-06-12", "2021-06-14"),
    ("2021-09-19", "2021-09-21"), ("2021-10-01", "2021-10-07"), ("2022-01-01", "2022-01-03"),
    ("2022-01-31", "2022-02-06"), ("2022-04-03", "2022-04-05"), ("2022-04-30", "2022-05-04"),
)  # fmt: skip
_WORKED_WEEKENDS = {
    "2020-09-27", "2020-10-10", "2021-02-07", "2021-02-20", "2021-04-25", "2021-05-08", "2021-09-18", "2021-09-26",
    "2021-10-09", "2022-01-29", "2022-01-30", "2022-04-02", "2022-04-24", "2022-05-07",
}  # fmt: skip


def moment(local: str) -> int:
    """Read a time in Asia/Shanghai, as `2022-02-10T12:16:00`."""
    return int(datetime.fromisoformat(local).replace(tzinfo=UTC).timestamp()) - _SHANGHAI


# When the article appeared: the demo city's present.
AS_OF = moment("2022-02-10T12:16:00")
# The oldest issue is 18 months old.
FIRST_ISSUE = moment("2020-08-10T08:00:00")


def day_number(at: int) -> int:
    """Count the local days since 1970."""
    return (at + _SHANGHAI) // DAY


def day_text(number: int) -> str:
    """Write a local day, as `2022-02-10`."""
    return _DAY_TEXTS[number] if number in _DAY_TEXTS else (_EPOCH + timedelta(number)).isoformat()


def day(at: int) -> str:
    """Write the local day of a moment."""
    return day_text(day_number(at))


@lru_cache(1024)
def utc(at: int | None) -> str | None:
    """Write a moment as it is stored: UTC, whole seconds, `Z`."""
    if at is None:
        return None
    minutes, seconds = divmod(at % DAY, MINUTE)
    return f"{day_text(at // DAY)}T{minutes // 60:02}:{minutes % 60:02}:{seconds:02}Z"


def midnight(local_day: str) -> int:
    """Give the moment a local day begins."""
    return moment(f"{local_day}T00:00:00")


def working_days_after(at: int, count: int) -> int:
    """Give the same time of day, so many working days later."""
    today = day_number(at)
    return at + (_NTH_WORKING_DAY[_WORKING_DAYS_UNTIL[today] + count - 1] - today) * DAY


def is_working_day(number: int) -> bool:
    """Tell whether a local day is one on which offices work."""
    return _NTH_WORKING_DAY[_WORKING_DAYS_UNTIL[number] - 1] == number


def in_office_hours(at: int) -> int:
    """Move a moment outside of 8:30 to 18:00 on a working day to the next working morning, minutes and seconds kept."""
    number, time_of_day = divmod(at + _SHANGHAI, DAY)
    if is_working_day(number) and 8.5 * HOUR <= time_of_day < 18 * HOUR:
        return at
    if is_working_day(number) and time_of_day < 8.5 * HOUR:
        next_day = number
    else:
        next_day = _NTH_WORKING_DAY[_WORKING_DAYS_UNTIL[number]]
    return next_day * DAY - _SHANGHAI + 9 * HOUR + time_of_day % (2 * HOUR)


def _calendar() -> tuple[dict[int, str], dict[int, int], list[int]]:
    first, last = date(2020, 1, 1), date(2023, 12, 31)
    off = {
        (date.fromisoformat(begin) + timedelta(offset)).isoformat()
        for begin, end in _HOLIDAYS
        for offset in range((date.fromisoformat(end) - date.fromisoformat(begin)).days + 1)
    }
    texts, until, working = {}, {}, []
    for offset in range((last - first).days + 1):
        today = first + timedelta(offset)
        number, text = (today - _EPOCH).days, today.isoformat()
        texts[number] = text
        if text in _WORKED_WEEKENDS or (today.weekday() < 5 and text not in off):
            working.append(number)
        until[number] = len(working)
    return texts, until, working


# Texts of days; how many working days there are up to and including a day; the working days in order.
_DAY_TEXTS, _WORKING_DAYS_UNTIL, _NTH_WORKING_DAY = _calendar()
