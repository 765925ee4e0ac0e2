"""Volunteer teams in the tests that span all nouns."""

from typing import Any

from db.access.models.account import Role
from db.city import models
from db.teams.models.deployment import DeploymentState
from tests.graph.evaluator import COMPUTED, FIGURES, LISTS, ROOT_LISTS, World, by_column, scoped
from tests.graph.places import OFFICERS, ROLES, SEATS, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, WORDS, Spot
from tests.graph.viewers import Viewer
from tests.people.factories import make_person
from tests.people.nouns import WELL_KNOWN
from tests.teams.factories import make_deployment, make_team, make_team_membership
from tests.teams.rows import deployments


def live(world: World, **of: Any) -> list[Any]:
    """List the live memberships of a team or a person."""
    rows = (row for row in world.rows["TeamMembership"] if row.until is None)
    return [row for row in rows if all(getattr(row, column) == value for column, value in of.items())]


def lead(world: World, team: Any, role: str) -> Any:
    """Return the person who leads a team in a role."""
    return next((world.get("Person", row.person_id) for row in live(world, team_id=team.id, role=role)), None)


def captain(world: World, team: Any) -> Any:
    """Return the seat that the captain of a team holds in its community."""
    person = lead(world, team, "CAPTAIN")
    seats = (row for row in world.rows["Member"] if person and row.person_id == person.id and row.is_active)
    here = [row for row in seats if row.division_code == team.division_code]
    return min(here, key=lambda row: row.id, default=None)


def instructor_name(world: World, team: Any) -> str | None:
    person = lead(world, team, "INSTRUCTOR")
    return person and person.name


def is_known(viewer: Viewer, person: Any) -> bool:
    """Return whether a person leads a team, or the viewer is the captain of a team that they belong to."""
    captained = {grant.team_id for grant in viewer.held() if grant.role == "TEAM_CAPTAIN"}
    theirs = live(viewer.world, person_id=person.id)
    return any(row.role != "MEMBER" or row.team_id in captained for row in theirs)


FILLS.append(deployments)
WELL_KNOWN.append(is_known)
COMPUTED |= {
    ("VolunteerTeam", "captainPerson"): lambda world, team: lead(world, team, "CAPTAIN"),
    ("VolunteerTeam", "instructor"): lambda world, team: lead(world, team, "INSTRUCTOR"),
    ("VolunteerTeam", "captain"): captain,
    ("VolunteerTeam", "policeInstructorName"): instructor_name,
    ("Deployment", "party"): lambda world, row: (
        world.get("VolunteerTeam", row.team_id) or world.get("Organization", row.organization_id)
    ),
    ("TeamMembership", "member"): lambda world, row: (
        world.get("Person", row.person_id) or world.get("Organization", row.organization_id)
    ),
}
LISTS |= {
    ("VolunteerTeam", "memberships"): (by_column("team_id", "TeamMembership"), ""),
    ("Person", "memberships"): (by_column("person_id", "TeamMembership"), ""),
    ("Organization", "teamMemberships"): (by_column("organization_id", "TeamMembership"), ""),
    ("Site", "volunteerTeams"): (by_column("site_id", "VolunteerTeam"), ""),
}
LISTS |= {
    (noun, "deployments"): (by_column(f"{column}_id", "Deployment"), "-calledAt")
    for noun, column in (
        ("Issue", "issue"), ("VolunteerTeam", "team"), ("Organization", "organization"), ("Site", "site"),
    )
}  # fmt: skip
LISTS["Division", "deployments"] = (scoped("Deployment"), "-calledAt")
ROOT_LISTS |= {"teamMemberships": ("TeamMembership", ""), "deployments": ("Deployment", "-calledAt")}
FIGURES |= {
    "activeTeamCount": lambda rows: len(rows("VolunteerTeam", lambda team: team.state == "ACTIVE")),
    "volunteerCount": lambda rows: sum(team.volunteer_count for team in rows("VolunteerTeam")),
    "veteranCount": lambda rows: sum(team.veteran_count for team in rows("VolunteerTeam")),
}


