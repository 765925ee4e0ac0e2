"""Deadlines: how long each clock of an issue runs, by urgency (rules 7.3), in Asia/Shanghai."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from db.enumeration import DomainEnum
from db.models.issue import Urgency

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Part of a deadline after which its handler is warned (rule A1).
WARNING_SHARE = 0.8


class Clock(DomainEnum):
    """Which deadline runs (时限类型)."""

    INTAKE = "INTAKE", "Until the issue is accepted, or not (受理时限)."
    TRIAGE = "TRIAGE", "Until it is decided who handles it (分办时限)."
    CLAIM = "CLAIM", "While it may be claimed (认领时限)."
    HANDLING = "HANDLING", "Until the work is done (办理时限)."
    VERIFICATION = "VERIFICATION", "Until the work is verified (核验时限)."
    REPORTER = "REPORTER", "Until the reporter answers (补充时限)."


def due(clock: Clock, urgency: Urgency, start: datetime, division_code: str) -> tuple[datetime, datetime]:
    """Give the end of a deadline that starts now, and when its handler is warned. start: aware, UTC."""
    end = _SPANS[clock].get(urgency, _SPANS[clock][None])(start)
    return end, warning(start, end)


def warning(start: datetime, end: datetime) -> datetime:
    """Give the moment at which four fifths of a deadline have passed."""
    return (start + (end - start) * WARNING_SHARE).replace(microsecond=0)


def working_days_after(start: datetime, count: int) -> datetime:
    """Give the same time of day so many working days later."""
    moment = start.astimezone(SHANGHAI)
    while count:
        moment += timedelta(days=1)
        count -= moment.weekday() < 5
    return moment.astimezone(start.tzinfo)


def _after(**span: int) -> Callable[[datetime], datetime]:
    return lambda start: start + timedelta(**span)


def _working_days(count: int) -> Callable[[datetime], datetime]:
    return lambda start: working_days_after(start, count)


U = Urgency
_SPANS: dict[Clock, dict[Urgency | None, Callable[[datetime], datetime]]] = {
    Clock.INTAKE: {U.EMERGENCY: _after(minutes=30), U.URGENT: _after(hours=4), None: _working_days(1)},
    Clock.TRIAGE: {U.EMERGENCY: _after(hours=2), U.URGENT: _after(hours=4), None: _working_days(3)},
    Clock.CLAIM: {U.URGENT: _after(hours=24), U.COMPLEX: _working_days(5), None: _working_days(3)},
    Clock.HANDLING: {
        U.EMERGENCY: _after(hours=24),
        U.URGENT: _working_days(3),
        U.COMPLEX: _after(days=15),
        None: _after(days=7),
    },
    Clock.VERIFICATION: {U.EMERGENCY: _working_days(1), None: _working_days(3)},
    Clock.REPORTER: {None: _after(days=7)},
}
