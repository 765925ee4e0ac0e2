"""Volunteer teams and who belongs to them."""

from db.access.models.access import TokenScope
from schema.catalog.declare import Many, aggregate, every, lookup, many
from schema.catalog.registry import Context
from schema.graph.places.types import within
from schema.graph.teams.deployments import MUTATIONS as DEPLOYMENT_MUTATIONS
from schema.graph.teams.deployments import Deployment
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


def _deployments(key: str, description: str) -> Many:
    return many("Deployment", description, on=key, order="-called_at")


CONTEXT = Context(
    types=(VolunteerTeam, TeamMembership, Deployment),
    unions={
        "TeamMember": "What can belong to a volunteer team.",
        "DeploymentParty": "What can be called out.",
    },
    roots={
        "volunteer_team": lookup("VolunteerTeam", "Find a volunteer team by id."),
        "volunteer_teams": every("VolunteerTeam", "All volunteer teams, in the order of their ids."),
        "team_aggregate": aggregate("VolunteerTeam", "Count, sum and group volunteer teams."),
        "team_memberships": every("TeamMembership", "All memberships of volunteer teams, in the order of their ids."),
        "deployment": lookup("Deployment", "Find a deployment by id."),
        "deployments": every("Deployment", "All deployments, newest first.", order="-called_at"),
        "deployment_aggregate": aggregate("Deployment", "Count, sum and group deployments."),
        "team_membership_aggregate": aggregate("TeamMembership", "Count and group memberships of volunteer teams."),
    },
    additions={
        "Division": {
            "volunteer_teams": _in_scope("VolunteerTeam", "Volunteer teams of the communities in the scope."),
            "deployments": _in_scope(
                "Deployment",
                "Deployments of teams and units in the scope, newest first.",
                "-called_at",
            ),
        },
        "DivisionStats": FIGURES,
        "Issue": {"deployments": _deployments("issue", "Deployments for the issue, newest first.")},
        "Organization": {
            "deployments": _deployments("organization", "Deployments of the organization, newest first."),
            "team_memberships": many(
                "TeamMembership", "What the organization is and was in volunteer teams.", on="organization"
            ),
        },
        "Person": {
            "memberships": many("TeamMembership", "What the person is and was in volunteer teams.", on="person"),
        },
        "Site": {
            "deployments": _deployments("site", "Deployments to the site, newest first."),
            "volunteer_teams": many("VolunteerTeam", "Volunteer teams that work at the site.", on="site"),
        },
    },
    mutations={TokenScope.TEAMS: (*MUTATIONS, *DEPLOYMENT_MUTATIONS)},
)
