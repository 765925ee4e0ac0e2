"""The weekly time windows of a resource that is offered: which it needs, and that none overlap."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from db.kernel.bounds import Between
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.organizations.models.resource import CapacityModel

DAY = 24 * 60
WEEK = 7 * DAY
QUANTITY = Between(Decimal(0), Decimal(1_000_000_000), places=2)
_IN_WINDOWS = (CapacityModel.RECURRING_WINDOW, CapacityModel.BOOKABLE)


@dataclass(frozen=True, slots=True)
class Window:
    """A weekly time; minutes are counted from midnight in Asia/Shanghai, beyond 1,440 on the next day."""

    weekday: Annotated[int, Between(1, 7)]
    starts_minute: Annotated[int, Between(0, DAY - 1)]
    ends_minute: Annotated[int, Between(1, 2 * DAY)]
    quantity: Annotated[Decimal, QUANTITY]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The minutes of the week that it takes: one span, or two where it goes on into Monday."""
        first = (self.weekday - 1) * DAY + self.starts_minute
        last = first + self.ends_minute - self.starts_minute
        return [(first, last)] if last <= WEEK else [(first, WEEK), (0, last - WEEK)]


def require_windows(model: CapacityModel, windows: Sequence[Window]) -> None:
    """Check that a resource has the windows that its way of being used up needs, and that they do not overlap.

    Raises:
        DomainError: INVALID_INPUT.
    """
    if model not in _IN_WINDOWS:
        if windows:
            message = "Only capacity in time windows has windows; leave them out."
            raise invalid("windows", message, "此容量方式不分时段，请勿填写时段。")
        return
    if not windows:
        raise invalid("windows", "Name the weekly time windows in which it is open.", "请填写每周开放时段。")
    taken: list[tuple[int, int]] = []
    for at, window in enumerate(windows):
        length = window.ends_minute - window.starts_minute
        if not 0 < length <= DAY:
            fact = "must be after startsMinute and within a day of it"
            raise _invalid(at, "endsMinute", fact, "结束时间须晚于开始时间，且不超过 24 小时")
        if any(first < end and begin < last for begin, end in window.spans for first, last in taken):
            raise _invalid(at, "weekday", "lies in a window that was named before", "与前面的时段重叠")
        taken += window.spans


def _invalid(at: int, name: str, fact: str, chinese: str) -> DomainError:
    path = ("windows", str(at), name)
    message = f"The window has no good {name}: it {fact}."
    return DomainError(ErrorCode.INVALID_INPUT, message, path, chinese=f"第 {at + 1} 个时段有误：{chinese}。")
