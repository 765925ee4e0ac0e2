"""The time zone by which the city counts its days."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from db.kernel.fields import utc_text

SHANGHAI = ZoneInfo("Asia/Shanghai")


def today(now: str) -> str:
    """Return the day of a moment in Asia/Shanghai, both as texts."""
    return datetime.fromisoformat(now).astimezone(SHANGHAI).date().isoformat()


def beginning_of(day: date) -> datetime:
    """Return when a day begins in Asia/Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI)


def day_began(day: date) -> str:
    """Return when a day began in Asia/Shanghai, as it is stored."""
    return utc_text(beginning_of(day))


def today_began(now: str) -> str:
    """Return when the day of a moment began in Asia/Shanghai, both as texts."""
    return day_began(date.fromisoformat(today(now)))


def minutes_of(now: str) -> str:
    """Return how many minutes after midnight in Asia/Shanghai a moment is, both as texts."""
    local = datetime.fromisoformat(now).astimezone(SHANGHAI)
    return str(local.hour * 60 + local.minute)


def month_began(now: str) -> str:
    """Return when the month of a moment began in Asia/Shanghai, both as texts."""
    return day_began(date.fromisoformat(today(now)).replace(day=1))
