"""A server thread's database connection: it stays open from request to request, and is replaced when it is lost."""

from collections.abc import Callable
from typing import TypeVar

from peewee import InterfaceError, OperationalError

from db.database import database

Found = TypeVar("Found")


def reading(read: Callable[[], Found]) -> Found:
    """Run a read outside any transaction, once more on a new connection if the old one turns out to be lost.

    Raises:
        OperationalError, InterfaceError: the database cannot be reached, or refuses the statement.
    """
    try:
        return read()
    except (OperationalError, InterfaceError):
        database.close()
        return read()
