"""The watchdog stops SQLite statements that run too long, and no others."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import apsw
import pytest

from db.kernel.watchdog import Watchdog, watchdog

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
SHORT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ?) SELECT COUNT(*) FROM n"


def connected() -> apsw.Connection:
    return apsw.Connection(":memory:")


@pytest.fixture
def connection() -> Iterator[apsw.Connection]:
    """Return a connection of the test's own."""
    with closing(connected()) as opened:
        yield opened


def test_an_overdue_statement_is_interrupted(connection: apsw.Connection) -> None:
    with pytest.raises(apsw.InterruptError):
        Watchdog().first_row(connection, ENDLESS, [], 0.2)


def test_the_connection_goes_on_after_an_interruption(connection: apsw.Connection) -> None:
    watching = Watchdog()
    with pytest.raises(apsw.InterruptError):
        watching.first_row(connection, ENDLESS, [], 0.0)

    assert watching.first_row(connection, SHORT, [7], 5) == (7,)


def test_a_statement_that_fails_is_watched_no_more(connection: apsw.Connection) -> None:
    watching = Watchdog()
    with pytest.raises(apsw.SQLError, match="syntax error"):
        watching.first_row(connection, "SELEC 1", [], 0.0)

    assert not watching._ends
    assert watching.first_row(connection, "SELECT 1", [], 5) == (1,)


def test_only_the_overdue_connection_is_interrupted(connection: apsw.Connection) -> None:
    watching = Watchdog()
    with closing(connected()) as other, ThreadPoolExecutor(2) as pool:
        overdue = pool.submit(watching.first_row, connection, ENDLESS, [], 0.1)
        # Longer than the other's limit, and within its own.
        patient = pool.submit(watching.first_row, other, SHORT, [3_000_000], 60)

        assert patient.result() == (3_000_000,)
        assert isinstance(overdue.exception(), apsw.InterruptError)


def test_a_transaction_outlives_the_interruption_of_a_read_in_it(connection: apsw.Connection) -> None:
    connection.execute("CREATE TABLE kept (i)")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO kept VALUES (1)")

    with pytest.raises(apsw.InterruptError):
        Watchdog().first_row(connection, ENDLESS, [], 0.0)
    connection.execute("COMMIT")

    assert connection.execute("SELECT i FROM kept").fetchall() == [(1,)]


def test_statements_within_their_time_are_left_alone_beside_overdue_ones(connection: apsw.Connection) -> None:
    """The next statement on a connection must not be hit by the interruption of the one before."""
    watching = Watchdog()
    stopped = 0
    # Some end by themselves, at about the time at which the thread looks, and some never would.
    for sql, rows in [(SHORT, [number * 50_000]) for number in range(20)] + [(ENDLESS, [])] * 10:
        try:
            watching.first_row(connection, sql, rows, 0.0)
        except apsw.InterruptError:
            stopped += 1
        assert watching.first_row(connection, SHORT, [1_000], 60) == (1_000,)

    assert stopped >= 10


def test_one_thread_watches_however_many_ask(connection: apsw.Connection) -> None:
    before, watching = threading.active_count(), Watchdog()

    for _ in range(20):
        watching.first_row(connection, "SELECT 1", [], 5)

    assert threading.active_count() == before + 1


def test_a_forked_process_has_a_watchdog_of_its_own(connection: apsw.Connection) -> None:
    watchdog.first_row(connection, "SELECT 1", [], 5)
    child = os.fork()
    if child == 0:  # pragma: no cover
        # Ends the process by a signal if nobody stops the statement.
        signal.alarm(60)
        try:
            watchdog.first_row(connected(), ENDLESS, [], 0.1)
        except apsw.InterruptError:
            os._exit(0)
        finally:
            os._exit(2)

    assert os.waitpid(child, 0) == (child, 0)
