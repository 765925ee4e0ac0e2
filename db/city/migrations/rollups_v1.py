"""Makes the table of a roll-up and the triggers that keep it, and fills it: for migrations, which never change it."""

from typing import NamedTuple

from peewee import Database, SqliteDatabase

CODE = "NOT GLOB '*[^A-Za-z0-9_.:+-]*'"


class Rollup(NamedTuple):
    """A roll-up. In the SQL of values, `{row}` stands for the row that is counted.

    table: what is counted. counts: the table of the numbers. codes: its columns of names, and the SQL of each. flags:
    likewise those that are true or false. columns: those of the table that the values are made of. has_slots: whether
    writers of one key do not wait for each other on PostgreSQL; without, there is one row for each key.
    """

    table: str
    counts: str
    codes: dict[str, str]
    flags: dict[str, str]
    columns: tuple[str, ...]
    has_slots: bool = True

    @property
    def keys(self) -> list[str]:
        """The columns that rows are counted by."""
        return [*self.codes, *self.flags]

    def values(self, row: str) -> str:
        """Write the values of the keys of a row, which is named as `NEW.`."""
        return ", ".join(sql.format(row=row) for sql in [*self.codes.values(), *self.flags.values()])

    def is_moved(self, distinct: str) -> str:
        """Write the condition that a changed row is counted elsewhere. distinct: the database's word for it."""
        return " OR ".join(f"OLD.{column} {distinct} NEW.{column}" for column in self.columns)


def create(db: Database, rollup: Rollup) -> None:
    """Make the table and the triggers, and count the rows that are there.

    Nobody changes them meanwhile: SQLite has one writer, and PostgreSQL's lock lasts until the migration is committed.
    """
    if isinstance(db, SqliteDatabase):
        statements = [_sqlite_table(rollup), *_sqlite_triggers(rollup)]
    else:
        lock = f"LOCK TABLE {rollup.table} IN SHARE ROW EXCLUSIVE MODE"
        statements = [lock, _postgres_table(rollup), *_postgres_triggers(rollup)]
    for statement in statements:
        db.execute_sql(statement)
    positions = ", ".join(str(at + 1) for at in range(len(rollup.keys)))
    db.execute_sql(
        f"INSERT INTO {rollup.counts} ({', '.join(rollup.keys)}, slot, row_count) "
        f"SELECT {rollup.values('')}, 0, COUNT(*) FROM {rollup.table} GROUP BY {positions}"
    )
    if not isinstance(db, SqliteDatabase):
        db.execute_sql(f"ANALYZE {rollup.counts}")


def drop(db: Database, rollup: Rollup) -> None:
    """Remove the triggers and the table."""
    on = "" if isinstance(db, SqliteDatabase) else f" ON {rollup.table}"
    for event in ("insert", "update", "delete"):
        db.execute_sql(f"DROP TRIGGER {rollup.counts}_{event}{on}")
        if on:
            db.execute_sql(f"DROP FUNCTION {rollup.counts}_{event}()")
    if on:
        db.execute_sql(f"DROP FUNCTION {rollup.counts}_add")
    db.execute_sql(f"DROP TABLE {rollup.counts}")


# --- SQLite: one writer, and so one row for each key ------------------------------------------------------------------


def _sqlite_table(rollup: Rollup) -> str:
    columns = [f"{name} TEXT NOT NULL CHECK ({name} {CODE})" for name in rollup.codes]
    columns += [f"{name} INTEGER NOT NULL" for name in (*rollup.flags, "slot", "row_count")]
    key = ", ".join([*rollup.keys, "slot"])
    return f"CREATE TABLE {rollup.counts} ({', '.join(columns)}, PRIMARY KEY ({key})) STRICT, WITHOUT ROWID"


