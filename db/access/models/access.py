"""What an account may do and where: role grants over a part of the city, and API tokens."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from peewee import BigAutoField, Check, ForeignKeyField

from db.access.models.account import Account, Powers, Role, roles_with
from db.committees.models.committee import Committee
from db.kernel.codes import CodeRange, SqlCodeRange
from db.kernel.enumeration import GrowingEnum
from db.kernel.fields import CodeField, EnumField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.organizations.models.organization import Organization
from db.people.models.ties import Tie, add_tie
from db.sites.models import Site
from db.teams.models.team import VolunteerTeam


class TokenScope(GrowingEnum):
    """What a token permits its account to do (令牌范围)."""

    READ = "READ", "Read the whole graph.", "读取"
    WRITE = "WRITE", "Change anything that the account may change.", "全部变更"
    INTAKE = "INTAKE", "Take in messages; submit, accept, reject, appeal and withdraw issues.", "受理"
    MERGING = "MERGING", "Merge issues and separate them again.", "并案"
    CLAIMS = "CLAIMS", "Publish and claim issues, and decide on claims.", "认领"
    HANDLING = "HANDLING", "Assign issues, report them done and close them.", "办理"
    MEETINGS = "MEETINGS", "Call, hold and close meetings, and vote in them.", "会议"
    NOTES = "NOTES", "Urge, comment on, regrade and rate issues.", "督办留言"
    LEVELS = "LEVELS", "Escalate issues and hand them down.", "上报下派"
    REQUESTS = "REQUESTS", "Request suspensions, extensions and transfers, and decide on them.", "申请审批"
    OFFICES = "OFFICES", "Set deadlines, publish conduct norms, and assess committees.", "职能设定"
    ACCESS = "ACCESS", "Issue tokens, grant roles and end them.", "授权"
    COMPOSITION = "COMPOSITION", "Register persons, found committees, and appoint their members.", "组建"
    LINKAGE = "LINKAGE", "Register sites, assign sponsors, and log visits.", "包抓走访"
    REGISTRATIONS = "REGISTRATIONS", "Register, pledge, log hours, appraise, and sign agreements.", "双报到"
    TEAMS = "TEAMS", "Register organizations, form teams, and call them out.", "组织队伍"
    SHARING = "SHARING", "Offer resources, put them on the list, and book them.", "资源共享"
    VOICE = (
        "VOICE",
        "Hold sessions of the forum, settle what is said there, and deal with messages.",
        "居民说事、热线信箱",
    )
    EMERGENCY = (
        "EMERGENCY",
        "Detect incidents, call out, grade, report on them and stand them down; keep supplies.",
        "应急处置",
    )
    FIGURES = "FIGURES", "Record what was published of the city.", "统计数据"
    SERVICES = "SERVICES", "Make policies known, decide applications for services, and record scans.", "便民服务"


class RoleGrant(BaseModel):
    """A role given to an account over a division subtree for a time (授权).

    `division_code` to `last_code` is the subtree. A member's role also names the committee, a unit contact's the
    organization, a team captain's the team. A grid worker's may name the one grid that it is held over.
    """

    id = BigAutoField()
    account = ForeignKeyField(Account, backref="grants", on_delete="CASCADE", index=False)
    role = EnumField(Role)
    division_code = CodeField()
    last_code = CodeField()
    committee = ForeignKeyField(Committee, null=True, on_delete="CASCADE")
    organization = ForeignKeyField(Organization, null=True, on_delete="CASCADE")
    team = ForeignKeyField(VolunteerTeam, null=True, on_delete="CASCADE")
    starts_at = UtcDateTimeField()
    ends_at = UtcDateTimeField(null=True)
    granted_by = ForeignKeyField(Account, null=True, on_delete="SET NULL")
    site = ForeignKeyField(Site, null=True, on_delete="CASCADE")

    if TYPE_CHECKING:
        account_id: int
        committee_id: int | None
        organization_id: int | None
        team_id: int | None
        granted_by_id: int | None
        site_id: int | None

    class Meta:
        indexes = ((("account", "role", "division_code"), False), (("division_code", "role"), False))
        constraints = [Check("last_code >= division_code"), Check("ends_at IS NULL OR ends_at > starts_at")]

    @property
    def part(self) -> CodeRange:
        """The part of the city over which it is held."""
        return CodeRange(self.division_code, self.last_code)


def is_held(grant: Any, now: Any) -> Any:
    """Build the condition that a role is held at a time. grant: its table, or an alias of it. now: as it is stored."""
    return (grant.starts_at <= now) & (grant.ends_at.is_null() | (grant.ends_at > now))


def has_power(role: Any, power: Callable[[Powers], object]) -> Any:
    """Build the condition that a column holds a role with a power; one role is compared, several are listed."""
    names = [found.value for found in roles_with(power)]
    return role == names[0] if len(names) == 1 else role.in_(names)


def speaks_for(grant: Any, whom: str) -> Any:
    """Build the condition that a grant is of a role whose holder acts for a committee, a unit, a team or themselves."""
    return has_power(grant.role, lambda powers: powers.speaks_for == whom)


def reaches(grant: Any, row: Any) -> Any:
    """Build the condition that a role is held over where a row lies. row: with a division's code and a site."""
    inside = Site.alias("inside")
    lies_in_grid = row.site.in_(inside.select(inside.id).where((inside.id == grant.site) | (inside.grid == grant.site)))
    return part_of(grant).covers(row.division_code) & (grant.site.is_null() | lies_in_grid)


def part_of(grant: Any) -> SqlCodeRange:
    """Return the part of the city over which a role is held, for conditions."""
    return SqlCodeRange(grant.division_code, grant.last_code)


add_tie(
    Tie(
        RoleGrant,
        ("an office", "职务"),
        points=lambda grant, person: grant.account == person.account,
        holds=lambda grant, now: is_held(grant, now) & has_power(grant.role, lambda powers: powers.capacity),
        keeps=False,
        is_public=True,
    )
)


class ApiToken(BaseModel):
    """A bearer token (令牌): only its hash is kept; `prefix` lets its owner recognise it.

    scopes: names of `TokenScope` in lower case with blanks between. division_code: the only part of the city where it
    gives its account's rights; null for all.
    """

    id = BigAutoField()
    account = ForeignKeyField(Account, backref="tokens", on_delete="CASCADE")
    name = LineField()
    prefix = CodeField()
    token_hash = CodeField(unique=True)
    scopes = LineField(default="read write")
    division_code = CodeField(null=True)
    created_at = UtcDateTimeField()
    expires_at = UtcDateTimeField(null=True)
    last_used_at = UtcDateTimeField(null=True)
    revoked_at = UtcDateTimeField(null=True)

    if TYPE_CHECKING:
        account_id: int
