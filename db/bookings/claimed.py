"""Claims on places in windows: a confirmed claim holds them as a booking of its claimant, which ends with it."""

from typing import Any

from db.access.commands import Call
from db.access.journal import begin, move
from db.access.models.journal import JournalAction
from db.bookings.lifecycle import BOOKING_LIFECYCLE
from db.bookings.models import LIVE, Allotment, Booking, BookingPurpose, BookingTerms, BookingWindow
from db.bookings.openings import days_open, free_on
from db.bookings.places import Full, take_places
from db.bookings.places import give_back as give_places_back
from db.bookings.rules import require_unnumbered
from db.committees.models.committee import Member
from db.issues.capacity import Places, Wanted, exceeded, require_quantity
from db.issues.models.claim import Claim
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.organizations.models.resource import Resource
from db.people.models.person import Person

A = JournalAction
_COLUMNS = {"Organization": "organization", "VolunteerTeam": "team"}


def require_places(call: Call, wanted: Wanted) -> None:
    """Check that a window has what a claim takes of it on the promised day.

    Raises:
        DomainError: INVALID_INPUT, the window is not open on the day, no quantity is given, or the claimant is not
            registered as a person; NOT_ELIGIBLE, its places are given out by lot; SLOT_CONFLICT, the day is over;
            CLAIM_CAPACITY_EXCEEDED.
    """
    _holder(wanted)
    resource, day = wanted.resource, wanted.day
    terms = BookingTerms.find(resource=resource.id)
    if terms is not None and terms.allotment is Allotment.LOTTERY:
        message = "Places of the resource are given out by lot; book one instead (`requestBooking`)."
        chinese = "该资源抽签分配，请改为预约（requestBooking）。"
        raise DomainError(ErrorCode.NOT_ELIGIBLE, message, ("resourceId",), chinese=chinese)
    if day < call.day:
        message = f"The promised day, {day}, is over; let the claim be made again for another day."
        chinese = f"承诺日期{day}已过，请另择日期重新认领。"
        raise DomainError(ErrorCode.SLOT_CONFLICT, message, ("promisedOn",), chinese=chinese)
    is_offered = resource.valid_until is None or day <= resource.valid_until
    if not is_offered or day not in days_open(wanted.window, day, day):
        message = f"The window does not open on {day}; promise a day on which it does (see its `openings`)."
        raise invalid("promisedOn", message, f"该时段{day}不开放，请承诺开放的日期（见 openings）。")
    quantity = require_quantity(wanted.quantity)
    require_unnumbered(resource, quantity)
    left = free_on(resource, wanted.window, day)
    if quantity > left:
        raise exceeded(resource, quantity, left, day)


def take(call: Call, wanted: Wanted, claim: Claim) -> None:
    """Book what a claim takes for its claimant, who has the places from now on; the resource is locked.

    Raises:
        DomainError: as `require_places`; SLOT_CONFLICT, the claimant has a place then already.
    """
    require_places(call, wanted)
    terms = BookingTerms.find(resource=wanted.resource.id)
    booking = begin(
        call, BOOKING_LIFECYCLE, Booking, resource=wanted.resource.id, division_code=wanted.resource.division_code,
        purpose=terms.purpose if terms else BookingPurpose.OTHER, first_day=wanted.day, last_day=wanted.day,
        quantity=wanted.quantity, claim=claim.id, warning_count=0, created_at=call.at, **_holder(wanted),
    )  # fmt: skip
    BookingWindow.create(booking=booking.id, window=wanted.window.id)
    try:
        unit = take_places(wanted.resource, booking, call.day)
    except Full as full:
        raise full.refusal("claimId") from full
    move(call, BOOKING_LIFECYCLE, booking, A.ALLOT, unit=unit)


def give_back(call: Call, claim: Claim) -> None:
    """Cancel the booking of a claim that ends unkept, unless its day is over: its places go back at once."""
    Resource.lock(id=claim.resource_id)
    booking = Booking.lock(claim=claim.id)
    if booking is not None and booking.state in LIVE and booking.last_day >= call.day:
        move(call, BOOKING_LIFECYCLE, booking, A.CANCEL, ended_at=call.at)
        give_places_back(call, booking, call.day)


def _holder(wanted: Wanted) -> dict[str, Any]:
    """Return the column of a booking that names a claimant: of a member or a resident, their person."""
    kind, row_id = wanted.party
    if kind in _COLUMNS:
        return {_COLUMNS[kind]: row_id}
    if kind == "Member":
        person_id = Member.get_by_id(row_id).person_id
    else:
        person_id = getattr(Person.find(account=row_id), "id", None)
    if person_id is None:
        message = "The claimant is not registered as a person; register first (`registerPerson`)."
        raise invalid("claimantId", message, "认领人尚未登记人员信息，请先登记（registerPerson）。")
    return {"person": person_id}


BY_BOOKING = Places(require_places, take, give_back)
