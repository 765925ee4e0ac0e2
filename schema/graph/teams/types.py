"""Volunteer teams and who belongs to them."""

from peewee import ColumnBase, Node, fn

from db.city import models
from db.kernel.expressions import Row
from db.teams.models.team import TeamRole
from schema.catalog.declare import column, computed, many, model_type, one, one_of
from schema.catalog.fields import Kind


def _lead(team: Row, role: TeamRole) -> Node:
    """Select the person who leads or instructs a team."""
    row = models.TeamMembership.alias("lead")
    return row.select(row.person).where(row.team == team.id, row.role == role.value, row.until.is_null())


def _captain(team: Row, member: Row) -> ColumnBase:
    """Build the condition that a member holds the seat of a team's captain in the team's community."""
    seat = models.Member.alias("seat")
    held = (seat.person == _lead(team, TeamRole.CAPTAIN)) & (seat.division_code == team.division_code) & seat.is_active
    return member.id == seat.select(fn.MIN(seat.id)).where(held)


def _instructor_name(team: Row) -> Node:
    person = models.Person.alias("instructing")
    return person.select(person.name).where(person.id == _lead(team, TeamRole.INSTRUCTOR))


@model_type(models.VolunteerTeam, "A volunteer team of a community (志愿服务队).")
class VolunteerTeam:
    """With a captain, and for veterans one police instructor."""

    name = column("The name of the team.")
    kind = column("The purpose of the team.")
    purpose = column("What the team does, in its own words.")
    state = column("Whether the team has what it needs.")
    version = column("The version, which grows by one with each change; send it as `expectedVersion`.")
    division = one("Division", "The community that the team belongs to.")
    division_code = column("The 12-digit code of the community.")
    site = one("Site", "The site where the team works, if it works at one.")
    captain_person = one(
        "Person",
        "The person who is the team's captain (队长).",
        on=lambda team, person: person.id == _lead(team, TeamRole.CAPTAIN),
    )
    instructor = one(
        "Person",
        "The person who instructs the team (指导员).",
        on=lambda team, person: person.id == _lead(team, TeamRole.INSTRUCTOR),
    )
    captain = one("Member", "The team's captain as a committee member; null for one without a seat.", on=_captain)
    police_instructor_name = computed(
        Kind.LINE,
        _instructor_name,
        "The name of the police officer who instructs the team (指导员).",
        nullable=True,
    )
    volunteer_count = column(
        "The number of volunteers in the team: of all who belong to it, of companies in a team of property companies."
    )
    veteran_count = column("The number of veterans among the volunteers.")
    memberships = many(
        "TeamMembership",
        "Who belongs to the team, and who did.",
        on="team",
    )
    deployments = many(
        "Deployment",
        "Deployments of the team, newest first.",
        on="team",
        order="-called_at",
    )


@model_type(models.TeamMembership, "What a person or an organization is in a volunteer team, and how long (队员).")
class TeamMembership:
    """Everybody sees that there is one; the name of an ordinary volunteer is masked as any person's."""

    team = one("VolunteerTeam", "The team that the member belongs to.")
    division_code = column("The 12-digit code of the team's community.")
    member = one_of(
        "TeamMember",
        {"Person": "person", "Organization": "organization"},
        "The person or the organization that belongs to the team.",
    )
    role = column("The role of the member in the team.")
    since = column("The first day of the membership.")
    until = column("The day on which the membership ended; null while the member belongs to the team.")
