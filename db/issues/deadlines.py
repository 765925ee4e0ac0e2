"""Deadlines: how long each clock of an issue runs, by urgency and division (rules 7.3), in Asia/Shanghai."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from db.issues.models.clock import Clock, SlaRule, SpanUnit
from db.issues.models.issue import Urgency
from db.kernel.calendar import SHANGHAI
from db.kernel.remembered import Remembered
from db.kernel.statements import compiled
from db.places.holidays import working_day_after
from db.places.models.division import ancestor_codes

# The length of a deadline: a timedelta, or a count of seconds.
Length = TypeVar("Length", timedelta, int)


class Span(NamedTuple):
    """How long a clock runs."""

    amount: int
    unit: SpanUnit

    def after(self, start: datetime) -> datetime:
        """Return its end."""
        if self.unit is SpanUnit.WORKING_DAY:
            return working_days_after(start, self.amount)
        return start + self.amount * LENGTHS[self.unit]


class Deadline(NamedTuple):
    """When something is due, and when its handler is warned. Times are aware, UTC."""

    due_at: datetime
    warn_at: datetime

    @classmethod
    def until(cls, start: datetime, end: datetime) -> "Deadline":
        """Return the deadline that runs from one time to another."""
        return cls(end, warning(start, end))

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of an issue that hold it."""
        return {"due_at": self.due_at, "warn_at": self.warn_at}


# The columns of an issue for which no clock runs.
NO_DEADLINE: dict[str, Any] = {"due_at": None, "warn_at": None}


def due(clock: Clock, urgency: Urgency, start: datetime, division_code: str) -> Deadline:
    """Return the deadline of a clock that starts now. start: aware, UTC."""
    return Deadline.until(start, span(clock, urgency, division_code).after(start))


def span(clock: Clock, urgency: Urgency, division_code: str) -> Span:
    """Return how long a clock runs: as the nearest division says that has a rule of its own, or as everywhere."""
    own = rules()
    for code in (division_code, *ancestor_codes(division_code)):
        if (found := own.get((code, clock, urgency))) is not None:
            return found
    return usual_span(clock, urgency)


def _read() -> dict[tuple[str, Clock, Urgency], Span]:
    return {(rule.division_code, rule.clock, rule.urgency): Span(rule.amount, rule.unit) for rule in _all_rules.all()}


# Deadlines that divisions have of their own.
rules = Remembered(_read)


@compiled
def _all_rules() -> Any:
    return SlaRule.select()


def usual_span(clock: Clock, urgency: Urgency) -> Span:
    """Return how long a clock runs where no division has a rule of its own."""
    return DEFAULTS[clock].get(urgency, DEFAULTS[clock][None])


def warning(start: datetime, end: datetime) -> datetime:
    """Return the time at which the handler is warned of a deadline, in whole seconds."""
    return (start + until_warning(end - start)).replace(microsecond=0)


def until_warning(length: Length) -> Length:
    """Return how much of a deadline passes before its handler is warned: four fifths (rule A1)."""
    return length * 4 // 5


def working_days_after(start: datetime, count: int) -> datetime:
    """Return the same time of day so many working days later."""
    local = start.astimezone(SHANGHAI)
    day = working_day_after(local.date(), count)
    return datetime.combine(day, local.timetz()).astimezone(start.tzinfo)


LENGTHS = {
    SpanUnit.MINUTE: timedelta(minutes=1),
    SpanUnit.HOUR: timedelta(hours=1),
    SpanUnit.DAY: timedelta(days=1),
}
_MINUTE, _HOUR, _DAY, _WORKING_DAY = SpanUnit
U = Urgency
# How long clocks run where no division has a rule of its own; None is any other urgency.
DEFAULTS: dict[Clock, dict[Urgency | None, Span]] = {
    Clock.INTAKE: {U.EMERGENCY: Span(30, _MINUTE), U.URGENT: Span(4, _HOUR), None: Span(1, _WORKING_DAY)},
    Clock.TRIAGE: {U.EMERGENCY: Span(2, _HOUR), U.URGENT: Span(4, _HOUR), None: Span(3, _WORKING_DAY)},
    Clock.CLAIM: {U.URGENT: Span(24, _HOUR), U.COMPLEX: Span(5, _WORKING_DAY), None: Span(3, _WORKING_DAY)},
    Clock.HANDLING: {
        U.EMERGENCY: Span(24, _HOUR),
        U.URGENT: Span(3, _WORKING_DAY),
        U.COMPLEX: Span(15, _DAY),
        None: Span(7, _DAY),
    },
    Clock.VERIFICATION: {U.EMERGENCY: Span(1, _WORKING_DAY), None: Span(3, _WORKING_DAY)},
    Clock.REPORTER: {None: Span(7, _DAY)},
}
