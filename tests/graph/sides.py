"""The same rows in SQLite and PostgreSQL, and one request answered by both."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from peewee import Database

from db.access.actor import FULL, Mandate, actor_of
from db.kernel.database import connect
from db.kernel.database import database as proxy
from db.kernel.fields import utc_text
from schema.request.context import Context, Viewer
from schema.request.execute import Executor, Request, Response
from tests.graph.maker import NOW


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
        viewer: Viewer | None = None,
        **extra: Any,
    ) -> Response:
        """Answer a request of a viewer, or of whoever an account is then."""
        request = Request(text, variables or {}, name, **extra)
        with self.bound():
            asking = signed_in(account_id, now) if account_id is not None else viewer
            return self.executor.execute(request, Context(asking, now))

    def json(self, text: str, variables: Mapping[str, Any] | None = None, **more: Any) -> Any:
        """Answer a request, and read the answer."""
        return orjson.loads(self.answer(text, variables, **more).body)


def signed_in(account_id: int, now: str, mandate: Mandate = FULL) -> Viewer:
    """Make the viewer that an account of the bound database is at a moment."""
    return Viewer.of(actor_of(account_id, datetime.fromisoformat(now), mandate))


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
