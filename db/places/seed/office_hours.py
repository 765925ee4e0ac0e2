"""When offices of the demo city work, by the calendar of working days that is built in."""

from datetime import timedelta
from functools import lru_cache

from db.kernel.seed_times import DAY, EPOCH, HOUR, SHANGHAI_SECONDS, day_number
from db.places.holidays import counted_on, is_usual_working_day


def working_days_after(at: int, count: int) -> int:
    """Return the same time of day, so many working days later."""
    today = day_number(at)
    return at + (_working_day_after(today, count) - today) * DAY


def in_office_hours(at: int) -> int:
    """Move a moment outside of 8:30 to 18:00 on a working day to the next working morning, minutes and seconds kept."""
    number, time_of_day = divmod(at + SHANGHAI_SECONDS, DAY)
    if is_working_day(number) and 8.5 * HOUR <= time_of_day < 18 * HOUR:
        return at
    is_today = is_working_day(number) and time_of_day < 8.5 * HOUR
    next_day = number if is_today else _working_day_after(number, 1)
    return next_day * DAY - SHANGHAI_SECONDS + 9 * HOUR + time_of_day % (2 * HOUR)


def is_working_day(number: int) -> bool:
    """Check whether a local day is one on which offices work."""
    return is_usual_working_day(EPOCH + timedelta(number))


@lru_cache(16_384)
def _working_day_after(number: int, count: int) -> int:
    return (counted_on(EPOCH + timedelta(number), count, is_usual_working_day) - EPOCH).days
