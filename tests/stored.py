"""All rows of all tables as the database stores them, by one statement: what a refusal must leave as it was."""

from collections import defaultdict
from typing import Any

from db.city import models
from db.kernel.database import database as proxy
from db.kernel.database import is_postgres


def _on_sqlite(model: Any) -> str:
    columns = " || ',' || ".join(f'quote("{field.column_name}")' for field in model._meta.sorted_fields)
    return f"SELECT '{model._meta.table_name}', {columns} FROM \"{model._meta.table_name}\""


def _on_postgresql(model: Any) -> str:
    return f"SELECT '{model._meta.table_name}', t::text FROM \"{model._meta.table_name}\" t"


_STATEMENTS = {
    is_pg: " UNION ALL ".join(map(one, models.ALL)) for is_pg, one in ((False, _on_sqlite), (True, _on_postgresql))
}


def everything() -> dict[str, list[str]]:
    """Read the rows of each table that has any, each as one text, in an order that depends on the rows alone."""
    found: dict[str, list[str]] = defaultdict(list)
    for table, row in proxy.execute_sql(_STATEMENTS[is_postgres()]):
        found[table].append(row)
    return {table: sorted(rows) for table, rows in found.items()}
