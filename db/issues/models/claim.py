"""The need list, the project list, and the claims that join resources and promises to them."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, Check, CompositeKey, ForeignKeyField, IntegerField

from db.access.models.account import Account
from db.committees.models.committee import Committee, Member
from db.deliberation.models.meeting import Resolution
from db.issues.models.duty import Duty
from db.issues.models.issue import Issue
from db.kernel.bounds import Between
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import (
    CodeField,
    DayField,
    EnumField,
    FixedDecimalField,
    LineField,
    ProseField,
    UtcDateTimeField,
    one_of,
)
from db.kernel.model import BaseModel
from db.kernel.ranks import index_ranks
from db.organizations.models.organization import Organization
from db.organizations.models.resource import Resource, ResourceWindow
from db.sites.models import Site
from db.teams.models.team import VolunteerTeam


class NeedState(DomainEnum):
    """The state of an entry of the need list (需求状态)."""

    OPEN = "OPEN", "The need is not yet met.", "待满足"
    MET = "MET", "Confirmed claims meet the need.", "已满足"
    STRUCK_OFF = "STRUCK_OFF", "The need was struck off together with its issue.", "已销号"
    TRANSFERRED = "TRANSFERRED", "The need was struck off because its issue was merged or transferred.", "已转出"


class ProjectState(DomainEnum):
    """The state of a project (项目状态)."""

    PLANNED = "PLANNED", "The project is resolved but has not begun.", "已立项"
    ACTIVE = "ACTIVE", "The project is under way.", "实施中"
    CLOSED = "CLOSED", "All milestones are done and all issues are closed.", "已完成"
    CANCELLED = "CANCELLED", "The project was given up.", "已取消"


class ProjectKind(GrowingEnum):
    """What kind of place a project makes (项目类别)."""

    ORDINARY = "ORDINARY", "A project like most others.", "一般项目"
    CORNER_PARK = "CORNER_PARK", "A small park on a corner or on fallow land.", "街角公园"
    SHARED_GARDEN = "SHARED_GARDEN", "A garden whose plots residents grow and share.", "共享菜园"
    RENOVATION = "RENOVATION", "The renovation of a building or a courtyard.", "微改造"


# How large a project's place may be, in square metres.
AREA = Between(1, 1_000_000)


class ClaimState(DomainEnum):
    """The state of a claim (认领状态)."""

    PENDING = "PENDING", "The claim waits for staff to confirm it.", "待确认"
    CONFIRMED = "CONFIRMED", "The claim is confirmed and reserves its quantity of the resource.", "已确认"
    FULFILLED = "FULFILLED", "The promise was kept.", "已履行"
    RELEASED = "RELEASED", "The claim was given up and its quantity returned to the resource.", "已释放"
    DECLINED = "DECLINED", "The claim was declined.", "未采纳"


# Claims in these states take their quantity from the resource.
TAKING_STATES = (ClaimState.CONFIRMED, ClaimState.FULFILLED)


class Need(BaseModel):
    """An entry of the need list (需求清单): made when an issue is accepted, struck off with it.

    `lead`: the member whom a meeting made responsible for it (`listNeed`); its deadline is `claim_until`.
    """

    id = BigAutoField()
    issue = ForeignKeyField(Issue, backref="needs", on_delete="RESTRICT")
    committee = ForeignKeyField(Committee, backref="needs", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    title = LineField()
    wanted_quantity = FixedDecimalField(null=True)
    unit = LineField(null=True)
    claim_until = UtcDateTimeField(null=True)
    state = EnumField(NeedState)
    created_at = UtcDateTimeField()
    struck_off_at = UtcDateTimeField(null=True)
    wanted = ProseField(null=True)
    version = IntegerField(constraints=[SQL("DEFAULT 1")])
    lead = ForeignKeyField(Member, null=True, on_delete="SET NULL")

    if TYPE_CHECKING:
        issue_id: int
        committee_id: int
        lead_id: int | None

    class Meta:
        indexes = ((("committee", "created_at", "id"), True), (("division_code", "state"), False))
        constraints = [Check("(state IN ('STRUCK_OFF', 'TRANSFERRED')) = (struck_off_at IS NOT NULL)")]


class Project(BaseModel):
    """An entry of the project list (项目清单), made by a resolution and serving one or more issues.

    `duty`: null where it was made before projects had one, and serves no issue. `balance_note`: what becomes of money
    that is left; asked anew when more comes in.
    """

    id = BigAutoField()
    committee = ForeignKeyField(Committee, backref="projects", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    resolution = ForeignKeyField(Resolution, null=True, on_delete="RESTRICT")
    title = LineField()
    lead = ForeignKeyField(Member, null=True, on_delete="SET NULL")
    budget = FixedDecimalField(null=True)
    state = EnumField(ProjectState)
    due_on = DayField()
    created_at = UtcDateTimeField()
    closed_at = UtcDateTimeField(null=True)
    version = IntegerField(constraints=[SQL("DEFAULT 1")])
    duty = EnumField(Duty, null=True)
    kind = EnumField(ProjectKind, default=ProjectKind.ORDINARY, constraints=[SQL("DEFAULT 'ORDINARY'")])
    site = ForeignKeyField(Site, null=True, backref="projects", on_delete="RESTRICT")
    area_square_meters = IntegerField(null=True)
    balance_note = ProseField(null=True)

    if TYPE_CHECKING:
        committee_id: int
        resolution_id: int | None
        lead_id: int | None
        site_id: int | None

    class Meta:
        indexes = ((("committee", "created_at", "id"), True), (("division_code", "state"), False))
        constraints = [Check(AREA.sql("area_square_meters"))]


class ProjectIssue(BaseModel):
    """An issue that a project serves."""

    project = ForeignKeyField(Project, backref="project_issues", on_delete="CASCADE", index=False)
    issue = ForeignKeyField(Issue, on_delete="RESTRICT")

    class Meta:
        primary_key = CompositeKey("project", "issue")


class ProjectMilestone(BaseModel):
    """A step of a project (节点), done on a day or still to do."""

    id = BigAutoField()
    project = ForeignKeyField(Project, backref="milestones", on_delete="CASCADE", index=False)
    division_code = CodeField()
    position = IntegerField()
    title = LineField()
    due_on = DayField()
    done_on = DayField(null=True)

    if TYPE_CHECKING:
        project_id: int

    class Meta:
        indexes = ((("project", "position"), True),)


class Claim(BaseModel):
    """A unit, team, member or resident taking on an issue, with a resource or a promise (认领).

    account: of a resident, who claims for themselves.
    """

    id = BigAutoField()
    issue = ForeignKeyField(Issue, backref="claims", on_delete="RESTRICT", index=False)
    need = ForeignKeyField(Need, null=True, backref="claims", on_delete="RESTRICT")
    project = ForeignKeyField(Project, null=True, backref="claims", on_delete="RESTRICT")
    resource = ForeignKeyField(Resource, null=True, backref="claims", on_delete="RESTRICT", index=False)
    window = ForeignKeyField(ResourceWindow, null=True, on_delete="RESTRICT")
    organization = ForeignKeyField(Organization, null=True, backref="claims", on_delete="RESTRICT")
    team = ForeignKeyField(VolunteerTeam, null=True, backref="claims", on_delete="RESTRICT")
    member = ForeignKeyField(Member, null=True, backref="claims", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    quantity = FixedDecimalField(null=True)
    promise = ProseField()
    promised_on = DayField(null=True)
    state = EnumField(ClaimState)
    created_at = UtcDateTimeField()
    confirmed_at = UtcDateTimeField(null=True)
    ended_at = UtcDateTimeField(null=True)
    account = ForeignKeyField(Account, null=True, backref="claims", on_delete="RESTRICT")
    version = IntegerField(constraints=[SQL("DEFAULT 1")])

    if TYPE_CHECKING:
        issue_id: int
        need_id: int | None
        project_id: int | None
        resource_id: int | None
        window_id: int | None
        organization_id: int | None
        team_id: int | None
        member_id: int | None
        account_id: int | None

    class Meta:
        indexes = (
            (("issue", "created_at", "id"), True),
            (("resource", "state"), False),
            (("member", "created_at", "id"), True),
            (("created_at", "id"), True),
            (("state", "created_at", "id"), True),
            (("division_code", "state"), False),
        )
        constraints = [Check("quantity > 0"), one_of("organization_id", "team_id", "member_id", "account_id")]


index_ranks(Claim, "state")
# One of a unit, a team, a member or a resident may wait on an issue at a time.
Claim.add_index(
    SQL(
        "CREATE UNIQUE INDEX claim_one_pending ON claim (issue_id, COALESCE(organization_id, 0), COALESCE(team_id, 0), "
        "COALESCE(member_id, 0), COALESCE(account_id, 0)) WHERE state = 'PENDING'"
    )
)
