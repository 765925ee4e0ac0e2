"""Who knows of a booking: its holder, the owner of what is booked, staff, and the offices above. Others see places."""

from peewee import SQL, ColumnBase, fn

from db.access.actor import Actor
from db.access.models.account import is_office
from db.access.viewers import Rule, ViewerSql, hide_subject
from db.bookings.models import Booking, BookingSlot
from db.bookings.parties import holder_of, is_owner, is_party, owns, speaks
from db.kernel.expressions import Row


def may_see(actor: Actor, booking: Booking) -> bool:
    """Return whether an actor knows of a booking."""
    code = booking.division_code
    if actor.has_power(is_office, over=code):
        return True
    return actor.mandate.part.covers(code) and (owns(actor, booking) or speaks(actor, *holder_of(booking)) is not None)


def sees(booking: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer knows of a booking."""
    office = viewer.has_power(is_office, over=booking.division_code)
    return viewer.covers(booking.division_code) & (office | is_party(booking, viewer) | is_owner(booking, viewer))


def may_see_place(actor: Actor, place: BookingSlot) -> bool:
    """Return whether an actor knows of a place that a booking holds."""
    return may_see(actor, Booking.get_by_id(place.booking_id))


def sees_place(place: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer knows of a place that a booking holds."""
    booking = Booking.alias("its_booking")
    return fn.EXISTS(booking.select(SQL("1")).where(booking.id == place.booking, sees(booking, viewer)))


BOOKING = hide_subject(Rule(Booking, may_see, sees))
PLACE = Rule(BookingSlot, may_see_place, sees_place)
RULES = (BOOKING, PLACE)
