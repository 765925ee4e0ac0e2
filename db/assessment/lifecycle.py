"""The life of an assessment period: opened, computed until it is right, published, appealed against, and final."""

from db.access.models.journal import JournalAction
from db.assessment.models import PeriodState
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition

A, C, G, S = JournalAction, Capacity, RowGuard, PeriodState
_OFFICE, _PUBLISHED = (C.ASSESSOR,), (S.PUBLISHED,)
PERIOD_LIFECYCLE: Machine[JournalAction, PeriodState, RowGuard, Capacity] = Machine(
    "AssessmentPeriod",
    ("an assessment period", "考核周期"),
    PeriodState,
    {
        A.CREATE: Transition((), ("openAssessmentPeriod",), (None,), (S.OPEN,), _OFFICE, ("startsOn", "endsOn")),
        A.COMPUTE: Transition((), ("computeAssessment",), (S.OPEN, S.COMPUTED), (S.COMPUTED,), _OFFICE),
        A.PUBLISH: Transition(
            (), ("publishAssessment",), (S.COMPUTED,), _PUBLISHED, _OFFICE, (), (G.COMPUTED_EARLY,)
        ),
        A.APPEAL: Transition(
            (), ("appealScore",), _PUBLISHED, _PUBLISHED, (C.DIRECTOR,), ("committeeId", "indicator", "grounds"),
            (G.APPEALS_OVER, G.APPEALED_ONCE),
        ),
        A.DECIDE: Transition(
            (), ("decideAppeal",), _PUBLISHED, _PUBLISHED, (C.APPEAL_OFFICE,), ("committeeId", "decision", "reason"),
            (G.NOTHING_APPEALED,),
        ),
        A.FINALIZE: Transition(
            (), ("finalizeAssessment",), _PUBLISHED, (S.FINAL,), _OFFICE, (), (G.APPEALS_PENDING, G.APPEALS_OPEN)
        ),
    },
)  # fmt: skip
