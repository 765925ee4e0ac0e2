"""Roles that follow from a fact, such as speaking for a unit, end in the transaction that ends the fact."""

from datetime import timedelta

from db.access.commands import Call, record_act
from db.access.models.access import RoleGrant
from db.access.models.audit import AuditAction

_SECOND = timedelta(seconds=1)


def end_roles(call: Call, reason: str, **of: int) -> None:
    """End the roles that have not ended. reason: for the audit. of: whose, as `organization`, for example."""
    for grant in RoleGrant.lock_all(**of):
        if grant.ends_at is not None and grant.ends_at <= call.at:
            continue
        # A role that began this very second, or has not begun, never holds again either.
        starts_at = grant.starts_at if grant.starts_at < call.at else call.at - _SECOND
        grant.change(starts_at=starts_at, ends_at=call.at)
        record_act(call, AuditAction.REVOKED, grant, f"{grant.role} Account_{grant.account_id}: {reason}")
