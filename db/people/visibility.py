"""Who knows what of a person, as SQL: all see that there is one, and only some who it is."""

from functools import reduce
from operator import or_
from typing import Any

from peewee import SQL, ColumnBase, fn

from db.access.models import account
from db.access.models.access import part_of
from db.access.models.account import Role
from db.access.viewers import ViewerSql
from db.kernel.expressions import Row
from db.people.models.ties import TIES, Tie


def is_self(person: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer is the person."""
    return viewer.covers(person.division_code) & (fn.COALESCE(person.account, -1) == viewer.account_id)


def is_staff(person: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer is on the staff of the person's community."""
    return _holds_over(person, viewer, lambda grant: grant.role == Role.STAFF.value)


def is_office(person: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer is on the staff of the person's community, or in an office above it."""
    code = person.division_code
    return viewer.covers(code) & viewer.has_power(account.is_office, over=code)


def knows_name(person: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer may read the name of a person."""
    by_unit = _holds_over(
        person,
        viewer,
        lambda grant: (grant.role == Role.UNIT_CONTACT.value) & (grant.organization == person.work_unit),
    )
    public = [_is_tied(tie, person, viewer) for tie in TIES if tie.is_public]
    known = [_is_known(tie, person, viewer) for tie in TIES if tie.known_to is not None]
    return reduce(or_, [person.is_erased, is_self(person, viewer), *public, is_office(person, viewer), by_unit, *known])


def _holds_over(person: Row, viewer: ViewerSql, condition: Any) -> ColumnBase:
    def held(grant: Row) -> ColumnBase:
        return condition(grant) & part_of(grant).covers(person.division_code)

    return viewer.covers(person.division_code) & viewer.holds(held)


def _is_tied(tie: Tie, person: Row, viewer: ViewerSql) -> ColumnBase:
    row: Any = tie.model.alias("tied")
    return fn.EXISTS(row.select(SQL("1")).where(tie.points(row, person), tie.holds(row, viewer.now)))


def _is_known(tie: Tie, person: Row, viewer: ViewerSql) -> ColumnBase:
    row: Any = tie.model.alias("tied")
    known_to: Any = tie.known_to
    by_grant = viewer.holds(lambda grant: known_to(row, grant))
    return fn.EXISTS(row.select(SQL("1")).where(tie.points(row, person), tie.holds(row, viewer.now), by_grant))
