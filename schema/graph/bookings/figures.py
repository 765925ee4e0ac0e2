"""Figures of a division about parking: how many bays are shared there, and how many cars hold a permit."""

from peewee import SQL, ColumnBase, fn

from db.bookings.models import Booking, BookingPurpose, BookingState, ResourceUnit
from db.kernel.expressions import Row
from db.organizations.models.resource import Resource, ResourceState
from schema.catalog.declare import computed, number
from schema.catalog.fields import FieldContext
from schema.graph.places.types import within

# The topics of resources whose units are bays.
BAYS = ("SPACE-01", "SPACE-02")


def _bays(division: Row, given: FieldContext) -> ColumnBase:
    unit, resource = ResourceUnit.alias("bay"), Resource.alias("shared")
    is_offered = resource.topic_code.in_(BAYS) & (resource.state == ResourceState.ON_OFFER.value)
    counted = within(unit.division_code, division, given) & unit.is_active & is_offered
    joined = unit.select(fn.COUNT(SQL("*"))).join(resource, on=resource.id == unit.resource)
    return number(joined.where(counted))


def _permits(division: Row, given: FieldContext) -> ColumnBase:
    booking = Booking.alias("permit")
    is_live = (booking.purpose == BookingPurpose.PARKING.value) & (booking.state == BookingState.CONFIRMED.value)
    return number(booking.select(fn.COUNT(SQL("*"))).where(within(booking.division_code, division, given), is_live))


FIGURES = {
    "shared_bay_count": computed(
        int, _bays, "The number of numbered parking bays on offer to others (共享车位).", cost=5
    ),
    "live_permit_count": computed(
        int, _permits, "The number of confirmed bookings of parking bays (有效停车许可).", cost=5
    ),
}
