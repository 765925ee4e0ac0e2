"""The change feed (变更流): what was committed, in one order, page by page, as far as a viewer may know of it.

`read` is all there is to it: given a position and a viewer it returns the next page. Whatever hands changes on, such as
a query, a stream or a webhook, remembers a position and calls it again. Triggers write the changes, which
`db/city/migrations/changes_v1.py` makes. See docs/adr/0067.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from peewee import (
    JOIN,
    OP,
    SQL,
    BooleanField,
    Case,
    ColumnBase,
    Expression,
    ForeignKeyField,
    IntegerField,
    Model,
    Select,
    Tuple,
    fn,
)

from db.access.actor import Actor
from db.access.models.change import Change, ChangeKind
from db.access.viewers import Rule, ViewerSql
from db.city import models
from db.city.visibility import RULES
from db.kernel.codes import EVERYWHERE, SqlCodeRange
from db.kernel.database import is_postgres, write
from db.kernel.fields import utc_text
from db.kernel.statements import Statement, compiled
from db.places.models.division import Division
from db.places.scope import Scope, within

# How many changes a page looks at, of which it tells those that the viewer may know of and has asked for.
WINDOW = 1000

NOUNS: dict[str, type[Model]] = {model.__name__: model for model in models.ALL if "version" in model._meta.fields}
# Who sees the rows of a noun, where not everybody does.
HIDDEN: dict[str, Rule] = {rule.noun.__name__: rule for rule in reversed(RULES) if rule.noun.__name__ in NOUNS}


class Position(NamedTuple):
    """A change that was told, or looked at, and after which the feed goes on. at: as it was kept, to know it again."""

    xid: int
    id: int
    at: str


class Told(NamedTuple):
    """A change as a viewer is told of it. id: of the row."""

    position: Position
    type: str
    id: int
    version: int
    kind: ChangeKind


@dataclass(frozen=True, slots=True)
class Page:
    """Changes, and the position after which the next page begins: it moves on even where nothing was told.

    has_more: whether there may be more at once.
    """

    changes: list[Told]
    position: Position
    has_more: bool


class Place(NamedTuple):
    """The part of the city that a viewer asks about. scope: of `code`, as in the graph."""

    code: str
    scope: str


class PositionGone(Exception):
    """What came after a position is not kept any more, or the database is another one."""


def now() -> Position:
    """Return the position after everything that is committed."""
    return Position(*_newest.tuples()[0])


def read(
    after: Position, actor: Actor, at: str, *, size: int, types: Sequence[str] = (), place: Place | None = None
) -> Page:
    """Read the next page of what an actor may know.

    at: the moment, as it is kept. size: how many changes are told at most. types: of `NOUNS`; all of them when empty.

    Raises:
        PositionGone: what came after the position is not kept any more.
    """
    looked = _looked_at.tuples(after.xid, after.id)
    if not looked or looked[0][0] != after.at:
        raise PositionGone
    _, *last, count, _ = looked[0]
    if not count:
        return Page([], after, has_more=False)
    end = Position(*last)
    # Of these alone, as a statement about all nouns is long and takes long to prepare.
    changed = {noun for *_, noun in looked} & set(types or NOUNS)
    told = list[Told]()
    if changed:
        statement = _told(tuple(sorted(changed)), place.scope if place else "")
        code = place.code if place else ""
        told = [
            Told(Position(xid, key, when), noun, row_id, version, ChangeKind(kind))
            for xid, key, when, noun, row_id, version, kind in statement.tuples(
                after.xid, after.id, end.xid, end.id, actor, at, size + 1, code
            )
        ]
    if len(told) > size:
        return Page(told[:size], told[size - 1].position if size else after, has_more=True)
    return Page(told, end, has_more=count == WINDOW)


def begin() -> None:
    """Begin the feed anew, so that every position of before is gone: the rows were replaced as a whole."""
    with write():
        _forget_all.change()
        _beginning.change(utc_text(datetime.now(UTC)))


def is_of_another() -> bool:
    """Return whether the changes are of another PostgreSQL, from a backup that was restored here.

    Its numbers of transactions were higher than those that are given here now, which would come before them.
    """
    return is_postgres() and _ahead.exists()


# --- What is committed, in its order ----------------------------------------------------------------------------------


def _horizon() -> ColumnBase:
    """Build the number that all transactions which have ended, and no others, are below. Only for PostgreSQL."""
    return SQL("(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)")


def _committed(row: Any) -> list[Any]:
    # A transaction that is still open may have written changes before those of another one that is committed already.
    return [row.xid < _horizon()] if is_postgres() else []


@compiled
def _newest() -> Any:
    row: Any = Change
    newest = row.select(row.xid, row.id, row.at.concat(""))
    return newest.where(SQL("TRUE"), *_committed(row)).order_by(row.xid.desc(), row.id.desc()).limit(1)


@compiled
def _ahead() -> Any:
    row: Any = Change
    end = SQL("(pg_snapshot_xmax(pg_current_snapshot())::text::bigint)")
    # What this transaction wrote itself is not of another database.
    own = SQL("COALESCE(pg_current_xact_id_if_assigned()::text::bigint, -1)")
    return row.select(row.id).where(row.xid >= end, row.xid != own).limit(1)


@compiled
def _forget_all() -> Any:
    return Change.delete()


@compiled
def _beginning(at: Any) -> Any:
    none: dict[Any, Any] = {"id": 0, "xid": 0, "type": "-", "row_id": 0, "version": 0, "division_code": "0" * 12}
    return Change.insert(**none, kind=ChangeKind.GONE.value, at=at)


def _beyond(row: Any, xid: Any, key: Any) -> Any:
    return Expression(Tuple(row.xid, row.id), OP.GT, Tuple(xid, key))


@compiled
def _looked_at(xid: Any, key: Any) -> Any:
    """Return a row for each noun that changed, after the time of the position, the last change and how many there are.

    There is no row where the position is gone, and one with neither noun nor change where nothing came after it.
    """
    window: Any = Change.alias("window")
    following = window.select(window.xid, window.id, window.at, window.type)
    following = following.where(_beyond(window, xid, key), *_committed(window))
    looked = following.order_by(window.xid, window.id).limit(WINDOW).cte("looked_at")
    row = looked.c
    last = Select([looked], [row.xid, row.id, row.at, Select([looked], [fn.COUNT(SQL("1"))]).alias("n")])
    last = last.order_by(row.xid.desc(), row.id.desc()).limit(1).alias("last")
    nouns = Select([looked], [row.type]).distinct().alias("nouns")
    known: Any = Change.alias("known")
    query = known.select(*map(SQL, ("known.at", "last.xid", "last.id", "last.at", "last.n", "nouns.type")))
    query = query.join(last, JOIN.LEFT_OUTER, on=SQL("TRUE")).switch(known).join(nouns, JOIN.LEFT_OUTER, on=SQL("TRUE"))
    return query.with_cte(looked).where(known.xid == xid, known.id == key)


@lru_cache(128)
def _told(types: tuple[str, ...], scope: str) -> Statement[Any]:
    """Return the statement of the changes of some nouns that are told, between two positions."""

    def build(xid: Any, key: Any, end_xid: Any, end_key: Any, actor: Any, now: Any, size: Any, code: Any) -> Any:
        row: Any = Change.alias("changed")
        upto = Expression(Tuple(row.xid, row.id), OP.LTE, Tuple(end_xid, end_key))
        is_told, kind = _telling(row, types, ViewerSql.of(actor, now), _places(row, scope, code))
        told = row.select(row.xid, row.id, row.at.concat(""), row.type, row.row_id, row.version, kind.alias("kind"))
        told = told.where(_beyond(row, xid, key), upto, row.type.in_(list(types)), is_told)
        return told.order_by(row.xid, row.id).limit(size)

    return Statement(build, ("xid", "key", "end_xid", "end_key", "actor", "now", "size", "code"))


def _places(row: Any, scope: str, code: Any) -> tuple[Any, Any]:
    """Build the conditions that a changed row lies where the viewer asks about, and that it moved away from there."""
    if not scope:
        return SQL("TRUE"), SQL("FALSE")
    asked: Any = Division.alias("asked")

    def lies_there(division_code: Any) -> Any:
        there = within(division_code, asked, Scope(scope))
        return fn.EXISTS(asked.select(SQL("1")).where(asked.code == code, there))

    return lies_there(row.division_code), lies_there(row.left_code)


# --- Who is told ------------------------------------------------------------------------------------------------------


def _telling(row: Any, types: Sequence[str], viewer: ViewerSql, places: tuple[Any, Any]) -> tuple[Any, Any]:
    """Build the condition that a viewer is told of a change, and as what.

    Whoever sees the row now is told what became of it, as they would read it in its journal. Whoever does not is told
    that it is gone, by the change that took it away from those who could see it before, and otherwise nothing.
    """
    is_here, is_left = places
    seen = Case(row.type, [(name, _is_seen(name, row, viewer)) for name in types])
    public = (row.kind == ChangeKind.GONE.value) | row.left_code.is_null(False)
    hidden = [(name, _was_seen(name, row, viewer)) for name in types if name in HIDDEN]
    lost = Case(row.type, hidden, public) if hidden else public
    kind = Case(None, [(is_here & seen, row.kind)], ChangeKind.GONE.value)
    return (is_here & seen) | ((is_here | is_left) & lost), kind


def _is_seen(name: str, row: Any, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer sees a row of a noun as it is now."""
    noun: Any = NOUNS[name].alias("present")
    seen = noun.select(SQL("1")).where(noun.id == row.row_id)
    condition = HIDDEN[name].condition(noun, viewer) if name in HIDDEN else None
    return fn.EXISTS(seen if condition is None else seen.where(condition))


