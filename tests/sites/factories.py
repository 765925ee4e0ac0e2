"""Rows of sites for tests; see `tests.factories`."""

from collections.abc import Callable
from typing import Any

from db.city import models
from db.sites.models import SiteKind, SiteState
from tests.places.factories import make_division
from tests.times import AT


def make_site(division: models.Division | None = None, **values: Any) -> models.Site:
    """Make a grid of a community."""
    division = division or make_division()
    number = models.Site.select().where(models.Site.division_code == division.code).count() + 1
    given = {
        "division_code": division.code, "kind": SiteKind.GRID, "code": f"G-{number:02}", "name": "示范网格",
        "state": SiteState.ACTIVE, "created_at": AT, "version": 1, **values,
    }  # fmt: skip
    return models.Site.create(division=division, **given)


MAKERS: dict[type[Any], Callable[..., Any]] = {models.Site: make_site}
