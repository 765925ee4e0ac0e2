"""Who belongs to a volunteer team: members are added, ended and given another role, and their roles follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from db.access.commands import Call
from db.access.journal import By, move
from db.access.models.access import RoleGrant
from db.access.models.account import Role, roles_with
from db.access.models.journal import JournalAction
from db.access.role_changes import RoleFact, end_roles, give_with_account
from db.committees.models.committee import Committee, MemberPost
from db.committees.seats import pass_post_on
from db.kernel.bounds import Length
from db.kernel.database import locked
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.statements import compiled
from db.organizations.models.organization import Organization, OrganizationKind, OrganizationState
from db.organizations.standing import ENDS_WITH_IT
from db.people.changes import follow_people
from db.people.finding import require_known
from db.people.models.person import Person
from db.places.models.division import Division
from db.teams.lifecycle import TEAM_LIFECYCLE
from db.teams.models.team import LEADS, TeamMembership, TeamRole, TeamState, VolunteerTeam, VolunteerTeamKind
from db.teams.reckoning import reckon

# What a member is and the row's id: ("Person", 7).
Party = tuple[str, int]
Path = tuple[str, ...]
_COLUMNS = {"Person": "person_id", "Organization": "organization_id"}


def _captaincy_of(grant: RoleGrant) -> TeamMembership | None:
    """Return the captaincy that a role follows from."""
    return _captaincy.first(grant.team_id, grant.account_id) if grant.team_id is not None else None


OF_CAPTAINS = roles_with(lambda powers: powers.speaks_for == "team")
CAPTAINCY = RoleFact("队长身份", "changeTeamMembers", _captaincy_of, OF_CAPTAINS, "changeTeamMembers")


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody who is to belong to a team. person_name: of a person whose name a captain may not read."""

    member_id: Party
    role: TeamRole = TeamRole.MEMBER
    person_name: Annotated[str, Length(1, 40, has_lines=False)] | None = None


@dataclass(frozen=True, slots=True)
class NewRole:
    """The role that a member is to have from now on."""

    membership_id: int
    role: TeamRole


