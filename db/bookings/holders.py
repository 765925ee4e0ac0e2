"""Telling the holder of a booking what became of it."""

from db.access.commands import Call
from db.access.models.account import Role
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, notify
from db.access.speakers import speaker_of
from db.bookings.models import Booking
from db.bookings.parties import holder_of


def tell_holder(call: Call, booking: Booking, about: str, text: str) -> None:
    """Notify whoever holds a booking or speaks for its holder, or staff where nobody signs in. about: what, once."""
    to = _speaker(call, booking)
    key = f"{booking.id}:{about}"
    notify(call, NoticeKind.BOOKING_CHANGED, key, to, text, division_code=booking.division_code)


def _speaker(call: Call, booking: Booking) -> Recipient:
    column, holder = holder_of(booking)
    if column == "committee":
        return Recipient(Role.DIRECTOR, holder.division_code)
    if column != "person":
        team_id, unit_id = booking.team_id, booking.organization_id
        return speaker_of(call, booking.division_code, team_id=team_id, organization_id=unit_id)
    if holder.account_id is None:
        return Recipient(Role.STAFF, booking.division_code)
    return Recipient(Role.RESIDENT, booking.division_code, holder.account_id)
