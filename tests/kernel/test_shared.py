"""The file that workers share: several processes, a fork, a file that is gone."""

import multiprocessing
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import pytest

from db.kernel.shared import SharedFile

TABLE = "CREATE TABLE IF NOT EXISTS seen (name TEXT PRIMARY KEY, count INTEGER NOT NULL)"
COUNT = "INSERT INTO seen VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET count = count + 1 RETURNING count"


def test_what_one_writes_the_others_read(tmp_path: Path) -> None:
    first, second = (SharedFile(tmp_path / "shared", [TABLE]) for _ in range(2))

    counts = [shared.rows(COUNT, ["a"]) for shared in (first, second, first)]

    assert counts == [[(1,)], [(2,)], [(3,)]]


def test_processes_that_are_forked_count_together(tmp_path: Path) -> None:
    shared = SharedFile(tmp_path / "shared", [TABLE])
    shared.rows(COUNT, ["a"])

    def count() -> None:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: shared.rows(COUNT, ["a"]), range(50)))

    processes = [multiprocessing.get_context("fork").Process(target=count) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert shared.rows("SELECT count FROM seen") == [(151,)]


def test_a_transaction_that_fails_changes_nothing(tmp_path: Path) -> None:
    shared = SharedFile(tmp_path / "shared", [TABLE])

    with pytest.raises(apsw.ConstraintError), shared.transaction() as connection:
        connection.execute("INSERT INTO seen VALUES ('a', 1); INSERT INTO seen VALUES ('a', 2)")

    assert shared.rows("SELECT * FROM seen") == []


def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "shared"
    SharedFile(path, [TABLE]).rows("SELECT 1")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_used_is_an_error_that_callers_know(tmp_path: Path) -> None:
    (tmp_path / "shared").write_text("no database, but long enough to be taken for the header of one: " * 20)

    with pytest.raises(apsw.Error):
        SharedFile(tmp_path / "shared", [TABLE]).rows("SELECT 1")
    with pytest.raises(OSError, match="folder"):
        SharedFile(tmp_path / "no folder" / "shared").rows("SELECT 1")
