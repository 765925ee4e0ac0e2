"""Keeps the audit (审计): who used authority, or tried to, when and from where; `db.access.models.audit` lists what."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.access.models.access import RoleGrant
from db.access.models.audit import AuditAction, AuditEntry
from db.kernel.database import write
from db.kernel.failures import DRIVER_ERRORS
from db.kernel.statements import compiled

_log = logging.getLogger(__name__)
_MINUTE = timedelta(minutes=1)
# Of each account and action in a minute: more are no news, and must not fill the disk.
_MOST_A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from; empty for the command line."""

    address: str = ""
    request_id: str = ""


NOWHERE = Origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What is to be recorded.

    account_id: who did it; None for the command line. mutation: as clients call it. subject: the type, as the graph
    calls it, and the id of the row that it is about. division_code: where that belongs; else the account's first role
    tells.
    """

    action: AuditAction
    at: datetime
    account_id: int | None
    origin: Origin = NOWHERE
    mutation: str | None = None
    subject: tuple[str | None, int | None] = (None, None)
    division_code: str | None = None
    reason: str = ""


def record(event: Event) -> None:
    """Add an entry, in a transaction of its own unless there is one."""
    with write():
        AuditEntry.create(
            at=event.at,
            action=event.action,
            account=event.account_id,
            address=event.origin.address,
            request_id=event.origin.request_id,
            mutation=event.mutation,
            subject_type=event.subject[0],
            subject_id=event.subject[1],
            division_code=event.division_code or _home(event.account_id),
            reason=event.reason,
        )


def record_refusal(event: Event) -> None:
    """Add an entry of what anybody can repeat at will, unless the same was added within the last minute.

    At most 60 of an action are kept for an account in a minute, whatever they are about. The refusal stands whether or
    not it can be recorded: what the database says to that goes to the log.
    """
    try:
        known = _recent.tuples(event.account_id, event.action, event.at - _MINUTE)
        if (event.mutation, *event.subject) not in known and len(known) < _MOST_A_MINUTE:
            record(event)
    except DRIVER_ERRORS:
        _log.exception("an audit entry of request %s was lost", event.origin.request_id)


def _home(account_id: int | None) -> str | None:
    """Return the division of an account's first role, past ones included."""
    return _first_role.scalar(account_id)


@compiled
def _first_role(account_id: Any) -> Any:
    grants = RoleGrant.select(RoleGrant.division_code).where(RoleGrant.account == account_id)
    return grants.order_by(RoleGrant.id).limit(1)


@compiled
def _recent(account_id: Any, action: Any, since: Any) -> Any:
    recent = AuditEntry.select(AuditEntry.mutation, AuditEntry.subject_type, AuditEntry.subject_id)
    mine = (AuditEntry.account == account_id) & (AuditEntry.action == action)
    return recent.where(mine, AuditEntry.at > since).limit(_MOST_A_MINUTE)
