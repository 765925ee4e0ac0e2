"""Roll-ups: tables that hold how many rows of another table there are, by a few of their columns.

The database keeps them exact in the transaction that changes a row, by triggers that a migration makes; what is here
declares them, compares them with the rows, and fills them anew. See docs/adr/0043.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from peewee import (
    SQL,
    BigIntegerField,
    BooleanField,
    ColumnBase,
    CompositeKey,
    Field,
    IntegerField,
    Model,
    ModelAlias,
    Value,
    fn,
)

from db.kernel.database import database, is_postgres, lift_time_limit, write
from db.kernel.expressions import Row
from db.kernel.fields import CodeField
from db.kernel.model import BaseModel
from db.kernel.statements import Statement, compiled

CODE_LENGTH = 12
Flag = Callable[[Row], ColumnBase]


class Cut(NamedTuple):
    """Larger places whose rows are counted together: the leading digits of a row's division code name one.

    column: of the roll-up, for the code of the larger place. levels: of divisions that consist of such places.
    """

    column: str
    digits: int
    levels: tuple[str, ...]

    def of(self, code: Any) -> ColumnBase:
        """Build the expression of the larger place's code."""
        return fn.substr(code, 1, self.digits).concat("0" * (CODE_LENGTH - self.digits))


class CountRow(ModelAlias):
    """A row of a roll-up, which has the columns of its table and nothing else.

    Raises:
        AttributeError: an expression reads a column that the roll-up does not hold.
    """

    def __getattr__(self, attr: str) -> Any:
        # Every model has the `id` of the class above it, so Peewee would find one.
        if attr not in self.model._meta.fields and not attr.startswith("_"):
            raise AttributeError(f"{self.model.__name__} does not hold {attr}")
        return super().__getattr__(attr)


class FlaggedRow:
    """A row that is counted, which has the flags of its roll-up as well, so that a condition may ask either."""

    def __init__(self, row: Row, flags: Mapping[str, Flag]) -> None:
        self._row, self._flags = row, flags

    def __getattr__(self, attr: str) -> Any:
        return self._flags[attr](self._row) if attr in self._flags else getattr(self._row, attr)


@dataclass(frozen=True, eq=False)
class Rollup:
    """How many rows of a table there are, by place and by some columns.

    counted: the table. counts: the table of the numbers; `slot` tells rows of one key apart that writers fill at once,
    and their sum counts. place: the column of a row's division code. cut: None where rows are counted by it as it is.
    flags: conditions on a row, by the name of their column; `is_public` is that everybody sees it, where not all rows
    are public.
    """

    counted: type[Model]
    counts: type[Model]
    place: str
    cut: Cut | None
    flags: Mapping[str, Flag]

    @property
    def name(self) -> str:
        """The name of its table."""
        return self.counts._meta.table_name

    @property
    def keys(self) -> list[Field]:
        """The columns that rows are counted by."""
        return [field for field in self.counts._meta.sorted_fields if field.name not in ("slot", "row_count")]

    def row(self, alias: str) -> CountRow:
        """Return a row of its table under an alias."""
        return CountRow(self.counts, alias)

    def keys_of(self, row: Row) -> list[ColumnBase]:
        """Build the values of the keys, from a row that is counted."""
        return [self._value_of(key.name, row) for key in self.keys]

    def _value_of(self, name: str, row: Row) -> ColumnBase:
        if name in self.flags:
            return self.flags[name](row)
        if self.cut and name == self.cut.column:
            return self.cut.of(getattr(row, self.place))
        return getattr(row, name)


def rollup(
    counted: type[Model],
    name: str,
    *,
    by: Sequence[str] = (),
    flags: Mapping[str, Flag] | None = None,
    cut: Cut | None = None,
    place: str = "division_code",
) -> Rollup:
    """Declare a roll-up, and with it its table. flags, cut, place: as of `Rollup`.

    name: of the class of the table, such as `IssueCountByState`. by: columns that are never null, of few values.
    """
    columns, flags = counted._meta.fields, flags or {}
    code = cut.column if cut else place
    names = [code, *by]
    booleans = [name for name in by if isinstance(columns[name], BooleanField)]
    fields: dict[str, Field] = {name: BooleanField() if name in booleans else CodeField() for name in names}
    fields |= {name: BooleanField() for name in flags}
    meta = type("Meta", (), {"primary_key": CompositeKey(*fields, "slot")})
    sizes = {"slot": BigIntegerField(), "row_count": IntegerField()}
    described = f"How many rows of `{counted._meta.table_name}` there are; triggers keep the numbers."
    body = {**fields, **sizes, "Meta": meta, "__doc__": described, "__module__": counted.__module__}
    return Rollup(counted, type(name, (BaseModel,), body), place, cut, flags)


def differences(one: Rollup) -> int:
    """Return for how many keys the numbers of a roll-up differ from the rows, in one statement and so at one moment."""
    return _differing(one).scalar()


@cache
def _differing(one: Rollup) -> Statement[Any]:
    return compiled(lambda: _difference(one))


def _difference(one: Rollup) -> Any:
    keys = one.keys
    rows, kept = one.counted.alias("counted"), one.counts.alias("kept")
    names = [key.column_name for key in keys]
    values = [value.alias(name) for value, name in zip(one.keys_of(rows), names, strict=True)]
    stored = [getattr(kept, key.name) for key in keys]
    both = kept.select(*stored, kept.row_count.alias("n")).union_all(rows.select(*values, Value(-1).alias("n")))
    of_both = both.alias("of_both")
    n = SQL('"of_both"."n"')
    wrong = (
        one.counts.select(SQL("1"))
        .from_(of_both)
        .group_by(*[SQL(f'"of_both"."{name}"') for name in names])
        .having(fn.SUM(n) != 0)
    )
    return one.counts.select(fn.COUNT(SQL("*"))).from_(wrong.alias("wrong"))


def rebuild(one: Rollup) -> None:
    """Count all rows anew, while the server runs: readers go on, and who changes the table waits until it is done."""
    with write():
        lift_time_limit()
        if is_postgres():
            # Whoever has changed the table and not yet committed has changed the roll-up as well.
            database.execute_sql(f'LOCK TABLE "{one.counted._meta.table_name}" IN SHARE ROW EXCLUSIVE MODE')
        one.counts.delete().execute()
        rows = one.counted.alias("counted")
        keys = one.keys_of(rows)
        query = rows.select(*keys, Value(0), fn.COUNT(SQL("*"))).group_by(
            *[SQL(str(at + 1)) for at in range(len(keys))]
        )
        slot, row_count = (one.counts._meta.fields[name] for name in ("slot", "row_count"))
        one.counts.insert_from(query, [*one.keys, slot, row_count]).execute()
