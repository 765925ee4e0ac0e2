"""The lives of what serves an issue: claims, needs, projects and requests. The issue's own is `db.issues.lifecycle`.

What a step requires is what the caller gives besides the ids of the row and of its issue.
"""

from db.access.models.journal import JournalAction
from db.issues.lifecycle import Capacity
from db.issues.models.claim import ClaimState, NeedState, ProjectState
from db.issues.models.request import IssueRequestState
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition, Way

A, C, G = JournalAction, Capacity, RowGuard
_OFFICE = (C.STAFF, C.OFFICER)

# A claim that is pending or confirmed when its issue ends, goes back or moves on ends with it, by rule.
S = ClaimState
CLAIM_LIFECYCLE: Machine[JournalAction, ClaimState, RowGuard, Capacity] = Machine(
    "Claim",
    ("a claim", "认领"),
    ClaimState,
    {
        A.CREATE: Transition((12,), ("claimIssue",), (None,), (S.PENDING,), (C.CLAIMANT,), ("promise", "promisedOn")),
        A.CONFIRM: Transition(
            (12,),
            ("confirmClaim",),
            (S.PENDING,),
            (S.CONFIRMED,),
            (C.STAFF,),
            guards=(G.ISSUE_MOVED_ON, G.EMERGENCY, G.RETURNED_TWICE),
        ),
        A.DECLINE: Transition(
            (12,), ("declineClaim",), (S.PENDING,), (S.DECLINED,), (C.STAFF, C.SYSTEM), ("reason",), (G.ISSUE_ENDED,)
        ),
        A.RELEASE: Transition(
            (12,),
            ("releaseClaim",),
            (S.PENDING, S.CONFIRMED),
            (S.RELEASED,),
            (C.CLAIMANT, C.STAFF, C.SYSTEM),
            ("reason",),
            (G.ISSUE_ENDED,),
        ),
        A.FULFIL: Transition(
            (12,),
            ("fulfilClaim",),
            (S.CONFIRMED,),
            (S.FULFILLED,),
            (C.CLAIMANT, *_OFFICE, C.SYSTEM),
            guards=(G.ISSUE_ENDED,),
        ),
    },
)

# A need has no mutations of its own, and a project few: they follow from steps of issues, claims and milestones.
N = NeedState
_ON_THE_LIST = (N.OPEN, N.MET)
NEED_LIFECYCLE: Machine[JournalAction, NeedState, RowGuard, Capacity] = Machine(
    "Need",
    ("a need", "需求"),
    NeedState,
    {
        A.CREATE: Transition((5,), (), (None,), (N.OPEN,), (C.SYSTEM,)),
        A.MEET: Transition((12,), (), (N.OPEN,), (N.MET,), (C.SYSTEM,)),
        A.LACK: Transition((12,), (), (N.MET,), (N.OPEN,), (C.SYSTEM,)),
        A.STRIKE_OFF: Transition((17,), (), _ON_THE_LIST, (N.STRUCK_OFF,), (C.SYSTEM,)),
        A.TRANSFER: Transition((25,), (), _ON_THE_LIST, (N.TRANSFERRED,), (C.SYSTEM,)),
        A.RESTORE: Transition((19,), (), (N.STRUCK_OFF, N.TRANSFERRED), (N.OPEN,), (C.SYSTEM,)),
    },
)

P = ProjectState
_UNDER_WAY = (P.PLANNED, P.ACTIVE)
PROJECT_LIFECYCLE: Machine[JournalAction, ProjectState, RowGuard, Capacity] = Machine(
    "Project",
    ("a project", "项目"),
    ProjectState,
    {
        A.CREATE: Transition((10,), ("startProject",), (None,), _UNDER_WAY, (C.DIRECTOR,), ("project",)),
        A.BEGIN: Transition((12, 13), (), (P.PLANNED,), (P.ACTIVE,), (C.SYSTEM,)),
        A.COMPLETE: Transition((17,), (), _UNDER_WAY, (P.CLOSED,), (C.SYSTEM,)),
        A.RESUME: Transition((19,), (), (P.CLOSED,), (P.ACTIVE,), (C.SYSTEM,)),
        A.PROGRESS: Transition(
            (),
            ("completeMilestone",),
            tuple(P),
            tuple(P),
            (C.LEAD, C.DIRECTOR),
            ("milestoneId",),
            (G.TERM_OVER, G.MILESTONES_DONE),
            ways=(Way(stays=True, guards=(G.NO_WORK_REMAINS,)), Way(P.CLOSED, (), (G.WORK_REMAINS,))),
        ),
        # A word on the money that is left can be the last thing that a project waits for.
        A.AMEND: Transition(
            (),
            ("updateProject",),
            tuple(P),
            tuple(P),
            (C.LEAD, C.DIRECTOR),
            guards=(G.TERM_OVER,),
            ways=(Way(stays=True), Way(P.CLOSED, ("balanceNote",), (G.TASKS_REMAIN, G.NO_MONEY_LEFT))),
        ),
        A.CANCEL: Transition((8, 20), (), _UNDER_WAY, (P.CANCELLED,), (C.SYSTEM,)),
    },
)

R = IssueRequestState
_REVIEW = ("reviewIssueRequest",)
# Who decides a request, by whether its issue is being handled; a transfer is asked for before.
DECIDING = {True: (C.SUPERIOR,), False: (C.OFFICER, C.SUPERIOR, C.OVERSEER)}
_DECISION = ("decision", "reason")
_IN_THE_WAY = (G.REQUEST_OVERTAKEN, G.OWN_REQUEST, G.OTHER_OFFICE)
REQUEST_LIFECYCLE: Machine[JournalAction, IssueRequestState, RowGuard, Capacity] = Machine(
    "IssueRequest",
    ("a request", "申请"),
    IssueRequestState,
    {
        A.CREATE: Transition(
            (15, 24, 25),
            ("requestIssueSuspension", "requestIssueExtension", "requestIssueTransfer"),
            (None,),
            (R.PENDING,),
            (*_OFFICE, C.HANDLER),
        ),
        A.APPROVE: Transition(
            (15, 24, 25),
            _REVIEW,
            (R.PENDING,),
            (R.APPROVED,),
            DECIDING[False],
            _DECISION,
            _IN_THE_WAY,
            ways=(Way(R.APPROVED, (), (G.NO_SUSPENSION,)),),
        ),
        A.DECLINE: Transition(
            (15, 24, 25), _REVIEW, (R.PENDING,), (R.DECLINED,), DECIDING[False], _DECISION, _IN_THE_WAY
        ),
    },
)
