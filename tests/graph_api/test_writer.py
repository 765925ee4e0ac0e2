"""Changes on SQLite that share a transaction: what is kept, what each of them is told, and how often the disk waits."""

import contextlib
import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest
from peewee import IntegrityError, OperationalError, PeeweeException

from db.kernel.database import connect, database, write
from db.kernel.failures import Failure, failure_of
from graph_api.writer import Writer
from schema.errors import RequestRefused

PATIENCE = 10.0


class Site:
    """A database of one table, whose changes take turns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.noted: list[BaseException] = []
        self.commits = 0
        self.refusal: Callable[[], bool] = lambda: False
        self.opened: Any = connect(f"sqlite:///{path}")
        self.opened.execute_sql("CREATE TABLE change (name TEXT NOT NULL UNIQUE, load TEXT)")
        self.opened.close()
        self.writer = Writer(self.opened, self.noted.append)

    def add(self, name: str, load: str = "") -> str:
        """Make a change within a turn."""
        self.opened.connection().set_commit_hook(self._on_commit)
        with write():
            database.execute_sql("INSERT INTO change VALUES (?, ?)", (name, load))
        return name

    def _on_commit(self) -> bool:
        self.commits += 1
        return self.refusal()

    def kept(self) -> set[str]:
        """Return what another connection sees."""
        with closing(apsw.Connection(str(self.path))) as connection:
            return {str(name) for (name,) in connection.execute("SELECT name FROM change")}

    def together(self, *works: Callable[[], Any], first: Callable[[], Any] | None = None) -> list[Any]:
        """Perform changes in one group: the first waits until the others are there. Return answers and errors."""

        def run(work: Callable[[], Any]) -> Any:
            try:
                return self.writer.run(work)
            except Exception as error:
                return error

        with ThreadPoolExecutor(len(works)) as threads:
            told: list[Any] = []

            def lead() -> Any:
                for number, work in enumerate(works, 1):
                    told.append(threads.submit(run, work))
                    wait_until(lambda number=number: len(self.writer._queue) == number)
                return (first or (lambda: self.add("first")))()

            return [run(lead), *(future.result() for future in told)]

    def limit_pages(self, more: int | None) -> None:
        """Let the file grow by so many pages; None removes the limit. For the connection that is open."""
        (count,) = database.execute_sql("PRAGMA page_count").fetchone()
        database.execute_sql(f"PRAGMA max_page_count = {1 << 30 if more is None else count + more}")


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.001)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Return a database whose changes take turns, in groups that a slow machine does not end too early."""
    monkeypatch.setattr("graph_api.writer._MAX_SECONDS", PATIENCE)
    before = database.obj
    made = Site(tmp_path / "changes.sqlite3")
    yield made
    if before is not None:
        database.initialize(before)


def test_those_that_wait_share_one_commit_and_are_answered_after_it(site: Site) -> None:
    seen: dict[str, bool] = {}

    def act(name: str) -> str:
        site.writer.run(lambda: site.add(name))
        seen[name] = name in site.kept()
        return name

    with ThreadPoolExecutor(8) as threads:

        def lead() -> str:
            for number in range(8):
                told.append(threads.submit(act, f"change {number}"))
            wait_until(lambda: len(site.writer._queue) == 8)
            assert site.kept() == set()
            return site.add("first")

        told: list[Any] = []
        assert site.writer.run(lead) == "first"
        answers = {future.result() for future in told}

    assert seen == dict.fromkeys(answers, True)
    assert site.kept() == {"first", *answers}
    assert (site.commits, site.noted) == (1, [])
    assert not site.writer.are_taken()


@pytest.mark.parametrize(("limit", "value", "commits"), [("_MAX_CHANGES", 3, 3), ("_MAX_SECONDS", 0, 7)])
def test_a_group_has_an_end_so_that_others_get_their_turn(
    site: Site, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, commits: int
) -> None:
    monkeypatch.setattr(f"graph_api.writer.{limit}", value)

    site.together(*[lambda number=number: site.add(str(number)) for number in range(6)])

    assert site.commits == commits
    assert len(site.kept()) == 7


def test_changes_are_performed_in_the_order_in_which_they_came(site: Site) -> None:
    order: list[int] = []

    site.together(*[lambda number=number: (site.add(str(number)), order.append(number)) for number in range(12)])

    assert order == list(range(12))


def test_a_change_that_fails_takes_nothing_of_the_others_with_it(site: Site) -> None:
    def fail_after_two() -> None:
        site.add("done before the failure")
        with write():
            site.add("undone")
            raise RuntimeError("in the middle")

    told = site.together(
        lambda: site.add("a"), lambda: site.add("first"), fail_after_two, lambda: 1 // 0, lambda: site.add("b")
    )

    assert site.kept() == {"first", "a", "done before the failure", "b"}
    assert [type(one) for one in told] == [str, str, IntegrityError, RuntimeError, ZeroDivisionError, str]


