"""The life of a volunteer team: it is formed, its members come and go, and it is active while it has what it needs."""

from db.access.models.journal import JournalAction
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition
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
