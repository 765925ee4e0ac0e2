"""The life of somebody's monitoring at home: it is opened, extended, and closed, or goes on in hospital."""

from db.access.models.journal import JournalAction
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition
from db.monitoring.models import MonitoringState

A, C, S = JournalAction, Capacity, MonitoringState
# Those who look after somebody who is monitored.
CARERS = (C.COMMUNITY_STAFF, C.HEALTH_WORKER)
MONITORING_LIFECYCLE: Machine[JournalAction, MonitoringState, RowGuard, Capacity] = Machine(
    "MonitoringCase",
    ("a monitoring case", "居家健康监测"),
    MonitoringState,
    {
        A.CREATE: Transition(
            (), ("openMonitoring",), (None,), (S.OPEN,), CARERS, ("personId", "siteId", "address", "incidentId")
        ),
        A.RENEW: Transition((), ("extendMonitoring",), (S.OPEN,), (S.OPEN,), CARERS, ("endsOn",)),
        A.COMPLETE: Transition((), ("closeMonitoring",), (S.OPEN,), (S.CLOSED,), CARERS, ("outcome",)),
        A.TRANSFER: Transition((), ("transferMonitoring",), (S.OPEN,), (S.HOSPITAL,), (C.HEALTH_WORKER,)),
    },
)
