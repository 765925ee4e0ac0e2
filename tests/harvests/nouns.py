"""Harvests in the tests that span all nouns."""

from decimal import Decimal
from typing import Any

from db.access.models.account import Role
from db.bookings.models import Booking, BookingPurpose, BookingState
from db.city import models
from db.harvests.models import Harvest
from tests.bookings.factories import make_booking
from tests.bookings.nouns import sees_booking
from tests.factories import MAKERS
from tests.graph.evaluator import LISTS, PERSONAL, ROOT_LISTS, by_column, scoped
from tests.graph.maker import DAYS, LINES, MOMENTS, QUANTITIES, Maker
from tests.graph.places import OFFICERS, ROLES, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, TODAY
from tests.graph.viewers import Viewer
from tests.harvests import factories
from tests.harvests.factories import make_harvest
from tests.organizations.factories import make_resource

MAKERS.update(factories.MAKERS)


def fill(maker: Maker) -> None:
    """Add harvests of bookings to a random database."""
    [booked] = [rows for model, rows in maker.rows if model is Booking]
    maker.add(Harvest, [_harvest(maker, booking) for booking in maker.some(booked) for _ in maker.few(2)])


def _harvest(maker: Maker, booking: dict[str, Any]) -> dict[str, Any]:
    kilograms = maker.one(QUANTITIES)
    shared = maker.one([Decimal(0), kilograms])
    return {
        "booking": booking["id"], "division_code": booking["division_code"], "day": maker.one(DAYS),
        "crop": maker.one(LINES), "kilograms": kilograms, "shared_kilograms": shared,
        "shared_with": maker.one(LINES) if shared else None, "created_at": maker.one(MOMENTS),
    }  # fmt: skip


FILLS.append(fill)


def _plot(viewer: Viewer, harvest: Any) -> Any:
    booking = viewer.world.get("Booking", harvest.booking_id)
    return booking if sees_booking(viewer, booking) else None


PERSONAL["Harvest", "booking"] = _plot
LISTS |= {
    ("Division", "harvests"): (scoped("Harvest"), "-day"),
    ("Booking", "harvests"): (by_column("booking_id", "Harvest"), "-day"),
}
ROOT_LISTS["harvests"] = ("Harvest", "-day")


def add_to_place(place: Place) -> dict[str, str]:
    """Add a plot that the resident holds, and a harvest of it."""
    unit = models.Organization.get_by_id(int(place.rows["unit"].rpartition("_")[2]))
    person = models.Person.get(models.Person.account == place.accounts[Role.RESIDENT])
    garden = make_resource(unit, name="示范小菜园")
    plot = make_booking(garden, purpose=BookingPurpose.PLOT, state=BookingState.ENDED, person=person)
    return {"plot": f"Booking_{plot.id}", "harvest": f"Harvest_{make_harvest(plot).id}"}


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
READS = {
    "harvest": ('harvest(id: "%(harvest)s") { id }', _PUBLIC),
    "harvests": ('harvests(filter: {id: {eq: "%(harvest)s"}}) { totalCount nodes { id } }', _PUBLIC),
    "harvestAggregate": ('harvestAggregate(filter: {id: {eq: "%(harvest)s"}}) { count }', _PUBLIC),
}
KNOWN = {"recordHarvest": {Role.RESIDENT, Role.STAFF, Role.UNIT_CONTACT, *OFFICERS}}
MAY = {"recordHarvest": ({Role.RESIDENT, Role.STAFF},)}
INPUTS["recordHarvest"] = lambda at: {
    "bookingId": at.row("plot"), "day": TODAY, "crop": "番茄", "kilograms": "6.5", "sharedKilograms": "2",
    "sharedWith": "楼院老人",
}  # fmt: skip
