"""What is done with volunteer teams: they are formed, people join and leave, and they are disbanded."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.journal import By, entry_of, move
from db.access.journal import begin as begin_row
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.officers import community_of
from db.access.steps import offices_over, require
from db.access.subjects import command
from db.issues.lifecycle import Capacity
from db.kernel.bounds import Items, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.statements import compiled
from db.people.models.person import Person
from db.sites.finding import AtSite
from db.teams.lifecycle import LIVE, TEAM_LIFECYCLE
from db.teams.memberships import NewMember, NewRole, Roll, lock_committee, lock_people
from db.teams.models.team import LEADS, VolunteerTeam, VolunteerTeamKind
from db.teams.reckoning import follow_state, reckon
from db.teams.standing import TEAM

A = JournalAction
NAME, PURPOSE = Length(2, 100, has_lines=False), Length(1, 300)
AT_ONCE = Items(0, 100)


@command()
def form_team(
    call: Call,
    *,
    division_code: str,
    name: Annotated[str, NAME],
    kind: VolunteerTeamKind,
    at_site: AtSite,
    purpose: Annotated[str, PURPOSE] | None = None,
    members: Annotated[Sequence[NewMember], AT_ONCE] = (),
) -> CommandResult:
    """Form a volunteer team of a community (组建志愿服务队); it is active once it has what it needs.

    Raises:
        DomainError: NOT_FOUND, no such community, site, person or organization; NOT_PERMITTED; INVALID_INPUT;
            NOT_ELIGIBLE, a member that such a team does not have; ALREADY_EXISTS, the community has a veterans' team,
            or a team of that name, or somebody is named twice.
    """
    home = community_of(division_code, is_locked=True)
    role = require(offices_over(call, division_code), (Capacity.COMMUNITY_STAFF,), "divisionCode")
    _require_new(division_code, name, kind)
    site = at_site.find(division_code)
    lock_people(_people(members))
    team = begin_row(
        call, TEAM_LIFECYCLE, VolunteerTeam, By.actor(call, role, division_code), division=home.id,
        division_code=home.code, name=name, kind=kind, purpose=purpose, site=site and site.id,
    )  # fmt: skip
    event = entry_of(TEAM_LIFECYCLE, team)
    _add(Roll(call, team, ()), members, "members")
    reckon(call, team)
    return CommandResult({"volunteerTeam": team.id, "event": event})


def _lock_new_members(call: Call, inputs: Mapping[str, Any]) -> None:
    lock_committee(inputs.get("team_id"))
    lock_people([row["member_id"][1] for row in inputs.get("add", ()) if row["member_id"][0] == "Person"])


@command(TEAM, "changeTeamMembers", lock=_lock_new_members)
def change_team_members(
    call: Call,
    team: VolunteerTeam,
    role: Role,
    *,
    end: Annotated[Sequence[int], AT_ONCE] = (),
    roles: Annotated[Sequence[NewRole], AT_ONCE] = (),
    add: Annotated[Sequence[NewMember], AT_ONCE] = (),
) -> CommandResult:
    """End memberships, give members another role, and add members, in this order (调整队员).

    A captain of veterans who sits on the committee by this post passes the seat on to the next one (C5).

    Raises:
        DomainError: NOT_FOUND, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; NOT_PERMITTED, a captain changes who
            leads the team, or staff would seat themselves; NOT_ELIGIBLE, ALREADY_EXISTS.
    """
    event = move(call, TEAM_LIFECYCLE, team, A.AMEND, by := By.actor(call, role, team.division_code))
    roll = Roll.of(call, team)
    for at, key in enumerate(end):
        membership = roll.find(key, path := ("end", str(at)))
        _require_may(role, path, membership.role)
        roll.end(membership)
    # Whoever leads the team makes room before somebody else does.
    for at, one in sorted(enumerate(roles), key=lambda change: change[1].role in LEADS):
        membership = roll.find(one.membership_id, (*(path := ("roles", str(at))), "membershipId"))
        _require_may(role, path, membership.role, one.role)
        roll.change_role(membership, one.role, path)
    for at, one in enumerate(add):
        _require_may(role, ("add", str(at)), one.role)
    _add(roll, add, "add")
    roll.settle(by)
    return CommandResult({"volunteerTeam": team.id, "event": event})


def _lock_oneself(call: Call, inputs: Mapping[str, Any]) -> None:
    lock_committee(inputs.get("team_id"))
    if (person := Person.find(account=call.actor.account_id)) is not None:
        lock_people([person.id])


@command(TEAM, "joinTeam", lock=_lock_oneself)
def join_team(call: Call, team: VolunteerTeam, role: Role) -> CommandResult:
    """Join a volunteer team of one's own community as a member (加入队伍).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; ALREADY_EXISTS, they belong to it;
            NOT_ELIGIBLE, it is a team of companies.
    """
    event = move(call, TEAM_LIFECYCLE, team, A.JOIN, By.actor(call, role, team.division_code))
    _add(Roll.of(call, team), [NewMember(("Person", _oneself(call).id))], "teamId")
    reckon(call, team)
    return CommandResult({"volunteerTeam": team.id, "event": event})


@command(TEAM, "leaveTeam", lock=_lock_oneself)
def leave_team(call: Call, team: VolunteerTeam, role: Role) -> CommandResult:
    """Leave a volunteer team (退出队伍); a captain may, and the team then lacks one.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    event = move(call, TEAM_LIFECYCLE, team, A.LEAVE, by := By.actor(call, role, team.division_code))
    roll = Roll.of(call, team)
    membership = roll.of_person(_oneself(call).id)
    assert membership is not None, "who leaves a team is in it"
    roll.end(membership)
    roll.settle(by)
    return CommandResult({"volunteerTeam": team.id, "event": event})


