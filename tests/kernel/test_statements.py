"""Statements that are compiled once: what they bind, read and count, and that their text is not built again."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from peewee import (
    BigAutoField,
    BooleanField,
    CompositeKey,
    Context,
    DatabaseProxy,
    DataError,
    ForeignKeyField,
    IntegerField,
    IntegrityError,
    PeeweeException,
    fn,
)

from db.access.commands import retry_on_conflict
from db.kernel import sessions
from db.kernel.database import is_postgres, write
from db.kernel.enumeration import GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, FixedDecimalField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.kernel.statements import compiled, update_where
from tests.factories import AT


class Colour(GrowingEnum):
    RED = "RED", "It is red.", "红"
    BLUE = "BLUE", "It is blue.", "蓝"


class Box(BaseModel):
    id = BigAutoField()
    colour = EnumField(Colour)
    name = LineField(null=True)
    is_open = BooleanField(default=False)
    price = FixedDecimalField(null=True)
    day = DayField(null=True)
    at = UtcDateTimeField()
    count = IntegerField(default=3)
    within: Any = ForeignKeyField("self", null=True)


class Label(BaseModel):
    box = ForeignKeyField(Box)
    text = CodeField()

    class Meta:
        primary_key = CompositeKey("box", "text")


@compiled
def named(name: Any) -> Any:
    return Box.select().where(Box.name == name).order_by(Box.id)


@compiled
def with_outer(name: Any) -> Any:
    outer = Box.alias()
    return Box.select(Box, outer).join(outer, on=(Box.within == outer.id)).where(Box.name == name)


@compiled
def of_colour(colour: Any, least: Any) -> Any:
    return Box.select(fn.COUNT(Box.id)).where(Box.colour == colour, Box.count >= least)


@pytest.fixture
def boxes(scratch: DatabaseProxy) -> None:
    """Make the tables of these tests, in the transaction that is undone."""
    scratch.create_tables([Box, Label])


def test_a_row_comes_back_as_it_was_created(boxes: None) -> None:
    outer = Box.create(colour=Colour.RED, at=AT)
    made = Box.create(
        colour=Colour.BLUE, name="一个\"盒子\"%s", is_open=True, price=Decimal("12.30"), day=date(2026, 1, 5), at=AT,
        within=outer,
    )  # fmt: skip

    found = named.first('一个"盒子"%s')

    assert isinstance(found, Box)
    assert found.__data__ == {**made.__data__, "within": outer.id}
    assert (found.colour, found.is_open, found.price, found.count) == (Colour.BLUE, True, Decimal("12.30"), 3)
    assert found == Box.get_by_id(made.id)
    assert found.dirty_fields == []
    assert Box.get_by_id(outer.id).is_open is False


def test_nothing_found_is_none(boxes: None) -> None:
    assert named.first("示范") is None
    assert named.scalar("示范") is None
    assert named.all("示范") == named.tuples("示范") == []
    assert named.change("示范") == 0


def test_null_is_bound_as_nothing_that_equals(boxes: None) -> None:
    Box.create(colour=Colour.RED, at=AT)

    assert named.all(None) == []


def test_values_are_bound_as_their_columns_hold_them(boxes: None) -> None:
    Box.create(colour=Colour.RED, at=AT, count=5)
    Box.create(colour=Colour.BLUE, at=AT, count=5)

    assert of_colour.scalar(Colour.RED, 5) == 1
    assert of_colour.scalar("RED", 6) == 0
    with pytest.raises(ValueError, match="GREEN"):
        of_colour.scalar("GREEN", 0)


def test_changed_rows_are_counted(boxes: None) -> None:
    one, other = Box.create(colour=Colour.RED, at=AT), Box.create(colour=Colour.RED, at=AT)
    recolour = update_where(Box, ("colour", "within_id"), ("id", "count"))

    assert recolour.change(Colour.BLUE, other.id, one.id, 3) == 1
    assert recolour.change(Colour.BLUE, other.id, one.id, 4) == 0

    assert (Box.get_by_id(one.id).colour, Box.get_by_id(one.id).within) == (Colour.BLUE, other)
    assert Box.get_by_id(other.id).colour is Colour.RED


def test_a_key_of_several_columns_is_kept(boxes: None) -> None:
    box = Box.create(colour=Colour.RED, at=AT)

    made = Label.create(box=box, text="left")

    assert Label.select().count() == 1
    assert made.get_id() == (box.id, "left")


def test_what_a_table_forbids_is_refused_as_by_peewee(boxes: None, scratch: DatabaseProxy) -> None:
    box = Box.create(colour=Colour.RED, at=AT)
    Label.create(box=box, text="left")

    with pytest.raises(IntegrityError), scratch.atomic():
        Label.create(box=box, text="left")

    assert Label.select().count() == 1


def test_the_character_nul_is_refused_where_it_would_end_the_text(boxes: None) -> None:
    if not is_postgres():
        pytest.skip("SQLite's texts hold it, and the columns' checks refuse it")

    with pytest.raises(DataError, match="NUL"):
        named.first("示\0范")


def test_text_of_sql_is_built_once(boxes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def act() -> None:
        box = Box.create(colour=Colour.RED, at=AT, name="示范")
        update_where(Box, ("name",), ("id",)).change("示例", box.id)
        named.all("示例")

    act()
    monkeypatch.setattr(Context, "sql", None)
    act()

    monkeypatch.undo()
    assert len(named.all("示例")) == 2


def test_rows_of_two_tables_are_never_mixed_into_one(boxes: None) -> None:
    outer = Box.create(colour=Colour.RED, at=AT)
    Box.create(colour=Colour.BLUE, at=AT, name="示范", within=outer)

    with pytest.raises(AssertionError, match="ask for tuples"):
        with_outer.first("示范")

    assert len(with_outer.tuples("示范")) == 1


# --- PostgreSQL: what becomes of a statement that is prepared ---------------------------------------------------------


@pytest.fixture
def kept(database: DatabaseProxy) -> DatabaseProxy:
    """Return a PostgreSQL database of the test's own with the tables of these tests."""
    if not is_postgres():
        pytest.skip("SQLite prepares a statement anew by itself")
    database.create_tables([Box, Label])
    return database


