"""Both databases at once, for tests that compare them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from db.city.migrations import migrate
from tests.conftest import Files, Store, bound, proxy
from tests.graph.sides import Side, open_side
from tests.graph.town import build
from tests.postgresql import Server

Sides = tuple[Side, Side]
_number = count()
# Names of databases that nobody uses any more, to be renewed.
_free: list[str] = []


@pytest.fixture(scope="session")
def stores(postgresql_server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Store]:
    """Return SQLite and PostgreSQL, each with a migrated database to copy."""
    both = (Files(Path(tmp_path_factory.mktemp("sides"))), postgresql_server)
    for store in both:
        with bound(store.create("sides_template")):
            migrate(proxy)
    return both


@contextmanager
def making(stores: tuple[Store, Store]) -> Iterator[Callable[..., Sides]]:
    """Make pairs of databases that a function fills with the same rows, SQLite first; they are lent on after it."""
    made: list[tuple[str, list[Side]]] = []

    def make(fill: Callable[[], None], **options: Any) -> Sides:
        name = _free.pop() if _free else f"side{next(_number)}"
        sides = [open_side(store.renew(name, "sides_template"), fill, **options) for store in stores]
        made.append((name, sides))
        return sides[0], sides[1]

    yield make
    for name, sides in made:
        for side in sides:
            side.database.close()
        _free.append(name)


@pytest.fixture(scope="session")
def make_sides(stores: tuple[Store, Store]) -> Iterator[Callable[..., Sides]]:
    """Make pairs of databases that last as long as the session."""
    with making(stores) as make:
        yield make


@pytest.fixture
def make_own_sides(stores: tuple[Store, Store]) -> Iterator[Callable[..., Sides]]:
    """Make pairs of databases for one test: each holds a connection, of which PostgreSQL has a hundred."""
    with making(stores) as make:
        yield make


@pytest.fixture(scope="session")
def town(make_sides: Callable[..., Sides]) -> Sides:
    """Return the small town on both databases, only to be read."""
    return make_sides(build)


@pytest.fixture(params=["sqlite", "postgresql"])
def side(town: Sides, request: pytest.FixtureRequest) -> Side:
    """Return the small town on one database after the other."""
    return town[0 if request.param == "sqlite" else 1]
