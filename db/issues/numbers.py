"""Ledger numbers: one after the other in each community and year, without gaps."""

from typing import Any

from db.access.commands import Call
from db.issues.models.issue import LedgerSerial
from db.kernel.calendar import SHANGHAI
from db.kernel.statements import compiled


def next_number(call: Call, division_code: str) -> str:
    """Reserve the next ledger number of a community and year; the row's lock keeps numbers without gaps."""
    year = call.at.astimezone(SHANGHAI).year
    return f"LZ-{division_code}-{year}-{_next.scalar(division_code, year):06}"


@compiled
def _next(division_code: Any, year: Any) -> Any:
    first = LedgerSerial.insert(division_code=division_code, year=year, last=1)
    return first.on_conflict(
        conflict_target=[LedgerSerial.division_code, LedgerSerial.year],
        update={LedgerSerial.last: LedgerSerial.last + 1},
    ).returning(LedgerSerial.last)
