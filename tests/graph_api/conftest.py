"""Applications for tests: one that needs no data, and one on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from peewee import DatabaseProxy

from db.kernel.database import database as proxy
from graph_api import create_app
from graph_api.config import Config
from tests.conftest import url_of


@pytest.fixture
def http(tmp_path: Path) -> Iterator[FlaskClient]:
    """Return a client of an application whose database nobody has made yet."""
    before = proxy.obj
    yield create_app(Config(database_url=f"sqlite:///{tmp_path}/none.sqlite3", max_body_bytes=10_000)).test_client()
    proxy.close()
    proxy.initialize(before)


@pytest.fixture
def client(database: DatabaseProxy) -> Iterator[FlaskClient]:
    """Return a client of an application on a migrated database of the test's own."""
    mine = database.obj
    yield create_app(Config(database_url=url_of(database), token_cache_seconds=0)).test_client()
    proxy.close()
    proxy.initialize(mine)
