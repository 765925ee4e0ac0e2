"""The database connections of a worker, which its requests take turns at."""

import time
from functools import partial
from queue import SimpleQueue
from typing import Any

from db.kernel.database import is_postgres
from db.kernel.failures import Failure, failure_of
from graph_api.turns import PATIENCE, Turns, wait_for
from graph_api.writer import GroupCommit


class ConnectionPool:
    """The connections of a worker, and the turns at them: `with pool.reading:`, `with pool.changing:`.

    opened: the database, as `db.kernel.database.connect` returns it. count: how many requests are worked on at once.
    Changes that wait for each other, for a lock or for another program never hold all of the connections: on SQLite,
    where one changes at a time, they have a connection of their own; on PostgreSQL they share three quarters.
    `changing_at_once` does not wait, neither for a turn nor for SQLite's lock.

    failure: why changes failed last, until `graph_api.health` finds that they are possible again.

    Raises (on entering):
        RequestRefused: UNAVAILABLE, all were taken for 10 seconds.
    """

    def __init__(self, opened: Any, count: int) -> None:
        self.failure: Failure | None = None
        self.reading = Turns(opened, count)
        self.changing = (
            _Share(self, self.reading, max(1, count * 3 // 4))
            if is_postgres(opened)
            else GroupCommit(opened, partial(_note, self))
        )
        self.changing_at_once = _AtOnce(self.changing)


class _Share:
    """PostgreSQL's changes: turns at the common connections, but not at all of them."""

    def __init__(self, pool: ConnectionPool, turns: Turns, count: int) -> None:
        self._pool = pool
        self._turns = turns
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(count):
            self._free.put(None)

    def __enter__(self) -> None:
        self.take(PATIENCE)

    def take(self, patience: float) -> None:
        """Begin a turn. patience: seconds to wait for it."""
        end = time.monotonic() + patience
        wait_for(self._free, patience)
        try:
            self._turns.take(max(end - time.monotonic(), 0))
        except BaseException:
            self._free.put(None)
            raise

    def are_taken(self) -> bool:
        """Check whether the next one would have to wait."""
        return self._free.empty()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        _note(self._pool, error)
        try:
            self._turns.__exit__(kind, error, trace)
        finally:
            self._free.put(None)


class _AtOnce:
    """Turns at changing that are not waited for."""

    def __init__(self, changing: GroupCommit | _Share) -> None:
        self._changing = changing

    def __enter__(self) -> None:
        self._changing.take(0)

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._changing.__exit__(kind, error, trace)


def _note(pool: ConnectionPool, error: BaseException | None) -> None:
    """Remember why a change failed, where the next one may fail likewise."""
    failure = failure_of(error) if error is not None else None
    if failure is not None and failure.is_lasting:
        pool.failure = failure
