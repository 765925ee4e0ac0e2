"""What a volunteer team needs to be active (T1), reckoned with its counts after each change of who belongs to it."""

from collections.abc import Iterable
from typing import Any

from peewee import JOIN, Case, ColumnBase, Value, fn

from db.access.commands import Call
from db.access.journal import move
from db.access.models.journal import JournalAction
from db.kernel.enumeration import DomainEnum
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.statements import compiled
from db.people.models.person import PeopleGroup, Person
from db.settings.models import SettingKey
from db.settings.values import setting
from db.teams.compliance import VETERANS_TEAM
from db.teams.lifecycle import TEAM_LIFECYCLE
from db.teams.models.team import TeamMembership, TeamRole, TeamState, VolunteerTeam, VolunteerTeamKind

K, R = VolunteerTeamKind, TeamRole


class TeamLack(DomainEnum):
    """What a volunteer team lacks (缺编原因)."""

    CAPTAIN = (
        "CAPTAIN",
        "The team has no captain; a veterans' team needs one who is a veteran, as staff verified (verifyPersonGroups).",
        "缺队长（退役军人队的队长须经核定为退役军人）",
    )
    INSTRUCTOR = (
        "INSTRUCTOR",
        "The veterans' team has no instructor who is a police officer, as staff verified (verifyPersonGroups).",
        "缺经核定的民警指导员",
    )
    MEMBERS = "MEMBERS", "The team has fewer members than the setting demands.", "人数不足"
    VETERANS = "VETERANS", "The share of verified veterans in the veterans' team is too small.", "退役军人占比不足"
    OTHER_TEAM = "OTHER_TEAM", "Another veterans' team of the community is active.", "本社区已有退役军人志愿服务队"


def in_group(person: Any, group: PeopleGroup) -> ColumnBase:
    """Build the condition that a person belongs to a group, as staff verified, and not as they say themselves."""
    return person.groups_verified_on.is_null(False) & (
        Value(" ").concat(person.groups).concat(" ").contains(f" {group.value} ")
    )


def reckon(call: Call, team: VolunteerTeam) -> None:
    """Count who belongs to a team, which is locked, and move it along when it has, or lacks, what it needs."""
    counts, lacks = look_at(team)
    before = team.state
    if lacks and team.state is TeamState.ACTIVE:
        facts = {lack.value: True for lack in lacks}
        move(call, TEAM_LIFECYCLE, team, JournalAction.FALL_SHORT, facts=facts, **counts)
    elif not lacks and team.state in (TeamState.FORMING, TeamState.INCOMPLETE):
        move(call, TEAM_LIFECYCLE, team, JournalAction.ACTIVATE, **counts)
    elif any(getattr(team, name) != count for name, count in counts.items()):
        team.change(**counts)
    if team.state is not before:
        follow_state(call, team)


def follow_state(call: Call, team: VolunteerTeam) -> None:
    """Record what the new state of a team means for the committee of its community."""
    if team.kind is K.VETERAN:
        VETERANS_TEAM.recompute(call, team.division_code)


def look_at(team: VolunteerTeam) -> tuple[dict[str, Any], list[TeamLack]]:
    """Return how many belong to a team, by its columns, and what it lacks."""
    [(captains, veteran_captains, police, members, people, veterans, units)] = _counted.tuples(team.id)
    is_of_units, is_of_veterans = team.kind is K.RED_PROPERTY, team.kind is K.VETERAN
    counts: dict[str, Any] = {
        "volunteer_count": units if is_of_units else members,
        "veteran_count": 0 if is_of_units else veterans,
    }
    lacks: list[TeamLack] = []
    if not (veteran_captains if is_of_veterans else captains):
        lacks.append(TeamLack.CAPTAIN)
    if counts["volunteer_count"] < setting(SettingKey.TEAM_LEAST_MEMBERS, team.division_code):
        lacks.append(TeamLack.MEMBERS)
    if is_of_veterans:
        lacks += _of_veterans(team, police, people, veterans)
    return counts, lacks


def incomplete(team: VolunteerTeam) -> DomainError:
    """Build the refusal of a call of a team that is not active, which names what it lacks."""
    _, lacks = look_at(team)
    return DomainError(
        ErrorCode.TEAM_INCOMPLETE,
        f"The team is not called out while it lacks something: {' '.join(lack.english for lack in lacks)}",
        ("partyId",),
        chinese=f"该队缺编，不能召集：{'、'.join(lack.chinese for lack in lacks)}。",
    )


def _of_veterans(team: VolunteerTeam, police: int, people: int, veterans: int) -> Iterable[TeamLack]:
    if not police:
        yield TeamLack.INSTRUCTOR
    if veterans * 100 < people * setting(SettingKey.TEAM_VETERAN_PERCENT, team.division_code):
        yield TeamLack.VETERANS
    if _active_of_veterans.scalar(team.division_code) not in (None, team.id):
        yield TeamLack.OTHER_TEAM


@compiled
def _counted(team_id: Any) -> Any:
    """Count the live memberships of a team: captains, those who are veterans, police instructors, and all of a kind."""
    row, veteran = TeamMembership, in_group(Person, PeopleGroup.VETERAN)
    is_captain, is_instructor = row.role == R.CAPTAIN.value, row.role == R.INSTRUCTOR.value
    counted = (
        _number(is_captain), _number(is_captain & veteran),
        _number(is_instructor & in_group(Person, PeopleGroup.POLICE)),
        fn.COUNT(row.id), fn.COUNT(row.person), _number(veteran), fn.COUNT(row.organization),
    )  # fmt: skip
    live = row.select(*counted).join(Person, JOIN.LEFT_OUTER, on=row.person == Person.id)
    return live.where(row.team == team_id, row.until.is_null())


def _number(condition: Any) -> Any:
    return fn.COUNT(Case(None, [(condition, 1)]))


@compiled
def _active_of_veterans(division_code: Any) -> Any:
    is_theirs = (VolunteerTeam.kind == K.VETERAN.value) & (VolunteerTeam.state == TeamState.ACTIVE.value)
    return VolunteerTeam.select(VolunteerTeam.id).where(VolunteerTeam.division_code == division_code, is_theirs)