def _was_seen(name: str, row: Any, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer saw a row of a noun as it was before a change."""
    condition = HIDDEN[name].condition(Before(NOUNS[name], row), viewer)
    assert condition is not None, "somebody of whom nothing is known does not see all"
    return row.before.is_null(False) & condition


class Before:
    """A row as it was before a change, for the rule of who sees it: with the columns that the change has kept."""

    def __init__(self, noun: type[Model], change: Any) -> None:
        self._fields: Any = noun._meta.combined
        self._change = change

    def __getattr__(self, name: str) -> Any:
        field = self._fields[name]
        if field.primary_key:
            return self._change.row_id
        if not is_postgres():
            return fn.json_extract(self._change.before, SQL(f"'$.{field.column_name}'"))
        text = Expression(self._change.before.cast("jsonb"), "->>", SQL(f"'{field.column_name}'"))
        return text.cast(_postgres_type(field))


def _postgres_type(field: Any) -> str:
    while isinstance(field, ForeignKeyField):
        field = field.rel_field
    if isinstance(field, BooleanField):
        return "boolean"
    return "bigint" if isinstance(field, IntegerField) else "text_code"


def columns_kept(name: str) -> list[str]:
    """List the columns that decide who sees the rows of a noun of `HIDDEN`, as its triggers keep them."""
    asked, everywhere = _Asked(NOUNS[name]), SqlCodeRange(*EVERYWHERE)
    HIDDEN[name].condition(asked, ViewerSql(0, "", everywhere, everywhere, lambda now, compute: SQL("''")))
    return sorted({"division_code", *asked.names})


class _Asked:
    """A row that notes which of its columns a rule reads."""

    def __init__(self, noun: type[Model]) -> None:
        self._row: Any = noun.alias("asked")
        self._fields: Any = noun._meta.combined
        self.names: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        if not self._fields[name].primary_key:
            self.names.add(self._fields[name].column_name)
        return getattr(self._row, name)
