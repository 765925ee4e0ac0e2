"""Roles that follow from a fact, such as a seat: given and ended in the transaction that makes the fact."""

from datetime import timedelta
from typing import Any

from peewee import Case

from db.access.commands import Call, record_act
from db.access.models.access import RoleGrant
from db.access.models.account import Role
from db.access.models.audit import AuditAction
from db.kernel.fields import utc_text
from db.places.models.division import Division

_SECOND = timedelta(seconds=1)


def grant_from_now(call: Call, role: Role, account_id: int, division: Division, reason: str, **speaks_for: int) -> None:
    """Grant an account a role over a division from now on. speaks_for: `committee_id`, for example."""
    grant = RoleGrant.create(
        account=account_id, role=role, division_code=division.code, last_code=division.last_code, starts_at=call.at,
        granted_by=call.actor.account_id, **speaks_for,
    )  # fmt: skip
    record_act(call, AuditAction.GRANTED, grant, f"{role.value} Account_{account_id}: {reason}")


def end_roles(call: Call, which: Any, reason: str) -> None:
    """End the roles that meet a condition and have not ended. reason: for the audit."""
    is_open = RoleGrant.ends_at.is_null() | (RoleGrant.ends_at > call.now)
    for grant in list(RoleGrant.select().where(which & is_open).order_by(RoleGrant.id)):
        # A role that began this very second, or has not begun, never holds again either.
        before = utc_text(call.at - _SECOND)
        starts_at = Case(None, [(RoleGrant.starts_at < call.now, RoleGrant.starts_at)], before)
        RoleGrant.update(starts_at=starts_at, ends_at=call.at).where(RoleGrant.id == grant.id).execute()
        record_act(call, AuditAction.REVOKED, grant, f"{grant.role} Account_{grant.account_id}: {reason}")
