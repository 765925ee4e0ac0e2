"""The same rows in SQLite and PostgreSQL, and one request answered by both."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from peewee import Database

from db.database import connect
from db.database import database as proxy
from db.fields import utc_text
from schema.context import Context, Viewer
from schema.execute import Executor, Request, Response
from tests.schema.rows import NOW


@dataclass(frozen=True)
class Side:
    """One database with an executor of its own."""

    database: Database
    executor: Executor

    @contextmanager
    def bound(self) -> Iterator[None]:
        """Bind the models to this database for a block."""
        before = proxy.obj
        proxy.initialize(self.database)
        try:
            yield
        finally:
            proxy.initialize(before)

    def answer(
        self,
        text: str,
        variables: Mapping[str, Any] | None = None,
        name: str | None = None,
        account_id: int | None = None,
        now: str = utc_text(NOW),
        **extra: Any,
    ) -> Response:
        """Answer a request."""
        viewer = None if account_id is None else Viewer(account_id, "")
        with self.bound():
            return self.executor.execute(Request(text, variables or {}, name, **extra), Context(viewer, now))

    def json(self, text: str, variables: Mapping[str, Any] | None = None, **more: Any) -> Any:
        """Answer a request, and read the answer."""
        return orjson.loads(self.answer(text, variables, **more).body)


def open_side(url: str, fill: Callable[[], None], read_seconds: float = 10.0, **executor: Any) -> Side:
    """Connect to a migrated database, let a function put rows into it, and make an executor for it."""
    before = proxy.obj
    database = connect(url, read_seconds)
    try:
        fill()
        return Side(database, Executor(**executor))
    finally:
        if before is not None:
            proxy.initialize(before)
