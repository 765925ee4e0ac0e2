"""The time at which tests begin, unless they say otherwise."""

from datetime import UTC, date, datetime

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
TODAY = date(2026, 1, 5)
