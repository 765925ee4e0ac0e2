"""Telling the holder of a booking what became of it."""

from typing import Any

from db.access.commands import Call
from db.access.models.access import RoleGrant, is_held
from db.access.models.account import Role
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, notify
from db.bookings.models import Booking
from db.bookings.parties import holder_of
from db.kernel.statements import compiled


def tell_holder(call: Call, booking: Booking, about: str, text: str) -> None:
    """Notify whoever holds a booking or speaks for its holder, or staff where nobody signs in. about: what, once."""
    to = _speaker(call, booking)
    key = f"{booking.id}:{about}"
    notify(call, NoticeKind.BOOKING_CHANGED, key, to, text, division_code=booking.division_code)


def _speaker(call: Call, booking: Booking) -> Recipient:
    column, holder = holder_of(booking)
    if column == "person":
        account, role = holder.account_id, Role.RESIDENT
    elif column == "committee":
        return Recipient(Role.DIRECTOR, holder.division_code)
    else:
        is_team = column == "team"
        account = (_of_team if is_team else _of_unit).scalar(holder.id, call.now)
        role = Role.TEAM_CAPTAIN if is_team else Role.UNIT_CONTACT
    if account is None:
        return Recipient(Role.STAFF, booking.division_code)
    return Recipient(role, booking.division_code, account)


@compiled
def _of_team(team_id: Any, now: Any) -> Any:
    held = (RoleGrant.team == team_id) & is_held(RoleGrant, now)
    return RoleGrant.select(RoleGrant.account).where(held).order_by(RoleGrant.id.desc()).limit(1)


@compiled
def _of_unit(organization_id: Any, now: Any) -> Any:
    held = (RoleGrant.organization == organization_id) & is_held(RoleGrant, now)
    return RoleGrant.select(RoleGrant.account).where(held).order_by(RoleGrant.id.desc()).limit(1)
