"""The life of an incident: detected, called, graded, handled, stood down and reviewed; or it was a false alarm."""

from db.access.models.journal import JournalAction
from db.incidents.models import IncidentState
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition

A, C, G, S = JournalAction, Capacity, RowGuard, IncidentState
# Those who notice something: people of the community, and the office of a larger part of the city for that part.
DETECTORS = (
    C.GRID_WORKER, C.MEMBER, C.STAFF, C.LOCAL_RESIDENT, C.SUBDISTRICT_OFFICER, C.DISTRICT_OFFICER, C.CITY_OFFICER,
)  # fmt: skip
# The office that answers, and with it the directors of a community; every office above may give the grade that is its.
OFFICE = (C.STAFF, C.OFFICER)
IN_CHARGE = (*OFFICE, C.DIRECTOR)
GRADERS = (*IN_CHARGE, C.OVERSEER)
_GRADED = (S.GRADED, S.HANDLING)
INCIDENT_LIFECYCLE: Machine[JournalAction, IncidentState, RowGuard, Capacity] = Machine(
    "Incident",
    ("an incident", "突发事件"),
    IncidentState,
    {
        A.CREATE: Transition((), ("detectIncident",), (None,), (S.DETECTED,), DETECTORS, ("kind", "title")),
        A.CALL: Transition((), ("callIncident",), (S.DETECTED,), (S.CALLED,), IN_CHARGE, ("parties",)),
        A.GRADE: Transition((), ("gradeIncident",), (S.CALLED,), (S.GRADED,), GRADERS, ("grade", "reason")),
        A.REGRADE: Transition((), ("gradeIncident",), _GRADED, _GRADED, (C.OFFICER, C.OVERSEER), ("grade", "reason")),
        # By rule, when the first party is on site.
        A.BEGIN: Transition((), (), (S.GRADED,), (S.HANDLING,), (C.SYSTEM,)),
        A.REPORT: Transition((), ("reportSituation",), _GRADED, _GRADED, IN_CHARGE, ("text",)),
        A.COMPLETE: Transition(
            (), ("standDownIncident",), (S.HANDLING,), (S.STOOD_DOWN,), IN_CHARGE, ("summary",), (G.INCIDENT_UNSETTLED,)
        ),
        A.REVIEW: Transition(
            (), ("reviewIncident",), (S.STOOD_DOWN,), (S.REVIEWED,), (C.SUPERIOR,), ("lessons",), (G.REVIEW_LATE,)
        ),
        A.DISMISS: Transition((), ("dismissIncident",), (S.DETECTED, S.CALLED), (S.DISMISSED,), OFFICE, ("reason",)),
    },
)
