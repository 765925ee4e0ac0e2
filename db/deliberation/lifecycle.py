"""The life of a meeting."""

from db.access.models.journal import JournalAction
from db.deliberation.models.meeting import MeetingState
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Need, Transition

A, S, C, G = JournalAction, MeetingState, Capacity, RowGuard
MEETING_LIFECYCLE: Machine[JournalAction, MeetingState, RowGuard, Capacity] = Machine(
    "Meeting",
    ("a meeting", "会议"),
    MeetingState,
    {
        # Members call it themselves where half of them demand one.
        A.CREATE: Transition(
            (), ("scheduleMeeting",), (None,), (S.SCHEDULED,), (C.DIRECTOR, C.MEMBER), ("scheduledAt", "place")
        ),
        A.HOLD: Transition(
            (),
            ("holdMeeting",),
            (S.SCHEDULED,),
            (S.HELD,),
            (C.DIRECTOR,),
            ("attendance",),
            (G.NOT_BEGUN,),
            (Need(G.CHAIR_NEEDED, (("chairId",),)),),
        ),
        A.CLOSE: Transition((), ("closeMeeting",), (S.HELD,), (S.CLOSED,), (C.DIRECTOR,), ("minutes",)),
        A.PUBLISH: Transition((), ("publishMinutes",), (S.CLOSED,), (S.CLOSED,), (C.DIRECTOR,), guards=(G.PUBLISHED,)),
        A.CANCEL: Transition((), ("cancelMeeting",), (S.SCHEDULED,), (S.CANCELLED,), (C.DIRECTOR,)),
    },
)
