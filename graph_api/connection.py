"""The database connections of a worker, which its requests take turns at."""

import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

from db.kernel.database import is_postgres
from db.kernel.failures import Failure, failure_of
from graph_api import turns
from graph_api.turns import Turns, wait_for
from graph_api.writer import Writer

Answer = TypeVar("Answer")


class ConnectionPool:
    """The connections of a worker, and the turns at them: `with pool.reading:`, `pool.change(work)`.

    opened: the database, as `db.kernel.database.connect` returns it. count: how many requests are worked on at once.
    Changes that wait for each other, for a lock or for another program never hold all of the connections: on SQLite,
    where one changes at a time, they have a connection of their own; on PostgreSQL they share three quarters.

    failure: why changes failed last, until `graph_api.health` finds that they are possible again.

    Raises (on entering, and of `change`):
        RequestRefused: UNAVAILABLE, all were taken for 10 seconds.
    """

    def __init__(self, opened: Any, count: int) -> None:
        self.failure: Failure | None = None
        self.reading = Turns(opened, count)
        self.changing = (
            _Share(self.reading, max(1, count * 3 // 4), self._note)
            if is_postgres(opened)
            else Writer(opened, self._note)
        )

    def change(self, work: Callable[[], Answer]) -> Answer:
        """Run work that changes something, and return its answer once that is kept."""
        return self.changing.run(work)

    def change_at_once(self, work: Callable[[], Answer]) -> Answer:
        """Run work that changes something, unless it would have to wait for its turn or, on SQLite, for the lock."""
        return self.changing.run(work, 0)

    def _note(self, error: BaseException) -> None:
        """Remember why a change failed, where the next one may fail likewise."""
        failure = failure_of(error)
        if failure is not None and failure.is_lasting:
            self.failure = failure


class _Share:
    """PostgreSQL's changes: turns at the common connections, but not at all of them."""

    def __init__(self, common: Turns, count: int, note: Callable[[BaseException], None]) -> None:
        self._common = common
        self._note = note
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(count):
            self._free.put(None)

    def run(self, work: Callable[[], Any], patience: float | None = None) -> Any:
        """Run work in a turn and return its answer. patience: seconds to wait for the turn, 10 if not given."""
        patience = turns.PATIENCE if patience is None else patience
        end = time.monotonic() + patience
        wait_for(self._free, patience)
        try:
            with self._common.within(max(end - time.monotonic(), 0)):
                return work()
        except BaseException as error:
            self._note(error)
            raise
        finally:
            self._free.put(None)

    def are_taken(self) -> bool:
        """Check whether the next one would have to wait."""
        return self._free.empty()
