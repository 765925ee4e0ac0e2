"""Batches: what commands do one after the other, with their reads remembered and their rows written together.

    with batch() as rows:
        for attempt in attempts:
            with rows.part():
                attempt()

A batch is part of one write transaction. What it reads of tables that it has not changed stays as it was read. A row
that is created gets its key at once and waits, as a row that is changed does; many are written with one statement, and
before anything is read that may find them. A part that fails leaves nothing: what waits is dropped, and there is a
savepoint only where the part has written already. A command never learns whether it is run in a batch; what a table
itself refuses, a unique name for example, it learns only when the row is written, which is after the command.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import chain, count
from typing import Any, NamedTuple

from peewee import ForeignKeyField, Model

from db.kernel.database import database, is_postgres, write
from db.kernel.statements import Compiled, Executed, Statement, has_own_key, insertion_of, thread

# How many rows wait at most, and how many one statement inserts on PostgreSQL, where a round trip is most of the time.
_WAITING = 2000
_TOGETHER = (50, 10, 1)
# How many keys are taken from PostgreSQL's sequence at once.
_KEYS = 50


class _Waiting(NamedTuple):
    """A row that waits to be inserted or changed. statement, arguments: of the change. lost: refuses one that fails."""

    model: type[Model]
    key: Any
    data: dict[str, Any]
    statement: Statement[Any] | None = None
    arguments: Sequence[Any] = ()
    lost: Callable[[], Exception] | None = None


class _Index:
    """What waits, by what may find it. What a failed part leaves here costs a needless write and nothing else."""

    def __init__(self) -> None:
        # Rows that nobody has looked for yet.
        self._added: list[_Waiting] = []
        self._models: dict[str, Any] = {}
        # A row's table, and a table that it refers to, with the key there.
        self._marks: set[tuple[Any, Any, Any]] = set()
        self._rows: dict[Any, list[_Waiting]] = {}
        # Columns that some change sets, by their table.
        self._set: dict[Any, set[str]] = {}

    def add(self, waiting: _Waiting) -> None:
        """Add a row that waits."""
        self._added.append(waiting)

    def _catch_up(self) -> None:
        for waiting in self._added:
            self._enter(waiting)
        self._added.clear()

    def _enter(self, waiting: _Waiting) -> None:
        model = waiting.model
        self._models[_table(model)] = model
        for column, referred in _references(model).items():
            self._marks.add((model, referred, waiting.data.get(column)))
        self._rows.setdefault(model, []).append(waiting)
        changed = self._set.setdefault(model, set())
        if waiting.statement is not None:
            changed.update(_columns(model, waiting.statement.names))

    def has(self, model: Any, key: Any) -> bool:
        """Return whether a row waits."""
        self._catch_up()
        return (model, model, key) in self._marks

    def may_find(self, statement: Statement[Any], compiled: Compiled, arguments: Sequence[Any]) -> bool:
        """Return whether a statement may find a row that waits."""
        self._catch_up()
        models = [model for table, model in self._models.items() if table in compiled.tables]
        about = statement.about
        if about is not None:
            return any(
                about not in _references(model).values() or (model, about, arguments[0]) in self._marks
                for model in models
            )
        if not models or models != [statement.finds]:
            return bool(models)
        return self._has_such(models[0], dict(zip(_columns(models[0], statement.names), arguments, strict=True)))

    def _has_such(self, model: Any, values: Mapping[str, Any]) -> bool:
        """Return whether a row with some values may wait, or one that had them before."""
        # A column that no change sets holds what it held.
        kept = {name: value for name, value in values.items() if name not in self._set[model]}
        for column, referred in _references(model).items():
            if column in kept and (model, referred, kept[column]) not in self._marks:
                return False
        fields = model._meta.fields
        stored = [(name, fields[name].db_value, fields[name].db_value(value)) for name, value in kept.items()]
        return any(
            all(store(row.data.get(name)) == value for name, store, value in stored) for row in self._rows[model]
        )


class Batch:
    """The collector of one thread's statements (`db.kernel.statements.Collector`)."""

    def __init__(self) -> None:
        self._read: dict[tuple[Statement[Any], tuple[Any, ...]], Executed] = {}
        # Tables that were changed, or will be by what waits.
        self._changed: set[str] = set()
        self._waiting: list[_Waiting] = []
        self._index = _Index()
        self._keys: dict[Any, Iterator[int]] = {}
        # Of the part that runs: where what it does begins, what ends its savepoint, and whether it has one.
        self._begins = 0
        self._savepoint: ExitStack | None = None
        self._is_saved = False

    def read(self, statement: Statement[Any], compiled: Compiled, arguments: Sequence[Any]) -> Executed:
        """Return what a statement finds: as before, where it reads nothing that has changed since."""
        if self._changed.isdisjoint(compiled.tables):
            key = (statement, tuple(arguments))
            if key not in self._read:
                self._read[key] = compiled.execute(arguments)
            return self._read[key]
        if self._index.may_find(statement, compiled, arguments):
            self._write_now()
        return compiled.execute(arguments)

    def change(self, compiled: Compiled, arguments: Sequence[Any]) -> Executed:
        """Execute a statement that changes rows, after what waits."""
        self._write_now()
        self._changed |= compiled.tables
        self._give_back_keys()
        return compiled.execute(arguments)

    def insert(self, row: Any) -> None:
        """Add a new row, and give it the key that the database would have chosen."""
        meta: Any = row._meta
        if has_own_key(meta):
            key = next(self._keys.get(type(row), iter(())), None) or self._next_key(type(row))
            row.__data__ = {**row.__data__, meta.primary_key.name: key}
        self._wait(_Waiting(type(row), row.get_id(), dict(row.__data__)))

    def change_row(
        self, row: Any, statement: Statement[Any], arguments: Sequence[Any], lost: Callable[[], Exception] | None
    ) -> None:
        """Add the change of a row, that `lost` refuses when it finds the row no more."""
        key = row.get_id()
        if self._index.has(type(row), key):
            self._write_now()
        self._wait(_Waiting(type(row), key, dict(row.__data__), statement, arguments, lost))

    @contextmanager
    def part(self) -> Iterator[None]:
        """Run a block that leaves nothing when it fails."""
        if len(self._waiting) >= _WAITING:
            self.finish()
        self._begins = len(self._waiting)
        try:
            with ExitStack() as self._savepoint:
                yield
        except BaseException:
            del self._waiting[self._begins :]
            self._give_back_keys()
            raise
        finally:
            self._savepoint, self._is_saved = None, False

    def finish(self) -> None:
        """Write what waits."""
        waiting, self._waiting, self._begins = self._waiting, [], 0
        self._index = _Index()
        _write(waiting)

    def _wait(self, waiting: _Waiting) -> None:
        self._waiting.append(waiting)
        self._index.add(waiting)
        self._changed.add(_table(waiting.model))

    def _write_now(self) -> None:
        """Write what waits: what earlier parts left before the savepoint of this one, its own after it."""
        if self._savepoint is not None and not self._is_saved:
            before, self._waiting = self._waiting[: self._begins], self._waiting[self._begins :]
            self._begins = 0
            _write(before)
            self._savepoint.enter_context(write())
            self._is_saved = True
        own, self._waiting = self._waiting, []
        self._index = _Index()
        _write(own)

    def _give_back_keys(self) -> None:
        """Let SQLite number what follows as if it had inserted everything by itself; a sequence takes nothing back."""
        if not is_postgres():
            self._keys.clear()

    def _next_key(self, model: Any) -> int:
        meta = model._meta
        if is_postgres():
            names = (f'"{meta.table_name}"', meta.primary_key.column_name, _KEYS)
            sql = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            self._keys[model] = iter([key for (key,) in database.execute_sql(sql, names).fetchall()])
        else:
            sql = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?"
            [(last,)] = database.execute_sql(sql, (meta.table_name,)).fetchall()
            keys = (row.key for row in self._waiting if row.model is model and row.statement is None)
            self._keys[model] = count(max([last, *keys]) + 1)
        return next(self._keys[model])