def add_to_place(place: Place) -> dict[str, str]:
    """Add a team to which the resident belongs, one that they may join, and one that has nothing to do."""
    home = models.Division.get(models.Division.code == place.code)
    resident = models.Person.get_by_id(int(place.rows["person"].rpartition("_")[2]))
    joined, open_one = make_team(home, name="示范巡逻队"), make_team(home, name="示范义诊队")
    member = make_team_membership(joined, resident)
    team = models.VolunteerTeam.get_by_id(int(place.rows["team"].rpartition("_")[2]))
    called = {
        f"{state.value} call": f"Deployment_{make_deployment(team, state=state).id}"
        for state in (DeploymentState.CALLED, DeploymentState.ACCEPTED, DeploymentState.ON_SITE)
    }
    return {
        "joined team": f"VolunteerTeam_{joined.id}", "open team": f"VolunteerTeam_{open_one.id}",
        "membership": f"TeamMembership_{member.id}", "volunteer": f"Person_{make_person(home).id}", **called,
    }  # fmt: skip


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
READS = {
    "volunteerTeam": ('volunteerTeam(id: "%(joined team)s") { id }', _PUBLIC),
    "teamAggregate": ('teamAggregate(filter: {id: {eq: "%(joined team)s"}}) { count }', _PUBLIC),
    "teamMemberships": ('teamMemberships(filter: {id: {eq: "%(membership)s"}}) { totalCount nodes { id } }', _PUBLIC),
    "deployment": ('deployment(id: "%(CALLED call)s") { id }', _PUBLIC),
    "deployments": ('deployments(filter: {id: {eq: "%(CALLED call)s"}}) { totalCount nodes { id } }', _PUBLIC),
    "deploymentAggregate": ('deploymentAggregate(filter: {id: {eq: "%(CALLED call)s"}}) { count }', _PUBLIC),
    "teamMembershipAggregate": ('teamMembershipAggregate(filter: {id: {eq: "%(membership)s"}}) { count }', _PUBLIC),
}
_STAFF, _THEMSELVES = {Role.STAFF}, {Role.RESIDENT}
# Whoever is registered as a person in a place.
_REGISTERED = _THEMSELVES | {*SEATS, Role.UNIT_CONTACT, Role.LEADER}
_CALLERS = _STAFF | {*OFFICERS, Role.DIRECTOR, Role.DEPUTY_DIRECTOR}
MAY = {
    "formTeam": (_STAFF,),
    "formTeams": (_STAFF,),
    "changeTeamMembers": (_STAFF | {Role.TEAM_CAPTAIN},),
    "changeTeamMembers and the captain": (_STAFF,),
    "joinTeam": (_REGISTERED,),
    "leaveTeam": (_THEMSELVES,),
    "disbandTeam": (_STAFF,),
    "callDeployment": (_CALLERS,),
    "answerDeployment": ({Role.TEAM_CAPTAIN},),
    "startDeployment": (_STAFF | {Role.TEAM_CAPTAIN},),
    "endDeployment": (_STAFF | {Role.TEAM_CAPTAIN},),
    "cancelDeployment": (_CALLERS,),
}


def changed(spot: Spot, role: str) -> dict[str, Any]:
    """Return the input that adds somebody to the team of a place."""
    return {
        "teamId": spot.row("team"),
        "add": [{"memberId": spot.row("volunteer"), "role": role, "personName": "示范人员"}],
    }


def formed(spot: Spot) -> dict[str, Any]:
    """Return the input that forms a team of one in a place."""
    members = [{"memberId": spot.row("volunteer")}]
    return {"divisionCode": spot.place.code, "name": WORDS, "kind": "GENERAL", "members": members}


INPUTS |= {
    "formTeam": formed,
    "formTeams": lambda at: {"rows": [formed(at)]},
    "changeTeamMembers": lambda at: changed(at, "MEMBER"),
    "changeTeamMembers and the captain": lambda at: changed(at, "CAPTAIN"),
    "joinTeam": lambda at: {"teamId": at.row("open team")},
    "leaveTeam": lambda at: {"teamId": at.row("joined team")},
    "callDeployment": lambda at: {"rows": [{"partyId": at.row("unit")}], "place": WORDS},
    "answerDeployment": lambda at: {"deploymentId": at.row("CALLED call"), "headcount": 5},
    "startDeployment": lambda at: {"deploymentId": at.row("ACCEPTED call")},
    "endDeployment": lambda at: {"deploymentId": at.row("ON_SITE call"), "headcount": 5},
    "cancelDeployment": lambda at: {"deploymentId": at.row("CALLED call"), "reason": WORDS},
    "disbandTeam": lambda at: {"teamId": at.row("open team"), "reason": WORDS},
}  # fmt: skip
