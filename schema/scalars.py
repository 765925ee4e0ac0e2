"""The scalars that GraphQL itself lacks. Values are kept as the text that the API shows and the database stores."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as PythonDecimal
from decimal import InvalidOperation
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from db.fields import utc_text

DateTime = NewType("DateTime", str)
Date = NewType("Date", str)
Decimal = NewType("Decimal", PythonDecimal)
DateTimeOrDuration = NewType("DateTimeOrDuration", str)

_DURATION = re.compile(r"(-?)P(?:(\d{1,4})W|(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")


def parse_datetime(value: Any) -> str:
    """Read an ISO 8601 moment with its zone and give it in UTC, to the second.

    Raises:
        ValueError: it is no such text.
    """
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return utc_text(datetime.fromisoformat(value))
    raise ValueError("write a time as 2026-01-31T08:00:00Z")


def parse_date(value: Any) -> str:
    """Read a calendar day.

    Raises:
        ValueError: it is no day of the calendar.
    """
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value).isoformat()
    raise ValueError("write a day as 2026-01-31")


def parse_decimal(value: Any) -> PythonDecimal:
    """Read an exact number from a text or a whole number; a float is taken as it is written.

    Raises:
        ValueError: it is no number, or longer than 15 digits before and 6 after the point.
    """
    text = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    if _NUMBER.fullmatch(text):
        try:
            return PythonDecimal(text)
        except InvalidOperation:
            pass
    raise ValueError('write a decimal as "12.50"')


def parse_moment(value: Any) -> str:
    """Read a moment, or an ISO 8601 duration (weeks, or days and time) that will be counted from now.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(value, str) and (found := _DURATION.fullmatch(value)) and any(found.groups()[1:]):
        return value
    try:
        return parse_datetime(value)
    except ValueError:
        raise ValueError("write a time as 2026-01-31T08:00:00Z, or a duration from now as -P7D") from None


def moment(value: str, now: str) -> str:
    """Turn what `parse_moment` accepted into a moment, a duration counted from `now`; out of range it is clipped."""
    found = _DURATION.fullmatch(value)
    if not found:
        return value
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    span = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    start = datetime.fromisoformat(now)
    try:
        return utc_text(start - span if found[1] else start + span)
    except OverflowError:
        return utc_text(datetime.min.replace(tzinfo=UTC) if found[1] else datetime.max.replace(tzinfo=UTC))


def _scalar(name: str, description: str, parse: Any) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=description, serialize=str, parse_value=parse)


SCALARS: dict[Any, ScalarDefinition] = {
    DateTime: _scalar("DateTime", "A moment in UTC, such as 2026-01-31T08:00:00Z (ISO 8601).", parse_datetime),
    Date: _scalar("Date", "A calendar day, such as 2026-01-31 (ISO 8601).", parse_date),
    Decimal: _scalar("Decimal", 'An exact decimal number as text, such as "12.50".', parse_decimal),
    DateTimeOrDuration: _scalar(
        "DateTimeOrDuration",
        "A moment in UTC, or an ISO 8601 duration from now, such as -P7D for seven days ago.",
        parse_moment,
    ),
}
