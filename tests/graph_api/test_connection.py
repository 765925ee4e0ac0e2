"""The connections of a worker: as many as it has seats, kept from turn to turn, whichever thread takes one."""

import gc
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import apsw
import pytest
from peewee import DatabaseError, DatabaseProxy

from db.city.models import Account
from db.kernel.database import connect, is_idle, is_postgres
from db.kernel.database import database as proxy
from graph_api.turns import Turns
from schema.errors import RequestErrorCode, RequestRefused
from tests.conftest import url_of
from tests.factories import AT


@pytest.fixture
def opened(database: DatabaseProxy) -> Any:
    """Return a database of which nothing is open, bound to the models."""
    mine = database.obj
    yield connect(url_of(database))
    database.initialize(mine)


def in_threads(count: int, work: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(work, range(count * 5)))


def test_many_threads_share_few_connections(opened: Any) -> None:
    seats = Turns(opened, 3)

    def turn(number: int) -> tuple[int, int]:
        with seats:
            answer = opened.execute_sql("SELECT 6 * 7").fetchone()[0]
            time.sleep(0.005)
            return answer, id(opened.connection())

    turns = in_threads(12, turn)

    assert {answer for answer, _ in turns} == {42}
    assert len({connection for _, connection in turns}) <= 3


def test_one_turn_after_the_other_takes_the_same_connection(opened: Any) -> None:
    seats = Turns(opened, 3)

    def turn() -> Any:
        with seats:
            return opened.connection()

    first = turn()

    assert all(turn() is first for _ in range(5))


def test_thread_has_no_connection_after_its_turn(opened: Any) -> None:
    seats = Turns(opened, 1)

    with seats:
        opened.execute_sql("SELECT 1")

    assert opened.is_closed()


def test_connection_of_the_threads_own_is_closed_before_its_turn(opened: Any) -> None:
    seats = Turns(opened, 1)
    own = opened.connection()

    with seats:
        assert opened.connection() is not own

    if is_postgres():
        assert own.closed


def test_no_connection_is_opened_before_it_is_needed(opened: Any) -> None:
    with Turns(opened, 1):
        assert opened.is_closed()


def test_turn_that_fails_gives_its_seat_back(opened: Any) -> None:
    seats = Turns(opened, 1)

    for _ in range(3):
        with pytest.raises(DatabaseError), seats:
            opened.execute_sql("SELECT nothing_of_the_kind")

    with seats:
        assert opened.execute_sql("SELECT 1").fetchone() == (1,)


def test_connection_that_was_lost_in_a_turn_is_opened_anew_in_the_next(opened: Any) -> None:
    seats = Turns(opened, 1)
    with seats:
        opened.execute_sql("SELECT 1")
        opened.close()

    with seats:
        assert opened.execute_sql("SELECT 1").fetchone() == (1,)


def test_waiting_for_a_seat_has_an_end(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph_api.turns.PATIENCE", 0.05)
    seats = Turns(opened, 1)

    with seats, pytest.raises(RequestRefused) as refusal, seats:
        pass

    assert refusal.value.code is RequestErrorCode.UNAVAILABLE
    assert refusal.value.details == {"retryAfter": 5}


def test_connections_are_closed_with_the_seats(opened: Any) -> None:
    seats = Turns(opened, 1)
    with seats:
        connection = opened.connection()

    del seats
    gc.collect()

    if is_postgres():
        assert connection.closed
    else:
        with pytest.raises(apsw.ConnectionClosedError):
            connection.execute("SELECT 1")


@pytest.mark.parametrize(
    "leave_open",
    [
        lambda opened: opened.begin(),
        lambda opened: opened.atomic().__enter__(),
        lambda opened: opened.execute_sql("SAVEPOINT half_way" if not is_postgres() else "BEGIN"),
    ],
    ids=["begin", "atomic", "savepoint"],
)
def test_connection_with_a_transaction_left_open_is_not_used_again(
    opened: Any, leave_open: Callable[[Any], Any], caplog: pytest.LogCaptureFixture
) -> None:
    seats = Turns(opened, 1)
    with seats:
        spoilt = opened.connection()
        leave_open(opened)

    with seats:
        assert opened.connection() is not spoilt
        assert not opened.in_transaction()
        opened.execute_sql("UPDATE account SET name = name")

    assert [record.message for record in caplog.records] == [
        "a request left a transaction or statement open; its connection is closed"
    ]


def test_connection_with_a_statement_left_open_is_not_used_again(opened: Any) -> None:
    if is_postgres():
        pytest.skip("psycopg reads every statement to its end")
    seats = Turns(opened, 1)
    with seats:
        spoilt = opened.connection()
        left_open = spoilt.execute("SELECT name FROM sqlite_master")

    with seats:
        assert opened.connection() is not spoilt
    with pytest.raises(apsw.CursorClosedError):
        left_open.fetchone()


@pytest.mark.parametrize(
    "read",
    [
        lambda: Account.select().first(),
        lambda: next(iter(Account.select())),
        lambda: next(Account.select().tuples().iterator()),
        lambda: Account.select()[0],
        lambda: proxy.execute_sql("SELECT name FROM account").fetchone(),
        lambda: next(iter(proxy.execute_sql("SELECT name FROM account"))),
    ],
    ids=["first", "next", "iterator", "index", "fetchone", "raw"],
)
def test_read_that_stops_half_way_leaves_no_statement_open(database: DatabaseProxy, read: Callable[[], Any]) -> None:
    for name in ("a", "b", "c"):
        Account.create(subject=name, name=name, created_at=AT)

    kept = read()

    assert kept
    assert is_idle(database.connection())
