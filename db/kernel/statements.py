"""Statements of commands: compiled by Peewee once for each database, and afterwards only bound and executed.

    @compiled
    def newest(issue_id: Any) -> Any:
        return LedgerEntry.select(LedgerEntry.hash).where(LedgerEntry.issue == issue_id).order_by(-LedgerEntry.seq)

    newest.scalar(issue.id)

The function runs once a database, with a placeholder for each parameter. So it may not look at what it is given, only
put it where Peewee takes a value; a condition that depends on a value is a statement of its own.
"""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any, Generic, TypeVar

import apsw
from peewee import (
    BooleanField,
    ColumnBase,
    DataError,
    Field,
    ForeignKeyField,
    IntegerField,
    Model,
    ModelSelect,
    TextField,
)
from peewee import __exception_wrapper__ as as_peewee_errors  # pyright: ignore[reportAttributeAccessIssue]

from db.kernel import sessions
from db.kernel.database import database, is_postgres, locked

Row = TypeVar("Row", bound=Model)
Convert = Callable[[Any], Any]
_KEPT = apsw.SQLITE_PREPARE_PERSISTENT
_POSTGRES_PLACE, _SQLITE_PLACE = re.compile(r"%s|%%"), re.compile(r"\?")
# The types of PostgreSQL's results, by number; any other is text.
_READ: dict[int, Convert] = {
    16: lambda text: text == b"t",
    20: int,
    21: int,
    23: int,
    1700: lambda text: Decimal(text.decode()) if b"." in text else int(text),
}


class _Parameter(ColumnBase):
    """Stands for a value that each execution brings. convert: where the place itself does not say how it is stored."""

    def __init__(self, name: str, convert: Convert | None = None) -> None:
        self.name = name
        self.convert = convert

    def __sql__(self, ctx: Any) -> Any:
        ctx._values.append(_Place(self.name, self.convert or ctx.state.converter or None))
        return ctx.literal(ctx.state.param or "?")

    def __hash__(self) -> int:
        return id(self)

    def through(self, convert: Convert) -> "_Parameter":
        """Return a place for what a function makes of the value; for an UPDATE, the column's `db_value`."""
        return _Parameter(self.name, convert)


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    convert: Convert | None


class _Compiled:
    """A statement's text for one database. model: of the rows, where they are whole rows."""

    def __init__(self, query: Any, names: Sequence[str]) -> None:
        self.is_postgres = is_postgres()
        sql, values = database.get_sql_context().sql(query).query()
        # What is the same each time is written out: it has a type of its own then, and a partial index can serve it.
        self.sql = _written_out(sql, values, self.is_postgres)
        at = {name: number for number, name in enumerate(names)}
        # Each value: the number of its argument, and how it is stored.
        self._values = [(at[value.name], value.convert) for value in values if isinstance(value, _Place)]
        returned: Sequence[Any] = getattr(query, "_returning", None) or ()
        self._converters = [(number, convert) for number, node in enumerate(returned) if (convert := _reading(node))]
        self.model, self._fields = _whole(query, returned)

    def execute(self, arguments: Sequence[Any]) -> tuple[list[tuple[Any, ...]], int]:
        """Execute it; return its rows as Python has them, and how many rows it changed."""
        values = [convert(arguments[number]) if convert else arguments[number] for number, convert in self._values]
        with as_peewee_errors:
            rows, count = self._on_postgres(values) if self.is_postgres else self._on_sqlite(values)
        if self._converters and rows:
            rows = [self._read(row) for row in rows]
        return rows, count

    def _on_sqlite(self, values: list[Any]) -> tuple[list[tuple[Any, ...]], int]:
        connection = database.connection()
        cursor = connection.execute(self.sql, values, prepare_flags=_KEPT)
        return cursor.fetchall(), connection.changes()

    def _on_postgres(self, values: list[Any]) -> tuple[list[tuple[Any, ...]], int]:
        result = sessions.execute(self.sql, [_text(value) for value in values])
        readers = [_READ.get(result.ftype(column)) for column in range(result.nfields)]
        rows = [
            tuple(_value(result.get_value(row, column), read) for column, read in enumerate(readers))
            for row in range(result.ntuples)
        ]
        return rows, result.command_tuples or 0

    def _read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        read = list(row)
        for number, convert in self._converters:
            if read[number] is not None:
                read[number] = convert(read[number])
        return tuple(read)

    def instance(self, row: Sequence[Any]) -> Any:
        """Return a row as an instance of its model."""
        assert self.model is not None, "the statement selects columns; ask for tuples"
        made = self.model.__new__(self.model)
        made.__data__ = dict(zip(self._fields, row, strict=True))
        made._dirty = set()
        made.__rel__ = {}
        return made


class Statement(Generic[Row]):
    """A query with parameters, compiled when it is first executed."""

    def __init__(self, build: Callable[..., Any], names: Sequence[str]) -> None:
        self._build = build
        self._names = tuple(names)
        self._compiled: dict[bool, _Compiled] = {}

    def _for_database(self) -> _Compiled:
        key = is_postgres()
        found = self._compiled.get(key)
        if found is None:
            query = self._build(**{name: _Parameter(name) for name in self._names})
            found = self._compiled[key] = _Compiled(query, self._names)
        return found

    def tuples(self, *arguments: Any) -> list[tuple[Any, ...]]:
        """Execute it and return its rows."""
        return self._for_database().execute(arguments)[0]

    def scalar(self, *arguments: Any) -> Any:
        """Execute it and return the first column of its first row; None when there is none."""
        rows = self.tuples(*arguments)
        return rows[0][0] if rows else None

    def all(self, *arguments: Any) -> list[Row]:
        """Execute it and return its rows as instances of the model that it selects."""
        compiled = self._for_database()
        return [compiled.instance(row) for row in compiled.execute(arguments)[0]]

    def first(self, *arguments: Any) -> Row | None:
        """Execute it and return its first row as an instance; None when there is none."""
        compiled = self._for_database()
        rows, _ = compiled.execute(arguments)
        return compiled.instance(rows[0]) if rows else None

    def exists(self, *arguments: Any) -> bool:
        """Execute it and return whether it finds a row."""
        return bool(self.tuples(*arguments))

    def change(self, *arguments: Any) -> int:
        """Execute it and return how many rows it changed."""
        return self._for_database().execute(arguments)[1]


