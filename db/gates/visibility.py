"""Who knows of a pass: its holder, whoever is on duty at the gates of the community, staff, and the offices above."""

from typing import Any

from peewee import ColumnBase

from db.access.actor import Actor
from db.access.models.access import has_power, part_of
from db.access.models.account import Role, is_office
from db.access.viewers import Rule, ViewerSql, hide_subject
from db.gates.models import AccessPass
from db.kernel.expressions import Row
from db.people.themselves import is_account_of, is_person


def may_see(actor: Actor, row: Any) -> bool:
    """Return whether an actor knows of a pass."""
    code = row.division_code
    by_role = (
        (is_office(held.role.powers) or held.role is Role.GATE_KEEPER) and held.part.covers(code) for held in actor.held
    )
    return actor.mandate.part.covers(code) and (is_account_of(row.person_id, actor) or any(by_role))


def sees(row: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the same condition."""

    def knows(grant: Row) -> ColumnBase:
        is_one = has_power(grant.role, is_office) | (grant.role == Role.GATE_KEEPER.value)
        return is_one & part_of(grant).covers(row.division_code)

    return viewer.covers(row.division_code) & (is_person(row.person, viewer) | viewer.holds(knows))


PASS = hide_subject(Rule(AccessPass, may_see, sees))
RULES = (PASS,)
