"""Harvests of the demo city: of each plot of the garden of 杨家园, of which a part was shared (F10)."""

from collections.abc import Sequence

from db.harvests.models import Harvest
from db.kernel.seed_rows import Rows, hundredths
from db.kernel.seed_times import HOUR, midnight, utc

_CROPS = ("番茄", "黄瓜", "辣椒", "茄子", "豆角")
# Every third holder keeps all of it.
_SHARED_WITH, _KEEPS_ALL = "楼院独居老人", 3


def add_harvests(rows: Rows, code: str, plots: Sequence[int], reaped_on: str) -> None:
    """Add a harvest of each plot on a day. plots: the bookings that held them."""
    for at, booking in enumerate(plots):
        kilograms = 4 + at * 5 % 9
        shared = 0 if at % _KEEPS_ALL == 0 else kilograms // 2
        rows.add(
            Harvest, booking_id=booking, division_code=code, day=reaped_on, crop=_CROPS[at % len(_CROPS)],
            kilograms=hundredths(kilograms), shared_kilograms=hundredths(shared),
            shared_with=_SHARED_WITH if shared else None, created_at=utc(midnight(reaped_on) + 18 * HOUR),
        )  # fmt: skip
