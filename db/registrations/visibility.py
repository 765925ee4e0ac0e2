"""Who sees the hours and grades of a person: themselves, their unit's contact, staff, and the offices above (SELF …).

Sums of hours are public: what is counted there has no person.
"""

from typing import Any

from peewee import SQL, ColumnBase, fn

from db.access.actor import Actor
from db.access.models.access import has_power, part_of, speaks_for
from db.access.models.account import Role, is_office
from db.access.viewers import Rule, ViewerSql
from db.kernel.expressions import Row
from db.people.models.person import Person
from db.people.themselves import is_person
from db.registrations.models.registration import Registration
from db.registrations.models.service import Appraisal, HourRecord


def _knows_person(actor: Actor, row: Any) -> bool:
    """Return whether an actor knows what a person did in a community. row: with a person and a registration."""
    if not actor.mandate.part.covers(row.division_code):
        return False
    person = Person.get_by_id(row.person_id)
    if person.account_id is not None and person.account_id == actor.account_id:
        return True
    if actor.has_power(is_office, over=row.division_code):
        return True
    registration = Registration.find(id=row.registration_id) if row.registration_id else None
    units = {person.work_unit_id, registration.work_unit_id if registration else None} - {None}
    return any(held.role is Role.UNIT_CONTACT and held.organization_id in units for held in actor.held)


def _is_known_person(row: Row, viewer: ViewerSql, *others: Any, registered: Any = None) -> ColumnBase:
    """Build the same condition. others: conditions on a grant, of which one is enough besides.

    registered: the id of the row's registration, where the row does not name it as such.
    """
    registered = row.registration if registered is None else registered
    person, registration = Person.alias("whose"), Registration.alias("by_which")
    works_for = person.select(person.work_unit).where(person.id == row.person)
    registered_by = registration.select(registration.work_unit).where(registration.id == registered)

    def tells(grant: Row) -> ColumnBase:
        of_unit = (grant.organization == works_for) | (grant.organization == registered_by)
        over = has_power(grant.role, is_office) & part_of(grant).covers(row.division_code)
        said = over | (speaks_for(grant, "organization") & of_unit)
        for other in others:
            said = said | other(grant)
        return said

    return viewer.covers(row.division_code) & (is_person(row.person, viewer) | viewer.holds(tells))


def may_see_hours(actor: Actor, record: HourRecord) -> bool:
    """Return whether an actor sees a record of hours."""
    is_captain = record.team_id is not None and any(
        held.role is Role.TEAM_CAPTAIN and held.team_id == record.team_id for held in actor.held
    )
    return (is_captain and actor.mandate.part.covers(record.division_code)) or _knows_person(actor, record)


def sees_hours(record: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer sees a record of hours."""
    return _is_known_person(record, viewer, lambda grant: speaks_for(grant, "team") & (grant.team == record.team))


def may_see_appraisal(actor: Actor, appraisal: Appraisal) -> bool:
    """Return whether an actor sees an appraisal."""
    return appraisal.person_id is None or _knows_person(actor, appraisal)


def sees_appraisal(appraisal: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer sees an appraisal."""
    return appraisal.person.is_null() | _is_known_person(appraisal, viewer)


def knows_done_hours(pledge: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer knows how many hours were spent on a pledge: a unit's are public."""
    registration = Registration.alias("pledged")
    is_known = registration.person.is_null() | _is_known_person(registration, viewer, registered=registration.id)
    return fn.EXISTS(registration.select(SQL("1")).where(registration.id == pledge.registration, is_known))


HOURS = Rule(HourRecord, may_see_hours, sees_hours)
APPRAISAL = Rule(Appraisal, may_see_appraisal, sees_appraisal)
RULES = (HOURS, APPRAISAL)
