"""Tables of which a day's rows go together: on PostgreSQL each day is a partition, which is dropped as a whole.

On SQLite the rows lie side by side, in the order of their key, which begins with the day.
"""

from datetime import date
from typing import Any

from peewee import SchemaManager

from db.kernel.database import database, is_postgres
from db.kernel.statements import Statement


class DayPartitions(SchemaManager):
    """Makes a table whose rows go by the day."""

    def _create_table(self, safe: bool = True, **options: Any) -> Any:
        made = super()._create_table(safe, **options)  # pyright: ignore[reportAttributeAccessIssue]
        return made.literal(" PARTITION BY LIST (day)" if is_postgres() else " WITHOUT ROWID")


def add_day(model: Any, day: date) -> None:
    """Add the partition of a day. Whoever calls this holds a lock that keeps others from doing it meanwhile."""
    if is_postgres():
        table = model._meta.table_name
        name = f"{table}_{day:%Y%m%d}"
        sql = f'CREATE TABLE IF NOT EXISTS "{name}" PARTITION OF "{table}" FOR VALUES IN (\'{day}\')'
        database.execute_sql(sql)


def drop_day(model: Any, day: date) -> None:
    """Drop all rows of a day."""
    if is_postgres():
        database.execute_sql(f'DROP TABLE IF EXISTS "{model._meta.table_name}_{day:%Y%m%d}"')
    else:
        Statement(lambda day: model.delete().where(model.day == day), ("day",)).change(day)