class Roll:
    """Who belongs to a team, which is locked, as one command changes it."""

    def __init__(self, call: Call, team: VolunteerTeam, live: Sequence[TeamMembership]) -> None:
        self.call = call
        self.team = team
        self._live = list(live)
        self._captain_before = self._captain_id

    @classmethod
    def of(cls, call: Call, team: VolunteerTeam) -> "Roll":
        """Return who belongs to a team now."""
        return cls(call, team, _live_of_team.all(team.id))

    @property
    def _captain_id(self) -> int | None:
        """The person who leads the team now."""
        return next((one.person_id for one in self._live if one.role is TeamRole.CAPTAIN), None)

    def settle(self, by: By) -> None:
        """Reckon what follows from the changes: for the team, and for the seat that its captain has by this post (C5).

        by: of the change. Where the committee may be concerned it is locked, as `lock_committee` does.

        Raises:
            DomainError: NOT_PERMITTED, the actor would seat themselves.
        """
        before, after = self._captain_before, self._captain_id
        if self.team.kind is VolunteerTeamKind.VETERAN and before is not None and after != before:
            committee = Committee.lock(division_code=self.team.division_code)
            if committee is not None:
                taker = Person.get_by_id(after) if after is not None else None
                post = MemberPost.VETERAN_CAPTAIN
                pass_post_on(self.call, committee, by, post, leaver_id=before, taker=taker)
        if self.team.state is not TeamState.DISBANDED:
            reckon(self.call, self.team)

    def find(self, membership_id: int, path: Path) -> TeamMembership:
        """Find a live membership.

        Raises:
            DomainError: NOT_FOUND.
        """
        found = next((one for one in self._live if one.id == membership_id), None)
        if found is None:
            raise DomainError(
                ErrorCode.NOT_FOUND,
                "The team has no such member now; see its memberships.",
                path,
                chinese="该队现无此队员，请查看队员名单。",
            )
        return found

    def of_person(self, person_id: int) -> TeamMembership | None:
        """Return what a person is in the team."""
        return next((one for one in self._live if one.person_id == person_id), None)

    def add(self, new: NewMember, path: Path) -> None:
        """Add a member from today on.

        Raises:
            DomainError: NOT_FOUND, the community has no such person or organization; NOT_PERMITTED, the actor does not
                know who the person is; NOT_ELIGIBLE, the team is of others; ALREADY_EXISTS, they belong to it already,
                or it has such a lead; INVALID_INPUT.
        """
        kind, row_id = new.member_id
        row = _require_fits(self.team, new, (*path, "memberId"))
        if isinstance(row, Person):
            require_known(self.call, row, (*path, "memberId"), new.person_name)
        there = next((one for one in self._live if getattr(one, _COLUMNS[kind]) == row_id), None)
        if there is not None:
            raise _there_already(there, (*path, "memberId"))
        self._begin({_COLUMNS[kind]: row_id}, new.role, (*path, "role"))

    def change_role(self, membership: TeamMembership, role: TeamRole, path: Path) -> None:
        """Change the role of a member from today on.

        Raises:
            DomainError: ALREADY_EXISTS, the team has such a lead; INVALID_INPUT.
        """
        if role is not membership.role:
            self.end(membership)
            kept = {"person_id": membership.person_id, "organization_id": membership.organization_id}
            self._begin(kept, role, (*path, "role"))

    def end(self, membership: TeamMembership) -> None:
        """End a membership today, and with a captaincy the right to speak for the team."""
        membership.change(until=self.call.day)
        self._live.remove(membership)
        if membership.role is TeamRole.CAPTAIN:
            account_id = Person.get_by_id(membership.person_id).account_id
            if account_id is not None:
                reason = f"no more captain of VolunteerTeam_{self.team.id}"
                end_roles(self.call, reason, team=self.team.id, account=account_id)

    def end_all(self) -> None:
        """End every membership, and every right to speak for the team."""
        _ending.change(self.call.day, self.team.id)
        self._live.clear()
        end_roles(self.call, f"VolunteerTeam_{self.team.id} was disbanded", team=self.team.id)

    def _begin(self, of: dict[str, int | None], role: TeamRole, path: Path) -> None:
        person_id = of.get("person_id")
        if role in LEADS and person_id is None:
            raise DomainError(
                ErrorCode.INVALID_INPUT,
                "A team is led and instructed by people; give an organization the role MEMBER.",
                path,
                chinese="队长、指导员须为个人；单位请选择 MEMBER。",
            )
        if role in LEADS and (lead := next((one for one in self._live if one.role is role), None)) is not None:
            raise _there_already(lead, path)
        team = self.team
        made = TeamMembership.create(
            team=team.id, division_code=team.division_code, role=role, since=self.call.day, **of
        )  # fmt: skip
        self._live.append(made)
        if role is TeamRole.CAPTAIN:
            _give_role(self.call, team, Person.get_by_id(person_id).account_id)


def _give_role(call: Call, team: VolunteerTeam, account_id: int | None) -> None:
    """Let a captain speak for the team; without an account there is nobody who could sign in."""
    if account_id is not None:
        home, reason = Division.get_by_id(team.division_id), f"captain of VolunteerTeam_{team.id}"
        CAPTAINCY.grant(call, Role.TEAM_CAPTAIN, account_id, home.part, reason, team=team.id)


def lock_committee(team_id: int | None) -> None:
    """Lock the committee of the community of a veterans' team, before any person: its captain may sit on it."""
    team = VolunteerTeam.find(id=team_id) if team_id is not None else None
    if team is not None and team.kind is VolunteerTeamKind.VETERAN:
        Committee.lock(division_code=team.division_code)


def lock_people(ids: Sequence[int]) -> None:
    """Lock people in the order of their ids, before any team."""
    for person_id in sorted(set(ids)):
        _locked_person.tuples(person_id)


