"""Bookings: numbered units, the slots in which a resource is open, and who holds a place in them.

A slot is one opening of a window on one day. It is made when it is first used, so that what nobody books costs no row.
"""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, BooleanField, Check, CompositeKey, ForeignKeyField, IntegerField

from db.committees.models.committee import Committee
from db.issues.models.claim import Claim
from db.kernel.bounds import Between
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import (
    CodeField,
    DayField,
    EnumField,
    FixedDecimalField,
    LineField,
    ProseField,
    UtcDateTimeField,
    one_of,
)
from db.kernel.model import BaseModel
from db.organizations.models.organization import Organization
from db.organizations.models.resource import Resource, ResourceWindow
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.teams.models.team import VolunteerTeam

# For how many days after its own a slot is kept, with who held a place in it.
KEPT_DAYS = 366
# The longest booking of any resource, in days.
TERM_DAYS = Between(1, 366)


class Allotment(DomainEnum):
    """How the places of a resource are given out (分配方式)."""

    FIRST_COME = "FIRST_COME", "Whoever asks first has the place.", "先到先得"
    LOTTERY = "LOTTERY", "Requests are collected, and lots are drawn.", "抽签"


class BookingPurpose(GrowingEnum):
    """What a booking is for (预约用途)."""

    PARKING = "PARKING", "Parking space for a car.", "停车"
    SESSION = "SESSION", "A session for a group of people.", "场次"
    ROOM = "ROOM", "A room for some hours.", "场地"
    PLOT = "PLOT", "A plot of a garden.", "菜园地块"
    LOAN = "LOAN", "A thing that is lent.", "借用"
    OTHER = "OTHER", "Any purpose besides these.", "其他"


class BookingState(DomainEnum):
    """The state of a booking (预约状态)."""

    REQUESTED = "REQUESTED", "The booking waits for an answer, or for the lots to be drawn.", "待确认"
    WAITING = "WAITING", "The lots gave it no place; it gets the next one that falls free.", "候补"
    CONFIRMED = "CONFIRMED", "The booking holds its places.", "已确认"
    DECLINED = "DECLINED", "The booking was turned down.", "未通过"
    CANCELLED = "CANCELLED", "The booking was cancelled.", "已取消"
    FORFEITED = "FORFEITED", "The booking was taken away after warnings or a false statement.", "已收回"
    ENDED = "ENDED", "The last day of the booking is over.", "已结束"


LIVE = (BookingState.REQUESTED, BookingState.WAITING, BookingState.CONFIRMED)


class BookingReview(DomainEnum):
    """What is decided about a requested booking (预约审核结论)."""

    APPROVED = "APPROVED", "The booking is confirmed and takes its places.", "通过"
    DECLINED = "DECLINED", "The booking is turned down; the reason says why.", "不予通过"


class ForfeitCause(DomainEnum):
    """Why a booking is taken away (收回原因)."""

    WARNED = "WARNED", "The holder was warned and changed nothing.", "经提醒未改正"
    FALSE_STATEMENT = "FALSE_STATEMENT", "The plate or the group of the holder was false.", "车牌或人员类别不实"


class PlaceUse(DomainEnum):
    """How a place in a slot was used (到场情况)."""

    EXPECTED = "EXPECTED", "The holder is expected.", "待到场"
    ATTENDED = "ATTENDED", "The holder came.", "已到场"
    NO_SHOW = "NO_SHOW", "The holder did not come.", "未到场"
    OVERSTAYED = "OVERSTAYED", "The holder stayed beyond the end.", "超时"
    CANCELLED = "CANCELLED", "The place was given back.", "已取消"


