"""Who knows of a pass: its holder, whoever is on duty at the gates of the community, staff, and the offices above."""

from typing import Any

from peewee import SQL, ColumnBase, fn

from db.access.actor import Actor
from db.access.models.access import has_power, part_of
from db.access.models.account import Role, is_office
from db.access.viewers import Rule, ViewerSql, hide_subject
from db.gates.models import AccessPass
from db.kernel.expressions import Row
from db.people.models.person import Person


def may_see(actor: Actor, row: Any) -> bool:
    """Return whether an actor knows of a pass."""
    code, person = row.division_code, Person.get_by_id(row.person_id)
    is_self = person.account_id is not None and person.account_id == actor.account_id
    by_role = (
        (is_office(held.role.powers) or held.role is Role.GATE_KEEPER) and held.part.covers(code) for held in actor.held
    )
    return actor.mandate.part.covers(code) and (is_self or any(by_role))


def sees(row: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the same condition."""
    person: Any = Person.alias("holding")
    own = person.select(SQL("1")).where((person.id == row.person) & (person.account == viewer.account_id))

    def knows(grant: Row) -> ColumnBase:
        is_one = has_power(grant.role, is_office) | (grant.role == Role.GATE_KEEPER.value)
        return is_one & part_of(grant).covers(row.division_code)

    return viewer.covers(row.division_code) & (fn.EXISTS(own) | viewer.holds(knows))


PASS = hide_subject(Rule(AccessPass, may_see, sees))
RULES = (PASS,)
