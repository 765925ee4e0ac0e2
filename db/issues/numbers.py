"""Ledger numbers: one after the other in each community and year, without gaps."""

from db.issues.models.issue import LedgerSerial
from db.kernel.serials import numbers_of

next_number = numbers_of("LZ", LedgerSerial)
