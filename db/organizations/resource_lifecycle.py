"""The life of a resource: it is offered, looked at, put on the list, and taken off it for a time or for good."""

from db.access.models.journal import JournalAction
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition
from db.organizations.models.resource import ResourceState

A, C, G, S = JournalAction, Capacity, RowGuard, ResourceState
_OWNERS = (C.UNIT_CONTACT, C.SUBJECT, C.COMMUNITY_STAFF)
_STAFF = (C.COMMUNITY_STAFF,)
_REVIEW = ("reviewResource",)
_CHECKED = ("decision", "checkedOn")
_LIVE = (S.OFFERED, S.ON_OFFER, S.SUSPENDED)
RESOURCE_LIFECYCLE: Machine[JournalAction, ResourceState, RowGuard, Capacity] = Machine(
    "Resource",
    ("a resource", "资源"),
    ResourceState,
    {
        A.CREATE: Transition((), ("registerResource",), (None,), (S.OFFERED,), _OWNERS),
        A.APPROVE: Transition((), _REVIEW, (S.OFFERED,), (S.ON_OFFER,), _STAFF, _CHECKED),
        A.DECLINE: Transition((), _REVIEW, (S.OFFERED,), (S.DECLINED,), _STAFF, ("decision", "reason")),
        A.RENEW: Transition((), _REVIEW, (S.ON_OFFER,), (S.ON_OFFER,), _STAFF, _CHECKED),
        A.SUSPEND: Transition((), ("suspendResource",), (S.ON_OFFER,), (S.SUSPENDED,), _OWNERS, ("reason",)),
        A.RESTORE: Transition((), ("resumeResource",), (S.SUSPENDED,), (S.ON_OFFER,), _OWNERS),
        A.END: Transition(
            (),
            ("retireResource",),
            (S.ON_OFFER, S.SUSPENDED),
            (S.RETIRED,),
            _OWNERS,
            ("reason",),
            (G.CLAIMS_CONFIRMED,),
        ),
        A.AMEND: Transition((), ("updateResource",), _LIVE, _LIVE, _OWNERS),
        A.LAPSE: Transition((), (), (S.ON_OFFER,), (S.EXPIRED,), (C.SYSTEM,)),
    },
)
