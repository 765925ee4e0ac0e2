"""Whether the server can do its work: the database answers and its tables are those of this release."""

from peewee import InterfaceError, OperationalError

from db.database import database
from db.migrations import status
from graph_api.connection import reading


def problem() -> str | None:
    """Return what stands in the way and what to do about it, or None."""
    try:
        pending = [migration.name for migration in reading(lambda: status(database)) if not migration.applied]
    except (OperationalError, InterfaceError):
        return "The database cannot be reached; see that it runs and that DATABASE_URL names it."
    if pending:
        return f"The database lacks {', '.join(pending)}; run `flask migrate`."
    return None
