"""Bookings in the tests that span all nouns."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from db.access.models.account import Role
from db.bookings.models import Allotment, Booking, BookingState
from db.city import models
from db.kernel.calendar import SHANGHAI
from db.organizations.models.resource import CapacityModel
from tests.bookings import factories
from tests.bookings.rows import fill
from tests.factories import MAKERS
from tests.graph.evaluator import COMPUTED, FIGURES, LISTS, PERSONAL, ROOT_LISTS, VIEWS, World, by_column, scoped
from tests.graph.places import OFFICERS, ROLES, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, TODAY, WORDS, Spot
from tests.graph.viewers import HIDDEN_SUBJECTS, RULES, Viewer
from tests.issues.capacities import covers
from tests.organizations.factories import make_resource, make_resource_window
from tests.people.nouns import OFFICES
from tests.times import AT

FILLS.append(fill)
MAKERS.update(factories.MAKERS)
LEADS = ("DIRECTOR", "DEPUTY_DIRECTOR")


def sees_booking(viewer: Viewer, booking: Any) -> bool:
    """Return whether a viewer knows of a booking: its holder, the owner, staff and the offices above."""
    world, code = viewer.world, booking.division_code
    resource = world.get("Resource", booking.resource_id)
    owner, skilled = resource.organization_id, world.get("Person", resource.person_id)
    person = world.get("Person", booking.person_id)
    committee = world.get("Committee", booking.committee_id)
    accounts = {one.account_id for one in (person, skilled) if one is not None} - {None}
    is_self = viewer.account_id in accounts
    return viewer.is_good(code) and (
        is_self
        or any(grant.role in OFFICES and covers(grant, code) for grant in viewer.held())
        or any(
            (grant.role == "UNIT_CONTACT" and grant.organization_id in {owner, booking.organization_id} - {None})
            or (grant.role == "TEAM_CAPTAIN" and grant.team_id in {booking.team_id} - {None})
            for grant in viewer.held()
        )
        or (
            committee is not None
            and viewer.is_good(committee.division_code)
            and any(grant.role in LEADS and covers(grant, committee.division_code) for grant in viewer.held())
        )
    )


def holder(world: World, row: Any) -> Any:
    """Return who holds a booking."""
    columns = {
        "Person": row.person_id, "Organization": row.organization_id, "VolunteerTeam": row.team_id,
        "Committee": row.committee_id,
    }  # fmt: skip
    return next(world.get(noun, key) for noun, key in columns.items() if key is not None)


def openings(viewer: Viewer, window: Any) -> list[dict[str, Any]]:
    """List the openings of a window within 31 days, as they are without arguments."""
    world, today = viewer.world, viewer.now.astimezone(SHANGHAI).date()
    units = [row for row in world.rows["ResourceUnit"] if row.resource_id == window.resource_id and row.is_active]
    slots = {row.day: row for row in world.rows["Slot"] if row.window_id == window.id}
    found = []
    for day in sorted(world.rows["CalendarDate"], key=lambda row: row.day):
        if not today <= day.day <= today + timedelta(days=31) or not _opens(window, day):
            continue
        slot = slots.get(day.day)
        capacity = slot.capacity if slot else Decimal(len(units)) or window.quantity
        taken = slot.taken if slot else Decimal(0)
        is_closed = bool(slot and slot.is_closed)
        found.append(
            {
                "day": day.day, "capacity": capacity, "taken": taken, "isClosed": is_closed,
                "free": Decimal(0) if is_closed else capacity - taken,
                "closedReason": slot.closed_reason if slot else None,
            }
        )  # fmt: skip
    return found


def available(viewer: Viewer, resource: Any) -> Decimal | None:
    """Return what may still be claimed of a resource."""
    rows, now = viewer.world.rows, viewer.now.astimezone(SHANGHAI)
    if resource.capacity_model in ("RECURRING_WINDOW", "BOOKABLE"):
        return _free_next(rows, resource, now)
    if resource.quantity is None:
        return None
    left = resource.quantity
    for claim in rows["Claim"]:
        if claim.resource_id != resource.id or claim.state not in ("CONFIRMED", "FULFILLED"):
            continue
        confirmed = claim.confirmed_at and claim.confirmed_at.astimezone(SHANGHAI)
        counts = {
            "QUOTA": confirmed is not None and (confirmed.year, confirmed.month) >= (now.year, now.month),
            "LEASE": claim.state == "CONFIRMED", "STANDBY": claim.state == "CONFIRMED", "STANDING": False,
        }.get(resource.capacity_model, True)  # fmt: skip
        left -= (claim.quantity or 0) if counts else 0
    return left


def _free_next(rows: Any, resource: Any, now: datetime) -> Decimal:
    slots = {(row.window_id, row.day): row for row in rows["Slot"]}
    units = sum(row.resource_id == resource.id and row.is_active for row in rows["ResourceUnit"])
    ahead = [
        (day.day, window.starts_minute, window.id)
        for window in rows["ResourceWindow"] if window.resource_id == resource.id
        for day in rows["CalendarDate"]
        if day.day >= now.date() and _opens(window, day)
        and not getattr(slots.get((window.id, day.day)), "is_closed", False)
        and (day.day > now.date() or window.ends_minute > now.hour * 60 + now.minute or window.recurrence == "SEASON")
    ]  # fmt: skip
    if not ahead:
        return Decimal(0)
    day, _, window_id = min(ahead)
    slot = slots.get((window_id, day))
    whole = Decimal(units) or next(window.quantity for window in rows["ResourceWindow"] if window.id == window_id)
    return slot.capacity - slot.taken if slot else whole


def _opens(window: Any, day: Any) -> bool:
    if window.recurrence == "SEASON":
        return day.day == window.opens_on
    is_in = (window.opens_on or date.min) <= day.day <= (window.closes_on or date.max)
    fits = window.holidays == "INCLUDED" or day.is_holiday is (window.holidays == "ONLY")
    return is_in and day.weekday == window.weekday and fits


def _asked(world: World, booking: Any, scope: str) -> list[Any]:
    ids = {row.window_id for row in world.rows["BookingWindow"] if row.booking_id == booking.id}
    return [window for window in world.rows["ResourceWindow"] if window.id in ids]


RULES |= {
    "Booking": sees_booking,
    "BookingSlot": lambda viewer, row: sees_booking(viewer, viewer.world.get("Booking", row.booking_id)),
}
HIDDEN_SUBJECTS.add("Booking")
COMPUTED |= {
    ("BookingTerms", "eligibleGroups"): lambda _, row: row.eligible_groups.split(),
    ("Slot", "free"): lambda _, row: row.capacity - row.taken,
    ("Booking", "holder"): holder,
    ("Claim", "booking"): lambda world, claim: next(
        (row for row in world.rows["Booking"] if row.claim_id == claim.id), None
    ),
    ("Resource", "bookingTerms"): lambda world, resource: next(
        (row for row in world.rows["BookingTerms"] if row.resource_id == resource.id), None
    ),
}
PERSONAL["ResourceWindow", "openings"] = openings
PERSONAL["Resource", "availableQuantity"] = available
LISTS |= {
    ("Division", "bookings"): (scoped("Booking"), "-id"),
    ("Resource", "units"): (by_column("resource_id", "ResourceUnit"), "number"),
    ("Resource", "slots"): (by_column("resource_id", "Slot"), "startsAt"),
    ("Resource", "bookings"): (by_column("resource_id", "Booking"), "-id"),
    ("Resource", "lotDrawings"): (by_column("resource_id", "LotDrawing"), "-id"),
    ("Slot", "places"): (by_column("slot_id", "BookingSlot"), ""),
    ("Booking", "places"): (by_column("booking_id", "BookingSlot"), ""),
    ("Booking", "windows"): (_asked, "weekday startsMinute"),
    **{
        (noun, "bookings"): (by_column(f"{column}_id", "Booking"), "-id")
        for noun, column in (
            ("Person", "person"), ("Organization", "organization"), ("VolunteerTeam", "team"),
            ("Committee", "committee"),
        )
    },
}  # fmt: skip
ROOT_LISTS["bookings"] = ("Booking", "-id")


def _bays(world: World) -> list[Any]:
    topics = ("SPACE-01", "SPACE-02")
    offered = {row.id for row in world.rows["Resource"] if row.topic_code in topics and row.state == "ON_OFFER"}
    return [_counted(row) for row in world.rows["ResourceUnit"] if row.is_active and row.resource_id in offered]


def _permits(world: World) -> list[Any]:
    booked = world.rows["Booking"]
    return [_counted(row) for row in booked if row.purpose == "PARKING" and row.state == "CONFIRMED"]


def _counted(row: Any) -> Any:
    """Return what is counted of a row, whoever knows of it."""
    return SimpleNamespace(_pk=row.id, division_code=row.division_code)


VIEWS |= {"Bay": _bays, "Permit": _permits}
FIGURES |= {
    "sharedBayCount": lambda rows: len(rows("Bay")),
    "livePermitCount": lambda rows: len(rows("Permit")),
}


def add_to_place(place: Place) -> dict[str, str]:
    """Add a room of the unit, booked by the resident of the place, in each state that a step needs."""
    unit = models.Organization.get_by_id(int(place.rows["unit"].rpartition("_")[2]))
    person = models.Person.get_by_id(int(place.rows["person"].rpartition("_")[2]))
    room = make_resource(unit, name="示范活动室", capacity_model=CapacityModel.BOOKABLE)
    window, free, shut = (make_resource_window(room, weekday=day) for day in (2, 3, 4))
    factories.make_booking_terms(room)
    found = {}
    for state, its in ((BookingState.REQUESTED, shut), (BookingState.CONFIRMED, window)):
        booking: Booking = factories.make_booking(room, state=state, person=person, warning_count=2)
        factories.make_booking_window(booking, window=its)
        found[f"{state.value} booking"] = f"Booking_{booking.id}"
    slot = factories.make_slot(window, taken=1, starts_at=AT - timedelta(hours=3), ends_at=AT - timedelta(hours=1))
    factories.make_slot(shut, day=date(2026, 1, 15), is_closed=True, closed_reason=WORDS)
    used = factories.make_booking_slot(
        factories.make_booking(room, state=BookingState.CONFIRMED, organization=unit), slot=slot
    )
    plots = make_resource(unit, name="示范菜园", capacity_model=CapacityModel.BOOKABLE)
    factories.make_booking_terms(plots, allotment=Allotment.LOTTERY)
    season = make_resource_window(plots, weekday=2)
    factories.make_booking_window(factories.make_booking(plots, person=person), window=season)
    drawing = factories.make_lot_drawing(room)
    return found | {
        "room": f"Resource_{room.id}", "room window": f"ResourceWindow_{window.id}",
        "free window": f"ResourceWindow_{free.id}", "shut window": f"ResourceWindow_{shut.id}",
        "used slot": f"Slot_{slot.id}",
        "plots": f"Resource_{plots.id}", "season": f"ResourceWindow_{season.id}",
        "place in slot": f"BookingSlot_{used.id}", "lot drawing": f"LotDrawing_{drawing.id}",
    }  # fmt: skip


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
_KNOW = {Role.RESIDENT, Role.STAFF, Role.UNIT_CONTACT, *OFFICERS}
READS = {
    "booking": ('booking(id: "%(CONFIRMED booking)s") { id }', _KNOW),
    "bookings": ('bookings(filter: {id: {eq: "%(CONFIRMED booking)s"}}) { totalCount nodes { id } }', _KNOW),
    "bookingAggregate": ('bookingAggregate(filter: {id: {eq: "%(CONFIRMED booking)s"}}) { count }', _KNOW),
    "slot": ('slot(id: "%(used slot)s") { id }', _PUBLIC),
    "lotDrawing": ('lotDrawing(id: "%(lot drawing)s") { id }', _PUBLIC),
}
_OWNERS = {Role.STAFF, Role.UNIT_CONTACT}
_HOLDERS = {Role.STAFF, Role.RESIDENT}
KNOWN = dict.fromkeys(
    ("reviewBooking", "cancelBooking", "warnBooking", "forfeitBooking", "recordBookingAttendance", "reportOverstay"),
    _KNOW,
)
# The place in a slot is of another booking than theirs.
KNOWN |= dict.fromkeys(("recordBookingAttendance", "reportOverstay"), _KNOW - {Role.RESIDENT})
MAY = {
    **dict.fromkeys(
        ("setBookingTerms", "changeResourceUnits", "changeResourceWindows", "closeSlot", "openSlot", "drawLots",
         "reviewBooking", "recordBookingAttendance", "reportOverstay"), (_OWNERS,),
    ),
    "requestBooking": (_HOLDERS,),
    "cancelBooking": (_HOLDERS | _OWNERS,),
    "warnBooking": ({Role.STAFF},),
    "forfeitBooking": ({Role.STAFF},),
}  # fmt: skip


def _on_room(spot: Spot, **given: Any) -> dict[str, Any]:
    return {"resourceId": spot.row("room"), **given}


INPUTS |= {
    "setBookingTerms": lambda at: _on_room(at, purpose="ROOM", termDays=7),
    "changeResourceUnits": lambda at: {"resourceId": at.row("on_offer resource"), "add": [{"number": "B-1"}]},
    "changeResourceWindows": lambda at: _on_room(
        at, add=[{"weekday": 5, "startsMinute": 540, "endsMinute": 600, "quantity": "1"}]
    ),
    "closeSlot": lambda at: _on_room(at, windowId=at.row("free window"), day="2026-01-07", reason=WORDS),
    "openSlot": lambda at: _on_room(at, windowId=at.row("shut window"), day="2026-01-15"),
    "drawLots": lambda at: {
        "resourceId": at.row("plots"), "firstDay": TODAY, "windowIds": [at.row("season")],
        "beacon": "2026-01-05 示范公开文本",
    },
    "requestBooking": lambda at: _on_room(
        at, firstDay=TODAY, lastDay="2026-01-10", windowIds=[at.row("free window")], holderId=at.row("person")
    ),
    "reviewBooking": lambda at: {"bookingId": at.row("REQUESTED booking"), "decision": "APPROVED"},
    "cancelBooking": lambda at: {"bookingId": at.row("REQUESTED booking"), "reason": WORDS},
    "warnBooking": lambda at: {"bookingId": at.row("CONFIRMED booking"), "reason": WORDS},
    "forfeitBooking": lambda at: {"bookingId": at.row("CONFIRMED booking"), "cause": "WARNED", "reason": WORDS},
    "recordBookingAttendance": lambda at: {"bookingSlotId": at.row("place in slot"), "attendance": "ATTENDED"},
    "reportOverstay": lambda at: {"bookingSlotId": at.row("place in slot"), "minutes": 1},
}  # fmt: skip
