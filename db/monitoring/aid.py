"""What neighbours do for somebody who is monitored: asked for, taken by whoever is first, done and confirmed."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from db.access.clock import TickReport
from db.access.commands import Call, CommandResult
from db.access.journal import RULE, By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.steps import not_permitted, require
from db.access.subjects import Subject, command
from db.issues.lifecycle import Capacity
from db.issues.models.duty import Duty
from db.issues.row_guards import RowGuard
from db.kernel.bounds import Ahead, Between
from db.kernel.calendar import SHANGHAI
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.monitoring.lifecycle import AID_LIFECYCLE, ASKERS
from db.monitoring.models import RATING, TEXT, AidKind, AidState, AidTask, MonitoringCase, MonitoringState
from db.monitoring.standing import MONITORING, TASK, as_actor, to_case
from db.people.finding import known_person
from db.people.models.person import Person
from db.registrations.commands.hours import For, Served, log_from
from db.settings.models import SettingKey
from db.settings.values import setting
from db.teams.standing import is_in

A = JournalAction
_HALF_HOUR = Decimal("0.5")


def _stand_to_ask(call: Call, case: MonitoringCase, action: Any) -> Role:
    role = require(to_case(call, case), ASKERS, "caseId")
    if case.state is not MonitoringState.OPEN:
        raise DomainError(
            ErrorCode.ILLEGAL_TRANSITION,
            "The monitoring has ended, and the help with it; ask as everybody does (submitIssue).",
            ("caseId",),
            chinese="监测已结束，不再提供居家互助；如有需要，请反映事项（submitIssue）。",
        )
    return role


_ASKED = Subject(MONITORING.model, MONITORING.keys, MONITORING.missing, _stand_to_ask, MONITORING.is_known)


@command(_ASKED)
def request_aid(
    call: Call,
    case: MonitoringCase,
    role: Role,
    *,
    kind: AidKind,
    text: Annotated[str, TEXT],
    wanted_by: Annotated[datetime, Ahead(days=60)],
) -> CommandResult:
    """Request of the volunteers of the team for something that somebody who is monitored needs (提出互助需求).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, INVALID_INPUT; ILLEGAL_TRANSITION, the monitoring has ended.
    """
    task = begin(
        call, AID_LIFECYCLE, AidTask, as_actor(call, case, role), case=case.id, division=case.division_id,
        division_code=case.division_code, kind=kind, text=text, wanted_by=wanted_by, team=case.team_id,
        created_at=call.at,
    )  # fmt: skip
    return CommandResult({"aidTask": task.id, "event": entry_of(AID_LIFECYCLE, task)})


def _lock_taker(call: Call, inputs: Mapping[str, Any]) -> None:
    """Lock who takes a task before the task, as all do."""
    taker_id = inputs.get("taker_id")
    if taker_id is None and call.actor.account_id is not None:
        own = Person.find(account=call.actor.account_id)
        taker_id = None if own is None else own.id
    if taker_id is not None:
        Person.lock(id=taker_id)


@command(TASK, "takeAidTask", lock=_lock_taker)
def take_aid_task(call: Call, task: AidTask, role: Role, *, taker_id: int | None = None) -> CommandResult:
    """Record who takes a task: a volunteer of the team, or one whom staff name, and the first of all (接单).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; CONFLICT, somebody has it;
            INVALID_INPUT, staff name nobody; NOT_ELIGIBLE, who is named is no volunteer of the team, or is helped.
    """
    case = MonitoringCase.get_by_id(task.case_id)
    taker = Person.find(account=call.actor.account_id) if taker_id is None else None
    if taker_id is not None:
        if call.actor.holds(Role.STAFF, over=task.division_code) is None:
            raise not_permitted(Capacity.COMMUNITY_STAFF, field="takerId")
        role = Role.STAFF
        taker = known_person(call, taker_id, "takerId")
    elif role is Role.STAFF:
        raise RowGuard.TAKER_NEEDED.refusal()
    assert taker is not None, "a volunteer is a person"
    if taker.id == case.person_id or not is_in.exists(task.team_id, taker.id):
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            "A task is taken by a volunteer of the team, and not by whoever is helped; name another one.",
            ("takerId",),
            chinese="互助事项须由本队志愿者接单，且不能为受助人本人，请另选。",
        )
    return _moved(call, task, A.TAKE, By.actor(call, role, task.division_code), taker=taker.id, taken_at=call.at)


@command(TASK, "returnAidTask")
def return_aid_task(call: Call, task: AidTask, role: Role) -> CommandResult:
    """Return a task, so that somebody else can take it (退单).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    by = By.actor(call, role, task.division_code)
    return _moved(call, task, A.GIVE_BACK, by, taker=None, taken_at=None)


