"""The lives of somebody's monitoring at home, and of a task that a neighbour does for them."""

from db.access.models.journal import JournalAction
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Need, Transition
from db.monitoring.models import AidState, MonitoringState

A, C, G, S, T = JournalAction, Capacity, RowGuard, MonitoringState, AidState
# Those who look after somebody who is monitored, and those who say what they need.
CARERS = (C.COMMUNITY_STAFF, C.HEALTH_WORKER)
ASKERS = (C.COMMUNITY_STAFF, C.SUBJECT)
_HELPERS = (C.TAKER, C.COMMUNITY_STAFF)
MONITORING_LIFECYCLE: Machine[JournalAction, MonitoringState, RowGuard, Capacity] = Machine(
    "MonitoringCase",
    ("a monitoring case", "居家健康监测"),
    MonitoringState,
    {
        A.CREATE: Transition(
            (), ("openMonitoring",), (None,), (S.OPEN,), CARERS,
            ("divisionCode", "incidentId", "personId", "address", "teamId", "hasConsent", "consentBy"),
        ),
        A.RENEW: Transition((), ("extendMonitoring",), (S.OPEN,), (S.OPEN,), CARERS, ("endsOn",)),
        A.END: Transition((), ("closeMonitoring",), (S.OPEN,), (S.CLOSED,), CARERS, ("outcome",)),
        A.REFER: Transition((), ("transferMonitoring",), (S.OPEN,), (S.HOSPITAL,), (C.HEALTH_WORKER,)),
        # By rule, when its records are kept no longer.
        A.LAPSE: Transition((), (), (S.OPEN,), (S.CLOSED,), (C.SYSTEM,)),
    },
)  # fmt: skip
AID_LIFECYCLE: Machine[JournalAction, AidState, RowGuard, Capacity] = Machine(
    "AidTask",
    ("a task", "互助事项"),
    AidState,
    {
        A.CREATE: Transition((), ("requestAid",), (None,), (T.OPEN,), ASKERS, ("caseId", "kind", "text", "wantedBy")),
        A.TAKE: Transition(
            (), ("takeAidTask",), (T.OPEN,), (T.TAKEN,), (C.VOLUNTEER, C.COMMUNITY_STAFF),
            needs=(Need(G.TAKER_NEEDED, (("takerId",),)),),
        ),
        A.GIVE_BACK: Transition((), ("returnAidTask",), (T.TAKEN,), (T.OPEN,), _HELPERS),
        A.COMPLETE: Transition((), ("completeAidTask",), (T.TAKEN,), (T.DONE,), _HELPERS, ("hours",)),
        A.CONFIRM: Transition(
            (), ("confirmAidTask",), (T.DONE,), (T.CONFIRMED,), ASKERS, ("rating",), (G.OWN_AID,)
        ),
        A.CANCEL: Transition((), ("cancelAidTask",), (T.OPEN, T.TAKEN), (T.CANCELLED,), ASKERS),
    },
)  # fmt: skip
