"""The life of an organization: it is registered, a social one after a review, and closed."""

from db.access.models.journal import JournalAction
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition
from db.organizations.models.organization import OrganizationState

A, C, G, S = JournalAction, Capacity, RowGuard, OrganizationState
_REVIEW = ("reviewOrganization",)
_LIVE = (S.PENDING, S.ACTIVE)
ORGANIZATION_LIFECYCLE: Machine[JournalAction, OrganizationState, RowGuard, Capacity] = Machine(
    "Organization",
    ("an organization", "单位"),
    OrganizationState,
    {
        A.CREATE: Transition((), ("registerOrganization",), (None,), (S.ACTIVE, S.PENDING), (C.LOCAL,)),
        A.APPROVE: Transition(
            (), _REVIEW, (S.PENDING,), (S.ACTIVE,), (C.SUBDISTRICT_OFFICER,), ("decision", "filingNumber")
        ),
        A.DECLINE: Transition(
            (), _REVIEW, (S.PENDING,), (S.DECLINED,), (C.SUBDISTRICT_OFFICER,), ("decision", "reason")
        ),
        A.AMEND: Transition((), ("updateOrganization",), _LIVE, _LIVE, (C.UNIT_CONTACT, C.COMMUNITY_STAFF)),
        A.END: Transition(
            (),
            ("closeOrganization",),
            (S.ACTIVE,),
            (S.CLOSED,),
            (C.COMMUNITY_STAFF, C.SUBDISTRICT_OFFICER),
            ("reason",),
            (G.WORK_OPEN,),
        ),
    },
)
