"""Service points in the tests that span all nouns."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import isqrt
from typing import Any

from db.access.models.account import Role
from db.kernel.plane import cell_of, metres_of
from db.organizations.models.organization import Organization
from db.places.models.division import Division
from db.service_points.models import (
    CATEGORIES,
    KIND_OF,
    NearestService,
    ServiceCategory,
    ServicePoint,
    ServicePointState,
    ServiceTier,
)
from db.sites.models import SiteKind, SiteState
from tests.factories import MAKERS, TODAY, make_division
from tests.graph.evaluator import COMPUTED, LISTS, PERSONAL, ROOT_LISTS, Part, Viewer, World, by_column, scoped
from tests.graph.maker import DAYS, LINES, PHONES, Maker
from tests.graph.places import ROLES, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, WORDS, Spot
from tests.graph.steps import TODAY as TODAY_TEXT
from tests.sites.factories import make_site

MIDDLE = (Decimal("36.061000"), Decimal("103.834000"))


def place_of(latitude: Decimal, longitude: Decimal) -> dict[str, Any]:
    """Return the columns of a place."""
    x, y = metres_of(latitude, longitude)
    return {
        "latitude": latitude, "longitude": longitude, "x_m": x, "y_m": y, "cell_x": cell_of(x), "cell_y": cell_of(y),
    }  # fmt: skip


def make_service_point(division: Division | None = None, **values: Any) -> ServicePoint:
    """Make a service point in the middle of the city, of a community."""
    division = division or make_division()
    latitude, longitude = values.pop("latitude", MIDDLE[0]), values.pop("longitude", MIDDLE[1])
    given = {
        "name": "示范便利店", "category": ServiceCategory.CONVENIENCE_STORE, "tier": ServiceTier.BASIC,
        "verified_on": TODAY, "state": ServicePointState.ACTIVE, **place_of(latitude, longitude), **values,
    }  # fmt: skip
    return ServicePoint.create(division=division, division_code=division.code, **given)


def make_nearest_service(**values: Any) -> NearestService:
    """Make a service point the nearest one of a site of its community."""
    point = values.pop("service_point", None) or make_service_point()
    given = {"site": make_site(division=point.division), "division_code": point.division_code, "metres": 120}
    return NearestService.create(service_point=point, **{**given, "kind": KIND_OF[point.category], **values})


MAKERS |= {ServicePoint: make_service_point, NearestService: make_nearest_service}


def fill(maker: Maker) -> None:
    """Add service points to a random database."""
    made: list[dict[str, Any]] = []
    for home in maker.homes:
        units = [unit["id"] for unit in maker.units if unit["division_code"] == home["code"]]
        for _ in maker.few(3):
            start = maker.maybe([0, 420, 1439])
            at = [base + maker.random.randint(-40, 40) * Decimal("0.0003") for base in MIDDLE]
            made.append(
                {
                    "division": home["id"], "division_code": home["code"], "organization": maker.maybe(units),
                    "name": maker.one(LINES), "category": maker.one(list(ServiceCategory)),
                    "tier": maker.one(list(ServiceTier)), **place_of(*at), "open_from": start,
                    "open_to": None if start is None else start + maker.one([60, 1440]),
                    "phone": maker.maybe(PHONES), "verified_on": maker.one(DAYS),
                    "state": maker.one(list(ServicePointState)), "version": maker.random.randint(1, 3),
                }
            )  # fmt: skip
    points = maker.add(ServicePoint, made)
    found = [
        {"site": site, "division_code": code, "kind": kind, "service_point": point, "metres": way}
        for (site, code, kind), (way, point) in nearest(maker.sites, points).items()
    ]
    maker.add(NearestService, found)


def nearest(sites: Iterable[Mapping[str, Any]], points: Iterable[Mapping[str, Any]]) -> dict[Any, tuple[int, int]]:
    """Find, by home and kind, the shortest way to a basic service within 1,500 m, and which service point that is."""
    found: dict[Any, tuple[int, int]] = {}
    for point in points:
        if point["tier"] != ServiceTier.BASIC or point["state"] != ServicePointState.ACTIVE:
            continue
        for site in sites:
            if site["kind"] == SiteKind.GRID or site["state"] != SiteState.ACTIVE or site["x_m"] is None:
                continue
            way = isqrt((point["x_m"] - site["x_m"]) ** 2 + (point["y_m"] - site["y_m"]) ** 2)
            key = site["id"], site["division_code"], KIND_OF[point["category"]]
            if way <= 1500:
                found[key] = min(found.get(key, (way, point["id"])), (way, point["id"]))
    return found


FILLS.append(fill)

LISTS |= {
    ("Division", "servicePoints"): (scoped("ServicePoint"), ""),
    ("Organization", "servicePoints"): (by_column("organization_id", "ServicePoint"), ""),
}
ROOT_LISTS["servicePoints"] = ("ServicePoint", "")
COMPUTED |= {
    ("ServicePoint", "kind"): lambda _, row: KIND_OF[row.category],
}


def metres(point: Any, site: Any) -> int:
    """Return how far a service point lies from a site, in whole metres."""
    return isqrt((point.x_m - site.x_m) ** 2 + (point.y_m - site.y_m) ** 2)


def _homes(rows: Iterable[Any]) -> list[Any]:
    return [row for row in rows if row.kind != "GRID" and row.state == "ACTIVE" and row.x_m is not None]


def _walks(rows: Mapping[str, list[Any]], kind: str, home: Any, within: int = 1000) -> list[int]:
    """List the distances of the basic services of a kind within a walk of a home."""
    points = (row for row in rows["ServicePoint"] if row.tier == "BASIC" and row.state == "ACTIVE")
    ways = (metres(point, home) for point in points if KIND_OF[point.category] == kind)
    return [way for way in ways if way <= within]


def circle(viewer: Viewer, division: Any) -> list[dict[str, Any]]:
    """Count what is served, home by home."""
    homes = _homes(scoped("Site")(viewer.world, division, "SUBTREE"))
    found = []
    for kind in CATEGORIES:
        nearest = [min(ways) for home in homes if (ways := _walks(viewer.world.rows, kind, home))]
        found.append(
            {
                "kind": kind, "siteCount": len(homes), "servedSiteCount": len(nearest),
                "nearestMeters": min(nearest, default=None), "isGap": len(nearest) < len(homes),
            }
        )  # fmt: skip
    return found


def lacking(viewer: Viewer, part: Part) -> int:
    """Count the communities with a home that lacks a service of any kind."""
    homes = _homes(scoped("Site")(viewer.world, part.row, part.scope))
    rows = viewer.world.rows
    return len({home.division_code for home in homes if not all(_walks(rows, kind, home) for kind in CATEGORIES)})


def around(world: World, site: Any, _: str) -> list[Any]:
    """List the service points within a kilometre of a site."""
    if site.x_m is None:
        return []
    return [row for row in world.rows["ServicePoint"] if metres(row, site) <= 1000]


PERSONAL |= {("Division", "serviceCircle"): circle, ("DivisionStats", "communitiesWithServiceGap"): lacking}
LISTS["Site", "servicePoints"] = (around, "")


def add_to_place(place: Place) -> dict[str, str]:
    """Add a service point that the unit of a place runs."""
    unit = Organization.get_by_id(int(place.rows["unit"].rpartition("_")[2]))
    return {"service point": f"ServicePoint_{make_service_point(unit.division, organization=unit).id}"}


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
_WHO = {Role.STAFF, Role.UNIT_CONTACT}
READS = {
    "servicePoint": ('servicePoint(id: "%(service point)s") { id }', _PUBLIC),
    "servicePoints": (
        'servicePoints(filter: {id: {eq: "%(service point)s"}}) { totalCount nodes { id } }', _PUBLIC,
    ),
    "servicePointAggregate": ('servicePointAggregate(filter: {id: {eq: "%(service point)s"}}) { count }', _PUBLIC),
}  # fmt: skip
MAY = {"registerServicePoint": (_WHO,), "updateServicePoint": (_WHO,), "closeServicePoint": (_WHO,)}


def registered(spot: Spot) -> dict[str, Any]:
    """Return the input that registers a service point of the unit of a place."""
    return {
        "divisionCode": spot.place.code, "name": WORDS, "category": "CANTEEN", "tier": "BASIC", "latitude": "36.06",
        "longitude": "103.83", "verifiedOn": TODAY_TEXT, "organizationId": spot.row("unit"),
    }  # fmt: skip


INPUTS |= {
    "registerServicePoint": registered,
    "updateServicePoint": lambda at: {"servicePointId": at.row("service point"), "name": WORDS},
    "closeServicePoint": lambda at: {"servicePointId": at.row("service point")},
}
