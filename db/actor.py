"""Who acts: an account with the roles it holds at the moment, or the system's own clock."""

from dataclasses import dataclass
from datetime import datetime

from db.fields import utc_text
from db.models.access import RoleGrant
from db.models.account import Account, Role
from db.models.division import DivisionLevel

OFFICER_ROLES = {
    Role.SUBDISTRICT_OFFICER: DivisionLevel.SUBDISTRICT,
    Role.DISTRICT_OFFICER: DivisionLevel.DISTRICT,
    Role.CITY_OFFICER: DivisionLevel.CITY,
}


@dataclass(frozen=True, slots=True)
class Held:
    """A role that is held over a part of the city: the codes from `division_code` to `last_code`."""

    role: Role
    division_code: str
    last_code: str
    committee_id: int | None = None
    organization_id: int | None = None
    team_id: int | None = None

    def covers(self, division_code: str) -> bool:
        """Tell whether a division lies in its part of the city."""
        return self.division_code <= division_code <= self.last_code


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. account_id: None for the system itself."""

    account_id: int | None
    name: str | None
    held: tuple[Held, ...]

    def holds(self, *roles: Role, over: str) -> Held | None:
        """Give the first of these roles that the actor holds over a division."""
        return next((held for held in self.held if held.role in roles and held.covers(over)), None)


SYSTEM = Actor(None, None, (Held(Role.SYSTEM, "0" * 12, "9" * 12),))


def actor_of(account_id: int, at: datetime) -> Actor:
    """Load an account with the roles that it holds at a moment; one that may not sign in any more holds none."""
    account = Account.get_by_id(account_id)
    now = utc_text(at)
    rows = RoleGrant.select().where(
        RoleGrant.account == account_id,
        RoleGrant.starts_at <= now,
        RoleGrant.ends_at.is_null() | (RoleGrant.ends_at > now),
    )
    held = tuple(
        Held(Role(row.role), row.division_code, row.last_code, row.committee_id, row.organization_id, row.team_id)
        for row in rows.order_by(RoleGrant.id)
    )
    return Actor(account_id, account.name, held if account.is_active else ())
