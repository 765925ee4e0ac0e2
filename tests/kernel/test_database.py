"""What a connection takes and what it does not, where the drivers leave a choice."""

from datetime import UTC, datetime

import apsw
import pytest

from db.kernel.database import Sqlite


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