def _require_fits(team: VolunteerTeam, new: NewMember, path: Path) -> Person | Organization:
    """Check that a member is of the team's community, and of those whom such a team consists of; return their row."""
    kind, row_id = new.member_id
    row: Person | Organization | None = Person.lock(id=row_id) if kind == "Person" else Organization.lock(id=row_id)
    if row is None or row.division_code != team.division_code or not _takes_part(row):
        raise DomainError(
            ErrorCode.NOT_FOUND,
            "The community of the team has no such person or active organization; check the id, or register them there "
            "first.",
            path,
            chinese="该队所在社区没有此人员或在册单位；请核对 ID，或先在该社区登记。",
        )
    is_company = isinstance(row, Organization) and row.kind is OrganizationKind.PROPERTY_COMPANY
    if team.kind is VolunteerTeamKind.RED_PROPERTY and new.role is TeamRole.MEMBER and not is_company:
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            "A team of property companies has property companies as its members, and nobody else.",
            path,
            chinese="红色物业志愿服务队的队员须为物业企业。",
        )
    return row


def _takes_part(row: Person | Organization) -> bool:
    return not row.is_erased if isinstance(row, Person) else row.state is OrganizationState.ACTIVE


def _there_already(membership: TeamMembership, path: Path) -> DomainError:
    return DomainError(
        ErrorCode.ALREADY_EXISTS,
        f"The team has this member, or somebody in this role, already: TeamMembership_{membership.id}. End or change "
        "that membership first.",
        path,
        chinese=f"该队已有此队员，或该身份已有人担任：TeamMembership_{membership.id}；请先调整。",
    )


def follow_person(call: Call, person: Person) -> None:
    """Reckon the teams of a person whose groups changed; somebody who was erased leaves them."""
    for (team_id,) in _teams_of.tuples(person.id):
        team = VolunteerTeam.lock(id=team_id)
        assert team is not None, "a team with members is there"
        roll = Roll.of(call, team)
        if person.is_erased and (membership := roll.of_person(person.id)) is not None:
            roll.end(membership)
        reckon(call, team)


def _open_account(call: Call, person: Person) -> None:
    """Let a captain who has got an account speak for the team."""
    for (team_id,) in _teams_of.tuples(person.id):
        team = VolunteerTeam.lock(id=team_id)
        assert team is not None, "a team with members is there"
        membership = Roll.of(call, team).of_person(person.id)
        if membership is not None and membership.role is TeamRole.CAPTAIN:
            _give_role(call, team, person.account_id)


follow_people(follow_person)
give_with_account(_open_account)


@compiled
def _live_of_team(team_id: Any) -> Any:
    live = (TeamMembership.team == team_id) & TeamMembership.until.is_null()
    return TeamMembership.select().where(live).order_by(TeamMembership.id)


@compiled
def _captaincy(team_id: Any, account_id: Any) -> Any:
    row = TeamMembership
    is_captain = (row.team == team_id) & (row.role == TeamRole.CAPTAIN.value) & row.until.is_null()
    return row.select().join(Person, on=row.person == Person.id).where(is_captain, Person.account == account_id)


@compiled
def _teams_of(person_id: Any) -> Any:
    live = (TeamMembership.person == person_id) & TeamMembership.until.is_null()
    return TeamMembership.select(TeamMembership.team).where(live).order_by(TeamMembership.team)


def _leave_with_unit(call: Call, unit: Organization, by: By) -> None:
    """End the memberships of an organization that was closed, and reckon its teams anew."""
    for membership in _live_of_unit.all(unit.id):
        team = VolunteerTeam.lock(id=membership.team_id)
        assert team is not None, "a membership is of a team"
        roll = Roll.of(call, team)
        roll.end(roll.find(membership.id, ()))
        move(call, TEAM_LIFECYCLE, team, JournalAction.AMEND, by)
        reckon(call, team)


ENDS_WITH_IT.append(_leave_with_unit)


@compiled
def _live_of_unit(organization_id: Any) -> Any:
    live = (TeamMembership.organization == organization_id) & TeamMembership.until.is_null()
    return TeamMembership.select().where(live).order_by(TeamMembership.id)


@compiled
def _ending(day: Any, team_id: Any) -> Any:
    live = (TeamMembership.team == team_id) & TeamMembership.until.is_null()
    return TeamMembership.update(until=day.through(TeamMembership.until.db_value)).where(live)


@compiled
def _locked_person(person_id: Any) -> Any:
    return locked(Person.select(Person.id).where(Person.id == person_id))
