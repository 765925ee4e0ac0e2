"""Rows of gates for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from db.city import models
from db.gates.models import (
    AccessDay,
    AccessPass,
    AccessPoint,
    AccessPointState,
    PassState,
    ScanDirection,
    ScanEvent,
    ScanResult,
    ScanSecret,
)
from db.kernel.partitions import add_day
from db.sites.models import Site
from tests.people.factories import make_person
from tests.places.factories import make_division
from tests.sites.factories import make_site
from tests.times import AT, TODAY

_NUMBERS = count(1)


def make_access_point(site: Site | None = None, **values: Any) -> AccessPoint:
    """Make the gate of a site, or of a unit that is named."""
    site = None if "organization" in values else site or make_site(make_division())
    home = site.division_id if site else values["organization"].division_id
    division = models.Division.get_by_id(home)
    given = {
        "name": "示范小区北门", "is_only_gate": False, "needs_pass": True, "state": AccessPointState.ACTIVE,
        "created_at": AT, "version": 1, **values,
    }  # fmt: skip
    return AccessPoint.create(division=division, division_code=division.code, site=site, **given)


def make_access_pass(site: Site | None = None, **values: Any) -> AccessPass:
    """Make a valid pass of a person."""
    site = site or make_site(make_division())
    given = {
        "code_hash": f"{next(_NUMBERS):064x}", "valid_until": TODAY + timedelta(days=30), "state": PassState.VALID,
        "created_at": AT, "version": 1, **values,
    }  # fmt: skip
    given.setdefault("person", make_person(models.Division.get_by_id(site.division_id)))
    return AccessPass.create(site=site, division_code=site.division_code, **given)


def make_access_day(point: AccessPoint | None = None, **values: Any) -> AccessDay:
    """Make what was counted on a day."""
    point = point or make_access_point()
    given = {"day": TODAY, "direction": ScanDirection.IN, "passed": 7, "refused": 1, **values}
    return AccessDay.create(access_point=point, division_code=point.division_code, **given)


def make_scan_secret(**values: Any) -> ScanSecret:
    """Make the secret of a day."""
    return ScanSecret.create(**{"day": TODAY, "secret": "ab" * 32, **values})


def make_scan_event(point: AccessPoint | None = None, **values: Any) -> ScanEvent:
    """Make a scan."""
    point = point or make_access_point()
    given = {
        "day": TODAY, "direction": ScanDirection.IN, "number": 1, "at": AT, "pass_hash": "cd" * 32,
        "result": ScanResult.PASSED, **values,
    }  # fmt: skip
    add_day(ScanEvent, given["day"])
    return ScanEvent.create(access_point_id=point.id, **given)


MAKERS: dict[type[Any], Callable[..., Any]] = {
    AccessPoint: make_access_point,
    AccessPass: make_access_pass,
    AccessDay: make_access_day,
    ScanSecret: make_scan_secret,
    ScanEvent: make_scan_event,
}
