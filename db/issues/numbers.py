"""Ledger numbers: one after the other in each community and year, without gaps."""

from db.access.commands import Call
from db.issues.models.issue import LedgerSerial
from db.kernel.calendar import SHANGHAI
from db.kernel.serials import next_of

_next = next_of(LedgerSerial)


def next_number(call: Call, division_code: str) -> str:
    """Reserve the next ledger number of a community and year."""
    year = call.at.astimezone(SHANGHAI).year
    return f"LZ-{division_code}-{year}-{_next.scalar(division_code, year):06}"