class BookingTerms(BaseModel):
    """On which terms a resource is booked (预约规则). A resource without terms cannot be booked.

    eligible_groups: names of `PeopleGroup` with blanks between; empty, everybody may book. is_open_to_all: people of
    other communities may book as well.
    """

    id = BigAutoField()
    resource = ForeignKeyField(Resource, unique=True, backref="terms", on_delete="RESTRICT")
    division_code = CodeField()
    purpose = EnumField(BookingPurpose)
    allotment = EnumField(Allotment)
    is_auto_confirmed = BooleanField()
    is_open_to_all = BooleanField()
    eligible_groups = LineField()
    term_days = IntegerField()

    if TYPE_CHECKING:
        resource_id: int

    class Meta:
        constraints = [Check(TERM_DAYS.sql("term_days"))]

    @property
    def gives_at_once(self) -> bool:
        """Whether a booking gets its places as soon as it is made."""
        return self.allotment is Allotment.FIRST_COME and self.is_auto_confirmed


class ResourceUnit(BaseModel):
    """A numbered unit of a resource (号位): a bay, a plot, a room. Each holds one booking in a slot."""

    id = BigAutoField()
    resource = ForeignKeyField(Resource, backref="units", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    number = CodeField()
    note = LineField(null=True)
    is_active = BooleanField()

    if TYPE_CHECKING:
        resource_id: int

    class Meta:
        indexes = ((("resource", "number"), True),)


class CalendarDate(BaseModel):
    """A day of the calendar (日历): what windows must know of it, so that the database itself can list openings.

    is_holiday: a day off from Monday to Friday.
    """

    day = DayField(primary_key=True)
    weekday = IntegerField()
    is_holiday = BooleanField()

    class Meta:
        constraints = [Check("weekday BETWEEN 1 AND 7")]


class Slot(BaseModel):
    """One opening of a window (时段). taken: of its capacity, by live places."""

    id = BigAutoField()
    resource = ForeignKeyField(Resource, backref="slots", on_delete="RESTRICT", index=False)
    window = ForeignKeyField(ResourceWindow, backref="slots", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    day = DayField()
    starts_at = UtcDateTimeField()
    ends_at = UtcDateTimeField()
    capacity = FixedDecimalField()
    taken = FixedDecimalField()
    is_closed = BooleanField()
    closed_reason = ProseField(null=True)

    if TYPE_CHECKING:
        resource_id: int
        window_id: int

    class Meta:
        indexes = (
            (("window", "day"), True),
            (("resource", "starts_at", "id"), True),
            (("division_code", "id"), True),
            (("day",), False),
        )
        constraints = [Check("taken >= 0 AND taken <= capacity"), Check("is_closed = (closed_reason IS NOT NULL)")]


class LotDrawing(BaseModel):
    """A drawing of lots (抽签), which anybody can repeat: the order of the SHA-256 of the beacon and each booking's id.

    beacon: a public text that nobody knew before the last request. drawn: the ids in their order, with blanks between.
    """

    id = BigAutoField()
    resource = ForeignKeyField(Resource, backref="drawings", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    first_day = DayField()
    beacon = LineField()
    drawn = ProseField()
    place_count = IntegerField()
    drawn_at = UtcDateTimeField()

    if TYPE_CHECKING:
        resource_id: int

    class Meta:
        indexes = ((("resource", "id"), True), (("division_code", "id"), True))


class Booking(BaseModel):
    """A request for places in slots of a resource, from a first to a last day, and what came of it (预约).

    windows: of the resource, by `BookingWindow`. unit: which one it holds. quantity: how many places, where units have
    no numbers. plate: of the car that parks. lot: its place in the drawing. warned_on: of the last warning.
    """

    id = BigAutoField()
    resource = ForeignKeyField(Resource, backref="bookings", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    person = ForeignKeyField(Person, null=True, backref="bookings", on_delete="RESTRICT", index=False)
    organization = ForeignKeyField(Organization, null=True, backref="bookings", on_delete="RESTRICT")
    team = ForeignKeyField(VolunteerTeam, null=True, backref="bookings", on_delete="RESTRICT")
    committee = ForeignKeyField(Committee, null=True, backref="bookings", on_delete="RESTRICT")
    purpose = EnumField(BookingPurpose)
    first_day = DayField()
    last_day = DayField()
    unit = ForeignKeyField(ResourceUnit, null=True, backref="bookings", on_delete="RESTRICT")
    quantity = FixedDecimalField()
    plate = LineField(null=True)
    drawing = ForeignKeyField(LotDrawing, null=True, backref="bookings", on_delete="RESTRICT")
    lot = IntegerField(null=True)
    warning_count = IntegerField()
    warned_on = DayField(null=True)
    state = EnumField(BookingState)
    created_at = UtcDateTimeField()
    ended_at = UtcDateTimeField(null=True)
    version = IntegerField()
    claim = ForeignKeyField(Claim, null=True, unique=True, backref="bookings", on_delete="RESTRICT")

    if TYPE_CHECKING:
        resource_id: int
        person_id: int | None
        organization_id: int | None
        team_id: int | None
        committee_id: int | None
        unit_id: int | None
        drawing_id: int | None
        claim_id: int | None

    class Meta:
        indexes = (
            (("resource", "state", "lot"), False),
            (("person", "state", "id"), False),
            (("division_code", "id"), True),
            (("state", "last_day"), False),
        )
        constraints = [
            one_of("person_id", "organization_id", "team_id", "committee_id"),
            Check("first_day <= last_day"),
            Check("quantity > 0"),
            Check("(drawing_id IS NULL) = (lot IS NULL)"),
        ]


class BookingWindow(BaseModel):
    """A window that a booking asks for."""

    booking = ForeignKeyField(Booking, backref="windows", on_delete="CASCADE", index=False)
    window = ForeignKeyField(ResourceWindow, on_delete="RESTRICT")

    class Meta:
        primary_key = CompositeKey("booking", "window")

    if TYPE_CHECKING:
        booking_id: int
        window_id: int


class BookingSlot(BaseModel):
    """A place that a booking holds in a slot. is_live: it was not given back. plate: while it holds one."""

    id = BigAutoField()
    booking = ForeignKeyField(Booking, backref="places", on_delete="RESTRICT", index=False)
    slot = ForeignKeyField(Slot, backref="places", on_delete="RESTRICT")
    unit = ForeignKeyField(ResourceUnit, null=True, on_delete="RESTRICT")
    person = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
    division_code = CodeField()
    quantity = FixedDecimalField()
    is_live = BooleanField()
    attendance = EnumField(PlaceUse)
    overstay_minutes = IntegerField(null=True)

    if TYPE_CHECKING:
        booking_id: int
        slot_id: int
        unit_id: int | None
        person_id: int | None

    class Meta:
        indexes = ((("booking", "slot"), True),)
        constraints = [
            Check("is_live = (attendance <> 'CANCELLED')"),
            Check("(attendance = 'OVERSTAYED') = (overstay_minutes IS NOT NULL)"),
        ]


_HELD = SQL("is_live")
BookingSlot.add_index(
    BookingSlot.index(BookingSlot.slot, BookingSlot.unit, unique=True, where=_HELD, name="booking_slot_one_unit")
)
BookingSlot.add_index(
    BookingSlot.index(BookingSlot.slot, BookingSlot.person, unique=True, where=_HELD, name="booking_slot_one_person")
)
add_tie(
    Tie(
        Booking,
        ("a booking", "预约"),
        points=lambda booking, person: booking.person == person.id,
        holds=lambda booking, now: booking.state.in_([state.value for state in LIVE]),
        keeps=False,
        erased={"plate": None},
    )
)
add_tie(
    Tie(
        BookingSlot,
        ("a booked place", "预约的时段"),
        points=lambda place, person: place.person == person.id,
        holds=lambda place, now: place.is_live,
        keeps=False,
    )
)
TABLES = (CalendarDate, BookingTerms, ResourceUnit, Slot, LotDrawing, Booking, BookingWindow, BookingSlot)
