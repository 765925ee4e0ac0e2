"""Ledger numbers: one after the other in each community and year, without gaps."""

from db.access.commands import Call
from db.issues.models.issue import LedgerSerial
from db.kernel.calendar import SHANGHAI
from db.kernel.database import locked


def next_number(call: Call, division_code: str) -> str:
    """Reserve the next ledger number of a community and year; the row's lock keeps numbers without gaps."""
    year = call.at.astimezone(SHANGHAI).year
    LedgerSerial.insert(division_code=division_code, year=year, last=0).on_conflict_ignore().execute()
    query = LedgerSerial.select().where(LedgerSerial.division_code == division_code, LedgerSerial.year == year)
    serial = locked(query).get()
    LedgerSerial.update(last=serial.last + 1).where(
        LedgerSerial.division_code == division_code, LedgerSerial.year == year
    ).execute()
    return f"LZ-{division_code}-{year}-{serial.last + 1:06}"
