"""The fifteen-minute circle: what is nearest is kept as homes and services come, move and go (I35)."""

from random import Random
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.kernel.plane import metres_of
from db.service_points.models import NearestService, ServiceCategory, ServicePoint
from db.service_points.nearest import find_all
from db.sites.models import Site
from tests.asking import Asking
from tests.graph.steps import TODAY
from tests.service_points.nouns import MIDDLE, nearest
from tests.threads import at_once
from tests.town import build

CIRCLE = """query ($code: String!, $within: Int) {
  division(code: $code) {
    serviceCircle(withinMeters: $within) { kind siteCount servedSiteCount nearestMeters isGap }
    stats { communitiesWithServiceGap food: communitiesWithServiceGap(kind: FOOD) }
  }
}"""


def kept() -> dict[Any, int]:
    return {(row.site_id, row.division_code, row.kind): row.metres for row in NearestService.select()}


def counted() -> dict[Any, int]:
    """Find the shortest ways home by home."""
    sites, points = ([row.__data__ for row in model.select()] for model in (Site, ServicePoint))
    return {key: way for key, (way, _) in nearest(sites, points).items()}


def place(random: Random) -> dict[str, str]:
    """Draw a place of which some are near each other and some are not."""
    latitude, longitude = (base + random.randint(-35, 35) * MIDDLE[0].__class__("0.0003") for base in MIDDLE)
    return {"latitude": str(latitude), "longitude": str(longitude)}


class Walk:
    """Registers, moves and ends homes and services through the API, at random."""

    def __init__(self, ask: Asking, seed: int) -> None:
        self.ask, self.random = ask, Random(seed)
        self.code = ask.town.home.division_code
        self.homes: list[str] = []
        self.points: list[str] = []
        self.number = 0
        self.do("registerSite", "site", who="subdistrict", divisionCode=self.code, kind="GRID", code="G-1", name="网格")

    def do(self, mutation: str, shown: str, /, who: str = "staff", **given: Any) -> str:
        payload = self.ask.change(who, mutation, f"{shown} {{ id }}", **given)
        assert payload["userErrors"] == []
        return payload[shown]["id"]

    def point(self) -> dict[str, Any]:
        return {
            "name": "示范便民点", "category": self.random.choice(list(ServiceCategory)).value,
            "tier": self.random.choice(["BASIC", "BASIC", "QUALITY"]), **place(self.random),
        }  # fmt: skip

    def step(self) -> None:
        self.number += 1
        steps = [self.settle, self.open] * 3
        steps += [self.move, self.leave] if self.homes else []
        steps += [self.change, self.close] if self.points else []
        self.random.choice(steps)()

    def settle(self) -> None:
        where: dict[str, Any] = place(self.random) if self.random.random() < 0.8 else {}
        code, kind = f"X-{self.number}", self.random.choice(["COMPOUND", "COURTYARD_BUILDING"])
        given = {"divisionCode": self.code, "kind": kind, "code": code, "name": "小区", "gridCode": "G-1", **where}
        self.homes.append(self.do("registerSite", "site", **given))

    def move(self) -> None:
        nowhere: dict[str, Any] = {"latitude": None, "longitude": None}
        where = place(self.random) if self.random.random() < 0.7 else nowhere
        self.do("updateSite", "site", siteId=self.random.choice(self.homes), **where)

    def leave(self) -> None:
        self.do("retireSite", "site", siteId=self.homes.pop())

    def open(self) -> None:
        given = {"divisionCode": self.code, "verifiedOn": TODAY, **self.point()}
        self.points.append(self.do("registerServicePoint", "servicePoint", **given))

    def change(self) -> None:
        given = dict(self.random.sample(list(self.point().items()), 3))
        self.do("updateServicePoint", "servicePoint", servicePointId=self.random.choice(self.points), **given)

    def close(self) -> None:
        self.do("closeServicePoint", "servicePoint", servicePointId=self.points.pop())


@pytest.mark.parametrize("seed", range(3))
def test_what_is_nearest_follows_each_change(ask: Asking, seed: int) -> None:
    walk, found = Walk(ask, seed), 0
    for _ in range(40):
        walk.step()
        assert kept() == counted()
        found += len(kept())
    assert found > 20

    before = kept()
    find_all()
    assert kept() == before


def test_homes_and_services_that_are_new_at_once_find_each_other(database: DatabaseProxy) -> None:
    walk = Walk(Asking(build()), 7)
    here = {"latitude": str(MIDDLE[0]), "longitude": str(MIDDLE[1])}

    def one(at: int) -> None:
        if at % 2:
            given = {"kind": "COMPOUND", "code": f"X-{at}", "name": "小区", "gridCode": "G-1"}
            walk.do("registerSite", "site", divisionCode=walk.code, **given, **here)
        else:
            given = {"name": "示范食堂", "category": "CANTEEN", "tier": "BASIC", "verifiedOn": TODAY}
            walk.do("registerServicePoint", "servicePoint", divisionCode=walk.code, **given, **here)

    numbers = iter(range(8))
    at_once(8, lambda: one(next(numbers)))

    assert len(kept()) == 4
    assert kept() == counted()


def test_the_circle_counts_homes_and_gaps(ask: Asking) -> None:
    walk = Walk(ask, 1)
    for code, north in (("X-1", "36.061"), ("X-2", "36.066")):
        given = {"divisionCode": walk.code, "kind": "COMPOUND", "name": "小区", "gridCode": "G-1"}
        walk.do("registerSite", "site", code=code, latitude=north, longitude="103.834", **given)
    given = {"divisionCode": walk.code, "name": "示范食堂", "category": "CANTEEN", "tier": "BASIC", "verifiedOn": TODAY}
    walk.do("registerServicePoint", "servicePoint", latitude="36.062", longitude="103.834", **given)
    assert metres_of(*(type(MIDDLE[0])(text) for text in ("36.062", "103.834"))) == (0, 111)

    def circle(within: int | None) -> Any:
        return ask.answer(None, CIRCLE, code=ask.town.street.code, within=within)["data"]["division"]

    food, lodging, *_ = circle(None)["serviceCircle"]
    assert food == {"kind": "FOOD", "siteCount": 2, "servedSiteCount": 2, "nearestMeters": 111, "isGap": False}
    assert lodging == {"kind": "LODGING", "siteCount": 2, "servedSiteCount": 0, "nearestMeters": None, "isGap": True}
    assert circle(None)["stats"] == {"communitiesWithServiceGap": 1, "food": 0}
    assert circle(200)["serviceCircle"][0] == {**food, "servedSiteCount": 1, "isGap": True}

    given = {"divisionCode": ask.town.district.code, "key": "CIRCLE_RADIUS_M", "value": 200}
    assert ask.change("district", "setSetting", "setting { value }", **given)["userErrors"] == []
    assert circle(None)["serviceCircle"][0] == {**food, "servedSiteCount": 1, "isGap": True}
    assert circle(None)["stats"]["food"] == 1
