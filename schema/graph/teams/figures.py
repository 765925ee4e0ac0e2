"""Figures of volunteer teams in a division's subtree."""

from db.city import models
from db.figures import counts
from db.teams.models.team import TeamState
from schema.catalog.declare import computed
from schema.catalog.fields import CatalogField, CatalogType
from schema.graph.places.types import count_in_scope

_TEAMS = CatalogType("VolunteerTeam", "", {}, models.VolunteerTeam)

FIGURES: dict[str, CatalogField] = {
    "active_team_count": computed(
        int,
        lambda division, given: count_in_scope(
            _TEAMS, division, given, lambda team: team.state == TeamState.ACTIVE.value
        ),
        "The number of active volunteer teams.",
        cost=5,
    ),
    "volunteer_count": computed(
        int,
        counts.volunteers,
        "The number of volunteers in teams; who belongs to two teams counts twice (志愿者).",
        cost=5,
    ),
    "veteran_count": computed(
        int,
        counts.veterans,
        "The number of veterans among the volunteers in teams (退役军人).",
        cost=5,
    ),
}
