"""The change feed: every committed change once and in order, told to whoever may know of the row and to nobody else."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from peewee import DatabaseProxy, IntegrityError, Model

from db.access.actor import Actor
from db.access.models.change import Change, ChangeKind
from db.city import feed
from db.city.feed import HIDDEN, NOUNS, Position
from db.kernel.database import is_postgres, write
from db.kernel.fields import utc_text
from schema.graph import CATALOG
from tests.graph.maker import MOMENTS
from tests.graph.rows import insert, make_rows
from tests.issues.test_policy import askers

# Who is told: by type, row, version and kind.
Line = tuple[str, int, int, str]


def told_to(actor: Actor, at: str, after: Position, size: int = 50, **asked: Any) -> list[Line]:
    """Follow the feed page by page until there is no more."""
    lines, has_more = list[Line](), True
    while has_more:
        page = feed.read(after, actor, at, size=size, **asked)
        assert len(page.changes) <= size
        positions = [(told.position.xid, told.position.id) for told in page.changes]
        assert positions == sorted(set(positions))
        assert not positions or (after.xid, after.id) < positions[0]
        lines += [(told.type, told.id, told.version, told.kind.value) for told in page.changes]
        after, has_more = page.position, page.has_more
    return lines


class Shaken:
    """Random rows of which the columns that decide who sees them are changed at random, and what was done to them."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.done: list[tuple[Line, Any]] = []

    def shake(self, noun: type[Model]) -> None:
        """Change rows of a noun, and delete some, as far as the database allows it."""
        rows: list[Any] = list(noun.select().order_by(noun._meta.primary_key))
        fields = [noun._meta.combined[name].name for name in feed.columns_kept(noun.__name__)]
        for _ in range(len(rows) and 12):
            old = noun.get_or_none(noun._meta.primary_key == self.random.choice(rows)._pk)
            if old is None:
                continue
            chosen = self.random.sample(fields, self.random.randint(0, len(fields)))
            given: Any = {name: self.random.choice(rows).__data__[name] for name in chosen}
            if self.random.random() < 0.15:
                if self._is_allowed(old.delete_instance):
                    self.done.append(((noun.__name__, old._pk, old.version, "GONE"), old))
            elif self._is_allowed(lambda: noun.get_by_id(old._pk).change(**given, version=old.version + 1)):
                differs = any(old.__data__[name] != value for name, value in given.items())
                line = (noun.__name__, old._pk, old.version + 1, "UPDATED")
                self.done.append((line, old if differs else None))

    def _is_allowed(self, change: Callable[[], Any]) -> bool:
        try:
            with write():
                change()
        except IntegrityError:
            return False
        return True


def expected(actor: Actor, done: list[tuple[Line, Any]]) -> list[Line]:
    """Work out what somebody is told, by the rules of single rows."""
    lines = list[Line]()
    for (name, row_id, version, kind), old in done:
        present = NOUNS[name].get_or_none(NOUNS[name].id == row_id)  # pyright: ignore[reportAttributeAccessIssue]
        check = HIDDEN[name].check
        if present is not None and check(actor, present):
            lines.append((name, row_id, version, kind))
        elif old is not None and check(actor, old):
            lines.append((name, row_id, version, "GONE"))
    return lines


@pytest.mark.parametrize("seed", [100, 105])
def test_a_viewer_is_told_what_they_see_and_what_they_saw_and_nothing_else(database: DatabaseProxy, seed: int) -> None:
    insert(make_rows(seed))
    start, shaken = feed.now(), Shaken(seed)
    for name in HIDDEN:
        shaken.shake(NOUNS[name])

    kinds = set[tuple[str, str]]()
    for actor, viewer in askers():
        lines = told_to(actor, viewer.now.value, start)
        assert lines == expected(actor, shaken.done)
        kinds |= {(name, kind) for name, _, _, kind in lines}

    print({name for (name, *_), _ in shaken.done} ^ set(HIDDEN), {name for name, kind in kinds if kind == "GONE"} ^ set(HIDDEN), len(shaken.done), sum(l[3]=="GONE" for l,_ in shaken.done))
