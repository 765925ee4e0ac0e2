"""Rows of volunteer teams for tests; see `tests.factories`."""

from collections.abc import Callable
from typing import Any

from db.city import models
from db.teams.models.team import TeamRole, VolunteerTeamKind
from tests.people.factories import make_person
from tests.places.factories import make_division
from tests.times import TODAY


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


MAKERS: dict[type[Any], Callable[..., Any]] = {
    models.TeamMembership: make_team_membership,
    models.VolunteerTeam: make_team,
}
