"""Bookings, what is booked, and the places that are left."""

from datetime import date, timedelta

from peewee import Case, Node, Select, Value, fn

from db.bookings import models, visibility
from db.bookings.openings import opens, places_of
from db.kernel.calendar import today
from db.kernel.expressions import Row
from db.people.models.person import PeopleGroup
from schema.catalog.declare import column, computed, derived, many, model_type, names, one, one_of, part_type
from schema.catalog.fields import FieldArgument, FieldContext, Kind
from schema.graph.viewer import ASKER, seen_by

MOST_DAYS = 92
DAYS_SHOWN = timedelta(days=31)


def _groups(row: Row) -> Node:
    listed = Value('["').concat(fn.REPLACE(row.eligible_groups, " ", '","')).concat('"]')
    return fn.REPLACE(listed, '[""]', "[]")


@model_type(models.BookingTerms, "The terms on which a resource is booked (预约规则).")
class BookingTerms:
    """A resource without terms cannot be booked."""

    resource = one("Resource", "The resource that is booked on these terms.")
    purpose = column("The purpose of bookings of the resource.")
    allotment = column("How the places are given out.")
    is_auto_confirmed = column("Whether a booking is confirmed at once where a place is free.")
    is_open_to_all = column("Whether people of other communities may book as well.")
    eligible_groups = names(_groups, "The groups of people that may book; empty for everybody.", enum=PeopleGroup)
    term_days = column("How many days a booking covers at most.")


@model_type(models.ResourceUnit, "A numbered unit of a resource, such as a bay or a plot (号位).")
class ResourceUnit:
    """Each holds one booking in a slot."""

    resource = one("Resource", "The resource that the unit belongs to.")
    number = column("The number of the unit, unique in the resource.")
    note = column("Where the unit is, or what it is like.")
    is_active = column("Whether the unit is in use.")


@model_type(models.Slot, "One opening of a window of a resource on a day (时段).")
class Slot:
    """A slot is there once somebody used it."""

    resource = one("Resource", "The resource that is open in the slot.")
    window = one("ResourceWindow", "The window of which it is an opening.")
    division_code = column("The 12-digit code of the community.")
    day = column("The day on which the slot begins.")
    starts_at = column("When the slot begins.")
    ends_at = column("When the slot ends.")
    capacity = column("How many places the slot has.")
    taken = column("How many places are taken.")
    free = computed(Kind.DECIMAL, lambda row: row.capacity - row.taken, "How many places are free.", places=2)
    is_closed = column("Whether the owner shut the slot.")
    closed_reason = column("Why the owner shut the slot.")
    places = many("BookingSlot", "Places in the slot that the viewer knows of.", on="slot")


@model_type(models.LotDrawing, "A drawing of lots, which anybody can repeat (抽签).")
class LotDrawing:
    """The order is that of the SHA-256 of the beacon and the id of each booking, lowest first."""

    resource = one("Resource", "The resource whose places were drawn.")
    division_code = column("The 12-digit code of the community.")
    first_day = column("The first day of the bookings that took part.")
    beacon = column("The public text that nobody knew before the last request.")
    drawn = column("The ids of the bookings in the order of their lots, with blanks between.")
    place_count = column("How many of them got a place at once.")
    drawn_at = column("When the lots were drawn.")


