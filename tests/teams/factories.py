"""Rows of volunteer teams for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from db.access.models.account import Role
from db.city import models
from db.teams.models.deployment import Deployment, DeploymentState
from db.teams.models.team import TeamRole, VolunteerTeamKind
from tests.people.factories import make_person
from tests.places.factories import make_division
from tests.times import AT, TODAY


def make_team(
    division: models.Division | None = None,
    captain: models.Person | None = None,
    instructor: models.Person | None = None,
    **values: Any,
) -> models.VolunteerTeam:
    """Make a volunteer team of a community, with its leads if they are given."""
    division = division or make_division()
    given = {"name": "示范志愿服务队", "kind": VolunteerTeamKind.GENERAL, "division_code": division.code, **values}
    team = models.VolunteerTeam.create(division=division, **given)
    for role, person in ((TeamRole.CAPTAIN, captain), (TeamRole.INSTRUCTOR, instructor)):
        if person is not None:
            make_team_membership(team, person, role=role)
    return team


def make_team_membership(
    team: models.VolunteerTeam | None = None, person: models.Person | None = None, **values: Any
) -> models.TeamMembership:
    """Make somebody an ordinary member of a team."""
    team = team or make_team()
    given = {"role": TeamRole.MEMBER, "since": TODAY, "division_code": team.division_code, **values}
    if "organization" not in given:
        given["person"] = person or make_person(team.division)
    return models.TeamMembership.create(team=team, **given)


def make_deployment(team: models.VolunteerTeam | None = None, **values: Any) -> Deployment:
    """Make a team that was called out and has not answered."""
    party = values.get("organization") or team or make_team()
    given = {
        "division": party.division, "division_code": party.division_code, "place": "示范广场", "called_at": AT,
        "answer_by": AT + timedelta(minutes=30), "caller_role": Role.STAFF, "state": DeploymentState.CALLED,
        "version": 1, **values,
    }  # fmt: skip
    if "organization" not in given:
        given["team"] = party
    return Deployment.create(**given)


MAKERS: dict[type[Any], Callable[..., Any]] = {
    Deployment: make_deployment,
    models.TeamMembership: make_team_membership,
    models.VolunteerTeam: make_team,
}
