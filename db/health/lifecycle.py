"""The life of a sub-committee, which ends with its committee."""

from db.access.models.journal import JournalAction
from db.health.models.sub_committee import SubCommitteeState
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition

A, C, S = JournalAction, Capacity, SubCommitteeState
_STAFF = (C.COMMUNITY_STAFF,)
SUB_COMMITTEE_LIFECYCLE: Machine[JournalAction, SubCommitteeState, RowGuard, Capacity] = Machine(
    "SubCommittee",
    ("a sub-committee", "下属委员会"),
    SubCommitteeState,
    {
        A.CREATE: Transition((), ("formSubCommittee",), (None,), (S.ACTIVE,), _STAFF, ("kind", "members")),
        A.AMEND: Transition((), ("changeSubCommittee",), (S.ACTIVE,), (S.ACTIVE,), _STAFF, ("members",)),
        A.END: Transition((), (), (S.ACTIVE,), (S.DISSOLVED,), (C.SYSTEM,)),
    },
)