@model_type(models.Booking, "A booking of places of a shared resource (预约).", visible=seen_by(visibility.BOOKING))
class Booking:
    """For its holder, the owner of what is booked, staff, and the offices above."""

    resource = one("Resource", "The resource that is booked.")
    division_code = column("The 12-digit code of the community of the resource.")
    holder = one_of(
        "BookingHolder",
        {"Person": "person", "Organization": "organization", "VolunteerTeam": "team", "Committee": "committee"},
        "Who holds the booking.",
    )
    purpose = column("What the booking is for.")
    first_day = column("The first day of the booking.")
    last_day = column("The last day of the booking.")
    windows = many(
        "ResourceWindow",
        "The windows that the booking is for.",
        on=lambda booking, window: window.id.in_(
            models.BookingWindow.select(models.BookingWindow.window).where(models.BookingWindow.booking == booking.id)
        ),
        order="weekday starts_minute",
    )
    unit = one("ResourceUnit", "The numbered unit that the booking holds or asks for.")
    quantity = column("How many places the booking takes in each slot.")
    plate = column("The plate of the car that parks.", queryable=False)
    drawing = one("LotDrawing", "The drawing of lots that the booking took part in.")
    claim = one("Claim", "The claim on an issue that took the places; null for everybody else.")
    lot = column("The place of the booking in the drawing, from 1.")
    warning_count = column("How often the holder was warned.")
    warned_on = column("The day of the last warning.")
    places = many(
        "BookingSlot",
        "The places that the booking holds or held.",
        on="booking",
        order="id",
        shares_visibility=True,
    )
    state = column("The state of the booking.")
    created_at = column("When the booking was requested.")
    ended_at = column("When the booking ended.")
    version = column("The version, which grows by one with each step; send it as `expectedVersion`.")


@model_type(models.BookingSlot, "A place of a booking in a slot (预约时段).", visible=seen_by(visibility.PLACE))
class BookingSlot:
    """Seen by whoever sees the booking."""

    booking = one("Booking", "The booking that holds the place.", shares_visibility=True)
    slot = one("Slot", "The slot in which the place is.")
    unit = one("ResourceUnit", "The numbered unit, where units have numbers.")
    division_code = column("The 12-digit code of the community.")
    quantity = column("How many places it takes.")
    is_live = column("Whether the place is held, and was not given back.")
    attendance = column("How the place was used.")
    overstay_minutes = column("How many minutes the holder stayed beyond the end.")


@part_type("One opening of a window, with the places that are left.")
class Opening:
    """A day on which a window opens, whether somebody used it yet or not."""

    day = computed(Kind.DATE, lambda row: row.day, "The day on which the window opens.")
    capacity = computed(Kind.DECIMAL, lambda row: row.capacity, "How many places there are.", places=2)
    taken = computed(Kind.DECIMAL, lambda row: row.taken, "How many places are taken.", places=2)
    free = computed(Kind.DECIMAL, lambda row: row.free, "How many places can be booked.", places=2)
    is_closed = computed(bool, lambda row: row.is_closed, "Whether the owner shut the window on that day.")
    closed_reason = computed(Kind.PROSE, lambda row: row.closed_reason, "Why the owner shut it.", nullable=True)


def _days_after(now: str) -> str:
    return (date.fromisoformat(today(now)) + DAYS_SHOWN).isoformat()


def _openings(window: Row, given: FieldContext) -> Select:
    day, slot = models.CalendarDate.alias("on_day"), models.Slot.alias("used")
    capacity = places_of(window, slot)
    taken = fn.COALESCE(slot.taken, 0)
    is_closed = fn.COALESCE(slot.is_closed, False)
    free = Case(None, [(is_closed, 0)], capacity - taken)
    columns = (
        day.day.alias("day"), capacity.alias("capacity"), taken.alias("taken"), free.alias("free"),
        is_closed.alias("is_closed"),
        slot.closed_reason.alias("closed_reason"),
    )  # fmt: skip
    found = day.select(*columns).left_outer_join(slot, on=(slot.window == window.id) & (slot.day == day.day))
    first, last = given.argument("from_day"), given.argument("to_day")
    first = ASKER.when(today) if first is None else first
    last = ASKER.when(_days_after) if last is None else last
    return found.where(opens(window, day), day.day >= first, day.day <= last).order_by(day.day).limit(MOST_DAYS)


OPENINGS = derived(
    "Opening",
    "The openings of the window from one day to another, with the places that are left.",
    query=_openings,
    bound=MOST_DAYS,
    arguments=(
        FieldArgument("from_day", Kind.DATE, "The first day; today when left out."),
        FieldArgument("to_day", Kind.DATE, "The last day; 31 days from today when left out."),
    ),
)
