"""Volunteer teams and the memberships of their people and units."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, Check, ForeignKeyField, IntegerField

from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, LineField, ProseField, one_of
from db.kernel.model import BaseModel
from db.organizations.models.organization import Organization
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division
from db.sites.models import Site


class VolunteerTeamKind(GrowingEnum):
    """The purpose of a volunteer team (志愿服务队类别)."""

    VETERAN = "VETERAN", "Veterans, with one police instructor.", "退役军人志愿服务队"
    RED_PROPERTY = "RED_PROPERTY", "A team of property companies.", "红色物业志愿服务队"
    RESIDENT = "RESIDENT", "A team of residents.", "居民志愿服务队"
    HOME_MONITORING = "HOME_MONITORING", "Help for households in home monitoring.", "居家健康监测志愿服务队"
    PARTY = "PARTY", "A team of party members.", "党员志愿服务队"
    GENERAL = "GENERAL", "A team for any other purpose.", "综合志愿服务队"


class TeamState(DomainEnum):
    """The state of a volunteer team (队伍状态)."""

    FORMING = "FORMING", "The team does not have yet what it needs.", "组建中"
    ACTIVE = "ACTIVE", "The team has what it needs and can be called out.", "在编"
    INCOMPLETE = "INCOMPLETE", "The team lost something that it needs, and is not called out.", "缺编"
    DISBANDED = "DISBANDED", "The team was disbanded.", "已解散"


class TeamRole(DomainEnum):
    """The role of a member in a volunteer team (队内身份)."""

    CAPTAIN = "CAPTAIN", "The person who leads the team and speaks for it.", "队长"
    INSTRUCTOR = "INSTRUCTOR", "The person who instructs the team; a police officer for veterans.", "指导员"
    MEMBER = "MEMBER", "An ordinary member of the team.", "队员"


# Those who lead a team, of whom it has at most one each, and who are known to everybody.
LEADS = (TeamRole.CAPTAIN, TeamRole.INSTRUCTOR)


class VolunteerTeam(BaseModel):
    """A volunteer team of a community (志愿服务队).

    volunteer_count, veteran_count: reckoned of the live memberships after each change (`db.teams.reckoning`).
    """

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="volunteer_teams", on_delete="RESTRICT")
    division_code = CodeField()
    name = LineField()
    kind = EnumField(VolunteerTeamKind)
    volunteer_count = IntegerField(default=0)
    veteran_count = IntegerField(default=0)
    purpose = ProseField(null=True)
    site = ForeignKeyField(Site, null=True, backref="volunteer_teams", on_delete="RESTRICT")
    state = EnumField(TeamState, default=TeamState.FORMING, constraints=[SQL("DEFAULT 'FORMING'")])
    version = IntegerField(default=1, constraints=[SQL("DEFAULT 1")])

    if TYPE_CHECKING:
        division_id: int
        site_id: int | None

    class Meta:
        indexes = ((("division_code", "id"), True), (("kind", "id"), True))
        constraints = [Check("veteran_count BETWEEN 0 AND volunteer_count")]


# A community has one veterans' team that is active.
VolunteerTeam.add_index(
    SQL(
        "CREATE UNIQUE INDEX volunteer_team_one_of_veterans ON volunteer_team (division_code) "
        "WHERE kind = 'VETERAN' AND state = 'ACTIVE'"
    )
)


class TeamMembership(BaseModel):
    """What a person or an organization is in a volunteer team, and how long (队员). It is live until it has an end."""

    id = BigAutoField()
    team = ForeignKeyField(VolunteerTeam, backref="memberships", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    person = ForeignKeyField(Person, null=True, backref="team_memberships", on_delete="RESTRICT")
    organization = ForeignKeyField(Organization, null=True, backref="team_memberships", on_delete="RESTRICT")
    role = EnumField(TeamRole)
    since = DayField()
    until = DayField(null=True)

    if TYPE_CHECKING:
        team_id: int
        person_id: int | None
        organization_id: int | None

    class Meta:
        indexes = ((("team", "id"), True), (("division_code", "id"), True))
        constraints = [
            one_of("person_id", "organization_id"),
            Check("role = 'MEMBER' OR person_id IS NOT NULL"),
            Check("until >= since"),
        ]


# Who is live in a team is there once, and so is each of its leads.
LIVE_ONCE = {
    "person": "(team_id, person_id) WHERE until IS NULL",
    "organization": "(team_id, organization_id) WHERE until IS NULL",
    "captain": "(team_id) WHERE role = 'CAPTAIN' AND until IS NULL",
    "instructor": "(team_id) WHERE role = 'INSTRUCTOR' AND until IS NULL",
}
for _name, _rows in LIVE_ONCE.items():
    TeamMembership.add_index(SQL(f"CREATE UNIQUE INDEX team_membership_live_{_name} ON team_membership {_rows}"))

add_tie(
    Tie(
        TeamMembership,
        ("the lead of a volunteer team", "志愿服务队队长或指导员"),
        points=lambda membership, person: membership.person == person.id,
        holds=lambda membership, now: membership.until.is_null() & membership.role.in_([lead.value for lead in LEADS]),
        is_public=True,
    )
)
# Ordinary volunteers are known by name to their own captain, besides those who know every name of a community.
add_tie(
    Tie(
        TeamMembership,
        ("the membership of a volunteer team", "志愿服务队队员"),
        points=lambda membership, person: membership.person == person.id,
        holds=lambda membership, now: membership.until.is_null(),
        keeps=False,
        known_to=lambda membership, grant: (grant.role == "TEAM_CAPTAIN") & (grant.team == membership.team),
    )
)
