"""Who may take the steps of somebody's monitoring at home and of tasks for them; see `db.access.steps`."""

from typing import Any

from peewee import SQL, Case, fn

from db.access.commands import Call
from db.access.journal import By, stale_by_journal
from db.access.models.access import part_of
from db.access.models.account import Role
from db.access.steps import RowFacts, RowSteps, mask
from db.access.subjects import Subject
from db.access.viewers import ViewerSql
from db.emergency.standing import OPEN_WORK as OF_INCIDENT
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.errors import DomainError, ErrorCode
from db.monitoring.lifecycle import AID_LIFECYCLE, MONITORING_LIFECYCLE
from db.monitoring.models import AidState, AidTask, MonitoringCase, MonitoringState
from db.monitoring.visibility import is_in_team, is_volunteer, may_see, may_see_task
from db.people.themselves import is_account_of, is_person
from db.teams.standing import OPEN_WORK as OF_TEAM

C = Capacity
_ROLES = {C.COMMUNITY_STAFF: Role.STAFF, C.HEALTH_WORKER: Role.HEALTH_WORKER}


def carers(call: Call, division_code: str) -> dict[Capacity, Role]:
    """Return what makes the actor one who looks after people who are monitored in a community."""
    return {capacity: role for capacity, role in _ROLES.items() if call.actor.holds(role, over=division_code)}


def to_case(call: Call, case: MonitoringCase) -> dict[Capacity, Role]:
    """Return what an actor is to a case."""
    found = carers(call, case.division_code)
    if call.actor.mandate.part.covers(case.division_code) and is_account_of(case.person_id, call.actor):
        found[C.SUBJECT] = Role.RESIDENT
    return found


def as_actor(call: Call, case: MonitoringCase, role: Role) -> By:
    """Return the actor of a step as the journal keeps them, which is kept for ever: not who is monitored."""
    if is_account_of(case.person_id, call.actor):
        return By(role, office_code=case.division_code)
    return By.actor(call, role, case.division_code)


def _case_bits(facts: RowFacts) -> Any:
    row, asker = facts.row, facts.asker
    is_self = asker.covers(row.division_code) & is_person(row.person, asker)
    return facts.office_bits(C.COMMUNITY_STAFF) + _worker(facts) + Case(None, [(is_self, mask([C.SUBJECT]))], 0)


def _worker(facts: RowFacts) -> Any:
    code, asker = facts.row.division_code, facts.asker
    held = asker.holds(lambda grant: (grant.role == Role.HEALTH_WORKER.value) & part_of(grant).covers(code))
    return Case(None, [(asker.covers(code) & held, mask([C.HEALTH_WORKER]))], 0)


def _to_task(call: Call, task: AidTask) -> dict[Capacity, Role]:
    found = to_case(call, MonitoringCase.get_by_id(task.case_id))
    if not call.actor.mandate.part.covers(task.division_code):
        return found
    # Whoever is helped does not do it themselves.
    if C.SUBJECT not in found and is_in_team(call.actor, task.team_id):
        found[C.VOLUNTEER] = Role.RESIDENT
    if is_account_of(task.taker_id, call.actor):
        found[C.TAKER] = Role.RESIDENT
    return found


def _is_helped(task: Any, asker: ViewerSql) -> Any:
    case = MonitoringCase.alias("its_case")
    return fn.EXISTS(case.select(SQL("1")).where(case.id == task.case, is_person(case.person, asker)))


def _task_bits(facts: RowFacts) -> Any:
    task, asker = facts.row, facts.asker
    helped = _is_helped(task, asker)
    bits = facts.office_bits(C.COMMUNITY_STAFF) + _worker(facts)
    for capacity, condition in (
        (C.SUBJECT, helped),
        (C.VOLUNTEER, is_volunteer(task, asker) & ~helped),
        (C.TAKER, is_person(task.taker, asker)),
    ):
        bits = bits + Case(None, [(asker.covers(task.division_code) & condition, mask([capacity]))], 0)
    return bits


MONITORING_STEPS = RowSteps(MonitoringCase, MONITORING_LIFECYCLE, to_case, _case_bits, {}, serves_issue=False)
AID_STEPS = RowSteps(
    AidTask,
    AID_LIFECYCLE,
    _to_task,
    _task_bits,
    {
        RowGuard.OWN_AID: lambda facts: is_person(facts.row.taker, facts.asker),
        RowGuard.TAKER_NEEDED: lambda facts: ~is_volunteer(facts.row, facts.asker) | _is_helped(facts.row, facts.asker),
    },
    serves_issue=False,
)
MONITORING = Subject(
    model=MonitoringCase,
    keys={"case_id": "id"},
    missing=("There is no such monitoring case; check the id.", "没有此居家健康监测，请核对 ID。"),
    is_known=may_see,
    stale=stale_by_journal(MONITORING_LIFECYCLE),
    stand=lambda call, case, mutation: MONITORING_STEPS.require(call, case, mutation, "caseId"),
)


def _stand_to_task(call: Call, task: AidTask, mutation: str) -> Role:
    # It goes to whoever is first (I43).
    if mutation == "takeAidTask" and task.state is AidState.TAKEN:
        raise DomainError(
            ErrorCode.CONFLICT,
            "Somebody else took the task first; choose another one (see `aidTasks` with state OPEN).",
            ("taskId",),
            chinese="该互助事项已被他人接单，请另选（aidTasks，状态为 OPEN）。",
        )
    return AID_STEPS.require(call, task, mutation, "taskId")


TASK = Subject(
    model=AidTask,
    keys={"task_id": "id"},
    missing=("There is no such task; check the id.", "没有此互助事项，请核对 ID。"),
    is_known=may_see_task,
    stale=stale_by_journal(AID_LIFECYCLE),
    stand=_stand_to_task,
)


def _open_of_team(team: Any) -> Any:
    """Build the condition that a team helps somebody who is monitored."""
    case = MonitoringCase.alias("helped_by")
    return fn.EXISTS(case.select(SQL("1")).where(case.team == team.id, case.state == MonitoringState.OPEN.value))


def _open_of_incident(incident_id: Any) -> Any:
    case = MonitoringCase.alias("monitored")
    return case.select(case.id).where(case.incident == incident_id, case.state == MonitoringState.OPEN.value)


OF_TEAM.append(_open_of_team)
OF_INCIDENT["MonitoringCase"] = _open_of_incident
