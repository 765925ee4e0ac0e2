"""Figures of volunteer teams in a division's subtree."""

from peewee import ColumnBase, Field, fn

from db.city import models
from db.kernel.expressions import Row
from db.teams.models.team import TeamState
from schema.catalog.declare import computed, number
from schema.catalog.fields import CatalogField, CatalogType, FieldContext
from schema.graph.places.types import count_in_scope, within

_TEAMS = CatalogType("VolunteerTeam", "", {}, models.VolunteerTeam)


def _sum(division: Row, given: FieldContext, column: Field) -> ColumnBase:
    """Sum a count of the teams in the scope that are not disbanded."""
    team = models.VolunteerTeam.alias("summed")
    total = team.select(fn.SUM(getattr(team, column.name)))
    return number(total.where(within(team.division_code, division, given)))


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
        lambda division, given: _sum(division, given, models.VolunteerTeam.volunteer_count),
        "The number of volunteers in teams; who belongs to two teams counts twice (志愿者).",
        cost=5,
    ),
    "veteran_count": computed(
        int,
        lambda division, given: _sum(division, given, models.VolunteerTeam.veteran_count),
        "The number of veterans among the volunteers in teams (退役军人).",
        cost=5,
    ),
}