def test_a_column_that_a_migration_changed_is_read_again(kept: DatabaseProxy) -> None:
    box = Box.create(colour=Colour.RED, at=AT, name="示范")
    assert named.first("示范") == box

    with psycopg.connect(kept.url) as other:
        other.execute("ALTER TABLE box ALTER COLUMN count TYPE bigint")

    assert named.first("示范") == box
    with psycopg.connect(kept.url) as other:
        other.execute("ALTER TABLE box ALTER COLUMN count TYPE integer")
    assert retry_on_conflict(lambda: _in_write(lambda: named.first("示范"))) == box


def test_a_change_is_run_again_when_its_statements_were_taken_away(kept: DatabaseProxy) -> None:
    tries: list[int] = []

    def change() -> None:
        tries.append(1)
        Box.create(colour=Colour.RED, at=AT, name="示范")
        named.all("示范")

    named.all("示范")
    kept.execute_sql("DEALLOCATE ALL")
    retry_on_conflict(lambda: _in_write(change))

    assert len(tries) == 2
    assert len(named.all("示范")) == 1


def test_a_failed_transaction_leaves_statements_usable(kept: DatabaseProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "_PREPARED", 2)

    def fail() -> None:
        with suppress(PeeweeException):
            kept.execute_sql("SELECT 1 / 0")
        # In a transaction that has failed nothing can be given up to make room.
        with_outer.tuples("a")

    with write():
        named.all("a")
        of_colour.scalar(Colour.RED, 0)
        with suppress(PeeweeException):
            _in_write(fail)
        named.all("a")

    of_colour.scalar(Colour.RED, 0)
    with_outer.tuples("a")

    assert kept.connection().is_direct


def _in_write(work: Callable[[], Any]) -> Any:
    with write():
        return work()
