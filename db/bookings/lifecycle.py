"""The life of a booking: it is requested, gets its places by answer, by lot or at once, and gives them back."""

from db.access.models.journal import JournalAction
from db.bookings.models import BookingState
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition, Way

A, C, S = JournalAction, Capacity, BookingState
_STAFF = (C.COMMUNITY_STAFF,)
# Whoever speaks for the unit that offers what is booked, or offers it as their own skill, and staff.
OWNERS = (C.UNIT_CONTACT, C.SUBJECT, C.COMMUNITY_STAFF)
# Whoever speaks for the holder, and staff for somebody who does not sign in.
HOLDERS = (C.PARTY, C.COMMUNITY_STAFF)
_REVIEW, _BY_LOT = ("reviewBooking",), (RowGuard.BY_LOT,)
_CANCEL, _OF_CLAIM = ("cancelBooking",), (RowGuard.OF_CLAIM,)
_NO_CANCELLING = (RowGuard.TOO_LATE_TO_CANCEL, RowGuard.OF_CLAIM)
_OPEN = (S.REQUESTED, S.WAITING, S.CONFIRMED)
_ANY = (*HOLDERS, C.UNIT_CONTACT, C.SUBJECT)
BOOKING_LIFECYCLE: Machine[JournalAction, BookingState, RowGuard, Capacity] = Machine(
    "Booking",
    ("a booking", "预约"),
    BookingState,
    {
        A.CREATE: Transition((), ("requestBooking",), (None,), (S.REQUESTED,), HOLDERS),
        A.APPROVE: Transition((), _REVIEW, (S.REQUESTED,), (S.CONFIRMED,), OWNERS, ("decision",), _BY_LOT),
        A.DECLINE: Transition((), _REVIEW, (S.REQUESTED,), (S.DECLINED,), OWNERS, ("decision", "reason"), _BY_LOT),
        # By rule: at once where the terms say so, by lot, or when a place falls free.
        A.ALLOT: Transition((), (), (S.REQUESTED, S.WAITING), (S.CONFIRMED,), (C.SYSTEM,)),
        A.QUEUE: Transition((), (), (S.REQUESTED,), (S.WAITING,), (C.SYSTEM,)),
        A.RELEASE: Transition(
            (),
            _CANCEL,
            (S.CONFIRMED,),
            (S.CONFIRMED,),
            _ANY,
            ("reason", "fromDay"),
            _NO_CANCELLING,
            ways=(Way(guards=(RowGuard.NO_LATER_DAY,)),),
        ),
        A.CANCEL: Transition(
            (),
            _CANCEL,
            _OPEN,
            (S.CANCELLED,),
            _ANY,
            ("reason",),
            _NO_CANCELLING,
            ways=(Way(guards=(RowGuard.NEXT_PLACE_NEAR,)),),
        ),
        A.PUT_OFF: Transition((), (), (S.CONFIRMED,), (S.CONFIRMED,), (C.SYSTEM,)),
        A.WARN: Transition(
            (), ("warnBooking",), (S.CONFIRMED,), (S.CONFIRMED,), _STAFF, ("reason",), (RowGuard.WARNED_LATELY,)
        ),
        A.FORFEIT: Transition(
            (),
            ("forfeitBooking",),
            (S.CONFIRMED,),
            (S.FORFEITED,),
            (C.COMMUNITY_STAFF,),
            ("cause", "reason"),
            _OF_CLAIM,
        ),
        A.LAPSE: Transition((), (), (S.REQUESTED, S.WAITING), (S.CANCELLED,), (C.SYSTEM,)),
        A.COMPLETE: Transition((), (), (S.CONFIRMED,), (S.ENDED,), (C.SYSTEM,)),
    },
)