def _lock_committee(call: Call, inputs: Mapping[str, Any]) -> None:
    lock_committee(inputs.get("team_id"))


@command(TEAM, "disbandTeam", lock=_lock_committee)
def disband_team(call: Call, team: VolunteerTeam, role: Role, *, reason: Prose) -> CommandResult:
    """Disband a volunteer team; its memberships end, and nobody speaks for it any more (解散队伍).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; NOT_ALL_SETTLED, it
            handles issues, or claims of it run.
    """
    by = By.actor(call, role, team.division_code)
    event = move(call, TEAM_LIFECYCLE, team, A.END, by, note=reason, volunteer_count=0, veteran_count=0)
    roll = Roll.of(call, team)
    roll.end_all()
    roll.settle(by)
    follow_state(call, team)
    return CommandResult({"volunteerTeam": team.id, "event": event})


def _require_new(division_code: str, name: str, kind: VolunteerTeamKind) -> None:
    """Check that the community, which is locked, has no team of the name, and no other team of veterans."""
    for key, other_name, other_kind in _live_there.tuples(division_code):
        is_of_veterans = kind is other_kind is VolunteerTeamKind.VETERAN
        if is_of_veterans or name == other_name:
            raise DomainError(
                ErrorCode.ALREADY_EXISTS,
                f"The community has a veterans' team, or a team of this name, already: VolunteerTeam_{key}.",
                ("kind" if is_of_veterans else "name",),
                chinese=f"该社区已有退役军人志愿服务队，或已有同名队伍：VolunteerTeam_{key}。",
            )


def _require_may(role: Role, path: tuple[str, ...], *of: Any) -> None:
    if role is Role.TEAM_CAPTAIN and any(one in LEADS for one in of):
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "Who leads and who instructs a team is changed by staff of the community; a captain changes the others.",
            path,
            chinese="队长、指导员由社区工作人员调整，队长可调整其他队员。",
        )


def _add(roll: Roll, members: Sequence[NewMember], field: str) -> None:
    for at, one in enumerate(members):
        roll.add(one, (field, str(at)) if field != "teamId" else (field,))


def _people(members: Sequence[NewMember]) -> list[int]:
    return [one.member_id[1] for one in members if one.member_id[0] == "Person"]


def _oneself(call: Call) -> Person:
    found = Person.find(account=call.actor.account_id)
    assert found is not None, "whoever stands as a person is one"
    return found


@compiled
def _live_there(division_code: Any) -> Any:
    columns = (VolunteerTeam.id, VolunteerTeam.name, VolunteerTeam.kind)
    live = VolunteerTeam.state.in_([state.value for state in LIVE])
    return VolunteerTeam.select(*columns).where(VolunteerTeam.division_code == division_code, live)
