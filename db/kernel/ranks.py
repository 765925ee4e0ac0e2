"""The order of an enumeration's names: that of their declaration, not of their letters.

Lists that are often ordered by such a column have an index of its ranks, so that a page needs no sort of the table.
"""

from typing import Any

from peewee import SQL

from db.kernel.enumeration import DomainEnum


def rank(column: str, enum: type[DomainEnum]) -> str:
    """Return the SQL of a name's place in its enumeration, from 0; NULL where there is no name."""
    places = " ".join(f"WHEN '{member.value}' THEN {at}" for at, member in enumerate(enum))
    return f"CASE {column} {places} END"


def index_ranks(model: Any, *orders: str) -> None:
    """Declare an index for each of these orders: a column by rank, perhaps further columns, and the id.

    orders: as `"state created_at"`. A migration makes the same indexes.
    """
    table = model._meta.table_name
    for order in orders:
        name, *others = order.split()
        columns = ", ".join([f"({rank(name, model._meta.fields[name].enum)})", *others, "id"])
        model.add_index(SQL(f"CREATE INDEX {'_'.join([table, rank_name(name), *others])} ON {table} ({columns})"))
    model._meta.ranked = [[rank_name(order.split()[0]), *order.split()[1:], "id"] for order in orders]


def rank_name(column: str) -> str:
    """Return the name of a column's ranks, as indexes use it."""
    return f"{column}_rank"


def rank_indexes(model: Any) -> list[list[str]]:
    """List the columns of each index of ranks, the first of them by the name of its ranks."""
    return getattr(model._meta, "ranked", [])
