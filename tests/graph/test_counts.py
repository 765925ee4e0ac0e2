"""Counters of payers: of one process, and of several in one file."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from schema.request import counts
from schema.request.counts import Counts, OwnCounts, SharedCounts

NOW = 1_800_000_000.0
MANY = 2_000
# A minute later, an hour later.
LATER, NEXT = NOW + 60, NOW + 3_600


@pytest.fixture(params=["own", "shared"])
def counted(request: pytest.FixtureRequest, tmp_path: Path) -> Counts:
    """Return counters of each kind, without an entry."""
    return OwnCounts() if request.param == "own" else SharedCounts(tmp_path / "counts")


def test_points_are_of_the_hour_and_requests_of_the_minute(counted: Counts) -> None:
    assert counted.add("a", 5, 1, NOW) == (5, 1)
    assert counted.add("a", 7, 1, NOW + 59) == (12, 2)
    assert counted.add("a", 1, 1, LATER) == (13, 1)
    assert counted.add("a", 0, 0, LATER) == (13, 1)
    assert counted.add("a", 2, 1, NEXT) == (2, 1)


def test_payers_are_counted_apart(counted: Counts) -> None:
    for payer in ("a", "b", "account 1", "2001:db8::1", "地址", ""):
        assert counted.add(payer, 3, 1, NOW) == (3, 1)

    assert counted.add("地址", 1, 0, NOW) == (4, 1)


def test_what_is_given_back_after_the_hour_makes_nobody_rich(counted: Counts) -> None:
    counted.add("a", 500, 1, NOW)

    assert counted.add("a", -300, 0, NOW) == (200, 1)
    assert counted.add("a", -200, 0, NEXT)[0] == 0
    assert counted.add("a", 10, 0, NEXT)[0] == 10


def test_threads_lose_no_count_in_a_file(tmp_path: Path) -> None:
    shared = SharedCounts(tmp_path / "counts")

    def count() -> None:
        for _ in range(MANY):
            shared.add("a", 2, 1, NOW)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert shared.add("a", 0, 0, NOW) == (4 * MANY * 2, 4 * MANY)


def in_a_process(work: Callable[[], None]) -> int:
    """Start a process that does some work and ends."""
    child = os.fork()
    if child == 0:  # pragma: no cover
        try:
            work()
        finally:
            os._exit(0)
    return child


def test_processes_count_together(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    inherited = SharedCounts(path)

    def count() -> None:
        own = SharedCounts(path)
        for _ in range(MANY):
            own.add("a", 1, 1, NOW)
            inherited.add("b", 1, 0, NOW)

    for child in [in_a_process(count) for _ in range(3)]:
        os.waitpid(child, 0)

    assert inherited.add("a", 0, 0, NOW) == (3 * MANY, 3 * MANY)
    assert inherited.add("b", 0, 0, NOW)[0] == 3 * MANY


def test_a_process_that_is_killed_while_it_counts_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    shared = SharedCounts(path)
    reading, writing = os.pipe()

    def count_for_ever() -> None:
        own = SharedCounts(path)
        # Told when it holds the lock.
        own._place = lambda *_: (os.write(writing, b"x"), signal.pause())  # pyright: ignore[reportAttributeAccessIssue]
        own.add("a", 1, 1, NOW)

    child = in_a_process(count_for_ever)
    os.read(reading, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    assert shared.add("a", 1, 1, NOW) == (1, 1)


def test_a_file_grows_with_no_number_of_payers(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    shared = SharedCounts(path)
    size = path.stat().st_size
    for number in range(3 * MANY):
        shared.add(f"192.0.2.{number}", 1, 1, NOW)

    assert path.stat().st_size == size == 2 << 20
    assert path.stat().st_mode & 0o777 == 0o600


def test_where_a_file_is_full_who_used_least_gives_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "_BUCKETS", 1)
    shared = SharedCounts(tmp_path / "counts")

    for number in range(8):
        shared.add(f"payer {number}", 100 - number, 1, NOW)
    assert shared.add("another", 1, 1, NOW) == (1, 1)

    assert shared.add("payer 0", 0, 0, NOW) == (100, 1)
    # It has begun anew, in the place of the one that used least.
    assert shared.add("payer 7", 0, 0, NOW) == (0, 0)


def test_own_counters_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "_MAX_PAYERS", 10)
    own = OwnCounts()

    for number in range(100):
        own.add(f"payer {number}", 1, 1, NOW)

    assert len(own._of) <= 10
