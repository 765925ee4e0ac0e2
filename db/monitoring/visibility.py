"""Who knows that somebody is monitored at home: they themselves, health workers there, and staff while it lasts.

Offices above see counts alone. Who it is and where they live is told by `revealMonitoring`, on the record.
"""

from typing import Any

from peewee import SQL, ColumnBase, fn

from db.access.actor import Actor
from db.access.models.access import part_of
from db.access.models.account import Role
from db.access.viewers import Rule, ViewerSql, hide_subject
from db.kernel.expressions import Row
from db.monitoring.models import MonitoringCase, MonitoringReading, MonitoringState
from db.people.models.person import Person


def is_subject(actor: Actor, case: MonitoringCase) -> bool:
    """Return whether an actor is the person who is monitored."""
    person = Person.find(id=case.person_id) if case.person_id is not None else None
    return person is not None and actor.account_id is not None and person.account_id == actor.account_id


def _may_see(actor: Actor, case: MonitoringCase) -> bool:
    code = case.division_code
    roles = (Role.HEALTH_WORKER, Role.STAFF) if case.state is MonitoringState.OPEN else (Role.HEALTH_WORKER,)
    return actor.mandate.part.covers(code) and (is_subject(actor, case) or actor.holds(*roles, over=code) is not None)


def _sees(case: Row, viewer: ViewerSql) -> ColumnBase:
    person = Person.alias("monitored")
    own = person.select(SQL("1")).where(person.id == case.person, person.account == viewer.account_id)

    def cares(grant: Any) -> ColumnBase:
        is_staff = (grant.role == Role.STAFF.value) & (case.state == MonitoringState.OPEN.value)
        return ((grant.role == Role.HEALTH_WORKER.value) | is_staff) & part_of(grant).covers(case.division_code)

    return viewer.covers(case.division_code) & (fn.EXISTS(own) | viewer.holds(cares))


def _may_see_reading(actor: Actor, reading: MonitoringReading) -> bool:
    return _may_see(actor, MonitoringCase.get_by_id(reading.case_id))


def _sees_reading(reading: Row, viewer: ViewerSql) -> ColumnBase:
    case = MonitoringCase.alias("its_case")
    return fn.EXISTS(case.select(SQL("1")).where(case.id == reading.case, _sees(case, viewer)))


CASE = hide_subject(Rule(MonitoringCase, _may_see, _sees))
READING = Rule(MonitoringReading, _may_see_reading, _sees_reading)
RULES = (CASE, READING)
