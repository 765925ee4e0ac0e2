"""Roles given and ended by officers, within their part of the city and below their own level."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.access.commands import Call, CommandResult, record_act
from db.access.inputs import Inputs
from db.access.models.access import RoleGrant
from db.access.models.account import Account, Role
from db.access.models.audit import AuditAction
from db.access.role_changes import require_fact, require_given
from db.access.subjects import Subject, command
from db.kernel.bounds import Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.places.models.division import CODE_DIGITS, Division
from db.sites.models import Site, SiteKind, SiteState

_SECOND = timedelta(seconds=1)
# What else holds of a role that is granted over a division from one moment to another, as later contexts know it; each
# raises what stands against it.
TERM_RULES: list[Callable[[Role, Division, datetime, datetime | None], None]] = []


@dataclass(frozen=True, slots=True)
class Grantee(Inputs):
    """The account that gets a role.

    account_id: the type that the id names, and the account's id. subject: by which its identity provider knows it.
    """

    account_id: tuple[str, int] | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class SpeaksFor(Inputs):
    """For whom the holder of a role speaks: at most one of them."""

    committee_id: int | None = None
    organization_id: int | None = None
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class Term(Inputs):
    """From when and until when a role is held."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None


@command()
def grant_role(
    call: Call,
    *,
    grantee: Grantee,
    role: Role,
    division_code: str,
    speaks_for: SpeaksFor,
    term: Term,
    reason: Prose,
    site_id: int | None = None,
) -> CommandResult:
    """Grant an account a role over a division and all below it, for a time (授权).

    Raises:
        DomainError: NOT_FOUND; INVALID_INPUT; NOT_PERMITTED, the actor's office does not give that role there, or the
            account is the actor's own; NOT_ELIGIBLE, the role follows from a fact, such as a seat, that is not there.
    """
    account = _account(grantee)
    division = Division.find(code=division_code)
    if division is None:
        raise not_found(
            "divisionCode",
            f"There is no division {division_code}; check the code.",
            f"没有代码为 {division_code} 的区划。",
        )
    _permit(call, role, division_code, account.id)
    named = speaks_for.values()
    _check_for_whom(role, division, named)
    _check_grid(role, division, site_id)
    starts_at = term.starts_at or call.at
    if term.ends_at is not None and term.ends_at <= starts_at:
        raise invalid("endsAt", "The role must end after it starts.", "结束时间须晚于开始时间。")
    require_level(role, division)
    for rule in TERM_RULES:
        rule(role, division, starts_at, term.ends_at)
    require_fact(RoleGrant(account=account, role=role, division_code=division.code, **named))
    grant = RoleGrant.create(
        account=account,
        role=role,
        division_code=division.code,
        last_code=division.last_code,
        starts_at=starts_at,
        ends_at=term.ends_at,
        granted_by=call.actor.account_id,
        site=site_id,
        **named,
    )
    record_act(call, AuditAction.GRANTED, grant, _told(grant, reason))
    return CommandResult({"grant": grant.id})


def require_level(role: Role, division: Division) -> None:
    """Check that an office is held over a division of its own level.

    Raises:
        DomainError: INVALID_INPUT.
    """
    level = role.office
    if level is not None and division.level is not level:
        message = f"The role {role.value} is granted over a {level.value.lower()}; send the code of one."
        raise invalid("divisionCode", message, f"该角色对应的区划为{level.chinese}。")


def granted_by(role: Role) -> tuple[Role, ...]:
    """List the roles whose holders grant a role: the officers of its level and above."""
    lowest = role.powers.granted_from
    if lowest is None:
        return ()
    return tuple(office for office in Role if office.office and CODE_DIGITS[office.office] <= CODE_DIGITS[lowest])


