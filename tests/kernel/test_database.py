"""What a connection takes and what it does not, where the drivers leave a choice."""

from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest
from peewee import OperationalError

from db.kernel.database import connect, database, write
from db.kernel.failures import Failure, failure_of
from db.kernel.sqlite import Sqlite


@pytest.fixture
def connection() -> apsw.Connection:
    """Return a connection to an SQLite database of the test's own."""
    opened: apsw.Connection = Sqlite(":memory:").connection()
    return opened


def test_a_time_becomes_text(connection: apsw.Connection) -> None:
    (bound,) = connection.execute("SELECT ?", [datetime(2022, 2, 10, tzinfo=UTC)])

    assert bound == ("2022-02-10 00:00:00+00:00",)


@pytest.mark.parametrize("value", [["a"], {"a": 1}, object()])
def test_what_is_neither_text_nor_number_is_refused(value: object, connection: apsw.Connection) -> None:
    with pytest.raises(TypeError, match="cannot be bound"):
        list(connection.execute("SELECT ?", [value]))


def test_a_transaction_that_sqlite_gave_up_is_not_gone_on_with(tmp_path: Path) -> None:
    before = database.obj
    opened = connect(f"sqlite:///{tmp_path / 'own.sqlite3'}")
    database.execute_sql("CREATE TABLE change (name TEXT)")

    def give_up_unseen() -> None:
        with write():
            database.execute_sql("INSERT INTO change VALUES ('lost')")
            database.execute_sql("ROLLBACK")
            with pytest.raises(OperationalError, match="gave the transaction up"), write():
                database.execute_sql("INSERT INTO change VALUES ('in its place')")

    try:
        with pytest.raises(OperationalError, match="gave the transaction up") as told:
            give_up_unseen()
        assert failure_of(told.value) is Failure.DAMAGED
        assert database.execute_sql("SELECT * FROM change").fetchall() == []
    finally:
        opened.close()
        if before is not None:
            database.initialize(before)
