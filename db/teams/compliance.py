"""What a community's committee owes to volunteer teams: a veterans' team that is active (T1)."""

from typing import Any

from peewee import SQL, ColumnBase, fn

from db.committees.compliance import WatchedRule
from db.kernel.expressions import Row
from db.teams.models.team import TeamState, VolunteerTeam, VolunteerTeamKind


def _has_no_veterans(committee: Row, today: Any) -> ColumnBase:
    """Build the condition that no veterans' team of a committee's community is active."""
    team = VolunteerTeam.alias("of_veterans")
    is_theirs = (team.division_code == committee.division_code) & (team.kind == VolunteerTeamKind.VETERAN.value)
    return ~fn.EXISTS(team.select(SQL("1")).where(is_theirs, team.state == TeamState.ACTIVE.value))


VETERANS_TEAM = WatchedRule("T1", _has_no_veterans)
