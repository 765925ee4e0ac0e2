"""Sends notices, each of them once, whatever they are about."""

from dataclasses import dataclass
from typing import Any

from peewee import Value

from db.access.commands import Call
from db.access.models.account import Role, role_at
from db.access.models.notice import Notice, NoticeKind
from db.places.models.division import OFFICE_LEVELS, ancestor_codes, lowest_of


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told: those who hold a role at an office, or one account among them."""

    role: Role
    office_code: str
    account_id: int | None = None


def office_above(code: str) -> Recipient | None:
    """Return the office next above the one of a division; None above the city."""
    office = lowest_of(ancestor_codes(code))
    if office is None or office.level not in OFFICE_LEVELS:
        return None
    return Recipient(role_at(office.level), office.code)


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


def is_told(kind: NoticeKind, *about: Any) -> Any:
    """Build the condition that there is a notice of a kind. about: what `notify` was told, as texts between colons."""
    first, *others = about
    key = Value(f"{kind.value}:").concat(first)
    for part in others:
        key = key.concat(":").concat(part)
    return key.in_(Notice.select(Notice.key).where(Notice.key == key))