def _sqlite_triggers(rollup: Rollup) -> list[str]:
    events = {
        "insert": ("INSERT ON", [("NEW.", 1)], ""),
        "delete": ("DELETE ON", [("OLD.", -1)], ""),
        "update": (
            f"UPDATE OF {', '.join(rollup.columns)} ON",
            [("OLD.", -1), ("NEW.", 1)],
            f" WHEN {rollup.is_moved('IS NOT')}",
        ),
    }
    keys = ", ".join(rollup.keys)
    return [
        f"CREATE TRIGGER {rollup.counts}_{event} AFTER {on} {rollup.table}{when} BEGIN "
        f"INSERT INTO {rollup.counts} ({keys}, slot, row_count) VALUES "
        f"{', '.join(f'({rollup.values(row)}, 0, {number})' for row, number in rows)} "
        f"ON CONFLICT ({keys}, slot) DO UPDATE SET row_count = row_count + excluded.row_count; END"
        for event, (on, rows, when) in events.items()
    ]


# --- PostgreSQL: who changes the table takes a row of the key that nobody else holds, so that no writer waits ---------


def _postgres_table(rollup: Rollup) -> str:
    columns = [f"{name} text_code NOT NULL" for name in rollup.codes]
    columns += [f"{name} BOOLEAN NOT NULL" for name in rollup.flags]
    columns += ["slot BIGINT NOT NULL", "row_count INTEGER NOT NULL"]
    key = ", ".join([*rollup.keys, "slot"])
    # With room for the next version of each row on its page.
    return f"CREATE TABLE {rollup.counts} ({', '.join(columns)}, PRIMARY KEY ({key})) WITH (fillfactor = 50)"


def _postgres_triggers(rollup: Rollup) -> list[str]:
    name, keys = rollup.counts, ", ".join(rollup.keys)
    return [
        _postgres_add(rollup),
        # All rows of one statement at once: a load has thousands.
        _function(
            f"{name}_insert",
            f"""PERFORM {name}_add({", ".join(f"came.{key}" for key in rollup.keys)}, came.n) FROM (
                SELECT {keys}, count(*) AS n FROM (SELECT {_named(rollup, "came.")} FROM came) AS each_row
                GROUP BY {keys}) AS came;""",
        ),
        _function(f"{name}_delete", f"PERFORM {name}_add({rollup.values('OLD.')}, -1);"),
        _function(
            f"{name}_update",
            f"PERFORM {name}_add({rollup.values('OLD.')}, -1); PERFORM {name}_add({rollup.values('NEW.')}, 1);",
        ),
        f"CREATE TRIGGER {name}_insert AFTER INSERT ON {rollup.table} REFERENCING NEW TABLE AS came "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_insert()",
        f"CREATE TRIGGER {name}_delete AFTER DELETE ON {rollup.table} FOR EACH ROW EXECUTE FUNCTION {name}_delete()",
        f"CREATE TRIGGER {name}_update AFTER UPDATE OF {', '.join(rollup.columns)} ON {rollup.table} FOR EACH ROW "
        f"WHEN ({rollup.is_moved('IS DISTINCT FROM')}) EXECUTE FUNCTION {name}_update()",
    ]


def _postgres_add(rollup: Rollup) -> str:
    name = rollup.counts
    parameters = [f"a_{key} text" for key in rollup.codes] + [f"a_{key} boolean" for key in rollup.flags]
    same = " AND ".join(f"{key} = a_{key}" for key in rollup.keys)
    given = ", ".join(f"a_{key}" for key in rollup.keys)
    free = f"(SELECT slot FROM {name} WHERE {same} LIMIT 1 FOR UPDATE SKIP LOCKED)"
    # A new slot has the number of the transaction, which no other one chooses.
    slot = "pg_current_xact_id()::text::bigint" if rollup.has_slots else "0"
    body = f"""INSERT INTO {name} AS kept VALUES ({given}, {slot}, n)
        ON CONFLICT ({", ".join(rollup.keys)}, slot) DO UPDATE SET row_count = kept.row_count + n;"""
    if rollup.has_slots:
        update = f"UPDATE {name} SET row_count = row_count + n WHERE {same} AND slot = {free};"
        body = f"{update} IF NOT FOUND THEN {body} END IF;"
    return (
        f"CREATE FUNCTION {name}_add({', '.join(parameters)}, n bigint) RETURNS void LANGUAGE plpgsql "
        f"AS $$ BEGIN {body} END $$"
    )


def _named(rollup: Rollup, row: str) -> str:
    both = {**rollup.codes, **rollup.flags}
    return ", ".join(f"{sql.format(row=row)} AS {key}" for key, sql in both.items())


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$"
