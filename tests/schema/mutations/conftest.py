"""The API over the town that tests of verbs begin with."""

import pytest
from peewee import DatabaseProxy

from tests.db.issues.town import build
from tests.schema.mutations.api import Api


@pytest.fixture
def api(scratch: DatabaseProxy) -> Api:
    """Give the API over a town in a transaction that is undone afterwards."""
    return Api(build())
