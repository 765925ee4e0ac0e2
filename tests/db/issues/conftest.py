"""The town that tests of commands begin with."""

import pytest
from peewee import DatabaseProxy

from tests.db.issues.town import Town, build


@pytest.fixture
def town(scratch: DatabaseProxy) -> Town:
    """Return a town in a transaction that is undone afterwards."""
    return build()
