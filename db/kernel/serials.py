"""Numbers without gaps: one row keeps the last number of a place and year, and whoever takes the next one locks it."""

from typing import Any

from peewee import Model

from db.kernel.statements import Statement, compiled


def next_of(serial: type[Model]) -> Statement[Any]:
    """Return the statement that takes the next number. serial: a table of division_code, year and last.

    The lock of the row keeps the numbers without gaps: who takes one waits for the transaction that took the last.
    """
    table: Any = serial

    def query(division_code: Any, year: Any) -> Any:
        first = table.insert(division_code=division_code, year=year, last=1)
        return first.on_conflict(
            conflict_target=[table.division_code, table.year], update={table.last: table.last + 1}
        ).returning(table.last)

    return compiled(query)
