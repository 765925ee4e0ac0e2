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
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any, Generic, Protocol, TypeVar

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
    SelectBase,
    TextField,
)
from peewee import __exception_wrapper__ as as_peewee_errors  # pyright: ignore[reportAttributeAccessIssue]

from db.kernel import sessions
from db.kernel.database import database, is_postgres, locked
from db.kernel.fields import EnumField, FixedDecimalField

Row = TypeVar("Row", bound=Model)
Convert = Callable[[Any], Any]
# The rows that a statement finds, and how many it changed.
Executed = tuple[list[tuple[Any, ...]], int]
_KEPT = apsw.SQLITE_PREPARE_PERSISTENT
_TABLE = re.compile(r'(?:FROM|JOIN|INTO|UPDATE) "(\w+)"')
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

    def as_row(self) -> "_RowGiven":
        """Return a row that each execution brings, for conditions that read columns of it."""
        return _RowGiven(self)


class _RowGiven:
    def __init__(self, parameter: _Parameter) -> None:
        self._parameter = parameter

    def __getattr__(self, column: str) -> _Parameter:
        return self._parameter.through(lambda row: row.__data__[column])


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    convert: Convert | None


class Collector(Protocol):
    """Collects what the statements of a thread do, to do it together (`db.kernel.batches`)."""

    def read(self, statement: "Statement[Any]", compiled: "Compiled", arguments: Sequence[Any]) -> Executed:
        """Return what a reading statement finds."""
        ...

    def change(self, compiled: "Compiled", arguments: Sequence[Any]) -> Executed:
        """Execute a changing statement."""
        ...

    def insert(self, row: Any) -> None:
        """Add a new row, and give it the key that the database would have chosen."""
        ...

    def change_row(
        self,
        row: Any,
        statement: "Statement[Any]",
        arguments: Sequence[Any],
        lost: Callable[[], Exception] | None,
    ) -> None:
        """Add the change of a row, that `lost` refuses when it finds the row no more."""
        ...


class _Thread(threading.local):
    collector: Collector | None = None


thread = _Thread()


class Compiled:
    """A statement's text for one database. model: of the rows, where they are whole rows. tables: that it names."""

    def __init__(self, query: Any, names: Sequence[str]) -> None:
        self.is_postgres = is_postgres()
        self.is_reading = isinstance(query, SelectBase)
        sql, values = database.get_sql_context().sql(query).query()
        # What is the same each time is written out: it has a type of its own then, and a partial index can serve it.
        self.sql = _written_out(sql, values, self.is_postgres)
        self.tables = frozenset(_TABLE.findall(self.sql))
        at = {name: number for number, name in enumerate(names)}
        # Each value: the number of its argument, how it is stored, and the type of those that are stored as they are.
        self._values = [
            (at[place.name], place.convert, _plain(place.convert)) for place in values if isinstance(place, _Place)
        ]
        returned: Sequence[Any] = getattr(query, "_returning", None) or ()
        self._converters = [(number, convert) for number, node in enumerate(returned) if (convert := _reading(node))]
        self.model, self._fields = _whole(query, returned)

    def stored(self, arguments: Sequence[Any]) -> list[Any]:
        """Return its arguments as the database stores them, in the order of its places."""
        return [
            value if type(value := arguments[number]) is plain or convert is None else convert(value)
            for number, convert, plain in self._values
        ]

    def execute(self, arguments: Sequence[Any]) -> Executed:
        """Execute it; return its rows as Python has them, and how many rows it changed."""
        values = self.stored(arguments)
        with as_peewee_errors:
            rows, count = self._on_postgres(values) if self.is_postgres else self._on_sqlite(values)
        if self._converters and rows:
            rows = [self._read(row) for row in rows]
        return rows, count

    def execute_all(self, several: Sequence[Sequence[Any]]) -> None:
        """Execute it on SQLite for several arguments in turn."""
        with as_peewee_errors:
            database.connection().executemany(self.sql, map(self.stored, several), prepare_flags=_KEPT)

    def execute_each(self, several: Sequence[Sequence[Any]]) -> list[int]:
        """Execute it for several arguments in turn, and return how many rows each changed."""
        with as_peewee_errors:
            if self.is_postgres:
                each = [[_text(value) for value in self.stored(arguments)] for arguments in several]
                return [result.command_tuples or 0 for result in sessions.execute_each(self.sql, each)]
            return [self._on_sqlite(self.stored(arguments))[1] for arguments in several]

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
    """A query with parameters, compiled when it is first executed.

    names: of the parameters. finds: the table of whose rows it reads only those that have these values in the columns
    of these names. about: the table of the row whose key is its first argument; of this table, and of others that refer
    to it, it reads only that row and those that refer to it.
    """

    def __init__(
        self,
        build: Callable[..., Any],
        names: Sequence[str],
        *,
        finds: type[Model] | None = None,
        about: type[Model] | None = None,
    ) -> None:
        self._build = build
        self.names = tuple(names)
        self.finds = finds
        self.about = about
        self._compiled: dict[bool, Compiled] = {}

    def for_database(self) -> Compiled:
        """Return its text for the bound database."""
        key = is_postgres()
        found = self._compiled.get(key)
        if found is None:
            query = self._build(**{name: _Parameter(name) for name in self.names})
            found = self._compiled[key] = Compiled(query, self.names)
        return found

    def _execute(self, compiled: Compiled, arguments: Sequence[Any]) -> Executed:
        collector = thread.collector
        if collector is None:
            return compiled.execute(arguments)
        if compiled.is_reading:
            return collector.read(self, compiled, arguments)
        return collector.change(compiled, arguments)

    def tuples(self, *arguments: Any) -> list[tuple[Any, ...]]:
        """Execute it and return its rows."""
        return self._execute(self.for_database(), arguments)[0]

    def scalar(self, *arguments: Any) -> Any:
        """Execute it and return the first column of its first row; None when there is none."""
        rows = self.tuples(*arguments)
        return rows[0][0] if rows else None

    def all(self, *arguments: Any) -> list[Row]:
        """Execute it and return its rows as instances of the model that it selects."""
        compiled = self.for_database()
        return [compiled.instance(row) for row in self._execute(compiled, arguments)[0]]

    def first(self, *arguments: Any) -> Row | None:
        """Execute it and return its first row as an instance; None when there is none."""
        compiled = self.for_database()
        rows, _ = self._execute(compiled, arguments)
        return compiled.instance(rows[0]) if rows else None

    def exists(self, *arguments: Any) -> bool:
        """Execute it and return whether it finds a row."""
        return bool(self.tuples(*arguments))

    def change(self, *arguments: Any) -> int:
        """Execute it and return how many rows it changed."""
        return self._execute(self.for_database(), arguments)[1]