@contextmanager
def batch() -> Iterator[Batch]:
    """Run a block as a batch, in a write transaction of its own or as a part of the open one."""
    with write():
        assert thread.collector is None, "batches do not nest"
        collector = Batch()
        thread.collector = collector
        try:
            yield collector
            collector.finish()
        finally:
            thread.collector = None


@cache
def _columns(model: Any, names: tuple[str, ...]) -> list[str]:
    """Return the columns that a statement's parameters are named after; `where_id` is named after none."""
    return [model._meta.combined[name].name for name in names if name in model._meta.combined]


def _table(model: Any) -> str:
    return model._meta.table_name


@cache
def _references(model: Any) -> dict[str, Any]:
    """Return the tables that a row refers to, by the column that does; its key refers to itself."""
    meta = model._meta
    found = {field.name: field.rel_model for field in meta.sorted_fields if isinstance(field, ForeignKeyField)}
    return found if meta.composite_key else {meta.primary_key.name: model, **found}


def _write(waiting: Sequence[_Waiting]) -> None:
    """Write rows table by table, in the order in which their tables were first used: what is referred to first."""
    groups: dict[Any, dict[Any, list[_Waiting]]] = {}
    for one in waiting:
        groups.setdefault(one.model, {}).setdefault(one.statement or tuple(one.data), []).append(one)
    for model, alike in groups.items():
        for how, rows in alike.items():
            if isinstance(how, Statement):
                _change(how, rows)
            else:
                _insert(model, how, [tuple(row.data.values()) for row in rows])


def _change(statement: Statement[Any], rows: Sequence[_Waiting]) -> None:
    counts = statement.for_database().execute_each([row.arguments for row in rows])
    for row, changed in zip(rows, counts, strict=True):
        if not changed and row.lost is not None:
            raise row.lost()


def _insert(model: Any, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    if not is_postgres():
        insertion_of(model, columns, 1).for_database().execute_all(rows)
        return
    at = 0
    while at < len(rows):
        size = next(size for size in _TOGETHER if size <= len(rows) - at)
        insertion_of(model, columns, size).for_database().execute([*chain.from_iterable(rows[at : at + size])])
        at += size
