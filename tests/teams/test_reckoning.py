"""Whatever people do with a team: its counts are its live memberships (I27), and it is active iff it is whole (I24)."""

from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import DatabaseProxy

from db.city import models
from db.kernel.errors import DomainError
from db.people.commands import verify_person_groups
from db.people.models.person import PeopleGroup
from db.teams import commands
from db.teams.models.team import TeamRole, VolunteerTeamKind
from tests import factories as make
from tests.town import Town

GROUPS = ([], [PeopleGroup.VETERAN], [PeopleGroup.POLICE], [PeopleGroup.VETERAN, PeopleGroup.POLICE])


def live_of(team: models.VolunteerTeam) -> list[Any]:
    return [row for row in models.TeamMembership.find_all(team=team.id) if row.until is None]


def is_whole(team: models.VolunteerTeam) -> bool:
    """Return whether a veterans' team meets T1, as the rule says it."""
    live = live_of(team)
    groups = {row.role: row.person.groups for row in live if row.role is not TeamRole.MEMBER}
    veterans = sum("VETERAN" in row.person.groups for row in live)
    is_led = "VETERAN" in groups.get(TeamRole.CAPTAIN, "") and "POLICE" in groups.get(TeamRole.INSTRUCTOR, "")
    return is_led and len(live) >= 3 and veterans * 2 >= len(live)


def step(town: Town, team_id: int, people: list[models.Person], random: Random) -> None:
    """Let somebody do something with a team, whether it is possible or not."""
    person, role = random.choice(people), random.choice(list(TeamRole))
    live = [row.id for row in models.TeamMembership.find_all(team=team_id) if row.until is None] or [0]
    match random.randrange(5):
        case 0 | 1:
            new = {"member_id": ("Person", person.id), "role": role}
            town.act("staff", commands.change_team_members, team_id=team_id, add=[new])
        case 2:
            town.act("staff", commands.change_team_members, team_id=team_id, end=[random.choice(live)])
        case 3:
            new = {"membership_id": random.choice(live), "role": role}
            town.act("staff", commands.change_team_members, team_id=team_id, roles=[new])
        case _:
            groups = random.choice(GROUPS)
            town.act("staff", verify_person_groups, person_id=person.id, groups=groups, note="证件")


def test_a_veterans_team_is_active_iff_it_is_whole(town: Town, scratch: DatabaseProxy) -> None:
    home = town.home.division
    seen = set[str]()

    @settings(
        max_examples=12,
        derandomize=True,
        deadline=None,
        suppress_health_check=(HealthCheck.function_scoped_fixture, HealthCheck.too_slow),
    )
    @given(st.randoms(use_true_random=False))
    def whatever_happens(random: Random) -> None:
        with scratch.atomic() as undone:
            people = [
                make.make_person(home, name=f"人{at}", groups=("VETERAN", "POLICE", "")[at % 3]) for at in range(6)
            ]
            leads = zip(people, (TeamRole.CAPTAIN, TeamRole.INSTRUCTOR), strict=False)
            members = [{"member_id": ("Person", person.id), "role": role} for person, role in leads]
            given = {"division_code": home.code, "name": "示范队", "kind": VolunteerTeamKind.VETERAN}
            key = town.act("staff", commands.form_team, **given, members=members).rows["volunteerTeam"]
            for _ in range(12):
                try:
                    step(town, key, people, random)
                except DomainError as refusal:
                    seen.add(refusal.code.value)
                team = models.VolunteerTeam.get_by_id(key)
                live = live_of(team)
                veterans = sum("VETERAN" in row.person.groups for row in live)
                assert (team.volunteer_count, team.veteran_count) == (len(live), veterans)
                assert (team.state == "ACTIVE") == is_whole(team)
                seen.add(team.state.value)
            undone.rollback()

    whatever_happens()

    assert seen >= {"ACTIVE", "INCOMPLETE", "ALREADY_EXISTS"}
