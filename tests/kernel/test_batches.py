"""Batches: what waits is written together, is seen by whoever looks for it, and leaves nothing where a part fails."""

from typing import Any

import pytest
from peewee import BigAutoField, DatabaseProxy, ForeignKeyField, IntegerField

from db.kernel.batches import batch
from db.kernel.database import is_postgres
from db.kernel.fields import CodeField
from db.kernel.model import BaseModel
from db.kernel.statements import change_row, compiled, compiled_about
from tests.graph.test_statements import sent_by


class Shelf(BaseModel):
    id = BigAutoField()
    name = CodeField(unique=True)
    version = IntegerField(default=1)


class Book(BaseModel):
    id = BigAutoField()
    shelf: Any = ForeignKeyField(Shelf)
    title = CodeField()


@compiled_about(Shelf)
def titles(shelf_id: Any) -> Any:
    return Book.select(Book.title).where(Book.shelf == shelf_id).order_by(Book.id)


@compiled
def everything() -> Any:
    return Book.select(Book.title).order_by(Book.id)


class Refused(Exception):
    pass


@pytest.fixture
def shelf(scratch: DatabaseProxy) -> Shelf:
    """Make the tables of these tests, with keys that are never given twice, in the transaction that is undone."""
    for model in (Shelf, Book):
        table = model._meta.table_name
        keys = ("BIGSERIAL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
        key = keys[scratch.obj.__class__.__name__ == "Sqlite"]
        columns = {"shelf": "name TEXT UNIQUE, version INTEGER", "book": "shelf_id BIGINT, title TEXT"}[table]
        scratch.execute_sql(f"CREATE TABLE {table} (id {key}, {columns})")
    return Shelf.create(name="first")


def test_many_rows_are_inserted_together_and_have_their_keys_at_once(shelf: Shelf, scratch: DatabaseProxy) -> None:
    with batch() as rows, sent_by(scratch.connection()) as sent:
        made = []
        for number in range(60):
            with rows.part():
                made.append(Book.create(shelf=shelf, title=f"t{number}"))
        keys = [book.id for book in made]
    # On SQLite each row is one execution of one statement; on PostgreSQL keys are taken, and rows sent, by fifties.
    assert len(sent) <= (6 if is_postgres() else 60 + 3)
    assert keys == list(range(keys[0], keys[0] + 60))
    assert [(book.id, book.title) for book in Book.find_all(shelf=shelf.id)] == [(row.id, row.title) for row in made]


def test_what_waits_is_found_by_whoever_looks_for_it(shelf: Shelf) -> None:
    other = Shelf.create(name="other")
    with batch() as rows:
        for name in ("a", "b"):
            with rows.part():
                assert titles.tuples(shelf.id) == [(before,) for before in "ab"[: "ab".index(name)]]
                Book.create(shelf=shelf, title=name)
                assert titles.tuples(other.id) == []
                assert Book.find(title=name, shelf=shelf.id) is not None
                assert Book.find(title="c") is None
        with rows.part():
            change_row(shelf, {"name": "renamed"}, {"version": 1}, Refused)
            assert Shelf.find(name="first") is None
            assert Shelf.find(name="renamed") == Shelf.find(id=shelf.id) == shelf
            assert everything.tuples() == [("a",), ("b",)]


@pytest.mark.parametrize("looks", [False, True], ids=["waiting", "written"])
def test_a_part_that_fails_leaves_nothing(shelf: Shelf, looks: bool) -> None:
    with batch() as rows:
        for name in ("kept", "failed", "also"):
            try:
                with rows.part():
                    Book.create(shelf=shelf, title=name)
                    shelf.change(version=shelf.version + 1)
                    if looks:
                        everything.tuples()
                    if name == "failed":
                        raise Refused
            except Refused:
                shelf.version -= 1

    assert [book.title for book in Book.find_all(shelf=shelf.id)] == ["kept", "also"]
    assert Shelf.get_by_id(shelf.id).version == 3


def test_a_change_that_finds_its_row_no_more_is_refused_at_the_end(shelf: Shelf) -> None:
    def changed_meanwhile() -> None:
        with batch() as rows, rows.part():
            Book.create(shelf=shelf, title="gone")
            change_row(shelf, {"name": "late"}, {"version": 7}, Refused)

    with pytest.raises(Refused):
        changed_meanwhile()

    assert Shelf.get_by_id(shelf.id).name == "first"
    assert everything.tuples() == []


def test_reads_of_what_has_not_changed_are_remembered(shelf: Shelf, scratch: DatabaseProxy) -> None:
    with batch() as rows, sent_by(scratch.connection()) as sent:
        for _ in range(5):
            with rows.part():
                assert Shelf.find(name="first") == shelf

    assert len(sent) <= 1 + len(("SAVEPOINT", "RELEASE"))
