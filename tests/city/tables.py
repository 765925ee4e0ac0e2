"""What a database says of its own tables, in one comparable form for each engine."""

import re
from typing import Any

from peewee import DatabaseProxy

from db.kernel.database import is_postgres

# Of each table: its columns, indexes, foreign keys and checks, as the database gives them back.
Description = dict[str, dict[str, list[Any]]]

POSTGRES = {
    "columns": """
        SELECT attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), attcollation
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum""",
    "indexes": "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass ORDER BY 1",
    "constraints": """
        SELECT contype::text, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = %s::regclass ORDER BY 1, 2""",
}
SQLITE = {
    "columns": 'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_xinfo(?) ORDER BY cid',
    "indexes": """
        SELECT list.name, list."unique", list.partial, list.origin, (
            SELECT group_concat(name || coll || desc) FROM pragma_index_xinfo(list.name) WHERE key
        ) FROM pragma_index_list(?) AS list ORDER BY list.name""",
    "foreign keys": """
        SELECT "from", "table", coalesce("to", 'id'), on_update, on_delete
        FROM pragma_foreign_key_list(?) ORDER BY 1""",
}


def describe(database: DatabaseProxy) -> Description:
    """Describe every table but the migrations' own."""
    tables = [table for table in database.get_tables() if table not in ("schema_migration", "sqlite_sequence")]
    return {table: _describe(database, table) for table in tables}


def _describe(database: DatabaseProxy, table: str) -> dict[str, list[Any]]:
    queries = POSTGRES if is_postgres() else SQLITE
    described = {kind: database.execute_sql(query, (table,)).fetchall() for kind, query in queries.items()}
    if not is_postgres():
        made = database.execute_sql("SELECT type, sql FROM sqlite_master WHERE tbl_name = ?", (table,))
        definitions = made.fetchall()
        table_sql = next(sql for kind, sql in definitions if kind == "table")
        described["checks"] = sorted(checks(table_sql))
        # An index that a primary key implies has no definition.
        indexes = [sql for kind, sql in definitions if kind == "index" and sql]
        described["predicates"] = sorted(sql.split(" WHERE ")[1] for sql in indexes if " WHERE " in sql)
    return described


def checks(sql: str) -> list[str]:
    """Find the checks of a CREATE TABLE statement, without what spacing and quoting names may differ in."""
    sql = " ".join(sql.replace('"', "").split())
    return [_enclosed(sql, found.end()) for found in re.finditer(r"\bCHECK \(", sql)]


def _enclosed(sql: str, start: int) -> str:
    depth, quoted = 1, False
    for end in range(start, len(sql)):
        quoted ^= sql[end] == "'"
        depth += 0 if quoted else {"(": 1, ")": -1}.get(sql[end], 0)
        if depth == 0:
            return re.sub(r"(?<=\() | (?=\))", "", sql[start:end])
    raise ValueError(f"a check is not closed: {sql[start:]}")
