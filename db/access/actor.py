"""Who acts: an account with the roles it holds at the moment, or the system's own clock."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from peewee import JOIN, DoesNotExist

from db.access.models.access import RoleGrant, TokenScope, is_held
from db.access.models.account import Account, Powers, Role
from db.kernel.codes import EVERYWHERE, CodeRange
from db.kernel.fields import utc_text
from db.kernel.statements import compiled


@dataclass(frozen=True, slots=True)
class Mandate:
    """How much of its account's authority a token gives: in which scopes, where and until when.

    part: of the city. expires_at: None for no end.
    """

    scopes: frozenset[TokenScope] = frozenset({TokenScope.READ, TokenScope.WRITE})
    part: CodeRange = EVERYWHERE
    expires_at: datetime | None = None

    def allows(self, scope: TokenScope) -> bool:
        """Return whether a scope is among its own; WRITE holds all but READ."""
        return scope in self.scopes or (scope is not TokenScope.READ and TokenScope.WRITE in self.scopes)


# All that an account has.
FULL = Mandate()


@dataclass(frozen=True, slots=True)
class Held:
    """A role that is held over a part of the city."""

    role: Role
    part: CodeRange
    committee_id: int | None = None
    organization_id: int | None = None
    team_id: int | None = None
    # The one grid that it is held over, where it is not the whole community.
    site_id: int | None = None
    # What it is held over in full, where a mandate leaves less of it.
    whole: CodeRange | None = None

    @property
    def granted(self) -> CodeRange:
        """The part of the city that it was granted over, whatever a mandate leaves of it."""
        return self.whole or self.part

    def reaches(self, row: Any) -> bool:
        """Return whether it is held over where a row lies. row: with a division's code and a site."""
        if self.site_id is None or not self.part.covers(row.division_code):
            return self.part.covers(row.division_code)
        return row.site_id is not None and self.site_id in (row.site_id, row.site.grid_id)

    def within(self, mandate: Mandate) -> "Held | None":
        """Return what is left of it in a mandate's part of the city."""
        part = self.part.intersect(mandate.part)
        return replace(self, part=part, whole=self.granted) if part else None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. account_id: None for the system itself. held: within the mandate."""

    account_id: int | None
    name: str | None
    held: tuple[Held, ...]
    mandate: Mandate = FULL

    def holds(self, *roles: Role, over: str) -> Held | None:
        """Return the first of these roles that the actor holds over a division."""
        return next((held for held in self.held if held.role in roles and held.part.covers(over)), None)

    def has_power(self, power: Callable[[Powers], object], *, over: str) -> bool:
        """Return whether the actor holds a role with a power over a division (`ViewerSql.has_power` is it as SQL)."""
        return any(power(held.role.powers) and held.part.covers(over) for held in self.held)


# Somebody who is not signed in, for the few commands that are open to them.
VISITOR = Actor(None, None, ())
SYSTEM = Actor(None, None, (Held(Role.SYSTEM, EVERYWHERE),))


def actor_of(account_id: int, at: datetime, mandate: Mandate = FULL) -> Actor:
    """Load an account with the roles that it holds at a moment; one that may not sign in any more holds none.

    mandate: of its token, which leaves of each role what lies in its part of the city.
    """
    rows = _account_and_grants.tuples(account_id, utc_text(at))
    if not rows:
        raise DoesNotExist(f"there is no account {account_id}")
    name, is_active = rows[0][:2]
    held = (
        Held(role, CodeRange(first, last), *of)
        for _, _, role, first, last, *of in rows
        # A role of a newer release lets its holder do nothing here; without any role there is one row, of nulls.
        if isinstance(role, Role)
    )
    left = tuple(found for one in held if (found := one.within(mandate))) if is_active else ()
    return Actor(account_id, name, left, mandate)


@compiled
def _account_and_grants(account_id: Any, now: Any) -> Any:
    grant = RoleGrant
    of = (grant.committee, grant.organization, grant.team, grant.site)
    held = Account.select(Account.name, Account.is_active, grant.role, grant.division_code, grant.last_code, *of).join(
        grant, JOIN.LEFT_OUTER, on=(grant.account == Account.id) & is_held(grant, now)
    )
    return held.where(Account.id == account_id).order_by(grant.id)
