"""What lies near a point is found among issues, sites, resources and service points alike, the nearest first."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from math import isqrt
from random import Random
from typing import Any

import pytest
from peewee import SQL, DatabaseProxy, fn

from db.city import models
from db.issues.lifecycle import IssueState
from db.kernel.plane import metres_of
from db.service_points.models import ServicePoint
from tests import factories as make
from tests.asking import Asking, answer_to
from tests.service_points.nouns import MIDDLE, make_service_point, place_of
from tests.sites.factories import make_site

NOUNS = {"issues": models.Issue, "sites": models.Site, "resources": models.Resource, "servicePoints": ServicePoint}
HERE = {"latitude": "36.061", "longitude": "103.834"}
GIVEN = {
    "channel": "APP", "title": "路灯不亮", "description": "三号楼前路灯不亮", "duty": "AREA_CO_GOVERNANCE",
    "urgency": "NORMAL", "isAnonymous": True,
}  # fmt: skip


def title(noun: str) -> str:
    return noun[0].upper() + noun[1:-1]


def ask_near(noun: str, code: str, within: int) -> Any:
    lists = f"{noun}(near: $near, first: 100) {{ totalCount nodes {{ id distanceMeters latitude longitude }} }}"
    text = f"""query ($near: NearFilter) {{
      {lists} division(code: "{code}") {{ {lists} }} {noun[:-1]}Aggregate(near: $near) {{ count }}
    }}"""
    return answer_to(None, text, near={**HERE, "withinMeters": within})["data"]


@pytest.mark.parametrize("noun", NOUNS)
def test_the_nearest_come_first_in_every_list(scratch: DatabaseProxy, noun: str) -> None:
    random, division = Random(noun), make.make_division()
    committee = make.make_committee(division)
    makers: dict[str, Callable[..., Any]] = {
        "issues": partial(make.make_issue, IssueState.ACCEPTED, committee),
        "sites": partial(make_site, division),
        "resources": partial(make.make_resource, division=division, division_code=division.code),
        "servicePoints": partial(make_service_point, division),
    }
    for _ in range(40):
        makers[noun](**place_of(*(base + random.randint(-40, 40) * Decimal("0.0003") for base in MIDDLE)))
    if noun != "servicePoints":
        makers[noun]()

    x, y = metres_of(*MIDDLE)
    rows = [row for row in NOUNS[noun].select() if row.x_m is not None]
    ways = sorted((isqrt((row.x_m - x) ** 2 + (row.y_m - y) ** 2), row.id) for row in rows)
    for within in (1, 400, 900, 50_000):
        answer = ask_near(noun, division.code, within)
        expected = [(f"{title(noun)}_{key}", way) for way, key in ways if way <= within]
        for found in (answer[noun], answer["division"][noun]):
            assert [(node["id"], node["distanceMeters"]) for node in found["nodes"]] == expected
            assert found["totalCount"] == len(expected)
        assert answer[f"{noun[:-1]}Aggregate"]["count"] == len(expected)
    assert len(ways) == 40


def test_an_issue_is_where_its_reporter_says_or_where_its_site_lies(ask: Asking) -> None:
    home = ask.town.home.division
    site = make_site(home, **place_of(*MIDDLE))

    def submit(**more: Any) -> Any:
        given = {"divisionCode": home.code, **GIVEN, **more}
        shown = "issue { latitude longitude }"
        return ask.change("staff", "submitIssue", shown, **given)

    at_site = {"latitude": "36.061000", "longitude": "103.834000"}
    assert submit(siteId=f"Site_{site.id}")["issue"] == at_site
    own = {"latitude": "36.070000", "longitude": "103.840000"}
    assert submit(siteId=f"Site_{site.id}", **own)["issue"] == own
    assert submit()["issue"] == {"latitude": None, "longitude": None}
    for half, field in (({"latitude": "36.07"}, "longitude"), ({"longitude": "103.8"}, "latitude")):
        (error,) = submit(**half)["userErrors"]
        assert (error["code"], error["field"]) == ("INVALID_INPUT", [field])
    (error,) = submit(latitude="51.5", longitude="0")["userErrors"]
    assert error["message"] == "The place lies outside the city; send WGS-84 degrees."


def test_a_resource_is_placed_and_its_place_is_changed(ask: Asking) -> None:
    given = {
        "divisionCode": ask.town.home.division_code, "name": "会议室", "description": "可供居民开会使用",
        "duty": "RESOURCE_COORDINATION", "capacityModel": "STANDING", "latitude": "36.062", "longitude": "103.834",
    }  # fmt: skip
    made = ask.change("staff", "registerResource", "resource { id latitude }", **given)["resource"]
    assert made["latitude"] == "36.062000"

    def update(**values: Any) -> Any:
        return ask.change("staff", "updateResource", "resource { latitude longitude }", resourceId=made["id"], **values)

    assert update(name="小会议室")["resource"] == {"latitude": "36.062000", "longitude": "103.834000"}
    moved = {"latitude": "36.070000", "longitude": "103.840000"}
    assert update(**moved)["resource"] == moved
    assert models.Resource.select(fn.COUNT(SQL("*"))).where(models.Resource.cell_y == 2).scalar() == 1
    assert update(latitude="36.07")["userErrors"][0]["code"] == "INVALID_INPUT"
    assert update(latitude=None, longitude=None)["resource"] == {"latitude": None, "longitude": None}
