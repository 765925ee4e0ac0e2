"""Mutations of bookings, for holders and for the owners of what is booked."""

from db.bookings import attendance, commands, lots, offering
from db.bookings.models import Allotment, BookingPurpose, BookingReview, ForfeitCause, PlaceUse
from db.people.models.person import PeopleGroup
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation
from schema.graph.organizations.resource_mutations import WINDOW

_BOOKING = {"booking": "Booking", "event": "JournalEntry"}
_RESOURCE = {"resource": "Resource", "event": "JournalEntry"}
_SLOT = {"slot": "Slot", "event": "JournalEntry"}
_PLACE = {"bookingSlot": "BookingSlot", "booking": "Booking"}
_REASON = Argument("reason", Kind.PROSE, "Why it is done, for the journal and the holders.")
_UNIT = InputObject(
    "ResourceUnitInput",
    "A numbered unit of a resource.",
    (
        Argument("number", Kind.CODE, "The number of the unit, such as B-017."),
        Argument("note", Kind.LINE, "Where the unit is, or what it is like.", required=False),
    ),
)
_OWNED = (
    Mutation(
        "setBookingTerms",
        "Say on which terms a resource is booked; for whoever offers it, and for staff (设定预约规则).",
        offering.set_booking_terms,
        (
            Argument("purpose", BookingPurpose, "The purpose of bookings of the resource."),
            Argument("allotment", Allotment, "How places are given out; FIRST_COME when left out.", required=False),
            Argument("is_auto_confirmed", Kind.BOOLEAN, "Whether a free place is confirmed at once.", required=False),
            Argument("is_open_to_all", Kind.BOOLEAN, "Whether people of other communities may book.", required=False),
            Argument("term_days", Kind.INT, "How many days a booking covers at most; 1 when left out.", required=False),
            Argument(
                "eligible_groups",
                PeopleGroup,
                "The groups of people that may book; everybody when left out.",
                required=False,
                is_list=True,
            ),
        ),
        _RESOURCE,
    ),
    Mutation(
        "changeResourceUnits",
        "Take numbered units of a resource out of use, and add others; for its owner and for staff (调整号位).",
        offering.change_resource_units,
        (
            Argument("add", _UNIT, "The units that are added.", required=False, is_list=True),
            Argument(
                "retire",
                Kind.ID,
                "The units that are taken out of use.",
                required=False,
                of=("ResourceUnit",),
                is_list=True,
            ),
        ),
        _RESOURCE,
    ),
    Mutation(
        "changeResourceWindows",
        "Close windows of a resource after a day, and add others; for its owner and for staff (调整开放时段).",
        offering.change_resource_windows,
        (
            Argument(
                "close", Kind.ID, "The windows that are closed.", required=False, of=("ResourceWindow",), is_list=True
            ),
            Argument("closes_on", Kind.DATE, "The last day on which these open; today when left out.", required=False),
            Argument("add", WINDOW, "The windows that are added.", required=False, is_list=True),
        ),
        _RESOURCE,
    ),
    Mutation(
        "closeSlot",
        "Shut a resource for one opening; its bookings get another day where one is free (关闭时段).",
        offering.close_slot,
        (
            Argument("window_id", Kind.ID, "The window of the opening.", of=("ResourceWindow",)),
            Argument("day", Kind.DATE, "The day of the opening."),
            _REASON,
        ),
        _SLOT,
    ),
    Mutation(
        "openSlot",
        "Open a slot again that was shut; for the owner of the resource and for staff (重新开放时段).",
        offering.open_slot,
        (
            Argument("window_id", Kind.ID, "The window of the opening.", of=("ResourceWindow",)),
            Argument("day", Kind.DATE, "The day of the opening."),
        ),
        _SLOT,
    ),
    Mutation(
        "drawLots",
        "Draw lots among the requests that begin on a day; anybody can draw them again (抽签).",
        lots.draw_lots,
        (
            Argument("first_day", Kind.DATE, "The first day of the bookings that take part."),
            Argument("window_ids", Kind.ID, "The windows that they ask for.", of=("ResourceWindow",), is_list=True),
            Argument("beacon", Kind.LINE, "A public text that nobody knew before the last request."),
        ),
        {"resource": "Resource", "lotDrawing": "LotDrawing"},
    ),
)
MUTATIONS = (
    *_OWNED,
    Mutation(
        "requestBooking",
        "Book places of a shared resource; for its holder, and for staff in somebody's name (预约).",
        commands.request_booking,
        (
            Argument("resource_id", Kind.ID, "The resource that is booked.", of=("Resource",)),
            Argument("first_day", Kind.DATE, "The first day of the booking."),
            Argument("last_day", Kind.DATE, "The last day of the booking."),
            Argument("window_ids", Kind.ID, "The windows of the resource.", of=("ResourceWindow",), is_list=True),
            Argument("unit_id", Kind.ID, "The numbered unit; any when left out.", required=False, of=("ResourceUnit",)),
            Argument("quantity", Kind.DECIMAL, "How many places; 1 when left out.", required=False),
            Argument("plate", Kind.LINE, "The plate of the car that parks.", required=False),
            Argument(
                "holder_id",
                Kind.ID,
                "Who holds the booking; you when left out.",
                required=False,
                of=("Person", "Organization", "VolunteerTeam", "Committee"),
            ),
        ),
        _BOOKING,
    ),
    Mutation(
        "reviewBooking",
        "Confirm a requested booking, or turn it down; for the owner of the resource and for staff (审核预约).",
        commands.review_booking,
        (
            Argument("decision", BookingReview, "Whether the booking is confirmed."),
            Argument("unit_id", Kind.ID, "The unit that it gets.", required=False, of=("ResourceUnit",)),
            Argument("reason", Kind.PROSE, "Why it was decided so; needed to decline.", required=False),
        ),
        _BOOKING,
    ),
    Mutation(
        "cancelBooking",
        "Cancel a booking, or the rest of it from a day on; for its holder, the owner and staff (取消预约).",
        commands.cancel_booking,
        (
            _REASON,
            Argument("from_day", Kind.DATE, "The first day that is given back; all when left out.", required=False),
        ),
        _BOOKING,
    ),
    Mutation(
        "warnBooking",
        "Warn the holder of a booking, for example of a plot that lies fallow; for staff (提醒).",
        commands.warn_booking,
        (_REASON,),
        _BOOKING,
    ),
    Mutation(
        "forfeitBooking",
        "Take a booking away after warnings or for a false statement; for staff (收回预约).",
        commands.forfeit_booking,
        (Argument("cause", ForfeitCause, "Why the booking is taken away."), _REASON),
        _BOOKING,
    ),
    Mutation(
        "recordBookingAttendance",
        "Record whether the holder of a place came; for the owner of the resource and for staff (登记到场).",
        attendance.record_booking_attendance,
        (Argument("attendance", PlaceUse, "Whether the holder came: ATTENDED or NO_SHOW."),),
        _PLACE,
    ),
    Mutation(
        "reportOverstay",
        "Report that the holder of a place stayed beyond its end; for the owner and for staff (登记超时).",
        attendance.report_overstay,
        (Argument("minutes", Kind.INT, "How many minutes beyond the end."),),
        _PLACE,
    ),
)
