"""Who speaks for a team or a unit, where a notice goes to one account."""

from typing import Any

from db.access.commands import Call
from db.access.models.access import RoleGrant, is_held
from db.access.models.account import Role
from db.access.notices import Recipient
from db.kernel.statements import compiled


def speaker_of(call: Call, division_code: str, *, team_id: int | None, organization_id: int | None) -> Recipient:
    """Return who speaks for a team or a unit: its captain or contact, or staff of the division where nobody does."""
    if team_id is not None:
        role, account = Role.TEAM_CAPTAIN, _of_team.scalar(team_id, call.now)
    else:
        role, account = Role.UNIT_CONTACT, _of_unit.scalar(organization_id, call.now)
    return Recipient(Role.STAFF, division_code) if account is None else Recipient(role, division_code, account)


@compiled
def _of_team(team_id: Any, now: Any) -> Any:
    return _newest((RoleGrant.team == team_id) & is_held(RoleGrant, now))


@compiled
def _of_unit(organization_id: Any, now: Any) -> Any:
    return _newest((RoleGrant.organization == organization_id) & is_held(RoleGrant, now))


def _newest(held: Any) -> Any:
    return RoleGrant.select(RoleGrant.account).where(held).order_by(RoleGrant.id.desc()).limit(1)
