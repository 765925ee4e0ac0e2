"""The lives of a shift, which fills, begins and ends, and of what one person has to do with it."""

from db.access.models.journal import JournalAction
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition
from db.shifts.models.shift import TO_COME, AssignmentState, ShiftState

A, C, G, S = JournalAction, Capacity, RowGuard, ShiftState
# Those who plan shifts, and those who look after who comes.
PLANNERS = (C.COMMUNITY_STAFF, C.SUBDISTRICT_OFFICER)
LEADS = (C.COMMUNITY_STAFF, C.TEAM_CAPTAIN)
OPEN = (S.OPEN, S.FULL, S.RUNNING)
SHIFT_LIFECYCLE: Machine[JournalAction, ShiftState, RowGuard, Capacity] = Machine(
    "Shift",
    ("a shift", "班次"),
    ShiftState,
    {
        A.CREATE: Transition((), ("planShifts",), (None,), (S.OPEN,), PLANNERS, ("kind", "place", "needed")),
        A.AMEND: Transition(
            (), ("assignShift",), OPEN, OPEN, LEADS, ("personId",), (G.SHIFT_OVER, G.SHIFT_FULL)
        ),
        A.JOIN: Transition(
            (), ("signUpForShift",), OPEN, OPEN, (C.REGISTERED,),
            guards=(G.SHIFT_OVER, G.SHIFT_FULL, G.ON_ANOTHER_SHIFT),
        ),
        # By rule: somebody is excused or does not come, the last place is taken or free again, and the time comes.
        A.LEAVE: Transition((), (), OPEN, OPEN, (C.SYSTEM,)),
        A.FILL: Transition((), (), (S.OPEN,), (S.FULL,), (C.SYSTEM,)),
        A.FALL_SHORT: Transition((), (), (S.FULL,), (S.OPEN,), (C.SYSTEM,)),
        A.BEGIN: Transition((), (), (S.OPEN, S.FULL), (S.RUNNING,), (C.SYSTEM,)),
        A.COMPLETE: Transition((), (), (S.RUNNING,), (S.ENDED,), (C.SYSTEM,)),
        A.CANCEL: Transition((), ("cancelShift",), (S.OPEN, S.FULL), (S.CANCELLED,), PLANNERS, ("reason",)),
    },
)  # fmt: skip

D = AssignmentState
_SOMEBODY = (C.SUBJECT, C.TEAM_CAPTAIN, C.COMMUNITY_STAFF)
ASSIGNMENT_LIFECYCLE: Machine[JournalAction, AssignmentState, RowGuard, Capacity] = Machine(
    "ShiftAssignment",
    ("a place of a shift", "排班"),
    AssignmentState,
    {
        A.CREATE: Transition(
            (), ("assignShift", "signUpForShift", "takeShiftSwap"), (None,), (D.PLANNED,), (*LEADS, C.REGISTERED)
        ),
        A.OFFER: Transition(
            (), ("offerShiftSwap",), (D.PLANNED,), (D.SWAP_OFFERED,), (C.SUBJECT,), guards=(G.SHIFT_BEGUN,)
        ),
        A.REPLACE: Transition(
            (), ("takeShiftSwap",), (D.SWAP_OFFERED,), (D.EXCUSED,), (C.REGISTERED,),
            guards=(G.OWN_SHIFT, G.SHIFT_BEGUN, G.NOT_OF_FORCE, G.ON_ANOTHER_SHIFT),
        ),
        A.CHECK_IN: Transition(
            (), ("checkInShift",), TO_COME, (D.CHECKED_IN,), _SOMEBODY, guards=(G.TOO_EARLY, G.SHIFT_OVER)
        ),
        A.CHECK_OUT: Transition((), ("checkOutShift",), (D.CHECKED_IN,), (D.DONE,), _SOMEBODY),
        A.EXCUSE: Transition(
            (), ("excuseFromShift",), TO_COME, (D.EXCUSED,), (C.COMMUNITY_STAFF, C.SUBJECT), ("reason",),
            (G.TOO_LATE_TO_EXCUSE,),
        ),
        # By rule: the shift was cancelled, or the person did not come.
        A.CANCEL: Transition((), (), TO_COME, (D.EXCUSED,), (C.SYSTEM,)),
        A.MISS: Transition((), (), TO_COME, (D.ABSENT,), (C.SYSTEM,)),
    },
)  # fmt: skip
