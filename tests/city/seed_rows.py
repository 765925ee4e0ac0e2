"""What the tests of the demo city read it with."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from peewee import BooleanField, Model

from db.city import models
from db.city.contexts import CONTEXTS
from db.city.machines import JOURNALED
from db.kernel.database import database as proxy

CATEGORIES = {
    "TWO_COMMITTEES": 1789,
    "DEPUTY_DELEGATE_CPPCC": 414,
    "VETERAN": 441,
    "COMMUNITY_POLICE": 271,
    "NON_PUBLIC_ECONOMY": 373,
    "SOCIAL_ORGANIZATION": 303,
    "PROPERTY_COMPANY": 524,
    "OWNERS_COMMITTEE": 77,
    "NOTABLE_RESIDENT": 468,
    "OTHER": 1386,
}


def rows(sql: str) -> list[tuple[Any, ...]]:
    return list(proxy.execute_sql(sql).fetchall())


# The tables that the city fills itself; a context that stands by itself has tests of its own rows.
# Nobody is invited in the demo city.
OF_THE_CITY = [
    model
    for model in models.ALL
    if all(model not in context.models for context in CONTEXTS) and model is not models.Invitation
]


def content(tables: Sequence[type[Model]] = models.ALL, *, has_journal: bool = True) -> str:
    """Return a hash over all rows. has_journal: whether it covers the journal and the versions that count its steps."""
    digest = hashlib.sha256()
    for model in tables:
        if model is models.JournalEntry and not has_journal:
            continue
        meta: Any = model._meta
        columns = ", ".join(
            f"CAST({field.column_name} AS INTEGER)" if isinstance(field, BooleanField) else field.column_name
            for field in meta.sorted_fields
            if has_journal or field.column_name != "version" or model not in JOURNALED
        )
        key = "id" if "id" in meta.fields else ", ".join(field.column_name for field in meta.get_primary_keys())
        digest.update(repr((meta.table_name, rows(f"SELECT {columns} FROM {meta.table_name} ORDER BY {key}"))).encode())
    return digest.hexdigest()


def ledgers() -> str:
    hashes = rows("SELECT hash FROM ledger_entry ORDER BY id")
    return hashlib.sha256("".join(text for (text,) in hashes).encode()).hexdigest()


def found(query: Any) -> list[Any]:
    return list(query)


def by_issue(model: Any, *columns: str) -> dict[int, list[dict[str, Any]]]:
    query = model.select(*[getattr(model, column) for column in columns]).order_by(model.issue, model.id).dicts()
    found = defaultdict(list)
    for row in query:
        found[row["issue"]].append(row)
    return found
