"""Rows of people for tests; see `tests.factories`."""

from collections.abc import Callable
from typing import Any

from db.city import models
from tests.places.factories import make_division
from tests.times import AT


def make_person(division: models.Division | None = None, **values: Any) -> models.Person:
    """Make a person whose home is a community; groups are verified, unless it is said that they are not."""
    division = division or make_division()
    given = {"division_code": division.code, "name": "示范人员", "created_at": AT, **values}
    if given.get("groups"):
        given.setdefault("groups_verified_on", AT.date())
    return models.Person.create(division=division, **given)


MAKERS: dict[type[Any], Callable[..., Any]] = {models.Person: make_person}
