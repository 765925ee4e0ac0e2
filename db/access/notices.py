"""Sends notices, each of them once, whatever they are about."""

from dataclasses import dataclass

from db.access.commands import Call
from db.access.models.account import Role
from db.access.models.notice import Notice, NoticeKind


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told: those who hold a role at an office, or one account among them."""

    role: Role
    office_code: str
    account_id: int | None = None


def notify(
    call: Call,
    kind: NoticeKind,
    about: str,
    to: Recipient,
    text: str,
    *,
    division_code: str,
    issue_id: int | None = None,
    member_id: int | None = None,
) -> bool:
    """Notify somebody, unless they were notified before; return whether it was new.

    about: what the notice is about, of which there is one notice of a kind.
    """
    return Notice.create_unless_there(
        key=f"{kind.value}:{about}", kind=kind, division_code=division_code, issue=issue_id, member=member_id,
        role=to.role, office_code=to.office_code, account=to.account_id, text=text, created_at=call.at,
    )  # fmt: skip
