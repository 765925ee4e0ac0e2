"""What errors of both drivers mean, each provoked on a real database where that is possible."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import psycopg
import pytest
from peewee import DatabaseProxy, PeeweeException

from db.city.models import Account
from db.kernel.database import connect, is_postgres, retry_when_lost, write
from db.kernel.failures import DRIVER_ERRORS, Failure, failure_of
from tests.conftest import url_of
from tests.factories import AT

INSERT = (
    "INSERT INTO account (is_active, subject, name, created_at) VALUES (true, '{0}', '{0}', '2026-01-05T08:00:00Z')"
)


def failed(work: Callable[[], Any]) -> Failure | None:
    """Run work that fails, and return what its error means."""
    with pytest.raises(DRIVER_ERRORS) as raised:
        work()
    return failure_of(raised.value)


def run(database: DatabaseProxy, *statements: str) -> Callable[[], None]:
    def work() -> None:
        for statement in statements:
            database.execute_sql(statement)

    return work


@contextmanager
def locking(database: DatabaseProxy) -> Iterator[None]:
    """Hold, from another connection, what a change of an account needs."""
    if is_postgres():
        with psycopg.connect(url_of(database)) as other:
            other.execute("LOCK TABLE account")
            yield
    else:
        # Not the module sqlite3: two libraries in one process do not see each other's locks.
        other = apsw.Connection(database.database)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()


def impatient(database: DatabaseProxy) -> None:
    database.execute_sql("SET lock_timeout = 50" if is_postgres() else "PRAGMA busy_timeout = 50")


def test_what_another_holds_is_busy(database: DatabaseProxy) -> None:
    impatient(database)

    with locking(database):
        assert failed(run(database, INSERT.format("a"))) is Failure.BUSY

    run(database, INSERT.format("b"))()


def test_a_change_that_waits_in_vain_is_busy(database: DatabaseProxy) -> None:
    impatient(database)

    def change() -> None:
        with write():
            Account.create(subject="a", name="a", created_at=AT)

    with locking(database):
        assert failed(change) is Failure.BUSY
    change()


def test_a_database_that_takes_no_changes_is_read_only(database: DatabaseProxy) -> None:
    database.execute_sql("SET default_transaction_read_only = on" if is_postgres() else "PRAGMA query_only = 1")

    assert failed(run(database, INSERT.format("a"))) is Failure.READ_ONLY


def test_a_file_without_room_is_exhausted(database: DatabaseProxy) -> None:
    if is_postgres():
        pytest.skip("a full disk takes a volume of its own")
    (pages,) = database.execute_sql("PRAGMA page_count").fetchone()
    database.execute_sql(f"PRAGMA max_page_count = {pages}")

    assert failed(lambda: [run(database, INSERT.format(f"{at:0>100}"))() for at in range(10_000)]) is Failure.EXHAUSTED


def test_a_statement_that_is_stopped_is_too_slow(database: DatabaseProxy) -> None:
    if is_postgres():
        assert failed(run(database, "SET statement_timeout = 20", "SELECT pg_sleep(60)")) is Failure.TOO_SLOW
        return
    connection = database.connection()
    threading.Timer(0.05, connection.interrupt).start()
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    assert failed(run(database, endless)) is Failure.TOO_SLOW


def test_a_table_that_is_not_there_is_unprepared(empty_database: DatabaseProxy) -> None:
    assert failed(lambda: Account.select().first()) is Failure.UNPREPARED


def test_a_connection_that_ended_is_lost_and_replaced_where_nothing_was_begun(database: DatabaseProxy) -> None:
    if not is_postgres():
        database.connection().close()
        assert failed(lambda: Account.select().first()) is Failure.LOST
        assert retry_when_lost(lambda: Account.select().count()) == 0
        return
    for end in ("SELECT pg_terminate_backend(%s)", "SELECT pg_terminate_backend(%s)"):
        backend = database.connection().info.backend_pid
        with psycopg.connect(url_of(database), autocommit=True) as other:
            other.execute(end, (backend,))
        with write():
            Account.create(subject=str(backend), name="a", created_at=AT)
    assert Account.select().count() == 2


def test_a_connection_that_ends_in_a_transaction_is_not_replaced(database: DatabaseProxy) -> None:
    if not is_postgres():
        pytest.skip("a file has no server that could end a connection")

    def change() -> None:
        with write():
            Account.create(subject="a", name="a", created_at=AT)
            backend = database.connection().info.backend_pid
            with psycopg.connect(url_of(database), autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", (backend,))
            retry_when_lost(lambda: Account.select().count())

    assert failed(change) is Failure.LOST
    assert not database.in_transaction()
    assert retry_when_lost(lambda: Account.select().count()) == 0


def test_a_server_that_is_not_there_is_lost() -> None:
    with pytest.raises(psycopg.OperationalError) as raised:
        psycopg.connect("postgresql://nobody@127.0.0.1:1/nothing")

    assert failure_of(raised.value) is Failure.LOST


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path, database: DatabaseProxy) -> None:
    before = database.obj
    (tmp_path / "text.sqlite3").write_text("This is not a database. " * 100)
    opened = connect(f"sqlite:///{tmp_path}/text.sqlite3")
    try:
        assert failed(lambda: opened.execute_sql("SELECT 1 FROM account")) is Failure.DAMAGED
    finally:
        database.initialize(before)


@pytest.mark.parametrize(
    ("state", "failure"),
    [
        ("08006", Failure.LOST), ("08P01", Failure.LOST), ("25006", Failure.READ_ONLY), ("25P03", Failure.LOST),
        ("40001", Failure.BUSY), ("40P01", Failure.BUSY), ("53100", Failure.EXHAUSTED), ("53200", Failure.EXHAUSTED),
        ("53300", Failure.EXHAUSTED), ("55P03", Failure.BUSY), ("57014", Failure.TOO_SLOW), ("57P01", Failure.LOST),
        ("57P02", Failure.LOST), ("57P03", Failure.LOST), ("57P05", Failure.LOST), ("58030", Failure.DAMAGED),
        ("58P01", Failure.DAMAGED), ("XX001", Failure.DAMAGED), ("XX002", Failure.DAMAGED),
        ("22001", None), ("22003", None), ("23505", None), ("42601", None), ("42703", None), ("42501", None),
    ],
)  # fmt: skip
def test_every_state_of_postgresql_means_one_thing(state: str, failure: Failure | None) -> None:
    error = psycopg.errors.lookup(state)("what the server says")

    assert failure_of(error) is failure
    assert failure_of(_wrapped(error)) is failure
    assert failure_of(_wrapped(_wrapped(error))) is failure


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (apsw.BusyError, Failure.BUSY), (apsw.LockedError, Failure.BUSY), (apsw.ReadOnlyError, Failure.READ_ONLY),
        (apsw.FullError, Failure.EXHAUSTED), (apsw.NoMemError, Failure.EXHAUSTED), (apsw.IOError, Failure.DAMAGED),
        (apsw.CorruptError, Failure.DAMAGED), (apsw.CantOpenError, Failure.LOST),
        (apsw.InterruptError, Failure.TOO_SLOW),
        (apsw.ConstraintError, None), (apsw.SQLError, None), (apsw.MismatchError, None), (apsw.TooBigError, None),
    ],
)  # fmt: skip
def test_every_result_of_sqlite_means_one_thing(error: type[Exception], failure: Failure | None) -> None:
    assert failure_of(error("what SQLite says")) is failure
    assert failure_of(_wrapped(error("what SQLite says"))) is failure


@pytest.mark.parametrize("error", [None, ValueError("x"), RuntimeError("database is locked"), KeyboardInterrupt()])
def test_what_no_driver_raises_is_no_failure_of_the_database(error: BaseException | None) -> None:
    assert failure_of(error) is None


def _wrapped(error: Exception) -> PeeweeException:
    return PeeweeException(error, *error.args)
