"""The order of an enumeration's names: that of their declaration, not of their letters.

Lists that are often ordered by such a column have an index of its ranks, so that a page needs no sort of the table.
"""

from typing import Any

from peewee import SQL

from db.enumeration import DomainEnum


def rank(column: str, enum: type[DomainEnum]) -> str:
    """Return the SQL of a name's place in its enumeration, from 0; NULL where there is no name."""
    places = " ".join(f"WHEN '{member.value}' THEN {at}" for at, member in enumerate(enum))
    return f"CASE {column} {places} END"


def index_ranks(model: Any, *names: str) -> None:
    """Declare an index of the ranks of each of these columns, before the id. A migration makes the same ones."""
    table = model._meta.table_name
    for name in names:
        expression = rank(name, model._meta.fields[name].enum)
        model.add_index(SQL(f"CREATE INDEX {table}_{name}_rank ON {table} (({expression}), id)"))
    model._meta.ranked = names


def has_rank_index(model: Any, name: str) -> bool:
    """Return whether an index holds the rows of a table in the order of a column's ranks."""
    return name in getattr(model._meta, "ranked", ())
