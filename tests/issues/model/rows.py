"""All rows of all tables as the database stores them: what a refusal must leave as it was, and invariants read."""

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

from db.city import models
from db.kernel.database import database as proxy
from tests.issues.capacities import capacities, is_held
from tests.stored import everything

Row = dict[str, Any]
# By table, then by primary key.
Rows = dict[str, dict[tuple[Any, ...], Row]]


def _statement(model: Any) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    meta = model._meta
    columns = tuple(field.column_name for field in meta.sorted_fields)
    keys = tuple(field.column_name for field in meta.get_primary_keys())
    return meta.table_name, f'SELECT {", ".join(columns)} FROM "{meta.table_name}"', columns, keys


_STATEMENTS = [_statement(model) for model in models.ALL]
# By table, what was read last: each row as one text, and by key.
_last: dict[str, tuple[list[str], dict[tuple[Any, ...], Row]]] = {}


def read() -> Rows:
    """Read everything; what nobody changes: a table that is as it was last is the same object."""
    found: Rows = {}
    texts = everything()
    for table, statement, columns, keys in _STATEMENTS:
        came = texts.get(table, [])
        if table not in _last or _last[table][0] != came:
            rows = [dict(zip(columns, values, strict=True)) for values in proxy.execute_sql(statement)]
            _last[table] = came, {tuple(row[key] for key in keys): row for row in rows}
        found[table] = _last[table][1]
    return found


def changed(before: Rows, after: Rows) -> list[str]:
    """Name the tables that are not as they were, with the first row that differs."""
    return [
        f"{table}: {next((k, before[table].get(k), after[table].get(k)) for k in sorted(keys))}"
        for table in after
        if before[table] is not after[table]
        and (keys := {k for k in before[table] | after[table] if before[table].get(k) != after[table].get(k)})
    ]


def ledgers(rows: Rows) -> dict[int, list[Row]]:
    """Return each issue's entries in order."""
    found: dict[int, list[Row]] = defaultdict(list)
    for entry in sorted(rows["ledger_entry"].values(), key=lambda entry: (entry["issue_id"], entry["seq"])):
        found[entry["issue_id"]].append(entry)
    return found


def of(rows: Rows, table: str, **values: Any) -> list[Row]:
    """Find a table's rows with these values, in the order of their keys."""
    found = [row for row in rows[table].values() if values.items() <= row.items()]
    return sorted(found, key=lambda row: row.get("id", 0))


def capacities_at(rows: Rows, account_id: int, issue: Row, now: str) -> set[str]:
    """Return what an account is towards an issue at a time."""
    grants = [SimpleNamespace(**grant) for grant in of(rows, "role_grant", account_id=account_id)]
    seats = {row["id"] for row in of(rows, "member", account_id=account_id) if row["is_active"]}
    return capacities(account_id, [grant for grant in grants if is_held(grant, now)], seats, SimpleNamespace(**issue))
