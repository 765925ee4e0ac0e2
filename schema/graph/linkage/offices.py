"""Who holds an office of a division: staff, grid workers and officers (各级职务)."""

from peewee import Case, Node

from db.access.models.access import RoleGrant, has_power, is_held
from db.access.models.account import Account, Role, roles_with
from db.kernel.expressions import Row
from schema.catalog.declare import computed, derived, part_type
from schema.catalog.fields import Kind
from schema.engine.bindings import NOW

# How many holders are shown of a division; the highest roles come first.
MAX_HOLDERS = 100
_IN_OFFICE = ("OFFICER", "STAFF", "GRID_WORKER")


@part_type("Somebody who holds an office of a division (职务担任者).")
class OfficeHolder:
    """Known to everybody by name."""

    role = computed(Role, lambda row: row.role, "The office that is held.")
    name = computed(Kind.LINE, lambda row: row.name, "The name of the holder.")
    since = computed(Kind.DATETIME, lambda row: row.since, "Since when the office is held.")


def _holders(division: Row) -> Node:
    grant, account = RoleGrant.alias("office"), Account.alias("holder")
    roles = roles_with(lambda powers: powers.capacity in _IN_OFFICE)
    ranks = Case(grant.role, [(role.value, -at) for at, role in enumerate(Role) if role in roles])
    held = is_held(grant, NOW) & (grant.division_code == division.code) & account.is_active
    held &= has_power(grant.role, lambda powers: powers.capacity in _IN_OFFICE)
    found = grant.select(grant.role, account.name, grant.starts_at.alias("since"))
    found = found.join(account, on=(account.id == grant.account)).where(held)
    return found.order_by(ranks, grant.starts_at, grant.id).limit(MAX_HOLDERS)


OFFICES = derived(
    "OfficeHolder",
    f"Staff, grid workers and officers of exactly this division, the highest first; the first {MAX_HOLDERS} at most.",
    query=_holders,
    bound=MAX_HOLDERS,
)
