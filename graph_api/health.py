"""Whether the server can do its work: the database answers and its tables are those of this release."""

from peewee import PeeweeException

from db.database import database
from db.migrations import status
from graph_api.connection import reading


def problem() -> str | None:
    """Return what stands in the way and what to do about it, or None; names no host, path or statement."""
    if unreachable():
        return "The database cannot be reached; see that it runs and that DATABASE_URL names it."
    if missing := pending():
        return f"The database lacks {', '.join(missing)}; run `flask migrate`."
    return None


def unreachable() -> str | None:
    """Return the database's own words when it does not answer, for the person at the machine; else None."""
    try:
        reading(lambda: database.execute_sql("SELECT 1"))
    except PeeweeException as error:
        return str(error).strip().splitlines()[0]
    return None


def pending() -> list[str]:
    """List the migrations that are still to be applied."""
    return [migration.name for migration in status(database) if not migration.applied]