def _permit(call: Call, role: Role, division_code: str, account_id: int | None) -> None:
    if account_id is not None and account_id == call.actor.account_id:
        raise _not_permitted("accountId", "You cannot grant yourself a role; ask another officer.", "不能给自己授权。")
    if call.actor.holds(*granted_by(role), over=division_code) is None:
        message = (
            f"The role {role.value} is granted by an officer above it whose part of the city contains the division."
        )
        raise _not_permitted("role", message, "该角色须由管辖该区划的上级干部授予。")


GRANT = Subject(
    model=RoleGrant,
    keys={"grant_id": "id"},
    missing=("There is no such role grant; check the id.", "没有这项授权，请核对 ID。"),
    stand=lambda call, grant, action: _permit(call, grant.role, grant.division_code, None),
    # Who grants a role of a newer release, this one does not know.
    is_known=lambda actor, grant: isinstance(grant.role, Role),
)


@command(GRANT)
def end_role(call: Call, grant: RoleGrant, standing: None, *, reason: Prose) -> CommandResult:
    """End a role before its time (撤销授权); one that has ended stays as it is.

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED, the actor's office does not give that role there; ILLEGAL_TRANSITION, the
            role follows from a fact, such as a leader's contact, that must be ended instead.
    """
    if grant.ends_at is None or grant.ends_at > call.at:
        require_given(grant)
        # A role that has not begun yet, or began this very second, never holds again either.
        starts_at = min(grant.starts_at, call.at - _SECOND)
        grant.change(starts_at=starts_at, ends_at=call.at)
        record_act(call, AuditAction.REVOKED, grant, _told(grant, reason))
    return CommandResult({"grant": grant.id})


def _account(grantee: Grantee) -> Account:
    account_id, subject = grantee.account_id, grantee.subject
    if (account_id is None) == (subject is None):
        raise invalid(
            "accountId", "Send exactly one of accountId and subject.", "accountId 与 subject 须且只能提供一个。"
        )
    named = {"id": account_id[1]} if account_id else {"subject": subject}
    account = Account.find(**named, is_active=True)
    if account is None:
        field = "accountId" if account_id else "subject"
        raise not_found(
            field,
            "There is no such account, or it is closed; check the id or subject.",
            "没有这个账号，或该账号已停用。",
        )
    return account


def _check_for_whom(role: Role, division: Division, named: dict[str, int | None]) -> None:
    """Check that the committee, unit or team is named that the role needs, that it is there, and no other one."""
    for column, row_id in named.items():
        whom = column.removesuffix("_id")
        field = f"{whom}Id"
        if whom != role.powers.speaks_for and row_id is not None:
            raise invalid(field, f"The role {role.value} has no such field; leave it out.", "该角色不需要填写此项。")
        if whom != role.powers.speaks_for:
            continue
        model = RoleGrant._meta.fields[whom].rel_model
        row = model.find(id=row_id)
        if row_id is None:
            raise invalid(field, f"The role {role.value} requires this field.", "该角色须填写此项。")
        if row is None or not division.part.covers(row.division_code):
            raise not_found(field, "The division has no such object; check the id.", "该区划内没有此对象，请核对 ID。")


def _check_grid(role: Role, division: Division, site_id: int | None) -> None:
    """Check that a grid worker's role names a grid that is in use in the community, and no other role names one."""
    if site_id is None:
        return
    if role is not Role.GRID_WORKER:
        raise invalid("siteId", f"The role {role.value} has no such field; leave it out.", "该角色不需要填写此项。")
    grid = Site.get_or_none(Site.id == site_id, Site.kind == SiteKind.GRID, Site.state == SiteState.ACTIVE)
    if grid is None or grid.division_code != division.code:
        raise not_found(
            "siteId", "The community has no such grid in use; check the id.", "该社区没有此网格，或网格已停用，请核对。"
        )


def _not_permitted(field: str, message: str, chinese: str) -> DomainError:
    return DomainError(ErrorCode.NOT_PERMITTED, message, (field,), chinese=chinese)


def _told(grant: RoleGrant, reason: str) -> str:
    return f"{grant.role.value} Account_{grant.account_id}: {reason}"
