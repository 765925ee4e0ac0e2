"""The time zone by which the city counts its days."""

from datetime import datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def today(now: str) -> str:
    """Return the day of a moment in Asia/Shanghai, both as texts."""
    return datetime.fromisoformat(now).astimezone(SHANGHAI).date().isoformat()
