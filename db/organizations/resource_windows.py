"""The times in which a resource is open: which it needs, and that none overlap on any date."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from db.kernel.bounds import Between
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.organizations.models.resource import IN_WINDOWS, CapacityModel, Holidays, Recurrence, Resource, ResourceWindow

DAY = 24 * 60
WEEK = 7 * DAY
QUANTITY = Between(Decimal(0), Decimal(1_000_000_000), places=2)


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which it is open, as of `ResourceWindow`; minutes beyond 1,440 are of the next day."""

    weekday: Annotated[int, Between(1, 7)]
    starts_minute: Annotated[int, Between(0, DAY - 1)]
    ends_minute: Annotated[int, Between(1, 2 * DAY)]
    quantity: Annotated[Decimal, QUANTITY]
    recurrence: Recurrence = Recurrence.WEEKLY
    holidays: Holidays = Holidays.INCLUDED
    opens_on: date | None = None
    closes_on: date | None = None

    def columns(self) -> dict[str, Any]:
        """Return the values of the columns of its row."""
        return {name: getattr(self, name) for name in self.__slots__}


def require_windows(model: CapacityModel, windows: Sequence[Window], kept: Iterable[ResourceWindow] = ()) -> None:
    """Check that a resource has the windows that its way of being used up needs, and that they do not overlap.

    kept: windows that it has already.

    Raises:
        DomainError: INVALID_INPUT, also where two of them are open at one time; SLOT_CONFLICT, one is open together
            with one that is kept.
    """
    if model not in IN_WINDOWS:
        if windows:
            message = "Only capacity in time windows has windows; leave them out."
            raise invalid("windows", message, "此容量方式不分时段，请勿填写时段。")
        return
    there = list(kept)
    if not windows and not there:
        raise invalid("windows", "Name the time windows in which it is open.", "请填写开放时段。")
    for at, window in enumerate(windows):
        _require_span(at, window)
        if any(overlap(window, other) for other in windows[:at]):
            raise _refused(at, "weekday", "lies in a window that was named before", "与前面的时段重叠")
        if any(overlap(window, other) for other in there):
            raise _refused(at, "weekday", "lies in a window that is there", "与已有时段重叠", ErrorCode.SLOT_CONFLICT)


def create_window(resource: Resource, window: Window) -> ResourceWindow:
    """Create the row of a window."""
    return ResourceWindow.create(resource=resource.id, division_code=resource.division_code, **window.columns())


def _require_span(at: int, window: Window) -> None:
    length = window.ends_minute - window.starts_minute
    if not 0 < length <= DAY:
        fact = "must be after startsMinute and within a day of it"
        raise _refused(at, "endsMinute", fact, "结束时间须晚于开始时间，且不超过 24 小时")
    if window.recurrence is Recurrence.SEASON:
        if window.opens_on is None or window.closes_on is None:
            raise _refused(at, "closesOn", "of a season needs opensOn and closesOn", "整季开放须填写起止日期")
        if window.opens_on.isoweekday() != window.weekday:
            raise _refused(at, "weekday", "must be the one of opensOn", "星期须与开始日期一致")
    if window.opens_on is not None and window.closes_on is not None and window.closes_on < window.opens_on:
        raise _refused(at, "closesOn", "must not be before opensOn", "结束日期不能早于开始日期")


def overlap(one: Any, other: Any) -> bool:
    """Return whether two windows of a resource may be open at one time. one, other: windows, or rows of them."""
    if not _share_days(one, other):
        return False
    if Recurrence.SEASON in (one.recurrence, other.recurrence):
        return True
    kinds = {one.holidays, other.holidays}
    if one.weekday == other.weekday and kinds == {Holidays.EXCLUDED, Holidays.ONLY}:
        # One of them is closed whenever the other one opens.
        return False
    return any(a < d and c < b for a, b in _spans(one) for c, d in _spans(other))


def _share_days(one: Any, other: Any) -> bool:
    first = max(one.opens_on or date.min, other.opens_on or date.min)
    return first <= min(one.closes_on or date.max, other.closes_on or date.max)


def _spans(window: Any) -> list[tuple[int, int]]:
    """List the minutes of the week that a window takes: one span, or two where it goes on into Monday."""
    first = (window.weekday - 1) * DAY + window.starts_minute
    last = first + window.ends_minute - window.starts_minute
    return [(first, last)] if last <= WEEK else [(first, WEEK), (0, last - WEEK)]


def _refused(at: int, name: str, fact: str, chinese: str, code: ErrorCode = ErrorCode.INVALID_INPUT) -> DomainError:
    message = f"The window has no good {name}: it {fact}."
    return DomainError(code, message, ("windows", str(at), name), chinese=f"第 {at + 1} 个时段有误：{chinese}。")
