"""Changes on SQLite that share a transaction: what is kept, what each of them is told, and how often the disk waits."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest
from peewee import PeeweeException

from db.kernel.database import connect, database, write
from graph_api.writer import GroupCommit
from schema.errors import RequestRefused

PATIENCE = 10.0


class Writer:
    """A database of one table, whose changes take turns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.noted: list[BaseException | None] = []
        self.commits = 0
        self.is_refusing = False
        self.opened: Any = connect(f"sqlite:///{path}")
        self.opened.connect()
        self.opened.execute_sql("CREATE TABLE change (name TEXT NOT NULL UNIQUE)")
        self.opened.close()
        self.turns = GroupCommit(self.opened, self.noted.append)

    def add(self, name: str, then: Callable[[], object] = lambda: None) -> None:
        """Make a change in a turn of its own, and do something before the turn ends."""
        self.turns.take(PATIENCE)
        try:
            self.opened.connection().set_commit_hook(self._on_commit)
            with write():
                database.execute_sql("INSERT INTO change VALUES (?)", (name,))
            then()
        except BaseException as error:
            self.turns.__exit__(type(error), error, None)
            raise
        self.turns.__exit__(None, None, None)

    def _on_commit(self) -> bool:
        self.commits += 1
        return self.is_refusing

    def kept(self) -> set[str]:
        """Return what another connection sees."""
        with closing(apsw.Connection(str(self.path))) as connection:
            return {str(name) for (name,) in connection.execute("SELECT name FROM change")}

    def wait_for_queue(self, count: int) -> None:
        """Wait until so many others wait for their turn."""
        end = time.monotonic() + PATIENCE
        while len(self.turns._queue) < count:
            assert time.monotonic() < end
            time.sleep(0.001)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """Return a database whose changes take turns."""
    before = database.obj
    made = Writer(tmp_path / "changes.sqlite3")
    yield made
    if before is not None:
        database.initialize(before)


def together(writer: Writer, names: list[str], act: Callable[[str], object]) -> dict[str, Exception | None]:
    """Let several change while the first has its turn, so that all share a transaction; return how each ended."""
    errors: dict[str, Exception | None] = {}

    def run(name: str, act: Callable[[str], object]) -> None:
        try:
            act(name)
            errors[name] = None
        except Exception as error:
            errors[name] = error

    with ThreadPoolExecutor(len(names)) as pool:

        def let_others_come() -> None:
            for name in names:
                pool.submit(run, name, act)
            writer.wait_for_queue(len(names))

        run("first", lambda name: writer.add(name, let_others_come))
    return errors


def test_those_that_wait_share_one_commit(writer: Writer) -> None:
    names = [f"change {number}" for number in range(8)]

    errors = together(writer, names, writer.add)

    assert set(errors.values()) == {None}
    assert writer.kept() == {"first", *names}
    assert writer.commits < 1 + len(names)


def test_what_has_ended_is_kept_for_others_to_see(writer: Writer) -> None:
    seen: dict[str, bool] = {}

    def act(name: str) -> None:
        writer.add(name)
        seen[name] = name in writer.kept()

    together(writer, ["a", "b", "c", "d"], act)

    assert seen == dict.fromkeys(["a", "b", "c", "d"], True)


def test_one_that_is_refused_undoes_only_itself(writer: Writer) -> None:
    def act(name: str) -> None:
        writer.add("first" if name == "twice" else name)

    errors = together(writer, ["a", "twice", "b"], act)

    assert writer.kept() == {"first", "a", "b"}
    assert errors["a"] is None is errors["b"]
    assert isinstance(errors["twice"], PeeweeException)


def test_one_that_fails_after_its_change_keeps_what_it_had_ended(writer: Writer) -> None:
    def fail() -> None:
        raise RuntimeError("after the change")

    with pytest.raises(RuntimeError):
        writer.add("a", fail)
    writer.add("b")

    assert writer.kept() == {"a", "b"}


def test_when_the_commit_fails_all_are_told_and_nothing_is_kept(writer: Writer) -> None:
    writer.add("before")
    writer.is_refusing = True

    told = together(writer, ["a", "b", "c"], writer.add)

    writer.is_refusing = False
    assert all(isinstance(error, PeeweeException | apsw.Error) for error in told.values())
    assert writer.kept() == {"before"}
    writer.add("after")
    assert writer.kept() == {"before", "after"}


def test_who_waits_too_long_is_refused_and_the_others_go_on(writer: Writer) -> None:
    begun = threading.Event()
    release = threading.Event()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(writer.add, "slow", lambda: (begun.set(), release.wait(PATIENCE)))
        assert begun.wait(PATIENCE)
        with pytest.raises(RequestRefused):
            writer.turns.take(0.01)
        assert writer.turns.are_taken()
        release.set()
        slow.result()

    writer.add("next")
    assert writer.kept() == {"slow", "next"}
    assert not writer.turns.are_taken()


def test_many_at_once_end_and_are_kept(writer: Writer) -> None:
    def act(thread: int) -> None:
        for number in range(50):
            writer.add(f"{thread} {number}")

    with ThreadPoolExecutor(16) as pool:
        for done in [pool.submit(act, thread) for thread in range(16)]:
            done.result()

    assert len(writer.kept()) == 800
    assert writer.commits < 800
    assert set(writer.noted) == {None}
