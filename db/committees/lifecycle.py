"""The life of a committee."""

from db.access.models.journal import JournalAction
from db.committees.models.committee import CommitteeState
from db.issues.guards import Guard
from db.issues.lifecycle import Capacity
from db.kernel.lifecycle import Machine, Transition

A, S, C = JournalAction, CommitteeState, Capacity
COMMITTEE_LIFECYCLE: Machine[JournalAction, CommitteeState, Guard, Capacity] = Machine(
    "Committee",
    ("a committee", "社工委"),
    CommitteeState,
    {
        A.CREATE: Transition((), (), (None,), (S.ACTIVE, S.FORMING), (C.SYSTEM,)),
        A.FALL_SHORT: Transition((), (), (S.ACTIVE,), (S.NON_COMPLIANT,), (C.SYSTEM,)),
    },
)
