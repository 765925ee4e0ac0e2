"""The API over the town that tests of commands begin with."""

import pytest
from peewee import DatabaseProxy

from tests.db.issues.town import build
from tests.schema.mutations.asking import Asking


@pytest.fixture
def ask(scratch: DatabaseProxy) -> Asking:
    """Return somebody to ask, over a town in a transaction that is undone afterwards."""
    return Asking(build())
