"""Random rows of volunteer teams for the tests that compare the engine with an independent reading."""

from typing import Any

from db.access.models.account import Role
from db.city import models
from db.teams.models.deployment import Deployment, DeploymentState
from db.teams.models.team import TeamRole, TeamState, VolunteerTeamKind
from tests.graph.maker import DAYS, LINES, MOMENTS, PROSE, Maker


def teams(maker: Maker) -> None:
    """Make teams, and memberships of which a lead is live once."""
    made: list[dict[str, Any]] = []
    for home in maker.homes:
        sites = [site["id"] for site in maker.sites if site["division"] == home["id"]]
        for number in maker.few(2):
            kind = maker.one(list(VolunteerTeamKind))
            is_second = number > 0 and kind is VolunteerTeamKind.VETERAN
            made.append(
                {
                    "division": home["id"], "division_code": home["code"], "name": maker.one(LINES), "kind": kind,
                    "volunteer_count": 9, "veteran_count": maker.random.randint(0, 9),
                    "purpose": maker.maybe(PROSE), "site": maker.maybe(sites),
                    "state": TeamState.INCOMPLETE if is_second else maker.one(list(TeamState)),
                    "version": maker.random.randint(1, 3),
                }
            )  # fmt: skip
    maker.teams = maker.add(models.VolunteerTeam, made)
    _memberships(maker)


def _memberships(maker: Maker) -> None:
    found: list[dict[str, Any]] = []
    for team in maker.teams:
        common = {"team": team["id"], "division_code": team["division_code"]}
        for person in maker.several(maker.ids(maker.persons), 4):
            role = maker.one(list(TeamRole))
            live = [row["role"] for row in found if row["team"] == team["id"] and row["until"] is None]
            is_over = maker.random.random() < 0.4 or (role is not TeamRole.MEMBER and role in live)
            ends = max(DAYS) if is_over else None
            found.append(
                {
                    **common, "person": person, "organization": None, "role": role, "since": maker.one(DAYS),
                    "until": ends,
                }
            )  # fmt: skip
        for unit in maker.several(maker.ids(maker.units), 1):
            found.append(
                {
                    **common, "person": None, "organization": unit, "role": TeamRole.MEMBER, "since": maker.one(DAYS),
                    "until": maker.maybe([max(DAYS)]),
                }
            )  # fmt: skip
    maker.add(models.TeamMembership, found)


def deployments(maker: Maker) -> None:
    """Make deployments of teams and units, after issues."""
    made: list[dict[str, Any]] = []
    for home in maker.homes:
        teams = [row["id"] for row in maker.teams if row["division"] == home["id"]]
        units = [row["id"] for row in maker.units if row["division"] == home["id"]]
        for team, unit in [*((team, None) for team in teams), *((None, unit) for unit in units[:2])]:
            made.append(
                {
                    "division": home["id"], "division_code": home["code"], "team": team, "organization": unit,
                    "issue": maker.maybe(maker.ids(maker.matters)), "site": maker.maybe(maker.ids(maker.sites)),
                    "incident": maker.maybe(maker.ids(maker.incidents)),
                    "place": maker.maybe(LINES), "headcount": maker.maybe([1, 20, 10_000]),
                    "called_at": maker.one(MOMENTS), "answer_by": maker.one(MOMENTS),
                    "answered_at": maker.maybe(MOMENTS), "on_site_at": maker.maybe(MOMENTS),
                    "ended_at": maker.maybe(MOMENTS), "decline_reason": maker.maybe(PROSE),
                    "called_by": maker.maybe(maker.ids(maker.people)), "caller_role": Role.STAFF,
                    "state": maker.one(list(DeploymentState)), "version": maker.random.randint(1, 3),
                }
            )  # fmt: skip
    maker.add(Deployment, made)