@pytest.mark.parametrize("error", [None, RuntimeError("no error of a driver")])
def test_when_the_commit_fails_all_are_told_and_nothing_is_kept(site: Site, error: Exception | None) -> None:
    def refuse() -> bool:
        if error:
            raise error
        return True

    site.writer.run(lambda: site.add("before"))
    site.refusal = refuse
    told = site.together(lambda: site.add("a"), lambda: site.add("b"), lambda: 1 // 0)
    site.refusal = lambda: False

    # An error of its own is told to whom it belongs.
    assert isinstance(told.pop(), ZeroDivisionError)
    assert all(one is told[0] for one in told)
    assert told[0] is error if error else isinstance(told[0], PeeweeException)
    assert site.kept() == {"before"}
    site.writer.run(lambda: site.add("after"))
    assert site.kept() == {"before", "after"}


def test_what_waits_for_a_commit_happens_after_that_of_all_or_not_at_all(site: Site) -> None:
    happened: list[set[str]] = []

    def change(name: str) -> None:
        site.add(name)
        database.after_commit(lambda: happened.append(site.kept()))

    site.together(lambda: change("a"), lambda: site.add("b"))
    site.refusal = lambda: True
    site.together(lambda: change("c"), lambda: site.add("d"), first=lambda: site.add("e"))
    site.refusal = lambda: False
    site.writer.run(lambda: site.add("f"))

    assert happened == [{"first", "a", "b"}]


def fill(site: Site) -> None:
    """Change more than the disk takes, for which SQLite gives the whole transaction up."""
    site.limit_pages(8)
    try:
        site.add("too large", "x" * 400_000)
    finally:
        site.limit_pages(None)


def fill_and_go_on(site: Site) -> None:
    """Do as what only notes something does: whether or not that is possible, the request goes on."""
    with contextlib.suppress(PeeweeException):
        fill(site)
    site.add("in a transaction of its own")


def end_unseen(site: Site) -> None:
    """End the transaction as SQLite would, in a statement that is no part."""
    database.execute_sql("ROLLBACK")


@pytest.mark.parametrize(
    ("give_up", "failure"),
    [(fill, Failure.EXHAUSTED), (fill_and_go_on, Failure.EXHAUSTED), (end_unseen, Failure.DAMAGED)],
)
def test_when_sqlite_gives_the_transaction_up_nobody_is_told_that_it_was_kept(
    site: Site, give_up: Callable[[Site], None], failure: Failure
) -> None:
    site.writer.run(lambda: site.add("before"))

    told = site.together(lambda: site.add("a"), lambda: give_up(site), lambda: site.add("b"))

    assert [failure_of(one) for one in told[:3]] == [failure] * 3
    assert told[0] is told[1]
    # Who came too late for it is in the next transaction.
    assert told[3] == "b"
    assert site.kept() == {"before", "b"}
    assert {failure_of(error) for error in site.noted} == {failure}


def test_a_database_that_cannot_be_opened_fails_one_after_the_other_and_recovers(site: Site) -> None:
    site.opened.init(str(site.path.parent / "absent" / "changes.sqlite3"), pragmas=site.opened._pragmas)
    (site.path.parent / "absent").touch()

    told = site.together(lambda: site.add("a"), lambda: site.add("b"))

    assert all(isinstance(one, OperationalError) for one in told)
    site.opened.init(str(site.path), pragmas=site.opened._pragmas)
    assert site.writer.run(lambda: site.add("c")) == "c"
    assert site.kept() == {"c"}


def test_who_waits_too_long_is_refused_and_the_others_go_on(site: Site) -> None:
    def lead() -> str:
        with ThreadPoolExecutor(1) as thread:
            for patience in (0.01, 0):
                with pytest.raises(RequestRefused):
                    thread.submit(site.writer.run, lambda: site.add("impatient"), patience).result()
        return site.add("slow")

    told = site.together(lambda: site.add("next"), first=lead)

    assert told == ["slow", "next"]
    assert site.kept() == {"slow", "next"}
    assert not site.writer.are_taken()


def test_who_does_not_wait_for_a_turn_does_not_wait_for_others_in_its_group(site: Site) -> None:
    def lead() -> str:
        waiting.append(threads.submit(site.writer.run, lambda: site.add("patient")))
        wait_until(lambda: len(site.writer._queue) == 1)
        return site.add("at once")

    waiting: list[Any] = []
    with ThreadPoolExecutor(1) as threads:
        site.writer.run(lead, 0)
        waiting[0].result()

    assert site.commits == 2
    assert site.kept() == {"at once", "patient"}


def test_who_changes_nothing_needs_no_lock_and_makes_nobody_wait(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph_api.turns.PATIENCE", 0.2)

    with closing(apsw.Connection(str(site.path))) as other:
        other.execute("BEGIN IMMEDIATE")
        assert site.writer.run(lambda: "nothing") == "nothing"
        with pytest.raises(OperationalError) as at_once:
            site.writer.run(lambda: site.add("at once"), 0)
        told = site.together(lambda: site.add("a"), lambda: "nothing", lambda: site.add("b"))
        other.execute("ROLLBACK")

    assert failure_of(at_once.value) is Failure.BUSY
    # Each has waited as long as it may, whether for its turn or for the lock.
    assert all(
        isinstance(one, RequestRefused) or failure_of(one) is Failure.BUSY for one in (told[0], told[1], told[3])
    )
    assert site.writer.run(lambda: site.add("c")) == "c"
    assert site.kept() == {"c"}
    assert site.opened.is_closed()


OTHER = """
import sys
from db.kernel.database import connect, write
opened = connect(sys.argv[1])
for number in range(20):
    with write():
        opened.execute_sql("INSERT INTO change (name) VALUES (?)", (f"other {number}",))
"""


def test_many_at_once_are_kept_and_other_processes_get_their_turn(site: Site) -> None:
    has_ended = threading.Event()

    def act(thread: int) -> int:
        for number in itertools.count():
            name = f"{thread} {number}"
            site.writer.run(lambda name=name: site.add(name))
            if has_ended.is_set():
                return number + 1
        raise AssertionError

    with ThreadPoolExecutor(8) as threads:
        acts = [threads.submit(act, thread) for thread in range(8)]
        try:
            subprocess.run([sys.executable, "-c", OTHER, f"sqlite:///{site.path}"], check=True, timeout=60)
        finally:
            has_ended.set()
        count = sum(done.result() for done in acts)

    assert len(site.kept()) == count + 20
    assert site.commits < count
    assert site.noted == []
