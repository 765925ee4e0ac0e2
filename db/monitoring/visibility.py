"""Who knows that somebody is monitored at home: they themselves, health workers there, and staff while it lasts.

Who it is and where they live is told by `revealMonitoring` alone, which is audited; whoever did that reads what is
measured. The volunteers of the team see the tasks that they may take or have. Offices above count, and see no row.
"""

from typing import Any

from peewee import SQL, ColumnBase, fn

from db.access.actor import Actor
from db.access.models.access import has_power, part_of
from db.access.models.account import Powers, Role, is_office
from db.access.models.audit import AuditAction, AuditEntry
from db.access.viewers import Rule, ViewerSql, hide_subject
from db.kernel.expressions import Row
from db.monitoring.models import AidState, AidTask, MonitoringCase, MonitoringReading, MonitoringState
from db.people.models.person import Person
from db.people.themselves import is_account_of, is_person
from db.teams.models.team import TeamMembership
from db.teams.standing import is_in

# The states of a task in which the volunteers of the team see it: there is something that they can do.
_OF_TEAM = (AidState.OPEN, AidState.TAKEN)


def _monitors(powers: Powers) -> bool:
    return powers.monitors


def _cares(actor: Actor, case: MonitoringCase) -> bool:
    code = case.division_code
    if case.state is MonitoringState.OPEN:
        return actor.has_power(_monitors, over=code)
    return actor.holds(Role.HEALTH_WORKER, over=code) is not None


def _is_cared_for(case: Row, viewer: ViewerSql) -> ColumnBase:
    is_open = case.state == MonitoringState.OPEN.value

    def cares(grant: Any) -> ColumnBase:
        is_one = (grant.role == Role.HEALTH_WORKER.value) | (is_open & has_power(grant.role, _monitors))
        return is_one & part_of(grant).covers(case.division_code)

    return viewer.holds(cares)


def may_see(actor: Actor, case: MonitoringCase) -> bool:
    """Return whether an actor knows of a case."""
    is_known = is_account_of(case.person_id, actor) or _cares(actor, case)
    return actor.mandate.part.covers(case.division_code) and is_known


def _sees(case: Row, viewer: ViewerSql) -> ColumnBase:
    return viewer.covers(case.division_code) & (is_person(case.person, viewer) | _is_cared_for(case, viewer))


# --- Readings: after the case was opened, on the record ---------------------------------------------------------------


def _may_see_reading(actor: Actor, reading: MonitoringReading) -> bool:
    case = MonitoringCase.get_by_id(reading.case_id)
    opened = {
        "account": actor.account_id, "action": AuditAction.REVEALED, "subject_type": MonitoringCase.__name__,
        "subject_id": case.id,
    }  # fmt: skip
    is_open_to = _cares(actor, case) and bool(AuditEntry.find_all(**opened))
    return actor.mandate.part.covers(case.division_code) and (is_account_of(case.person_id, actor) or is_open_to)


def _sees_reading(reading: Row, viewer: ViewerSql) -> ColumnBase:
    case, entry = MonitoringCase.alias("its_case"), AuditEntry.alias("opening")
    opened = (entry.account == viewer.account_id) & (entry.action == AuditAction.REVEALED.value)
    of_it = (entry.subject_type == MonitoringCase.__name__) & (entry.subject_id == case.id)
    is_opened = fn.EXISTS(entry.select(SQL("1")).where(opened, of_it))
    known = is_person(case.person, viewer) | (is_opened & _is_cared_for(case, viewer))
    return fn.EXISTS(case.select(SQL("1")).where(case.id == reading.case, viewer.covers(case.division_code), known))


# --- Tasks ------------------------------------------------------------------------------------------------------------


def is_in_team(actor: Actor, team_id: int) -> bool:
    """Return whether an actor is a volunteer of a team."""
    own = Person.find(account=actor.account_id) if actor.account_id is not None else None
    return own is not None and is_in.exists(team_id, own.id)


def is_volunteer(task: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer is a volunteer of a task's team."""
    person, membership = Person.alias("volunteer"), TeamMembership.alias("live")
    joined = membership.select(SQL("1")).join(person, on=membership.person == person.id)
    live = (membership.team == task.team) & membership.until.is_null()
    return fn.EXISTS(joined.where(live, person.account == viewer.account_id))


def may_see_task(actor: Actor, task: AidTask) -> bool:
    """Return whether an actor knows of a task."""
    may_take = task.state in _OF_TEAM and is_in_team(actor, task.team_id)
    is_theirs = may_take or is_account_of(task.taker_id, actor)
    is_good = actor.mandate.part.covers(task.division_code)
    return is_good and (is_theirs or may_see(actor, MonitoringCase.get_by_id(task.case_id)))


def sees_case_of(task: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer knows of the case that a task is of."""
    case = MonitoringCase.alias("helped")
    return fn.EXISTS(case.select(SQL("1")).where(case.id == task.case, _sees(case, viewer)))


def _sees_task(task: Row, viewer: ViewerSql) -> ColumnBase:
    may_take = task.state.in_([state.value for state in _OF_TEAM]) & is_volunteer(task, viewer)
    is_theirs = may_take | is_person(task.taker, viewer)
    return viewer.covers(task.division_code) & (is_theirs | sees_case_of(task, viewer))


def _counts(powers: Powers) -> bool:
    """Return whether a role counts what there is: health workers, staff, and the offices above."""
    return powers.monitors or is_office(powers)


def counts(code: Any, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer may count what there is in a division."""
    return viewer.covers(code) & viewer.has_power(_counts, over=code)


CASE = hide_subject(Rule(MonitoringCase, may_see, _sees))
READING = Rule(MonitoringReading, _may_see_reading, _sees_reading)
TASK = hide_subject(Rule(AidTask, may_see_task, _sees_task))
COUNTED = Rule(
    AidTask,
    check=lambda actor, task: actor.has_power(_counts, over=task.division_code),
    condition=lambda task, viewer: counts(task.division_code, viewer),
)
RULES = (CASE, READING, TASK, COUNTED)
