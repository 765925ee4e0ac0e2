"""The class of every table: bound to the one proxy, named in singular snake_case."""

from typing import Any, Self

from peewee import Model

from db.kernel.database import database
from db.kernel.statements import insert


class BaseModel(Model):
    """Every table."""

    class Meta:
        database = database
        legacy_table_names = False

    @classmethod
    def create(cls, **values: Any) -> Self:
        """Insert a row by a statement that is compiled once, and return it."""
        row = cls(**values)
        insert(row)
        return row
