"""The change feed: every committed change once and in order, told to whoever may know of the row and to nobody else."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from peewee import DatabaseProxy, IntegrityError, Model

from db.access.actor import SYSTEM, VISITOR, Actor
from db.access.clock import TickReport
from db.access.commands import Call
from db.access.models.account import Role
from db.access.models.change import Change
from db.access.models.purge import PurgeRun
from db.access.viewers import Visibility
from db.city import feed
from db.city.feed import HIDDEN, NOUNS, Position, PositionGone
from db.city.feed_clock import forget_changes
from db.kernel.database import is_postgres, tuples_of, write
from db.kernel.fields import utc_text
from schema.catalog.fields import FieldContext
from schema.engine.emit.writer import Writer
from schema.engine.run import dialect
from schema.graph import CATALOG
from schema.graph.viewer import viewer_of
from tests.access.test_visibility import grant_every_role
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
            old: Any = noun.get_or_none(noun._meta.primary_key == self.random.choice(rows)._pk)
            if old is None:
                continue
            row: Any = noun.get_by_id(old._pk)
            chosen = self.random.sample(fields, self.random.randint(0, len(fields)))
            given: Any = {name: self.random.choice(rows).__data__[name] for name in chosen}
            if self.random.random() < 0.15:
                if self._is_allowed(row.delete_instance):
                    self.done.append(((noun.__name__, old._pk, old.version, "GONE"), old))
            elif self._is_allowed(partial(row.change, **given, version=old.version + 1)):
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


def test_a_viewer_is_told_what_they_see_and_what_they_saw_and_nothing_else(database: DatabaseProxy) -> None:
    insert(make_rows(105))
    grant_every_role()
    start, shaken = feed.now(), Shaken(105)
    for name in HIDDEN:
        shaken.shake(NOUNS[name])
    told, roles = set[tuple[str, str]](), set[Role]()

    for actor, viewer in [*askers()][::3]:
        lines = told_to(actor, viewer.now.value, start)
        assert lines == expected(actor, shaken.done)
        told |= {(name, kind) for name, _, _, kind in lines}
        roles |= {held.role for held in actor.held}

    assert roles == set(Role)
    assert {name for (name, *_), _ in shaken.done} == set(HIDDEN)
    # Of nearly every noun somebody is told both.
    assert len({name for name, kind in told if kind == "UPDATED"}) >= len(HIDDEN) - 2
    assert len({name for name, kind in told if kind == "GONE"}) >= len(HIDDEN) - 4
    # What was kept of each row is what its rule reads.
    for name, before in tuples_of(Change.select(Change.type, Change.before).where(Change.before.is_null(False))):
        assert sorted(json.loads(before)) == feed.columns_kept(name)


def test_each_noun_with_a_version_is_watched_and_told_of_by_its_rule(database: DatabaseProxy) -> None:
    names = "tgname FROM pg_trigger" if is_postgres() else "name FROM sqlite_master WHERE type = 'trigger'"
    triggers = {name for (name,) in database.execute_sql(f"SELECT {names}").fetchall()}

    writer = Writer(CATALOG, dialect(), FieldContext(Visibility.OWN, {}))
    for name, noun in NOUNS.items():
        assert {f"{noun._meta.table_name}_change_{event}" for event in ("insert", "update", "delete")} <= triggers
        row: Any = noun.alias("row")
        rule: Any = HIDDEN[name].condition(row, viewer_of(writer.viewer)) if name in HIDDEN else None
        # The parameters of one statement are numbered.
        assert writer.visible(CATALOG.types[name], row) == ([] if rule is None else [writer.sql(rule)]), name
    assert {kind.name for kind in CATALOG.nodes() if "version" in kind.fields} == set(NOUNS)


def test_what_is_kept_no_longer_goes_from_the_beginning_and_never_the_newest(database: DatabaseProxy) -> None:
    # The first change of the feed is of the time of its migration.
    start, now = feed.now(), datetime.now(UTC).replace(microsecond=0) + timedelta(days=60)
    made = {"xid": start.xid, "type": "Site", "row_id": 1, "version": 1, "kind": "CREATED", "division_code": "62"}
    days = [*[now - timedelta(days=40)] * 1500, now - timedelta(days=3), now - timedelta(days=40), now]
    Change.insert_many([{**made, "at": day, "id": at} for at, day in enumerate(days, 1)]).execute()
    old, young = (Position(start.xid, at, utc_text(days[at - 1])) for at in (1500, 1501))
    report, asked = TickReport(now), {"size": 10, "types": ["Site"]}

    forget_changes(Call(SYSTEM, now), report)

    assert report.counts == {"purged change": 1501}
    assert [run.count for run in PurgeRun.select().order_by(PurgeRun.id)] == [1000, 501]
    for gone in (start, old):
        with pytest.raises(PositionGone):
            feed.read(gone, VISITOR, utc_text(now), **asked)
    assert feed.read(young, VISITOR, utc_text(now), **asked).position == Position(start.xid, 1503, utc_text(now))
    forget_changes(Call(SYSTEM, now + timedelta(days=400)), report)
    assert [change.id for change in Change.select()] == [1503]
    assert feed.now() == Position(start.xid, 1503, utc_text(now))