def compiled(build: Callable[..., Any]) -> Statement[Any]:
    """Make a statement of a function that builds a query of its parameters."""
    return Statement(build, list(inspect.signature(build).parameters))


def compiled_about(about: type[Model]) -> Callable[[Callable[..., Any]], Statement[Any]]:
    """Make a statement that is about the one row of a table whose key is its first parameter (`Statement.about`)."""
    return lambda build: Statement(build, list(inspect.signature(build).parameters), about=about)


def compiled_finding(finds: type[Model]) -> Callable[[Callable[..., Any]], Statement[Any]]:
    """Make a statement that reads rows of a table by the columns that its parameters are named after."""
    return lambda build: Statement(build, list(inspect.signature(build).parameters), finds=finds)


def change_row(
    row: Any,
    values: Mapping[str, Any],
    seen: Mapping[str, Any] | None = None,
    lost: Callable[[], Exception] | None = None,
) -> None:
    """Change columns of a row. seen: what other columns must still hold, or else `lost` makes the refusal."""
    meta: Any = row._meta
    expected = {meta.primary_key.name: row.get_id(), **(seen or {})}
    statement = update_where(type(row), tuple(values), tuple(expected))
    arguments = (*values.values(), *expected.values())
    if thread.collector is not None:
        thread.collector.change_row(row, statement, arguments, lost)
    elif not statement.change(*arguments) and lost is not None:
        raise lost()
    for name, value in values.items():
        setattr(row, name, value)


def made(model: type[Row], values: Mapping[str, Any]) -> Row:
    """Return a row in memory, of its columns' values and the defaults of the others."""
    meta: Any = model._meta
    row: Any = model.__new__(model)
    data, row.__rel__ = meta.get_default_dict(), {}
    for name, value in zip(_column_names(model, tuple(values)), values.values(), strict=True):
        if isinstance(value, Model):
            row.__rel__[name] = value
            value = value.get_id()
        data[name] = value
    row.__data__, row._dirty = data, set(data)
    return row


@cache
def _column_names(model: type[Model], names: tuple[str, ...]) -> list[str]:
    """Return the names of columns as a row has them: given `issue_id` or `issue`, it is `issue`."""
    meta: Any = model._meta
    return [meta.combined[name].name for name in names]


def insert(row: Any) -> None:
    """Insert a row that was made in memory, and give it the key that the database chose."""
    if thread.collector is not None:
        thread.collector.insert(row)
    else:
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
        return query.returning(meta.primary_key) if has_own_key(meta) else query

    return Statement(build, columns)


@cache
def insertion_of(
    model: type[Model], columns: tuple[str, ...], count: int, *, is_optional: bool = False
) -> Statement[Any]:
    """Return the statement that inserts so many rows with all of some columns, one row's values after the other's.

    is_optional: whether rows are left out that others, which they must differ from, are there for.
    """
    meta: Any = model._meta

    def build(**_given: Any) -> Any:
        fields = [meta.fields[name] for name in columns]
        rows = [{field: _Parameter(f"{field.name} {at}", field.db_value) for field in fields} for at in range(count)]
        query = model.insert_many(rows)
        return query.on_conflict_ignore() if is_optional else query

    return Statement(build, [f"{name} {at}" for at in range(count) for name in columns])


def has_own_key(meta: Any) -> bool:
    """Return whether the database chooses the key of a new row."""
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

    return Statement(build, columns, finds=model)


def _plain(convert: Convert | None) -> type | None:
    """Return the type of the values that a column stores as they are; None where each is looked at."""
    field = getattr(convert, "__self__", None)
    while isinstance(field, ForeignKeyField):
        field = field.rel_field
    if not isinstance(field, Field) or isinstance(field, EnumField | FixedDecimalField):
        return None
    kinds = ((TextField, str), (BooleanField, bool), (IntegerField, int))
    return next((plain for kind, plain in kinds if isinstance(field, kind)), None)


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
