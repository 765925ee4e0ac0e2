"""Moments and days that lie later than others, within a statement, in the spelling of either database."""

from typing import Any

from peewee import SQL, ColumnBase, Node, fn


class _Later(ColumnBase):
    def __init__(
        self, value: Node, count: Node, sqlite: tuple[str, str, str], postgresql: tuple[str, str, str]
    ) -> None:
        self._value, self._count = value, count
        self._sqlite, self._postgresql = sqlite, postgresql

    def __sql__(self, ctx: Any) -> Any:
        before, between, after = self._sqlite if ctx.state.param == "?" else self._postgresql
        return ctx.literal(before).sql(self._value).literal(between).sql(self._count).literal(after)


def hours_later(moment: Node, hours: Node) -> ColumnBase:
    """Build the moment that lies so many hours after another, as it is stored: given 08:00 and 2, 10:00."""
    return _Later(
        moment, hours,
        ("strftime('%Y-%m-%dT%H:%M:%SZ', ", ", '+' || ", " || ' hours')"),
        ("to_char((", "::text)::timestamp + ", " * interval '1 hour', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"),
    )  # fmt: skip


def days_later(day: Node, days: Node) -> ColumnBase:
    """Build the day that lies so many days after another, as it is stored."""
    return _Later(
        day, days,
        ("date(", ", '+' || ", " || ' days')"),
        ("to_char((", "::text)::date + ", ", 'YYYY-MM-DD')"),
    )  # fmt: skip


def days_between(first: Node, last: Node) -> ColumnBase:
    """Build how many days lie between two days: given 01-05 and 01-07, 2."""
    return _Later(
        last, first,
        ("CAST(julianday(", ") - julianday(", ") AS INTEGER)"),
        ("((", "::text)::date - (", "::text)::date)"),
    )  # fmt: skip


def day_of(moment: Node) -> ColumnBase:
    """Build the day of a moment in Asia/Shanghai, as it is stored."""
    return fn.substr(hours_later(moment, SQL("8")), 1, 10)


def beginning_of_day(day: Node) -> ColumnBase:
    """Build the moment at which a day begins in Asia/Shanghai, whose clocks have not changed since 1991."""
    return _Later(
        day, SQL("8"),
        ("strftime('%Y-%m-%dT%H:%M:%SZ', ", ", '-' || ", " || ' hours')"),
        ("to_char((", "::text)::timestamp - ", " * interval '1 hour', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"),
    )  # fmt: skip
