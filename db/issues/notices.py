"""Notices about issues: who is told, and once for each deadline."""

from typing import Any

from peewee import Expression, Value

from db.access.commands import Call
from db.access.models.access import RoleGrant
from db.access.models.account import Role, role_at
from db.access.models.notice import Notice, NoticeKind
from db.access.notices import Recipient, notify, office_above
from db.issues.models.issue import Issue
from db.kernel.fields import utc_text


def notify_about(call: Call, kind: NoticeKind, issue: Issue, to: Recipient, text: str) -> None:
    """Notify somebody of an issue's running deadline, once for each deadline."""
    assert issue.due_at is not None, "its clock runs"
    about = f"{issue.id}:{utc_text(issue.due_at)}"
    notify(call, kind, about, to, text, division_code=issue.division_code, issue_id=issue.id)


def was_notified(kind: NoticeKind) -> Expression:
    """Build the condition that somebody was notified of an issue's running deadline."""
    about = Value(f"{kind.value}:").concat(Issue.id.cast("TEXT")).concat(":").concat(Issue.due_at)
    return Issue.id.in_(Notice.select(Notice.issue).where(Notice.key == about))


def responsible(issue: Issue) -> Recipient:
    """Return those who answer for an issue: the community's staff, or the officers of the office above."""
    return Recipient(role_at(issue.current_level), issue.responsible_code)


def above(issue: Issue) -> Recipient:
    """Return the officers one level above those who answer for an issue; the city's have nobody above them."""
    return office_above(issue.responsible_code) or responsible(issue)


def handler(issue: Issue) -> Recipient:
    """Return whoever handles an issue: the member, the unit's contact, the team's captain, the resident or staff."""
    here = issue.division_code
    if issue.handler_member is not None:
        return Recipient(Role.MEMBER, here, issue.handler_member.account_id)
    if issue.handler_account_id is not None:
        return Recipient(_role_of(issue.handler_account_id, here), here, issue.handler_account_id)
    if issue.handler_organization_id is not None:
        return Recipient(Role.UNIT_CONTACT, here, _holder(RoleGrant.organization == issue.handler_organization_id))
    if issue.handler_team_id is not None:
        return Recipient(Role.TEAM_CAPTAIN, here, _holder(RoleGrant.team == issue.handler_team_id))
    return responsible(issue)


def name_of(issue: Issue) -> str:
    """Return how a text names an issue."""
    return f"{issue.number or '未编号事项'}《{issue.title}》"


def _role_of(account_id: int, division_code: str) -> Role:
    """Return in which role an account handles an issue by itself: staff on the spot, or a resident."""
    is_staff = RoleGrant.select().where(
        RoleGrant.account == account_id, RoleGrant.role == Role.STAFF, RoleGrant.division_code == division_code
    )
    return Role.STAFF if is_staff.exists() else Role.RESIDENT


def _holder(speaks: Any) -> int | None:
    grant = RoleGrant.select().where(speaks, RoleGrant.ends_at.is_null()).order_by(RoleGrant.id.desc()).first()
    return grant.account_id if grant else None
