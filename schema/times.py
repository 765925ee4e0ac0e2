"""Times as clients write them: RFC 3339 and ISO 8601 durations, read exactly, to be compared with what is stored.

Times are stored as texts of whole seconds, `2026-01-31T08:00:00Z`, and compared as texts. What lies within a second, or
outside the calendar, is read as a text that sorts where it belongs among them: see `FRACTION` and `clamped`.
"""

import re
from datetime import datetime, timedelta

# Follows the text of a second for a time within it: `…00Z` < `…00Z+` < `…01Z`, and it equals no stored time.
FRACTION = "+"
# Sort before and after every stored time.
BEFORE_ALL, AFTER_ALL = "0000-12-31T00:00:00Z", f"9999-12-31T23:59:59Z{FRACTION}"

# RFC 3339 section 5.6, with a blank between day and time as its note allows. Java's OffsetDateTime leaves seconds out.
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,30}))?)?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))", re.ASCII
)
_DURATION = re.compile(
    r"(-?)P(?:(\d{1,9})W|(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,30}))?S)?)?)", re.ASCII
)
_LEAP_SECOND = "60"


def instant(text: str) -> str | None:
    """Read an RFC 3339 time and return the text that compares with stored times; None where it is no such time.

    `2022-02-10T10:27:29.500+08:00` returns `2022-02-10T02:27:29Z+`, which is after `2022-02-10T02:27:29Z`. A leap
    second is the second after it, as in POSIX time. What its offset moves out of the years 1 to 9999 is clamped.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    day, minute, second, fraction, sign, hours, minutes = found.groups()
    is_leap = second == _LEAP_SECOND
    try:
        local = datetime.fromisoformat(f"{day}T{minute}:{'59' if is_leap else second or '00'}")
    except ValueError:
        return None
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return clamped(local, (-offset if sign == "+" else offset) + timedelta(seconds=is_leap), fraction)


def is_duration(text: str) -> bool:
    """Return whether a text is an ISO 8601 duration: weeks, or days and time."""
    found = _DURATION.fullmatch(text)
    return found is not None and any(found.groups()[1:])


def counted_from(now: str, text: str) -> str:
    """Return the time that a duration ends at, counted from `now`, as `instant` does; another text as it is."""
    found = _DURATION.fullmatch(text)
    if not found:
        return text
    *numbers, fraction = found.groups()[1:]
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in numbers)
    try:
        span = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        # Half a second ago lies within the second that began a whole one ago.
        if found[1] and fraction and fraction.strip("0"):
            span += timedelta(seconds=1)
    except OverflowError:
        return BEFORE_ALL if found[1] else AFTER_ALL
    return clamped(datetime.fromisoformat(now).replace(tzinfo=None), -span if found[1] else span, fraction)


def clamped(start: datetime, span: timedelta, fraction: str | None) -> str:
    """Return a time of UTC that lies so far from another as text; outside the calendar, before or after all others.

    fraction: digits of the part of a second that is left.
    """
    try:
        end = start + span
    except OverflowError:
        return BEFORE_ALL if span < timedelta(0) else AFTER_ALL
    return f"{end.isoformat(timespec='seconds')}Z{FRACTION if fraction and fraction.strip('0') else ''}"
