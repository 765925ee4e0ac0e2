"""Volunteer teams and who belongs to them."""

from db.access.models.access import TokenScope
from schema.catalog.declare import Many, aggregate, every, lookup, many
from schema.catalog.registry import Context
from schema.graph.places.types import within
from schema.graph.teams.figures import FIGURES
from schema.graph.teams.mutations import MUTATIONS
from schema.graph.teams.types import TeamMembership, VolunteerTeam


def _in_scope(target: str, description: str, order: str = "") -> Many:
    """Declare a list of a division: the rows of the communities in the scope."""
    return many(
        target,
        description,
        on=lambda division, other, given: within(other.division_code, division, given),
        order=order,
        scoped=True,
    )


CONTEXT = Context(
    types=(VolunteerTeam, TeamMembership),
    unions={"TeamMember": "What can belong to a volunteer team."},
    roots={
        "volunteer_team": lookup("VolunteerTeam", "Find a volunteer team by id."),
        "volunteer_teams": every("VolunteerTeam", "All volunteer teams, in the order of their ids."),
        "team_aggregate": aggregate("VolunteerTeam", "Count, sum and group volunteer teams."),
        "team_memberships": every("TeamMembership", "All memberships of volunteer teams, in the order of their ids."),
        "team_membership_aggregate": aggregate("TeamMembership", "Count and group memberships of volunteer teams."),
    },
    additions={
        "Division": {
            "volunteer_teams": _in_scope("VolunteerTeam", "Volunteer teams of the communities in the scope."),
        },
        "DivisionStats": FIGURES,
        "Organization": {
            "team_memberships": many(
                "TeamMembership", "What the organization is and was in volunteer teams.", on="organization"
            ),
        },
        "Person": {
            "memberships": many("TeamMembership", "What the person is and was in volunteer teams.", on="person"),
        },
        "Site": {
            "volunteer_teams": many("VolunteerTeam", "Volunteer teams that work at the site.", on="site"),
        },
    },
    mutations={TokenScope.TEAMS: MUTATIONS},
)