def compiled(build: Callable[..., Any]) -> Statement[Any]:
    """Make a statement of a function that builds a query of its parameters."""
    return Statement(build, list(inspect.signature(build).parameters))


def made(model: type[Row], values: Mapping[str, Any]) -> Row:
    """Return a row in memory, of its columns' values and the defaults of the others."""
    meta: Any = model._meta
    row: Any = model.__new__(model)
    row.__data__, row.__rel__ = meta.get_default_dict(), {}
    for name, value in values.items():
        field = meta.combined[name]
        if isinstance(value, Model):
            row.__rel__[field.name] = value
            value = value.get_id()
        row.__data__[field.name] = value
    row._dirty = set(row.__data__)
    return row


def insert(row: Any) -> None:
    """Insert a row that was made in memory, and give it the key that the database chose."""
    data: Mapping[str, Any] = row.__data__
    key = _insertion(type(row), tuple(data), is_optional=False).scalar(*data.values())
    if key is not None:
        meta: Any = row._meta
        row.__data__[meta.primary_key.name] = key
    row._dirty.clear()


def insert_unless_there(row: Any) -> bool:
    """Insert a row, unless one that it must differ from is there; return whether it was inserted."""
    data: Mapping[str, Any] = row.__data__
    return bool(_insertion(type(row), tuple(data), is_optional=True).change(*data.values()))


@cache
def _insertion(model: type[Model], columns: tuple[str, ...], *, is_optional: bool) -> Statement[Any]:
    meta: Any = model._meta

    def build(**_given: Any) -> Any:
        fields = {meta.fields[name]: _Parameter(name, meta.fields[name].db_value) for name in columns}
        query = model.insert(fields)
        if is_optional:
            return query.on_conflict_ignore()
        return query.returning(meta.primary_key) if _has_own_key(meta) else query

    return Statement(build, columns)


def _has_own_key(meta: Any) -> bool:
    return isinstance(meta.primary_key, Field) and meta.primary_key.auto_increment


@cache
def update_where(model: type[Model], columns: tuple[str, ...], keys: tuple[str, ...]) -> Statement[Any]:
    """Return the statement that sets columns of the rows with some keys; its arguments are columns, then keys."""
    meta: Any = model._meta

    def build(**_given: Any) -> Any:
        query = model.update({meta.combined[name]: _Parameter(name, meta.combined[name].db_value) for name in columns})
        for key in keys:
            query = query.where(meta.combined[key] == _Parameter(f"where_{key}"))
        return query

    return Statement(build, (*columns, *(f"where_{key}" for key in keys)))


@cache
def rows_with(model: type[Row], columns: tuple[str, ...], *, is_locked: bool = False) -> Statement[Row]:
    """Return the statement that finds the rows whose columns have some values, by their ids, and may lock them."""
    meta: Any = model._meta

    def build(**_given: Any) -> Any:
        query = model.select()
        for name in columns:
            query = query.where(meta.combined[name] == _Parameter(name))
        if not meta.composite_key:
            query = query.order_by(meta.primary_key)
        return locked(query) if is_locked else query

    return Statement(build, columns)


def _written_out(sql: str, values: Sequence[Any], is_postgres: bool) -> str:
    """Write the values that no execution brings into a statement, and on PostgreSQL number its other places.

    `WHERE a = %s AND b = %s LIMIT %s` of two places and 1 is `WHERE a = $1 AND b = $2 LIMIT 1`.
    """
    left, numbers = iter(values), count(1)

    def written(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        value = next(left)
        if not isinstance(value, _Place):
            return _literal(value, is_postgres)
        return f"${next(numbers)}" if is_postgres else "?"

    text = (_POSTGRES_PLACE if is_postgres else _SQLITE_PLACE).sub(written, sql)
    assert next(left, None) is None, f"every value has its place in {sql}"
    return text


def _literal(value: Any, is_postgres: bool) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper() if is_postgres else str(int(value))
    return str(value) if isinstance(value, int) else f"""'{str(value).replace("'", "''")}'"""


def _reading(node: Any) -> Convert | None:
    """Return how a selected column is turned into Python's value; None where the database gives it so."""
    field = node
    while isinstance(field, ForeignKeyField):
        field = field.rel_field
    if not isinstance(field, Field):
        return None
    if type(field).python_value is Field.python_value and isinstance(field, IntegerField | TextField):
        return None
    return bool if isinstance(field, BooleanField) else field.python_value


def _whole(query: Any, returned: Sequence[Any]) -> tuple[Any, Sequence[str]]:
    if not isinstance(query, ModelSelect) or not all(
        isinstance(node, Field) and node.model is query.model for node in returned
    ):
        return None, ()
    return query.model, [node.name for node in returned]


def _text(value: Any) -> bytes | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return b"t" if value else b"f"
    text = str(value).encode()
    if b"\0" in text:
        # It would end there, for the protocol's texts do.
        raise DataError("PostgreSQL's texts cannot hold the character NUL")
    return text


def _value(text: bytes | None, read: Convert | None) -> Any:
    if text is None:
        return None
    return read(text) if read else text.decode()
