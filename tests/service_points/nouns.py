"""Service points in the tests that span all nouns."""

from decimal import Decimal
from typing import Any

from db.access.models.account import Role
from db.kernel.plane import cell_of, metres_of
from db.organizations.models.organization import Organization
from db.places.models.division import Division
from db.service_points.models import CATEGORIES, ServiceCategory, ServicePoint, ServicePointState, ServiceTier
from tests.factories import MAKERS, TODAY, make_division
from tests.graph.evaluator import COMPUTED, LISTS, ROOT_LISTS, by_column, scoped
from tests.graph.maker import DAYS, LINES, PHONES, Maker
from tests.graph.places import ROLES, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, WORDS, Spot
from tests.graph.steps import TODAY as TODAY_TEXT

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


MAKERS[ServicePoint] = make_service_point


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
    maker.add(ServicePoint, made)


FILLS.append(fill)

LISTS |= {
    ("Division", "servicePoints"): (scoped("ServicePoint"), ""),
    ("Organization", "servicePoints"): (by_column("organization_id", "ServicePoint"), ""),
}
ROOT_LISTS["servicePoints"] = ("ServicePoint", "")
_KINDS = {category.value: kind.value for kind, categories in CATEGORIES.items() for category in categories}
COMPUTED |= {
    ("ServicePoint", "kind"): lambda _, row: _KINDS[row.category],
    # Without the argument `near`; tests/service_points compares distances.
    ("ServicePoint", "distanceMeters"): lambda _, row: None,
}


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
