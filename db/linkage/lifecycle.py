"""The lives of task forces and sponsorships."""

from db.access.models.journal import JournalAction
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition
from db.linkage.models.sponsorship import SponsorshipState
from db.linkage.models.task_force import TaskForceState

A, C = JournalAction, Capacity
_F, _S = TaskForceState, SponsorshipState
_STREET = (C.SUBDISTRICT_OFFICER,)
TASK_FORCE_LIFECYCLE: Machine[JournalAction, TaskForceState, RowGuard, Capacity] = Machine(
    "TaskForce",
    ("a task force", "工作专班"),
    TaskForceState,
    {
        A.CREATE: Transition((), ("formTaskForce",), (None,), (_F.ACTIVE,), _STREET, ("kind", "name", "members")),
        A.AMEND: Transition((), ("changeTaskForce",), (_F.ACTIVE,), (_F.ACTIVE,), _STREET),
        A.END: Transition((), ("endTaskForce",), (_F.ACTIVE,), (_F.ENDED,), _STREET, ("reason",)),
    },
)
# Whoever assigns a kind also ends it; `db.linkage.standing` says who that is.
_WHO = (C.ASSIGNER,)
SPONSORSHIP_LIFECYCLE: Machine[JournalAction, SponsorshipState, RowGuard, Capacity] = Machine(
    "Sponsorship",
    ("a sponsorship", "包抓"),
    SponsorshipState,
    {
        A.CREATE: Transition((), ("assignSponsor", "assignPatch"), (None,), (_S.ACTIVE,), _WHO),
        A.REPLACE: Transition((), ("replaceSponsor",), (_S.ACTIVE,), (_S.ENDED,), _WHO, ("sponsorId", "reason")),
        A.END: Transition((), ("endSponsorship",), (_S.ACTIVE,), (_S.ENDED,), (*_WHO, C.UNIT_CONTACT), ("reason",)),
    },
)
