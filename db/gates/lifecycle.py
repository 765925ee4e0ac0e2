"""The lives of access points and of passes."""

from db.access.models.journal import JournalAction
from db.gates.models import AccessPointState, PassState
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition

A, C, S, P = JournalAction, Capacity, AccessPointState, PassState
_STAFF = (C.COMMUNITY_STAFF,)
# Those who give passes out and take them back.
ISSUERS = (C.COMMUNITY_STAFF, C.GATE_KEEPER)
ACCESS_POINT_LIFECYCLE: Machine[JournalAction, AccessPointState, RowGuard, Capacity] = Machine(
    "AccessPoint",
    ("an access point", "出入口"),
    AccessPointState,
    {
        A.CREATE: Transition((), ("registerAccessPoint",), (None,), (S.ACTIVE,), _STAFF, ("divisionCode", "name")),
        A.END: Transition((), ("closeAccessPoint",), (S.ACTIVE,), (S.CLOSED,), _STAFF, ("reason",)),
    },
)
PASS_LIFECYCLE: Machine[JournalAction, PassState, RowGuard, Capacity] = Machine(
    "AccessPass",
    ("a pass", "出入证"),
    PassState,
    {
        A.CREATE: Transition((), ("issuePass",), (None,), (P.VALID,), ISSUERS, ("siteId", "personId", "validUntil")),
        A.WITHDRAW: Transition((), ("revokePass",), (P.VALID,), (P.REVOKED,), ISSUERS, ("reason",)),
        A.LAPSE: Transition((), (), (P.VALID,), (P.EXPIRED,), (C.SYSTEM,)),
    },
)
