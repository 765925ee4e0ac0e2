"""The scalars that GraphQL itself lacks. Values are kept as the text that the API shows and the database stores.

What a client reads about a value that does not fit its scalar is worded here alone: `_worded` lets no other text out.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal as PythonDecimal
from typing import NewType, TypeAlias

import strawberry
from graphql import FloatValueNode, IntValueNode, StringValueNode, ValueNode
from strawberry.types.scalar import ScalarDefinition

from schema.times import FRACTION, instant, is_duration

# Reads a value of a request, or raises ValueError.
Parser: TypeAlias = Callable[[object], object]

DateTime = NewType("DateTime", str)
Date = NewType("Date", str)
Decimal = NewType("Decimal", PythonDecimal)
DateTimeOrDuration = NewType("DateTimeOrDuration", str)
SyncCursor = NewType("SyncCursor", str)

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)
_GREATEST, _SMALLEST = PythonDecimal(10**15), PythonDecimal("0.000001")
# As many digits of a decimal as every float keeps.
_FLOAT_DIGITS = 15

_A_TIME = "write a time with its zone as 2026-01-31T08:00:00Z (RFC 3339)"
_A_TIME_OR_DURATION = f"{_A_TIME}, or a duration from now as -P7D"
_A_DAY = "write a day as 2026-01-31"
_A_CURSOR = "send a `cursor` of `changes` as it was returned"
_A_DECIMAL = 'write a decimal as "12.50", with at most 15 digits before the point and 6 after it'
_NOT_EXACT = 'the number cannot be read exactly; send it as a string, such as "12.50"'


class Unreadable(ValueError):
    """A value that does not fit its scalar, with words for a client: how it is written instead."""


class WrittenNumber(float):
    """A number with a point or exponent, with the text that the client wrote: a float alone has lost digits of it."""

    text: str

    def __new__(cls, text: str) -> "WrittenNumber":
        """Keep the text beside the number."""
        number = super().__new__(cls, text)
        number.text = text
        return number


def parse_datetime(value: object) -> str:
    """Return a time of RFC 3339 in UTC; fractions of its second are cut off, for times are kept to the second.

    Raises:
        ValueError: it is no such text.
    """
    return parse_comparable(value).removesuffix(FRACTION)


def parse_comparable(value: object) -> str:
    """Return a time of RFC 3339 as the text that stored times are compared with.

    Raises:
        ValueError: it is no such text.
    """
    if isinstance(value, str) and (read := instant(value)):
        return read
    raise ValueError


def parse_date(value: object) -> str:
    """Return a calendar day.

    Raises:
        ValueError: it is no day of the calendar.
    """
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value).isoformat()
    raise ValueError


def parse_decimal(value: object) -> PythonDecimal:
    """Return the exact number of a text or number.

    Raises:
        ValueError: it is no number, or longer than 15 digits before and 6 after the point.
        Unreadable: it is a float that may not be the number that was written.
    """
    text = _written(value)
    number = PythonDecimal(text) if _NUMBER.fullmatch(text) else _GREATEST
    if abs(number) >= _GREATEST or number != number.quantize(_SMALLEST):
        raise ValueError
    return number


def _written(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, WrittenNumber):
        return value.text
    if isinstance(value, float):
        shortest = repr(value)
        if len(PythonDecimal(shortest).as_tuple().digits) > _FLOAT_DIGITS:
            raise Unreadable(_NOT_EXACT)
        return shortest
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def parse_moment(value: object) -> str:
    """Return a time as `parse_comparable` does, or an ISO 8601 duration as it is, which will be counted from now.

    Raises:
        ValueError: it is neither.
    """
    return value if isinstance(value, str) and is_duration(value) else parse_comparable(value)


def parse_sync_cursor(value: object) -> str:
    """Return the text of a position in the change feed; whether it is one, is seen when the feed is read.

    Raises:
        ValueError: it is no text.
    """
    if isinstance(value, str):
        return value
    raise ValueError


def _worded(parse: Parser, hint: str) -> Parser:
    """Make a parser whose errors are in our words. hint: how such a value is written."""

    def read(value: object) -> object:
        try:
            return parse(value)
        except Unreadable:
            raise
        except (ValueError, ArithmeticError):
            raise Unreadable(hint) from None

    return read


def _from_literal(parse: Parser) -> Callable[..., object]:
    """Make a parser of literals, numbers by their own text."""

    def read(node: ValueNode, _: object = None) -> object:
        if isinstance(node, IntValueNode | FloatValueNode):
            return parse(WrittenNumber(node.value))
        return parse(node.value if isinstance(node, StringValueNode) else None)

    return read


def _scalar(name: str, description: str, parse: Parser, hint: str) -> ScalarDefinition:
    read = _worded(parse, hint)
    return strawberry.scalar(
        name=name, description=description, serialize=str, parse_value=read, parse_literal=_from_literal(read)
    )


SCALARS: dict[object, ScalarDefinition] = {
    DateTime: _scalar(
        "DateTime",
        "A point in time in UTC, such as 2026-01-31T08:00:00Z; any RFC 3339 time is accepted and kept to the second.",
        parse_datetime,
        _A_TIME,
    ),
    Date: _scalar("Date", "A calendar day, such as 2026-01-31 (ISO 8601).", parse_date, _A_DAY),
    Decimal: _scalar("Decimal", 'An exact decimal number as text, such as "12.50".', parse_decimal, _A_DECIMAL),
    SyncCursor: _scalar(
        "SyncCursor",
        "A position in the change feed: opaque, and to be sent back as it was returned.",
        parse_sync_cursor,
        _A_CURSOR,
    ),
    DateTimeOrDuration: _scalar(
        "DateTimeOrDuration",
        "A point in time (RFC 3339), compared exactly with fractions of a second, or an ISO 8601 duration from "
        "now, such as -P7D for seven days ago.",
        parse_moment,
        _A_TIME_OR_DURATION,
    ),
}
