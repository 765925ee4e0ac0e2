"""Makes the triggers that write changes of a table into the change feed: for migrations, which never change it."""

from collections.abc import Sequence

from peewee import Database, SqliteDatabase

_COLUMNS = "xid, type, row_id, version, kind, at, division_code, left_code, before"
# The time of the transaction on PostgreSQL, and of the statement on SQLite: by the clock of the database.
SQLITE_NOW = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
POSTGRES_NOW = """to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
_KINDS = {"insert": "CREATED", "update": "UPDATED", "delete": "GONE"}


def watch(db: Database, table: str, noun: str, kept: Sequence[str] = ()) -> None:
    """Make the triggers of a table with `id`, `version` and `division_code`.

    noun: its name in the graph. kept: the columns that decide who sees a row, where not everybody does; the division's
    code is among them. They are kept as they were before, by each change that changes one of them.
    """
    for event, kind in _KINDS.items():
        name = f"{table}_change_{event}"
        make = _watch_on_sqlite if isinstance(db, SqliteDatabase) else _watch_on_postgresql
        make(db, name, event, table, (noun, kind), kept)


def unwatch(db: Database, table: str) -> None:
    """Remove the triggers of a table."""
    on = "" if isinstance(db, SqliteDatabase) else f' ON "{table}"'
    for event in _KINDS:
        db.execute_sql(f"DROP TRIGGER {table}_change_{event}{on}")
        if on:
            db.execute_sql(f"DROP FUNCTION {table}_change_{event}()")


def _watch_on_sqlite(
    db: Database, name: str, event: str, table: str, told: tuple[str, str], kept: Sequence[str]
) -> None:
    before = f"json_object({_pairs(kept)})" if kept else "NULL"
    values = _values("0", SQLITE_NOW, event, told, before, _differs(kept, "IS NOT"), "IS NOT")
    db.execute_sql(
        f'CREATE TRIGGER {name} AFTER {event.upper()} ON "{table}" BEGIN '
        f"INSERT INTO change ({_COLUMNS}) VALUES ({values}); END"
    )


def _watch_on_postgresql(
    db: Database, name: str, event: str, table: str, told: tuple[str, str], kept: Sequence[str]
) -> None:
    before = f"jsonb_build_object({_pairs(kept)})::text" if kept else "NULL"
    differs = _differs(kept, "IS DISTINCT FROM")
    xid = "pg_current_xact_id()::text::bigint"
    values = _values(xid, POSTGRES_NOW, event, told, before, differs, "IS DISTINCT FROM")
    db.execute_sql(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"INSERT INTO change ({_COLUMNS}) VALUES ({values}); RETURN NULL; END $$"
    )
    when = " WHEN (OLD.* IS DISTINCT FROM NEW.*)" if event == "update" else ""
    db.execute_sql(
        f'CREATE TRIGGER {name} AFTER {event.upper()} ON "{table}" FOR EACH ROW{when} EXECUTE FUNCTION {name}()'
    )


def _pairs(kept: Sequence[str]) -> str:
    return ", ".join(f"'{column}', OLD.{column}" for column in kept)


def _differs(kept: Sequence[str], distinct: str) -> str:
    return " OR ".join(f"OLD.{column} {distinct} NEW.{column}" for column in kept)


def _values(xid: str, now: str, event: str, told: tuple[str, str], before: str, differs: str, distinct: str) -> str:
    noun, kind = told
    row = "OLD" if event == "delete" else "NEW"
    left = "NULL"
    if event == "insert":
        before = "NULL"
    elif event == "update":
        left = f"CASE WHEN OLD.division_code {distinct} NEW.division_code THEN OLD.division_code END"
        before = f"CASE WHEN {differs} THEN {before} END" if differs else "NULL"
    values = (xid, f"'{noun}'", f"{row}.id", f"{row}.version", f"'{kind}'", now, f"{row}.division_code", left, before)
    return ", ".join(values)
