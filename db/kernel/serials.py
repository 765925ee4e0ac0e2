"""Numbers without gaps: one row keeps the last number of a place and year, and whoever takes the next one locks it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from peewee import Model

from db.kernel.calendar import SHANGHAI
from db.kernel.statements import compiled


def numbers_of(prefix: str, serial: type[Model]) -> Callable[[datetime, str], str]:
    """Return what reserves the next number at a moment in a division: LZ-620102001005-2022-000001 for the prefix LZ.

    The lock of the row keeps the numbers without gaps: who takes one waits for the transaction that took the last.

    serial: a table of division_code, year and last.
    """
    table: Any = serial

    @compiled
    def take(division_code: Any, year: Any) -> Any:
        first = table.insert(division_code=division_code, year=year, last=1)
        return first.on_conflict(
            conflict_target=[table.division_code, table.year], update={table.last: table.last + 1}
        ).returning(table.last)

    def reserve(at: datetime, division_code: str) -> str:
        year = at.astimezone(SHANGHAI).year
        return f"{prefix}-{division_code}-{year}-{take.scalar(division_code, year):06}"

    return reserve
