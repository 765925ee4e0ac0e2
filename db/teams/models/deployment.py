"""Deployments: a team or a unit is called out, answers, and is on site until it returns."""

from typing import TYPE_CHECKING

from peewee import BigAutoField, Check, ForeignKeyField, IntegerField

from db.access.models.account import Account, Role
from db.incidents.models import Incident
from db.issues.models.issue import Issue
from db.kernel.bounds import Between
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, EnumField, LineField, ProseField, UtcDateTimeField, one_of
from db.kernel.model import BaseModel
from db.organizations.models.organization import Organization
from db.places.models.division import Division
from db.sites.models import Site
from db.teams.models.team import VolunteerTeam

# How many people a party may bring.
HEADCOUNT = Between(1, 10_000)


class DeploymentState(DomainEnum):
    """The state of a deployment (出动状态)."""

    CALLED = "CALLED", "The party was called out and has not answered.", "已召集"
    ACCEPTED = "ACCEPTED", "The party said that it comes.", "已响应"
    DECLINED = "DECLINED", "The party said that it cannot come.", "已谢绝"
    ON_SITE = "ON_SITE", "The party is on site.", "在现场"
    RETURNED = "RETURNED", "The party has returned.", "已返回"
    CANCELLED = "CANCELLED", "The call was cancelled.", "已取消"


class Deployment(BaseModel):
    """One party that was called out (出动): a volunteer team or an organization.

    headcount: how many people it brings, or brought; null until it answers. called_by, caller_role: who is told when it
    does not answer.
    """

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="deployments", on_delete="RESTRICT")
    division_code = CodeField()
    team = ForeignKeyField(VolunteerTeam, null=True, backref="deployments", on_delete="RESTRICT")
    organization = ForeignKeyField(Organization, null=True, backref="deployments", on_delete="RESTRICT")
    issue = ForeignKeyField(Issue, null=True, backref="deployments", on_delete="RESTRICT")
    site = ForeignKeyField(Site, null=True, backref="deployments", on_delete="RESTRICT")
    place = LineField(null=True)
    headcount = IntegerField(null=True)
    called_at = UtcDateTimeField()
    answer_by = UtcDateTimeField()
    answered_at = UtcDateTimeField(null=True)
    on_site_at = UtcDateTimeField(null=True)
    ended_at = UtcDateTimeField(null=True)
    decline_reason = ProseField(null=True)
    called_by = ForeignKeyField(Account, null=True, on_delete="SET NULL")
    caller_role = EnumField(Role)
    state = EnumField(DeploymentState)
    version = IntegerField()
    incident = ForeignKeyField(Incident, null=True, backref="deployments", on_delete="RESTRICT")

    if TYPE_CHECKING:
        division_id: int
        team_id: int | None
        organization_id: int | None
        issue_id: int | None
        incident_id: int | None
        site_id: int | None
        called_by_id: int | None

    class Meta:
        indexes = (
            (("division_code", "id"), True),
            (("called_at", "id"), True),
            (("state", "answer_by"), False),
        )
        constraints = [one_of("team_id", "organization_id"), Check(HEADCOUNT.sql("headcount"))]
