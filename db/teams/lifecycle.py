"""The lives of a volunteer team, which is active while it has what it needs, and of a deployment of one."""

from db.access.models.journal import JournalAction
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition
from db.teams.models.deployment import DeploymentState
from db.teams.models.team import TeamState

A, C, G, S = JournalAction, Capacity, RowGuard, TeamState
LIVE = (S.FORMING, S.ACTIVE, S.INCOMPLETE)
TEAM_LIFECYCLE: Machine[JournalAction, TeamState, RowGuard, Capacity] = Machine(
    "VolunteerTeam",
    ("a volunteer team", "志愿服务队"),
    TeamState,
    {
        A.CREATE: Transition((), ("formTeam",), (None,), (S.FORMING,), (C.COMMUNITY_STAFF,), ("name", "kind")),
        A.AMEND: Transition((), ("changeTeamMembers",), LIVE, LIVE, (C.COMMUNITY_STAFF, C.TEAM_CAPTAIN)),
        A.JOIN: Transition((), ("joinTeam",), LIVE, LIVE, (C.REGISTERED,), guards=(G.IN_THE_TEAM, G.TEAM_OF_COMPANIES)),
        A.LEAVE: Transition((), ("leaveTeam",), LIVE, LIVE, (C.VOLUNTEER,)),
        # By rule: what a team needs is reckoned after each change.
        A.ACTIVATE: Transition((), (), (S.FORMING, S.INCOMPLETE), (S.ACTIVE,), (C.SYSTEM,)),
        A.FALL_SHORT: Transition((), (), (S.ACTIVE,), (S.INCOMPLETE,), (C.SYSTEM,)),
        A.END: Transition(
            (), ("disbandTeam",), LIVE, (S.DISBANDED,), (C.COMMUNITY_STAFF,), ("reason",), (G.TEAM_AT_WORK,)
        ),
    },
)

D = DeploymentState
# Those who call out, and those who answer.
CALLERS = (C.COMMUNITY_STAFF, C.DIRECTOR, C.SUBDISTRICT_OFFICER, C.DISTRICT_OFFICER, C.CITY_OFFICER)
CALLED = (C.TEAM_CAPTAIN, C.UNIT_CONTACT)
_ANSWER = ("answerDeployment",)
OPEN = (D.CALLED, D.ACCEPTED, D.ON_SITE)
DEPLOYMENT_LIFECYCLE: Machine[JournalAction, DeploymentState, RowGuard, Capacity] = Machine(
    "Deployment",
    ("a deployment", "出动"),
    DeploymentState,
    {
        A.CREATE: Transition((), ("callDeployment",), (None,), (D.CALLED,), CALLERS, ("rows",)),
        A.ACCEPT: Transition((), _ANSWER, (D.CALLED,), (D.ACCEPTED,), CALLED, ("headcount",)),
        A.DECLINE: Transition((), _ANSWER, (D.CALLED,), (D.DECLINED,), CALLED, ("reason",)),
        A.BEGIN: Transition(
            (),
            ("startDeployment",),
            (D.ACCEPTED,),
            (D.ON_SITE,),
            (*CALLED, C.COMMUNITY_STAFF),
            guards=(G.INCIDENT_OVER,),
        ),
        A.COMPLETE: Transition(
            (), ("endDeployment",), (D.ON_SITE,), (D.RETURNED,), (*CALLED, C.COMMUNITY_STAFF), ("headcount",)
        ),
        A.CANCEL: Transition((), ("cancelDeployment",), (D.CALLED, D.ACCEPTED), (D.CANCELLED,), CALLERS, ("reason",)),
    },
)