@command(TASK, "completeAidTask")
def complete_aid_task(
    call: Call, task: AidTask, role: Role, *, hours: Annotated[Decimal, Between(_HALF_HOUR, 24, places=1)]
) -> CommandResult:
    """Record that a task is done, and how many hours it took, which count once it is confirmed (完成互助).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; LIMIT_REACHED, more
            hours than a record has.
    """
    if hours % _HALF_HOUR:
        raise invalid("hours", "Give the hours in steps of half an hour.", "时长以半小时为单位。")
    most = setting(SettingKey.HOURS_MOST_A_RECORD, task.division_code)
    if hours > most:
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"One task counts at most {most} hours; give no more.",
            ("hours",),
            chinese=f"每次最多计 {most} 小时，请勿超出。",
        )
    by = By.actor(call, role, task.division_code)
    return _moved(call, task, A.COMPLETE, by, hours=hours, done_at=call.at)


def _lock_helper(call: Call, inputs: Mapping[str, Any]) -> None:
    """Lock who did a task before the task."""
    task = AidTask.find(id=inputs["task_id"])
    if task is not None and task.taker_id is not None:
        Person.lock(id=task.taker_id)


@command(TASK, "confirmAidTask", lock=_lock_helper)
def confirm_aid_task(call: Call, task: AidTask, role: Role, *, rating: Annotated[int, RATING]) -> CommandResult:
    """Confirm that a task was done, and rate it: the hours of the volunteer count (确认互助).

    Raises:
        DomainError: NOT_FOUND, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; NOT_PERMITTED, also for whoever did it.
    """
    by = as_actor(call, MonitoringCase.get_by_id(task.case_id), role)
    return _confirm(call, task, by, rating=rating)


def confirm_unanswered(call: Call, report: TickReport, task: AidTask) -> None:
    """Confirm a task that nobody answered to in time. task: is locked, and its volunteer."""
    _confirm(call, task, RULE)
    report.counts["aid tasks confirmed"] += 1


def _confirm(call: Call, task: AidTask, by: By, **columns: Any) -> CommandResult:
    done = _moved(call, task, A.CONFIRM, by, **columns)
    taker = Person.get_by_id(task.taker_id)
    assert task.done_at is not None, "it is done"
    assert task.hours is not None, "it is done"
    served = Served(
        day=task.done_at.astimezone(SHANGHAI).date(), hours=task.hours, duty=Duty.JOINT_PREVENTION,
        text=f"居家互助：{task.kind.chinese}",
    )  # fmt: skip
    log_from(call, task, taker, For(team_id=task.team_id), division_code=task.division_code, served=served)
    return done


@command(TASK, "cancelAidTask")
def cancel_aid_task(call: Call, task: AidTask, role: Role) -> CommandResult:
    """Call off a task that is not done (取消互助).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    by = as_actor(call, MonitoringCase.get_by_id(task.case_id), role)
    return _moved(call, task, A.CANCEL, by, **_UNTAKEN)


_UNTAKEN: dict[str, Any] = {"taker": None, "taken_at": None}


def cancel_open_tasks(call: Call, case: MonitoringCase) -> None:
    """Call off, by rule, what nobody has done yet for somebody whose monitoring ends."""
    for task in AidTask.lock_all(case=case.id):
        if task.state in (AidState.OPEN, AidState.TAKEN):
            move(call, AID_LIFECYCLE, task, A.CANCEL, **_UNTAKEN)


def _moved(call: Call, task: AidTask, action: JournalAction, by: By, **columns: Any) -> CommandResult:
    return CommandResult({"aidTask": task.id, "event": move(call, AID_LIFECYCLE, task, action, by, **columns)})
