"""The time zone by which the city counts its days."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from db.kernel.fields import utc_text

SHANGHAI = ZoneInfo("Asia/Shanghai")


def today(now: str) -> str:
    """Return the day of a moment in Asia/Shanghai, both as texts."""
    return datetime.fromisoformat(now).astimezone(SHANGHAI).date().isoformat()


def day_began(day: date) -> str:
    """Return when a day began in Asia/Shanghai, as it is stored."""
    return utc_text(datetime.combine(day, time.min, SHANGHAI))


def minutes_of(now: str) -> str:
    """Return how many minutes after midnight in Asia/Shanghai a moment is, both as texts."""
    local = datetime.fromisoformat(now).astimezone(SHANGHAI)
    return str(local.hour * 60 + local.minute)


def month_began(now: str) -> str:
    """Return when the month of a moment began in Asia/Shanghai, both as texts."""
    local = datetime.fromisoformat(now).astimezone(SHANGHAI)
    return utc_text(local.replace(day=1, hour=0, minute=0, second=0))
