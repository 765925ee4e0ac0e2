"""What a database error means: one table for both drivers, which everything that answers for the database asks."""

from enum import Enum

import apsw
import psycopg
from peewee import PeeweeException

# What the drivers raise, and what Peewee makes of it.
DRIVER_ERRORS = (PeeweeException, psycopg.Error, apsw.Error)


class Failure(Enum):
    """Why the database did not do what it was asked, though the statement was right; `advice` is for an operator."""

    LOST = "The database cannot be reached; check that it runs and that DATABASE_URL names it."
    READ_ONLY = "The database does not accept changes: it is read-only, or a standby."
    EXHAUSTED = "The database does not accept changes: it is out of disk space, memory or connections."
    DAMAGED = "The database's files cannot be read or written; check its log."
    UNPREPARED = "The database lacks tables of this release; run `flask migrate`."
    BUSY = "Another program holds a lock that the change needs."
    TOO_COMPLEX = "A statement is longer, or nested more deeply, than the database allows."
    TOO_SLOW = "A statement was stopped at its time limit."

    @property
    def advice(self) -> str:
        """What is wrong, and what to do."""
        return self.value

    @property
    def is_lasting(self) -> bool:
        """Whether the connection is no good any more, and others may fail likewise."""
        return self not in (Failure.BUSY, Failure.TOO_SLOW, Failure.TOO_COMPLEX)


# PostgreSQL's SQLSTATEs, and below them their classes (Appendix A of its documentation).
_STATES = {
    "25006": Failure.READ_ONLY,
    "25P03": Failure.LOST,
    "25P04": Failure.TOO_SLOW,
    "40001": Failure.BUSY,
    "40P01": Failure.BUSY,
    "42P01": Failure.UNPREPARED,
    "55006": Failure.BUSY,
    "55P03": Failure.BUSY,
    "57014": Failure.TOO_SLOW,
    "XX001": Failure.DAMAGED,
    "XX002": Failure.DAMAGED,
}
_STATE_CLASSES = {
    "08": Failure.LOST,
    "53": Failure.EXHAUSTED,
    "54": Failure.TOO_COMPLEX,
    "57": Failure.LOST,
    "58": Failure.DAMAGED,
}
# How SQLite says so, which has no code for it.
_TOO_COMPLEX = ("Expression tree is too large", "parser stack overflow", "too many")
# SQLite's result codes, which apsw makes an exception each of.
_RESULTS: dict[type[Exception], Failure] = {
    apsw.BusyError: Failure.BUSY,
    apsw.LockedError: Failure.BUSY,
    apsw.ProtocolError: Failure.BUSY,
    apsw.ReadOnlyError: Failure.READ_ONLY,
    apsw.PermissionsError: Failure.READ_ONLY,
    apsw.FullError: Failure.EXHAUSTED,
    apsw.NoMemError: Failure.EXHAUSTED,
    apsw.CantOpenError: Failure.LOST,
    apsw.ConnectionClosedError: Failure.LOST,
    apsw.IOError: Failure.DAMAGED,
    apsw.CorruptError: Failure.DAMAGED,
    apsw.NotADBError: Failure.DAMAGED,
    apsw.InterruptError: Failure.TOO_SLOW,
}


def failure_of(error: BaseException | None) -> Failure | None:
    """Return what a driver's error, or Peewee's wrapping of it, means; None when it is no failure of the database."""
    cause = error
    while isinstance(cause, PeeweeException):
        # Peewee wraps what the driver raised, and what it has wrapped already.
        cause = getattr(cause, "orig", None)
    if isinstance(cause, psycopg.Error):
        return _postgres_failure(cause)
    if isinstance(cause, apsw.SQLError) and str(cause).startswith("no such table"):
        return Failure.UNPREPARED
    if isinstance(cause, apsw.SQLError) and str(cause).startswith(_TOO_COMPLEX):
        return Failure.TOO_COMPLEX
    return next((failure for kind, failure in _RESULTS.items() if isinstance(cause, kind)), None)


def _postgres_failure(error: psycopg.Error) -> Failure | None:
    state = error.sqlstate
    if state is None:
        # Psycopg's own words, not the server's: the connection could not be made, or is gone.
        return Failure.LOST if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) else None
    return _STATES.get(state) or _STATE_CLASSES.get(state[:2])
