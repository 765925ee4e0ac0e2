"""Databases for tests: SQLite and one throwaway PostgreSQL, migrated once; each test that writes begins with no rows.

A machine without PostgreSQL fails the tests that need one; it does not skip them.
"""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from peewee import DatabaseProxy
from xdist.scheduler import LoadScopeScheduling

from db.city.migrations import migrate
from db.kernel.database import connect, is_postgres
from db.kernel.database import database as proxy
from tests import nouns
from tests.asking import Asking
from tests.postgresql import Server, running
from tests.town import Town, build

ENGINES = ("sqlite", "postgresql")
_ENGINE = re.compile(rf"[\[-]({'|'.join(ENGINES)})[\]-]")
nouns.register()


class OneProcessAnEngine(LoadScopeScheduling):
    """Keeps the tests of one engine in one process, which starts its server and loads the demo city once.

    Those of issues are many and need no demo city: whichever process is free takes them, so that none waits at the end.
    """

    def _split_scope(self, nodeid: str) -> str:
        found = _ENGINE.search(nodeid)
        if not found:
            return nodeid
        return f"{found[1]}, issues" if nodeid.startswith("tests/issues/") else found[1]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneProcessAnEngine:
    """Choose how tests are shared out among processes."""
    # Not by `--dist loadgroup`: pytest-xdist 3.8 writes the group into a name that pytest 9.2 no longer reads.
    return OneProcessAnEngine(config, log)


class Store(Protocol):
    """Where databases of one engine are made."""

    def create(self, name: str, template: str = ...) -> str:
        """Make a database, empty or as a copy of another that nobody is connected to, and return its URL."""
        ...

    def renew(self, name: str, template: str) -> str:
        """Make a copy of a database, in place of the one that has this name, and return its URL."""
        ...

    def drop(self, name: str) -> None:
        """Delete a database with everything in it."""
        ...


class Files:
    """SQLite databases in a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def create(self, name: str, template: str = "") -> str:
        path = self._path(name)
        if template:
            shutil.copy(self._path(template), path)
        return f"sqlite:///{path}"

    def renew(self, name: str, template: str) -> str:
        self.drop(name)
        return self.create(name, template)

    def drop(self, name: str) -> None:
        for path in self.directory.glob(f"{self._path(name).name}*"):
            path.unlink()

    def _path(self, name: str) -> Path:
        return self.directory / f"{name}.sqlite3"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """Start PostgreSQL, once for all tests."""
    with running() as server:
        yield server


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Run the test once on each database; tests of one engine run together."""
    return request.param


@pytest.fixture(scope="session")
def store(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return the place where databases of this engine are made."""
    if engine == "sqlite":
        return Files(tmp_path_factory.mktemp("sqlite"))
    return request.getfixturevalue("postgresql_server")


@pytest.fixture(scope="session")
def migrated(store: Store) -> str:
    """Name a database that has all tables and no rows."""
    with bound(store.create("migrated")):
        migrate(proxy)
    return "migrated"


@pytest.fixture(scope="session")
def demo_city_url(store: Store, migrated: str) -> str:
    """Load the demo city, once on each engine."""
    from db.city import seed

    url = store.create("demo_city", migrated)
    with bound(url):
        seed.load()
    return url


@pytest.fixture(scope="session")
def founded(store: Store, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Found a community in the database `founded`, which ended four days ago; return what its script kept, as JSON."""
    from tests.test_founding import found

    at = datetime.now(UTC) - timedelta(days=15, hours=1)
    with bound(store.create("founded", migrated)):
        return json.dumps(found(tmp_path_factory.mktemp("founded"), at).kept)


@pytest.fixture
def empty_database(store: Store) -> Iterator[DatabaseProxy]:
    """Return a database without a table."""
    with bound(store.create("empty")):
        yield proxy
    store.drop("empty")


@pytest.fixture
def database(store: Store, migrated: str) -> Iterator[DatabaseProxy]:
    """Return a migrated database of the test's own."""
    with bound(store.renew("fresh", migrated)):
        yield proxy


@pytest.fixture(scope="session")
def scratch_url(store: Store, migrated: str) -> str:
    """Make the database that every `scratch` test begins with and leaves as it was."""
    return store.create("scratch", migrated)


@pytest.fixture
def scratch(scratch_url: str) -> Iterator[DatabaseProxy]:
    """Return a migrated database in a transaction that is undone afterwards: the quick one, for a single connection."""
    with bound(scratch_url), proxy.atomic() as transaction:
        yield proxy
        transaction.rollback()


@pytest.fixture
def demo_city(demo_city_url: str) -> Iterator[DatabaseProxy]:
    """Return the demo city, shared by all tests and therefore only to be read."""
    with bound(demo_city_url):
        proxy.execute_sql("SET default_transaction_read_only = on" if is_postgres() else "PRAGMA query_only = 1")
        yield proxy


@contextmanager
def bound(url: str, read_seconds: float = 10) -> Iterator[DatabaseProxy]:
    """Bind the models to a database, with an open connection, for a block."""
    before = proxy.obj
    # Nobody cuts the power of a test; the servers and commands that tests start wait for the disk.
    opened = connect(url, read_seconds, synchronous="off")
    opened.connect()
    try:
        yield proxy
    finally:
        opened.close()
        if before is not None:
            proxy.initialize(before)


def url_of(database: DatabaseProxy) -> str:
    """Return the URL of the database that the models are bound to, for a test that starts a process."""
    return str(database.url)


@pytest.fixture
def town(scratch: DatabaseProxy) -> Town:
    """Return the town that tests of commands begin with, in a transaction that is undone afterwards."""
    return build()


@pytest.fixture
def ask(scratch: DatabaseProxy) -> Asking:
    """Return somebody who sends GraphQL to that town, over a transaction of its own."""
    return Asking(build())
