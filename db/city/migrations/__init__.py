"""Steps from one release's tables to the next, as `NNNN_what_it_does.py` files with `up` and `down`; see `migrate`.

Each file keeps its own frozen copy of the tables it touches and is never changed after its release.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peewee import Database, Proxy
from playhouse.migrations import Migration, Runner

from db.kernel.database import alone

DIRECTORY = Path(__file__).parent


def migrate(database: Any, target: str | None = None) -> list[str]:
    """Apply what is pending, up to and including `target`, and return the names of what was applied.

    Any number of processes may call this at once: one works, the others wait and find nothing to do.

    Raises:
        MigrationError: there is no migration `target`.
    """
    with _alone(database) as runner:
        return runner.up(target)


def rollback(database: Any, target: str | None = None) -> list[str]:
    """Undo the newest migration, or every one back to and including `target`; return the names of what was undone.

    Raises:
        MigrationError: `target` is not applied, or its file is gone.
    """
    with _alone(database) as runner:
        return runner.down(target)


def status(database: Any) -> Sequence[Migration]:
    """List all migrations in order; `applied` is when, or None, and `path` is None where the file is gone."""
    with _connected(database) as bound:
        return Runner(bound, str(DIRECTORY)).status()


@contextmanager
def _alone(database: Any) -> Iterator[Runner]:
    with alone(_bound(database)), _connected(database) as bound:
        yield Runner(bound, str(DIRECTORY))


@contextmanager
def _connected(database: Any) -> Iterator[Database]:
    bound = _bound(database)
    opened = bound.connect(reuse_if_open=True)
    try:
        yield bound
    finally:
        if opened:
            bound.close()


def _bound(database: Any) -> Any:
    return database.obj if isinstance(database, Proxy) else database
